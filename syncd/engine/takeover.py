"""Taking over: what a team set in a shared field goes into the plan, and is then what both sides agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.vocabulary import FieldValue
from mappings.fields import back
from mappings.notes import whole
from mappings.rules import FieldRule
from mappings.shape import PlanItem, desire
from syncd.engine.books import Books, Route
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


def taken_over(books: Books, change: Change) -> PlanEdit:
    """What the plan is to hold so that what the team set on its task stands. Raises ValueError, where it cannot."""
    if change.taken == "notes" and not whole(books.seen[change.task].task.notes):
        raise ValueError(
            "the frame around syncd's notes was changed or stands twice; leave one of it on the task, as it was"
        )
    return plan_edit(books.route, change)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the plan can take over now, each with what it would hold, and by item and field why it cannot the rest.

    The state of a project waits for that of its action, which may rule it out: it is in neither.
    """

    possible: tuple[tuple[Change, PlanEdit], ...] = ()
    untaken: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def surprising(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """The changes without what the plan cannot take over: that changes nothing anywhere."""
        return tuple(change for change in changes if (change.item, change.taken) not in self.untaken)


def judge(books: Books, changes: Iterable[Change]) -> Judged:
    """What the plan can take over of what teams set, by its items and by its file."""
    route, asked, untaken = books.route, list[tuple[Change, PlanEdit]](), dict[tuple[str, str], str]()
    for change in changes:
        if change.kind is Kind.WRITE_BACK:
            try:
                asked.append((change, taken_over(books, change)))
            except ValueError as reason:
                untaken[change.item, change.taken] = str(reason)
    states = {edit.item for _, edit in asked if edit.key == "state"}
    asked = [(change, edit) for change, edit in asked if edit.key != "state" or states.isdisjoint(_above(route, edit))]
    refused = route.refused([edit for _, edit in asked]) if asked else {}
    untaken |= {(change.item, change.taken): refused[edit] for change, edit in asked if edit in refused}
    return Judged(tuple(pair for pair in asked if pair[1] not in refused), untaken)


def _above(route: Route, edit: PlanEdit) -> tuple[str, ...]:
    item = route.item(edit.item)
    return item.path if item else ()


@dataclass(slots=True)
class Judge:
    """Judges for one pass, and each question only once as long as the plan stays the same."""

    books: Books
    _last: tuple[Route, list[Change], Judged] | None = None

    def __call__(self, changes: Iterable[Change]) -> Judged:
        """What the plan can take over of these changes."""
        route, asked = self.books.route, [change for change in changes if change.kind is Kind.WRITE_BACK]
        if self._last is None or self._last[0] is not route or self._last[1] != asked:
            self._last = (route, asked, judge(self.books, asked))
        return self._last[2]


def take_over(recorder: Recorder, keep: Keep, asked: Sequence[tuple[Change, PlanEdit]]) -> bool:
    """Have the plan take over what teams set, as far as it can; True if it took over anything.

    What is to be written is noted first, then the file is written, then it is agreed: should this process end in
    between, the next pass sees by the file how far it came.
    """
    books = recorder.books
    recorder.taking(change for change, _ in asked)
    kept = keep(books.route, list(dict.fromkeys(edit for _, edit in asked)))
    taken = [change for change, edit in asked if edit in kept.done]
    recorder.take_over(taken, [change for change, edit in asked if edit not in kept.done])
    reasons = {each.what: each.reason for each in kept.unwritten if isinstance(each.what, PlanEdit)}
    for change, edit in asked:
        if edit in reasons:
            reason = f"the plan does not take over what a team set in {change.taken}: {reasons[edit]}"
            recorder.tally.remarks.append(Finding(change.item, change.title, reason))
    if taken:
        held = {(edit.item, edit.key): edit.after for edit in kept.done if isinstance(edit, PlanEdit)}
        held |= {(change.item, "notes"): change.edits[0].after for change in taken if change.taken == "notes"}
        books.route = books.route.with_values(held)
        recorder.desired = desire(books.route.rules, books.route.items, books.container)
    return bool(taken)
