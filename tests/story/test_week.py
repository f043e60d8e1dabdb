"""After the week of `days.py`, with its five people and all its accidents, everybody's last word stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from tests.story.days import DAYS, Week
from tests.story.ledger import RULES, Key, Ledger, Line, plain
from tests.story.people import with_value
from tests.story.town import town

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """The whole week, from its first minute to its last."""
    with town(tmp_path_factory.mktemp("week")) as here:
        lived = Week.begins(here)
        for day in DAYS:
            day(lived)
        yield lived


def test_everybodys_last_word_stands(week: Week) -> None:
    """Both sides hold, of every item and field, what the rules make of what was said last; nothing waits any more."""
    here, ledger = week.town, week.town.ledger
    on_board = {key: here.on_board(*key) for key in ledger.board if key[1] in RULES and here.maps(*key)}
    assert not ledger.held
    assert {key: _own(key, value) for key, value in on_board.items()} == {key: ledger.board[key] for key in on_board}
    in_plan = Ledger()
    in_plan.plan_grows(here.plan.read_text(encoding="utf-8"))
    assert in_plan.plan == ledger.plan
    for (item, what), value in ledger.board.items():
        if what == "completed":
            assert here.task(item).completed is value
        if what == "group":
            assert here.section(item) == value


def _own(key: Key, value: Any) -> Any:
    """The plan's own words out of a description: below them stands what syncd says of an item's place."""
    if key[1] != "notes":
        return value
    own = value.partition("Goal: ")[0].removeprefix(_CANCELLED).strip()
    return own or None


_CANCELLED = "In the plan this work was cancelled: nothing more needs to be done. What is done stays as it is.\n"


def test_the_plan_is_the_offices_own(week: Week) -> None:
    """Byte for byte it is what Sofia typed, with the teams' values in place of hers: no comment, no blank is lost."""
    here = week.town
    text, mine = here.shadow, Ledger()
    mine.plan_grows(text)
    for (item, key), value in here.ledger.plan.items():
        if mine.plan[item, key] != value:
            text = with_value(text, item, key, value)
    assert here.plan.read_text(encoding="utf-8") == text


def test_no_task_is_there_twice(week: Week) -> None:
    """One live task for each item of work, and nothing beside them but the step that Lena added."""
    here = week.town
    items = {item for item, _ in here.ledger.plan}
    assert {item: len(here.carriers(item)) for item in items} == dict.fromkeys(items, 1)
    live = Counter(task.name for task in here.box.world.tasks.values() if not task.deleted)
    titles = [here.ledger.plan[item, "title"] for item in items]
    assert live == Counter([*titles, "Print the flyers", "Breakfast before the first lesson"])


def test_nobodys_words_are_lost(week: Week) -> None:
    """What people wrote above and below syncd's block stands there as they wrote it."""
    notes = {item: week.town.task(item).notes for item in ("G1.A1.P1", "G1.A1.P2", "G2.A1.P1")}
    assert notes["G1.A1.P1"].startswith("Oak Hill goes first.\n")
    assert notes["G1.A1.P1"].endswith("Rooms: ask Lena.")
    assert notes["G1.A1.P2"].endswith("Samples are in room 12.")
    assert "\nLists are in the shared drive." in notes["G2.A1.P1"]


def test_the_kpis_show_the_work(week: Week) -> None:
    """Implementation is what a hand computation gives.

    Literacy (weight 2): of 1 + 4 + 2 the books' 4 are done. At home (weight 1): of five projects one is cancelled, of
    the other four one is done. Attendance: of two projects one is done.
    """
    said = week.town.syncd("scorecard", "--format", "json")
    literacy, at_home = Fraction(4, 1 + 4 + 2), Fraction(1, 4)
    reading = (2 * literacy + 1 * at_home) / 3
    assert _implementation(said.json) == {"G1.O1.K1": pytest.approx(float(reading)), "G2.K1": pytest.approx(1 / 2)}


def _implementation(card: dict[str, Any]) -> dict[str, float]:
    goals = card["goals"]
    kpis = [kpi for goal in goals for kpi in goal.get("kpis", [])]
    kpis += [kpi for goal in goals for outcome in goal["outcomes"] for kpi in outcome["kpis"]]
    return {kpi["id"]: kpi["implementation"] for kpi in kpis}


def test_the_log_has_every_word(week: Week) -> None:
    """For each word that was said and each that was changed: a line with what was there, what came, who and why."""
    told = _log(week)
    missing = [line for line in week.town.ledger.lines if not any(_tells(entry, line) for entry in told)]
    assert not missing
    assert all(entry["cause"] for entry in told)


def _log(week: Week) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = week.town.syncd("log", "--json", "--limit", "10000").json["entries"]
    return entries


_TOLD_AS = {"owner": "assignee", "Weight": "weight"}


def _tells(entry: dict[str, Any], line: Line) -> bool:
    """Whether an entry of the log says what a line of the ledger does."""
    field = (entry["field"] or "").removeprefix("field:")
    kind = "create" if entry["kind"] == "adopt" else entry["kind"]
    if entry["item"] != line.item or line.kind not in ("", kind):
        return False
    if line.kind == "create":
        return True
    if _TOLD_AS.get(field, field) != _TOLD_AS.get(line.field, line.field):
        return False
    known = line.who is None or line.who in (entry["who"] or "").split(" or ")
    if field == "notes":
        return known and line.after in entry["after"]
    return known and (entry["before"], entry["after"]) == (plain(line.before), plain(line.after))


def test_the_log_alone_tells_the_week(week: Week) -> None:
    """Read from its first line to its last, it leads to what every task holds of what was ever changed on it."""
    told: dict[Key, Any] = {}
    for entry in _log(week):
        item, field = entry["item"], (entry["field"] or "").removeprefix("field:")
        if entry["kind"] == "rename":
            told |= {(item, what): value for (old, what), value in told.items() if old == entry["before"]}
        elif entry["kind"] in ("team", "update", "undo", "write_back", "archive") and field:
            told[item, _TOLD_AS.get(field, field)] = entry["after"]
    changed = {
        (line.item, _TOLD_AS.get(line.field, line.field)) for line in week.town.ledger.lines if line.kind == "team"
    }
    assert changed <= told.keys()
    here = week.town
    for (item, field), value in told.items():
        key = "owner" if field == "assignee" else field
        if key in RULES and (item, key) in here.ledger.board:
            assert (item, field, plain(here.on_board(item, key))) == (item, field, value)
