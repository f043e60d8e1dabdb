"""Settling, by example: what is put right in the links once plan and tool agree, and what is left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connectors.vocabulary import Container, Fate, Field, FieldType, FieldValue, Task
from mappings.rules import FieldRule, Owner, Rules
from mappings.shape import Desired, Wanted
from syncd.engine.agreement import ANEW, ANSWER, GONE, OVER, REPLACED, RETURNING, SENDING, TAKING
from syncd.engine.planner import Agreed, Edit, Observed, Scope
from syncd.engine.settling import (
    Renaming,
    Settlement,
    cut_off,
    rename,
    renamed,
    sent,
    settle,
    settled,
)
from syncd.records import GroupLink, Link, Seen

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
BOARD = Container("B", "Board", "https://tool/B")
RULES = Rules("academics", "district")
OLD, NEW, OTHER = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)
PLACE: Mapping[str, FieldValue] = {"group": "G1", "parent": None}


def wanted(item: str = "A1", /, group: str | None = "G1", *, touch: bool = True, **values: FieldValue) -> Wanted:
    """What the plan wants of one task."""
    return Wanted(item, f"syncd:district/{item}", group, None, values, touch=touch)


def desired(*tasks: Wanted, outside: frozenset[str] = frozenset(), **now: str) -> Desired:
    """What the plan wants, and which ids it has renamed."""
    return Desired(RULES, {task.item: task for task in tasks}, {}, outside, now)


def link(item: str = "A1", /, **agreed: FieldValue) -> Link:
    """A link with what both sides last agreed on."""
    return Link(item, f"T{item}", {**PLACE, **agreed}, NOW)


def observed(item: str = "A1", /, **held: date | None) -> Observed:
    """A board with the task of an item."""
    task = replace(Task(f"T{item}", "B", "Title", ""), **held)  # type: ignore[arg-type]
    return Observed(BOARD, {task.id: Seen(task, NOW)})


def settle_one(plan: Wanted, base: Link, board: Observed) -> Mapping[str, FieldValue] | None:
    """What is agreed on afterwards; None if nothing is put right."""
    renewed = settle(desired(plan), board, Agreed({base.item: base})).renewed
    if not renewed:
        return None
    (one,) = renewed
    assert (one.item, one.task, one.linked_at) == (base.item, base.task, NOW)
    return one.agreed


# New ids


def test_links_groups_and_places_follow_a_new_id() -> None:
    """The item's own link moves, and so does its name where other tasks stand below it or in its group."""
    plan = desired(wanted("N1"), A1="N1", G1="N2")
    below, group = Link("P1", "TP1", {"group": "G1", "parent": "A1", "due": OLD}, NOW), GroupLink("G1", "S1", "One")
    agreed = Agreed({"A1": link(due=OLD), "P1": below}, {"G1": group}, {"X"})

    found = rename(plan, agreed)

    moved = Link("N1", "TA1", {"group": "N2", "parent": None, "due": OLD}, NOW)
    under = replace(below, agreed={"group": "N2", "parent": "N1", "due": OLD})
    assert found == Renaming((("A1", moved), ("P1", under)), (("G1", replace(group, item="N2")),))
    assert renamed(agreed, found) == Agreed({"N1": moved, "P1": under}, {"N2": replace(group, item="N2")}, {"X"})


def test_what_did_not_change_its_id_keeps_its_link() -> None:
    """Only what is called differently by now is put away under another id."""
    stays = replace(link("A2"), agreed={"group": "G2", "due": OLD})
    agreed = Agreed({"A1": link(), "A2": stays}, {"G2": GroupLink("G2", "S2", "Two")})
    found = rename(desired(A1="N1"), agreed)
    assert [old for old, _ in found.links] == ["A1"]
    assert not found.groups
    after = renamed(agreed, found)
    assert (set(after.links), after.links["A2"], after.groups) == ({"N1", "A2"}, stays, agreed.groups)
    assert rename(desired(), agreed) == Renaming()


def test_a_new_id_that_is_taken_takes_nobodys_place() -> None:
    """An id that has a link, or a group, of its own keeps it; the earlier one stays as it was."""
    taken = Agreed(
        {"A1": link("A1"), "N1": link("N1")}, {"G1": GroupLink("G1", "S1", "One"), "N2": GroupLink("N2", "S2", "Two")}
    )
    found = rename(desired(A1="N1", G1="N2"), taken)
    assert not found.groups
    assert [(old, one.item) for old, one in found.links] == [("A1", "A1"), ("N1", "N1")]
    assert {one.agreed["group"] for _, one in found.links} == {"N2"}


