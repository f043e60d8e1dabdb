"""Each thing that is taken for granted, turned round: the probe says so, and passes are right all the same."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from connectors.monday.sandbox import Limits
from connectors.vocabulary import Create, Depth, Values, Written
from syncd.connections import ANSWERS
from tests.cli.district import NAME
from tests.monday.bench import MondayBench
from tests.probing.towns import TASKS, Town, on_asana, on_monday

FLIPS = [
    ("asana", {"group_in_create": False}, "group_in_create"),
    ("asana", {"fields_in_create": False}, "marker_in_field"),
    ("asana", {"start_kept": False}, "values"),
    ("asana", {"listed_after": 100.0}, "found_after"),
    ("asana", {"tells": False}, "told"),
    ("asana", {"sweeps": False}, "swept"),
    ("asana", {"shown_after": 100.0}, "listed"),
    ("asana", {"orders": False}, "placed"),
    ("asana", {"groups_placed": False}, "groups"),
    ("asana", {"days_kept": False}, "fields"),
    ("asana", {"external_kept": True}, "external"),
    ("asana", {"calls_deleted": False}, "deleted"),
    ("monday", {"group_in_create": False}, "group_in_create"),
    ("monday", {"replays": False}, "replayed"),
    ("monday", {"write_cost": 400_000}, "write_cost"),
    ("monday", {"start_kept": False}, "values"),
    ("monday", {"found_after": 100.0}, "found_after"),
    ("monday", {"tells": False}, "logged"),
    ("monday", {"tells": False, "sweeps": False}, "logged told swept"),
    ("monday", {"sweeps": False}, "swept"),
    ("monday", {"shown_after": 100.0}, "listed"),
    ("monday", {"orders": False}, "placed"),
    ("monday", {"groups_placed": False}, "groups"),
    ("monday", {"alone": False}, "alone"),
    ("monday", {"most_ids": 25}, "looks"),
    ("monday", {"calls_deleted": False}, "deleted"),
]
CASES = [pytest.param(kind, ways, key, id=f"{kind}-{key.replace(' ', '-')}") for kind, ways, key in FLIPS]
TOOLS = {"asana": on_asana, "monday": on_monday}


def flip(town: Town, ways: dict[str, Any]) -> None:
    """Let the tool go about something in another way."""
    for name, way in ways.items():
        assert getattr(town.box.world.ways, name) != way
        setattr(town.box.world.ways, name, way)


@pytest.mark.parametrize(("kind", "ways", "keys"), CASES)
def test_flipped(tmp_path: Path, kind: str, ways: dict[str, Any], keys: str) -> None:
    """It is all that is reported and kept as different; a push with a lost reply makes each task once and settles."""
    with TOOLS[kind](tmp_path) as town:
        flip(town, ways)
        before = town.containers()
        done = town.probe()
        assert done.trouble is None
        assert [asked.question.key for asked in done.asked if not (asked.answer and asked.answer.holds)] == keys.split()
        facts = {asked.question.key: asked.answer.fact for asked in done.asked if asked.answer}
        assert town.kept(ANSWERS) == {key: fact for key, fact in facts.items() if fact is not None}
        assert town.containers() == before
        town.fault(town.creates, kind="lost_reply", skip=1)
        for _ in range(3):
            town.sync()
        assert len(town.titles()) == TASKS
        assert len(set(town.titles())) == TASKS
        assert re.search("G1|Every child reads", town.group_of("Adopt structured literacy"))
        quiet = town.sync(full=True)
        assert (sum(quiet.counts.values()), quiet.changes) == (0, ())
        settled = len(town.box.requests)
        town.sync(full=True)
        assert [seen for seen in town.box.requests[settled:] if writes(seen)] == []


@pytest.mark.parametrize("kind", TOOLS)
def test_every_question_is_turned_round_and_explained(tmp_path: Path, kind: str) -> None:
    """Nothing is asked of a tool that the test above does not turn round, and that the page on probes does not name."""
    page = (Path(__file__).parents[2] / "docs" / "probe.md").read_text(encoding="utf-8")
    with TOOLS[kind](tmp_path) as town, town.app() as app:
        asked = {question.key for question in app.connector("tool").probe().questions}
    assert asked == {key for tool, _, keys in FLIPS if tool == kind for key in keys.split()}
    assert [key for key in asked if f"| `{key}`: " not in page] == []


@pytest.mark.parametrize("kind", TOOLS)
def test_a_sweep_that_names_nothing_reads_everything(tmp_path: Path, kind: str) -> None:
    """Where a moment names nothing, the hourly look at what changed since is a look at all there is."""
    with TOOLS[kind](tmp_path) as town:
        town.sync()
        [container] = [key for key, each in containers(town).items() if each.name == NAME]
        for answers, lost in (({}, False), ({"swept": False}, True)):
            with town.app() as app:
                with app.store.writing() as writer:
                    writer.put_facts("tool", ANSWERS, answers)
                connector = app.connector("tool")
                cursor = connector.changes({container: None})[container].cursor
                assert connector.changes({container: cursor}, sweep_since=town.clock.now())[container].lost is lost


def containers(town: Town) -> Any:
    """The projects or boards of the tool, by id."""
    return town.box.world.boards if town.monday else town.box.world.projects


@pytest.mark.parametrize(
    ("answers", "able"),
    [({}, (10, 500, 1)), ({"alone": False, "looks": 100}, (1, 100, 3)), ({"looks": 25}, (10, 25, 10))],
)
def test_what_one_request_to_monday_may_hold(answers: dict[str, Any], able: tuple[int, int, int]) -> None:
    """So many writes, and so many ids, are in one request; 250 items are looked at in so many requests and no more."""
    with ExitStack() as closing:
        bench = MondayBench(closing)
        connector = bench.connect(answers=answers)
        board = connector.open(bench.container)
        ids = [bench.world.add_item(f"Item {number}", bench.container).id for number in range(250)]
        before = len(bench.box.requests)
        bench.world.ways.most_ids = min(100, able[1])
        connector.look(board, ids, Depth.TOP)
        capabilities = connector.capabilities()
        assert (capabilities.batch, capabilities.looks, len(bench.box.requests) - before) == able


def writes(seen: Any) -> bool:
    """Whether a request could change anything."""
    if isinstance(seen.body, dict) and "query" in seen.body:
        return str(seen.body["query"]).startswith("mutation")
    return str(seen.method) != "GET"


@pytest.mark.parametrize("kind", TOOLS)
def test_a_silent_feed_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    """What a team does still reaches the next pass, once the probe found that the feed tells nothing."""
    with TOOLS[kind](tmp_path) as town:
        flip(town, {"tells": False})
        town.probe()
        town.sync()
        town.box.world.complete(town.id_of("Choose the reading books"))
        town.sync()
        assert "Choose the reading books" in town.done()


@pytest.mark.parametrize("refused", ["create_board", "create_group", "create_column", "create_item", "create_subitem"])
def test_what_a_limit_refused_may_be_there(tmp_path: Path, refused: str) -> None:
    """Where keys are not heeded, what was made and yet answered with a refusal is looked for, not made once more."""
    with on_monday(tmp_path) as town:
        flip(town, {"replays": False})
        town.probe()
        town.fault(refused, status=429, code="RATE_LIMIT_EXCEEDED", effect=True)
        for _ in range(3):
            town.sync()
        assert not town.box.faults
        board = [each for each in town.box.world.boards.values() if each.name == NAME]
        assert len(board) == 1
        made = [town.titles(), [group.title for group in board[0].groups], [c.title for c in board[0].columns]]
        assert [len(titles) - len(set(titles)) for titles in made] == [0, 0, 0]
        assert len(town.titles()) == TASKS


@pytest.mark.parametrize("kind", TOOLS)
def test_what_may_be_out_of_sight_is_not_made_again(tmp_path: Path, kind: str) -> None:
    """Where a deleted task looks like a hidden one, its item keeps what it had, and waits for a person."""
    with TOOLS[kind](tmp_path) as town:
        flip(town, {"calls_deleted": False})
        town.probe()
        town.sync()
        town.box.world.delete(town.id_of("Choose the reading books"))
        for _ in range(2):
            town.sync(full=True)
        assert len(town.titles()) == TASKS - 1


def test_markers_in_the_notes(tmp_path: Path) -> None:
    """Where the field does not keep them, plan ids stand in the notes, and a lost store finds every task again."""
    with on_asana(tmp_path) as town:
        flip(town, {"fields_in_create": False})
        town.probe()
        town.sync()
        assert all(
            "syncd:district/" in task.notes for task in town.box.world.tasks.values() if task.name in town.titles()
        )
        answers = town.kept(ANSWERS)
        (tmp_path / "syncd.db").unlink()
        with town.app() as app:
            app.open_store()
            with app.store.writing() as writer:
                writer.put_facts("tool", ANSWERS, answers)
        assert town.sync().counts["adopted"] == TASKS


@pytest.mark.parametrize("kind", TOOLS)
def test_what_holds_again_is_taken_for_granted_again(tmp_path: Path, kind: str) -> None:
    """A probe asks as if there had been none before, and its answers take the place of the earlier ones."""
    with TOOLS[kind](tmp_path) as town:
        flip(town, {"tells": False})
        town.probe()
        flip(town, {"tells": True})
        done = town.probe()
        assert all(asked.answer and asked.answer.holds for asked in done.asked)
        assert town.kept(ANSWERS)["logged" if town.monday else "told"] is True


@pytest.mark.parametrize(("kind", "way"), [("asana", "listed_after"), ("monday", "found_after")])
def test_what_comes_late_is_waited_for(tmp_path: Path, kind: str, way: str) -> None:
    """An unanswered create is held for lost only after twice the time that it takes to show."""
    with TOOLS[kind](tmp_path) as town:
        with town.app() as app:
            usual = app.connector("tool").capabilities().settle
        flip(town, {way: 100.0})
        town.probe()
        with town.app() as app:
            assert app.connector("tool").capabilities().settle >= 200 > usual


@pytest.mark.parametrize(("answers", "refused"), [({}, True), ({"write_cost": 400_000.0}, False)])
def test_what_a_create_costs_is_heeded_from_the_first(answers: dict[str, float], refused: bool) -> None:
    """Whoever knows it sends no more creates at once than a minute holds; else monday has to say so first."""
    with ExitStack() as closing:
        bench = MondayBench(closing, Limits(per_minute=None, complexity=700_000, daily=None))
        bench.world.add_column(bench.container, "Plan ID", "text")
        bench.world.ways.write_cost = 400_000
        connector = bench.connect(answers=answers)
        board = connector.open(bench.container)
        wanted = [Create(f"k{n}", board, f"syncd:d/G{n}", Values({"title": f"Task {n}"})) for n in range(3)]
        assert all(isinstance(done, Written) for done in connector.write(wanted)) is not refused
        assert any(b"COMPLEXITY_BUDGET_EXHAUSTED" in seen.reply for seen in bench.box.requests) is refused
