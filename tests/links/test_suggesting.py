"""Which tasks are suggested, on what grounds, and what is left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, utils

from connectors.vocabulary import Container, Credit, Fate, Group, Task
from mappings.rules import Rules
from mappings.shape import PlanItem, desire
from syncd.engine import suggesting
from syncd.engine.affected import Trees
from syncd.engine.planner import Agreed, Observed
from syncd.engine.suggesting import Known, Suggestion, suggest
from syncd.records import Link, Seen

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BOARD = Container("1", "Our work", "", groups=(Group("g", "Every child reads"), Group("h", "Other things")))


def item(id_: str, title: str, tier: str = "action", path: tuple[str, ...] = ("G1",), **values: object) -> PlanItem:
    """An item of the plan."""
    return PlanItem(id_, tier, path, {"title": title, **values})  # type: ignore[dict-item]


GOAL = item("G1", "Every child reads", "goal", ())


def task(id_: str, title: str, **more: object) -> Task:
    """A task that people made."""
    made = Task(id=id_, title=title, url="", container="1", group="g")
    return replace(made, **more)  # type: ignore[arg-type]


def trees(items: list[PlanItem], tasks: list[Task], links: dict[str, str] | None = None) -> Trees:
    """A plan and a board."""
    desired = desire(Rules("academics", "district"), [GOAL, *items], BOARD)
    held = {each: Link(each, id_, {}, NOW) for each, id_ in (links or {}).items()}
    return Trees(desired, Observed(BOARD, {each.id: Seen(each, NOW) for each in tasks}), Agreed(held))


def found(items: list[PlanItem], tasks: list[Task], **how: object) -> tuple[Suggestion, ...]:
    """What is suggested."""
    return suggest(trees(items, tasks), Known(**how))  # type: ignore[arg-type]


def test_titles_are_alike_whatever_their_order_and_signs() -> None:
    """The words count, not how they stand."""
    [one] = found([item("A", "Adopt structured literacy")], [task("7", "structured literacy – ADOPT!")])
    assert (one.task.id, one.score, one.reasons) == ("7", 100, ("the same title", "in the group “Every child reads”"))
    assert found([item("A", "Adopt structured literacy")], [task("7", "Buy coffee")]) == ()


def test_days_owner_and_place_decide_between_titles_that_are_alike() -> None:
    """Of two tasks of one name, the one that agrees in all else; the other is told where it comes close."""
    ann: dict[str, Any] = {"owner": "ann@district.example", "due": date(2027, 6, 30)}
    near = task("7", "Train teachers", due=date(2027, 6, 30), assignee="ann@district.example")
    far = task("8", "Train teachers", due=date(2026, 1, 1), assignee="bob@district.example")
    [one] = found([item("A", "Train teachers", **ann)], [far, near])
    assert (one.task.id, one.sure) == ("7", True)
    assert one.reasons[1:3] == ("due the same day", "the same owner")


def test_what_only_a_person_can_tell_is_not_sure() -> None:
    """Two tasks for one item, or one task for two items."""
    [two] = found([item("A", "Train teachers")], [task("7", "Train teachers"), task("8", "Train teachers")])
    assert ([each.id for each in two.others], two.sure) == (["8"], False)
    [shared] = found([item("A", "Train teachers"), item("B", "Train teachers")], [task("7", "Train teachers")])
    assert (shared.item, shared.rivals, shared.sure) == ("A", ("B",), False)


def test_a_step_stands_below_the_task_of_its_action() -> None:
    """Steps of one name go to the action whose task they stand below, also where that is only suggested."""
    items = [item(f"A{number}", f"Action {word}") for number, word in enumerate(("one", "two"))]
    items += [item(f"A{number}.P", "Tell everybody", "project", ("G1", f"A{number}")) for number in (0, 1)]
    tasks = [task("1", "Action two"), task("2", "Action one")]
    tasks += [task(f"{above}0", "Tell everybody", parent=above, group=None) for above in ("1", "2")]
    pairs = {one.item: one.task.id for one in found(items, tasks)}
    assert pairs == {"A0": "2", "A1": "1", "A0.P": "20", "A1.P": "10"}


def test_what_is_somebodys_or_no_work_is_never_suggested() -> None:
    """Linked, claimed, marked, gone, merged, refused: none of these."""
    a, title = item("A", "Train teachers"), "Train teachers"
    assert found([a], [task("7", title, marker="syncd:other/A")]) == ()
    assert found([a], [task("7", title, credit=Credit.DUPLICATE)]) == ()
    assert found([a], [task("7", title)], claimed={"7"}) == ()
    assert found([a], [task("7", title)], rejected={("A", "7")}) == ()
    assert suggest(trees([a], [task("7", title)], {"A": "7"}), Known()) == ()
    ground = trees([a], [task("7", title)])
    gone = {"7": Seen(task("7", title), NOW, Fate.DELETED)}
    assert suggest(replace(ground, observed=Observed(BOARD, gone)), Known()) == ()
    assert found([replace(a, active=False)], [task("7", title)]) == ()
    assert len(found([a], [task("7", title, marker="syncd:district/left")])) == 1


WORDS = st.lists(st.sampled_from(["train", "tell", "open", "feed", "teachers", "families"]), min_size=1, max_size=4)


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6), st.integers(0, 100))
def test_each_item_and_each_task_once_and_none_below_the_least(
    plan: list[list[str]], board: list[list[str]], least: int
) -> None:
    """Whatever the titles; and what is said does not hang on the order in which the tasks come."""
    items = [item(f"A{number}", " ".join(words)) for number, words in enumerate(plan)]
    tasks = [task(str(number), " ".join(words)) for number, words in enumerate(board)]
    pairs = suggest(trees(items, tasks), Known(), least)
    assert len({one.item for one in pairs}) == len({one.task.id for one in pairs}) == len(pairs)
    assert all(one.score >= least for one in pairs)
    assert pairs == suggest(trees(items, tasks[::-1]), Known(), least)


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 4, 1))
PEOPLE = st.none() | st.sampled_from(["ann@district.example", "bob@district.example"])
LINES = st.tuples(WORDS, DAYS, PEOPLE, st.integers(0, 2))


def all_pairs(ground: Trees, least: int) -> dict[str, tuple[str, int, set[str], set[str]]]:
    """By item the task, the score, other tasks and rivals, from every pair judged one by one."""
    judge = suggesting._Ground(ground, {}).judge
    judged = []
    for wanted in ground.desired.tasks.values():
        for id_, seen in ground.observed.tasks.items():
            alike = fuzz.token_sort_ratio(wanted.title, seen.task.title, processor=utils.default_process)
            score = judge(wanted, seen.task, alike)[0] if alike >= suggesting._ALIKE else 0
            if score >= max(least, 1):
                judged.append((-score, wanted.item, id_))
    items: dict[str, tuple[str, int]] = {}
    tasks: dict[str, int] = {}
    for short, item_, task_ in sorted(judged):
        if item_ not in items and task_ not in tasks:
            items[item_], tasks[task_] = (task_, -short), -short
    told = {each: (its, score, set[str](), set[str]()) for each, (its, score) in items.items()}
    for short, item_, task_ in judged:
        mine, theirs = items.get(item_, ("", -100))[1], tasks.get(task_, -100)
        if items.get(item_, ("", 0))[0] == task_:
            continue
        if item_ in items and -short >= mine - suggesting._AS_GOOD and theirs <= -short:
            told[item_][2].add(task_)
        elif -short >= theirs - suggesting._AS_GOOD and mine <= -short:
            told[next(each for each, (its, _) in items.items() if its == task_)][3].add(item_)
    return told


@given(st.lists(LINES, max_size=8), st.lists(LINES, max_size=8), st.integers(0, 100))
def test_no_pair_that_matters_goes_unjudged(plan: list[Any], board: list[Any], least: int) -> None:
    """What is left out to be quick changes nothing: neither what is suggested nor what would fit as well."""
    items = [
        item(f"A{number}", " ".join(words), due=due, owner=who) for number, (words, due, who, _) in enumerate(plan)
    ]
    tasks = [
        task(str(number), " ".join(words), due=due, assignee=who, group="gh"[place % 2])
        for number, (words, due, who, place) in enumerate(board)
    ]
    ground = trees(items, tasks)
    found = {
        one.item: (one.task.id, one.score, {each.id for each in one.others}, set(one.rivals))
        for one in suggest(ground, Known(), least)
    }
    assert found == all_pairs(ground, least)


def test_of_a_million_pairs_few_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand items with a thousand tasks that are called much alike: it is done at once, and each finds its own."""
    chance, judge, judged = Random(1), suggesting._Ground.judge, []
    parts = (
        ("Train", "Coach", "Visit", "Equip", "Review"),
        ("every teacher", "the new principals", "the reading rooms", "the families", "the bus drivers"),
        [f"{name} {kind}" for name in ("Oak", "River", "Hill", "Lake", "Park") for kind in ("Elementary", "High")],
        [f"{season} {year}" for season in ("spring", "autumn") for year in range(2025, 2030)],
    )
    made = {"{} {} at {} in {}".format(*map(chance.choice, parts)): None for _ in range(1600)}
    titles = list(made)[:1000]
    items = [item(f"A{number}", title) for number, title in enumerate(titles)]
    tasks = [task(str(number), f"{title.upper()}.") for number, title in enumerate(titles)]

    def counted(*pair: Any) -> Any:
        judged.append(pair)
        return judge(*pair)

    monkeypatch.setattr(suggesting._Ground, "judge", counted)
    pairs = suggest(trees(items, tasks), Known())
    assert {one.item: one.task.id for one in pairs} == {f"A{number}": str(number) for number in range(1000)}
    assert len(judged) < 30 * len(items)