# Both sides agree


def test_both_hold_the_same_by_now() -> None:
    """What plan and tool set alike is agreed; nothing more is said of how the value came there."""
    ways = {ANSWER + "due": OTHER, SENDING + "due": OTHER, RETURNING + "due": OTHER, REPLACED + "due": OLD}
    base = link(due=OLD, start=OLD, **ways)
    assert settle_one(wanted(due=NEW, start=OLD), base, observed(due=NEW)) == {**PLACE, "due": NEW, "start": OLD}


def test_what_differs_is_not_agreed() -> None:
    """A value that one side alone changed leaves the base as it is."""
    assert settle_one(wanted(due=NEW), link(due=OLD), observed(due=OLD)) is None
    assert settle_one(wanted(due=OLD), link(due=OLD, title="Before"), observed(due=NEW)) is None


def test_the_same_in_another_form_is_agreed_already() -> None:
    """Blanks that mean nothing to a person put nothing right: a link would be written for nothing."""
    base = link(title="Title ", due=OLD)
    assert settle_one(wanted(title="Title", due=NEW), base, observed(due=OLD)) is None


def test_a_field_without_a_base_gets_one() -> None:
    """A field that was never agreed on is, as soon as both hold the same, also where that is nothing."""
    assert settle_one(wanted(due=NEW, start=None), link(), observed(due=NEW)) == {**PLACE, "due": NEW, "start": None}


def test_a_link_without_a_place_gets_the_plans() -> None:
    """Where an older store kept no place, the plan's is taken for it; where no group is wanted, none is kept."""
    bare = Link("A1", "TA1", {"due": OLD}, NOW)
    below = replace(wanted(due=OLD), parent="A9")
    assert settle_one(below, bare, observed(due=OLD)) == {"group": "G1", "parent": "A9", "due": OLD}
    base = replace(link(), agreed={"group": "G9", "parent": "A9"})
    assert settle_one(wanted(), base, observed()) is None
    assert settle_one(wanted(group=None), base, observed()) == {"group": None, "parent": "A9"}


def test_a_task_that_is_back_is_gone_no_longer() -> None:
    """That it was gone, or was to be made anew, is forgotten once it is there again, so that its next loss is news."""
    known: dict[str, FieldValue] = {GONE: "deleted", ANEW: True}
    assert settle_one(wanted(), link(**known), observed()) == PLACE


def test_what_nobody_can_see_settles_nothing() -> None:
    """An item without a link, a draft, a task that is gone: what is agreed on stays, and the others go on."""
    there = observed("A4", due=NEW).tasks
    gone = Seen(Task("TA3", "B", "Title", "", due=NEW), NOW, Fate.DELETED)
    draft = Seen(Task("TA2", "B", "Title", "", due=NEW), NOW)
    plan = desired(*(wanted(item, touch=item != "A2", due=NEW) for item in ("A1", "A2", "A3", "A4")))
    board = Observed(BOARD, {**there, "TA2": draft, "TA3": gone})
    agreed = Agreed({item: link(item, due=OLD) for item in ("A2", "A3", "A4")})
    assert settle(plan, board, agreed) == Settlement((link("A4", due=NEW),))
    assert settle(plan, board, agreed, Scope(("A2",))) == Settlement()


def test_what_the_mapping_no_longer_reaches_is_released() -> None:
    """Only links of items that the plan still has elsewhere, and only within what is asked for."""
    agreed = Agreed({item: link(item) for item in ("A1", "A2", "A3")})
    plan = desired(wanted("A1"), outside=frozenset({"A2"}))
    assert settle(plan, observed(), agreed) == Settlement(released=(link("A2"),))
    assert settle(plan, observed(), agreed, Scope(("A1", "A3"))) == Settlement()


