"""Taking over: what a team set in a shared field goes into the plan, and is then what both sides agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from connectors.vocabulary import FieldValue
from mappings.fields import back
from mappings.rules import FieldRule
from mappings.shape import PlanItem, desire
from syncd.engine.books import Route
from syncd.engine.planner import Change, Edit, Kind
from syncd.engine.recorder import Recorder
from syncd.engine.tally import Finding
from syncd.plan.edits import Kept, PlanEdit
from syncd.plan.model import State, Tier
from syncd.progress.leaf import stricter

Keep = Callable[[Route, Sequence[PlanEdit]], Kept]
"""Puts edits into the file of a route's plan, as far as it still holds what they were decided on."""


def plan_edit(route: Route, change: Change) -> PlanEdit:
    """What the plan is to hold so that the team's value stands. Raises ValueError, in words, where it cannot."""
    if route.unwritable:
        raise ValueError(route.unwritable)
    edit, item = change.edits[0], route.item(change.item)
    rule = route.rules.rule(edit.field)
    if item is None or rule is None:
        raise ValueError("the plan has no such item, or the mapping no such field, any more")
    after = back(rule, edit.after, item.around)
    if rule.source == "state":
        _allowed_from_above(route, item, State(str(after)))
    return PlanEdit(item.id, rule.source, _now(rule, edit, item), after)


def _allowed_from_above(route: Route, item: PlanItem, state: State) -> None:
    """A project takes no state of its own over a stricter one of its action, which would undo it at once."""
    above = route.item(item.path[-1]) if item.path else None
    if above is not None and above.tier == Tier.ACTION:
        ruling = State(str(above.values.get("state") or State.ACTIVE))
        if stricter(state, ruling) is not state:
            raise ValueError(
                f"{above.id}, under which it stands, is {ruling}; change that one's state in the plan first"
            )


def _now(rule: FieldRule, edit: Edit, item: PlanItem) -> FieldValue:
    """What the plan holds: its own words of a block, and every other value as it is."""
    return back(rule, edit.before, item.around) if rule.source == "notes" else item.values.get(rule.source)


def possible(route: Route, changes: Iterable[Change]) -> Iterator[tuple[Change, PlanEdit]]:
    """The write-backs that the plan can take over, each with what it would hold.

    The state of a project waits for that of its action, which may rule it out.
    """
    changes = [change for change in changes if change.kind is Kind.WRITE_BACK]
    states = {change.item for change in changes if _is_state(route, change)}
    for change in changes:
        item = route.item(change.item) if states and _is_state(route, change) else None
        if item is not None and not states.isdisjoint(item.path):
            continue
        with suppress(ValueError):
            yield change, plan_edit(route, change)


def _is_state(route: Route, change: Change) -> bool:
    rule = route.rules.rule(change.taken)
    return rule is not None and rule.source == "state"


def untaken(route: Route, changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """Why the plan cannot take over what a team set, by item and field."""
    reasons: dict[tuple[str, str], str] = {}
    for change in changes:
        if change.kind is Kind.WRITE_BACK:
            try:
                plan_edit(route, change)
            except ValueError as reason:
                reasons[change.item, change.taken] = str(reason)
    return reasons


def surprising(route: Route, changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes without the write-backs that the plan cannot take over: they change nothing anywhere."""
    changes = tuple(changes)
    left = untaken(route, changes)
    return tuple(change for change in changes if (change.item, change.taken) not in left)


def take_over(recorder: Recorder, keep: Keep, changes: Iterable[Change]) -> bool:
    """Have the plan take over what teams set, as far as it can; True if it took over anything.

    The file is written first: should this process end before the store knows, the next pass finds both sides alike.
    """
    books = recorder.books
    asked = {edit: change for change, edit in possible(books.route, changes)}
    kept = keep(books.route, list(asked)) if asked else Kept()
    done = [edit for edit in kept.done if edit in asked]
    for each in kept.unwritten:
        if each.what in asked:
            change = asked[each.what]
            reason = f"the plan does not take over what a team set in {change.taken}: {each.reason}"
            recorder.tally.remarks.append(Finding(change.item, change.title, reason))
    if not done:
        return False
    taken = [asked[edit] for edit in done]
    recorder.take_over(taken)
    held = {(edit.item, edit.key): edit.after for edit in done}
    held |= {(change.item, "notes"): change.edits[0].after for change in taken if change.edits[0].field == "notes"}
    books.route = books.route.with_values(held)
    recorder.desired = desire(books.route.rules, books.route.items, books.container)
    return True