def test_the_links_once_they_are_put_right() -> None:
    """Renewed ones take their old ones' place, released ones are gone; the links given stay as they are."""
    links = {item: link(item) for item in ("A1", "A2", "A3")}
    right = settled(links, Settlement((link("A1", due=NEW),), (link("A2"),)))
    assert right == {"A1": link("A1", due=NEW), "A3": link("A3")}
    assert settled(links, Settlement(released=(link("A2"),))).keys() == {"A1", "A3"}
    assert settled(links, Settlement((link("A1", due=NEW),)))["A1"].agreed["due"] == NEW
    assert settled(links, Settlement()) is links
    assert set(links) == {"A1", "A2", "A3"}


# On the way when a pass was cut off


def test_what_was_sent_and_stands_there_is_agreed() -> None:
    """The value is ours, though the plan holds another one by now, and is agreed on as that which the plan changed."""
    base = link(due=OLD, start=OLD, **{SENDING + "due": NEW, REPLACED + "due": OLD})
    board = observed(due=NEW, start=OTHER)
    assert sent(RULES, base, board) == {"due": SENDING}
    assert settle_one(wanted(due=OTHER, start=OLD), base, board) == {**PLACE, "due": NEW, "start": OLD}


def test_what_was_sent_and_does_not_stand_there_stays_noted() -> None:
    """As long as the task is not seen to hold it, it may still be on its way."""
    base = link(due=OLD, **{SENDING + "due": NEW, REPLACED + "due": OLD})
    assert sent(RULES, base, observed(due=OLD)) == {}
    assert sent(RULES, base, Observed(BOARD, {})) == {}
    assert sent(RULES, link(due=OLD), observed(due=OLD)) == {}
    assert settle_one(wanted(due=OTHER), base, observed(due=OLD)) is None


def test_what_was_sent_into_a_custom_field() -> None:
    """It is looked for in the tool's own field."""
    rules = replace(RULES, fields=(FieldRule("cost", Owner.PLAN, "cost", "Cost"),))
    board = replace(BOARD, fields=(Field("F", "Cost", FieldType.NUMBER),))
    task = Task("TA1", "B", "Title", "", fields={"F": Decimal(7)})
    base = link(**{SENDING + "field:cost": Decimal(7)})
    assert sent(rules, base, Observed(board, {"TA1": Seen(task, NOW)})) == {"field:cost": SENDING}


@pytest.mark.parametrize(
    ("before", "agreed"),
    [
        pytest.param({"due": NEW}, {"due": NEW, ANSWER + "due": OLD}, id="another"),
        pytest.param({"due": OLD}, {"due": OLD}, id="the-same"),
        pytest.param({}, {ANSWER + "due": OLD}, id="none"),
        pytest.param({"due": NEW, SENDING + "due": OTHER}, {"due": NEW, ANSWER + "due": OLD}, id="after-a-pass"),
    ],
)
def test_what_an_undo_put_back_stays_as_the_tools_answer(
    before: Mapping[str, FieldValue], agreed: Mapping[str, FieldValue]
) -> None:
    """It is nobody's word but syncd's own; what plan and tool last agreed on stands beside it."""
    base = link(**before, **{RETURNING + "due": OLD, REPLACED + "due": NEW})
    assert sent(RULES, base, observed(due=OLD)) == {"due": RETURNING}
    assert settle_one(wanted(due=OTHER), base, observed(due=OLD)) == {**PLACE, **agreed}


@pytest.mark.parametrize("way", [SENDING, RETURNING])
def test_what_arrived_on_a_task_that_is_elsewhere_by_now(way: str) -> None:
    """It is known to have arrived, so that nobody looks for it any more; nothing else of the link changes."""
    base = link(due=OLD, start=OLD, **{way + "due": NEW})
    away = Task("TA1", "", "Title", "", due=NEW, start=NEW)
    elsewhere = Observed(BOARD, {"TA1": Seen(away, NOW)})
    agreed = {"due": NEW} if way == SENDING else {"due": OLD, ANSWER + "due": NEW}
    assert settle_one(wanted(due=OTHER, start=NEW), base, elsewhere) == {**PLACE, "start": OLD, **agreed}
    assert settle_one(wanted(due=OTHER), link(due=OLD), elsewhere) is None


def test_what_an_undo_sent_and_does_not_stand_there_says_nothing() -> None:
    """The task holds what was agreed, so it is the plan alone that changed."""
    base = link(due=NEW, **{RETURNING + "due": OLD, REPLACED + "due": NEW})
    assert sent(RULES, base, observed(due=NEW)) == {}
    assert settle_one(wanted(due=OTHER), base, observed(due=NEW)) is None


@pytest.mark.parametrize(
    ("holds", "agreed"),
    [pytest.param(NEW, {"due": NEW}, id="arrived"), pytest.param(OLD, {"due": OLD, ANSWER + "due": OTHER}, id="lost")],
)
def test_what_was_on_its_way_into_the_plan(holds: date, agreed: Mapping[str, FieldValue]) -> None:
    """By what the plan holds one sees whether it arrived, also of a draft and of what is gone."""
    base = link(due=OLD, **{ANSWER + "due": OTHER, TAKING + "due": NEW, OVER + "due": OLD})
    there = observed(due=date(2027, 1, 1))
    gone = Observed(BOARD, {task: replace(seen, fate=Fate.DELETED) for task, seen in there.tasks.items()})
    assert settle_one(wanted(due=holds), base, there) == {**PLACE, **agreed}
    assert settle_one(wanted(due=holds), base, gone) == {**PLACE, **agreed}
    assert settle_one(wanted(touch=False, due=holds), base, there) == {**PLACE, **agreed}


def test_what_arrived_in_the_plan_as_the_tool_has_it() -> None:
    """Where the tool keeps no form of its own there is none to forget."""
    base = link(due=OLD, **{TAKING + "due": NEW, OVER + "due": OLD})
    assert settle_one(wanted(due=NEW), base, observed(due=OTHER)) == {**PLACE, "due": NEW}


def test_the_log_tells_what_the_plan_holds_by_now() -> None:
    """Of each value that was on its way into the plan: told once it is agreed on, with what it took the place of."""
    before = link(due=OLD, start=OLD, **{TAKING + "due": NEW, OVER + "due": OLD, TAKING + "start": NEW})
    reason = "the team changed it; the pass that put it into the plan was cut off before it could say so"
    assert list(cut_off(before, link(due=NEW, start=OLD))) == [("write_back", Edit("due", OLD, NEW, reason))]
    assert list(cut_off(before, link(due=OLD, start=NEW))) == [("write_back", Edit("start", None, NEW, reason))]
    assert not list(cut_off(before, before))
    assert not list(cut_off(before, link(due=NEW, start=NEW, **{TAKING + "due": NEW, TAKING + "start": NEW})))


def test_the_log_tells_what_the_task_holds_by_now() -> None:
    """Of each value that was on its way to the task: told once it is agreed on, with what it took the place of."""
    before = link(due=OLD, start=OLD, **{SENDING + "due": NEW, REPLACED + "due": OLD, SENDING + "start": NEW})
    reason = "the plan changed it; the pass that sent it did not hear that it arrived"
    assert list(cut_off(before, link(due=NEW, start=OLD))) == [("update", Edit("due", OLD, NEW, reason))]
    assert list(cut_off(before, link(due=OLD, start=NEW))) == [("update", Edit("start", None, NEW, reason))]
    assert not list(cut_off(before, before))
    assert not list(cut_off(before, link(due=NEW, start=NEW, **{SENDING + "due": NEW, SENDING + "start": NEW})))


def test_the_log_tells_what_an_undo_put_back() -> None:
    """Whether plan and task differ since or agree again."""
    before = link(due=NEW, start=OLD, **{RETURNING + "due": OLD, REPLACED + "due": NEW, RETURNING + "start": NEW})
    reason = "an undo put it back; it did not hear that it arrived"
    told = [("undo", Edit("due", NEW, OLD, reason))]
    assert list(cut_off(before, link(due=NEW, start=OLD, **{ANSWER + "due": OLD}))) == told
    assert list(cut_off(before, link(due=OLD, start=OLD))) == told
    assert not list(cut_off(before, link(due=NEW, start=OLD)))


def test_what_was_sent_unheard_is_not_forgotten_while_nobody_can_look() -> None:
    """The plan is back at the old value, which is what was last seen: only where somebody looked that says anything."""
    base = link(due=OLD, **{SENDING + "due": NEW})
    trees = desired(wanted(due=OLD)), observed(due=OLD)

    assert not settle(*trees, Agreed({"A1": base}, blocked={"A1"})).renewed
    (one,) = settle(*trees, Agreed({"A1": base})).renewed
    assert one.agreed == link(due=OLD).agreed
