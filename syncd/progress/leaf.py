"""A piece of work that is counted: a project, or an action that has none. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from syncd.plan.model import Action, Project, State
from syncd.progress.evidence import NOT_PLANNED, Evidence, Standing, is_planned
from syncd.progress.expected import expected_work


class WorkState(StrEnum):
    """How a piece of work stands in the figures."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_STARTED = "not_started"
    ON_HOLD = "on_hold"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"
    EXCLUDED = "excluded"
    """No work by nature: outside every figure."""
    GONE = "gone"
    """Its task was deleted: the last known share stands until a person decides."""
    NOT_VISIBLE = "not_visible"
    NOT_LINKED = "not_linked"
    """It has no task yet."""
    UNKNOWN = "unknown"
    """Its task is there, but does not say how much is done."""


OUT = frozenset({WorkState.CANCELLED, WorkState.DEFERRED, WorkState.EXCLUDED})
"""States that leave this year's denominator."""
_NOTHING, _ALL = Fraction(0), Fraction(1)
_NEVER_LATE = OUT | {WorkState.ON_HOLD, WorkState.NOT_LINKED}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One piece of work with what its task says.

    `share` is None where unknown. `tasks` is (done, all) of the tasks behind it: its steps where they were read, else
    the one task itself. `expected` is where it should stand by its dates.
    """

    id: str
    title: str
    state: WorkState
    share: Fraction | None
    due: date | None
    overdue: bool
    expected: Fraction | None
    tasks: tuple[int, int]
    read: bool = True
    """Whether it has a task that was read."""
    url: str = ""
    completed_at: datetime | None = None
    remark: str = ""

    @property
    def counts(self) -> bool:
        """Whether it belongs into this year's denominator."""
        return self.state not in OUT

    @property
    def is_deferred(self) -> bool:
        """Whether it belongs only into the whole plan's."""
        return self.state is WorkState.DEFERRED

    @property
    def is_done(self) -> bool:
        """Whether it counts and all of it is done."""
        return self.counts and self.share == 1


@dataclass(frozen=True, slots=True)
class WorkCount:
    """Distinct projects (or actions that have none) behind a figure, by state; `total` are those that count in it.

    That leaves out the cancelled and the deferred, which stand beside it. `unread` are those of the total without a
    task that was read; they are never overdue, for nothing is known of them. `unknown` have no known share.
    """

    total: int = 0
    done: int = 0
    cancelled: int = 0
    on_hold: int = 0
    deferred: int = 0
    overdue: int = 0
    unread: int = 0
    unknown: int = 0

    @property
    def is_unread(self) -> bool:
        """Whether there is work and nothing of it was read yet: then its counts say nothing."""
        return 0 < self.total == self.unread

    @property
    def finished(self) -> bool:
        """Whether there is work that counts and all of it is done."""
        return 0 < self.done == self.total

    @classmethod
    def of(cls, leaves: Iterable[Leaf]) -> WorkCount:
        """Those leaves counted; what is no work by nature is not."""
        works = [leaf for leaf in leaves if leaf.state is not WorkState.EXCLUDED]
        states = [leaf.state for leaf in works]
        counted = [leaf for leaf in works if leaf.counts]
        return cls(
            total=len(counted),
            done=sum(leaf.is_done for leaf in counted),
            cancelled=states.count(WorkState.CANCELLED),
            on_hold=states.count(WorkState.ON_HOLD),
            deferred=states.count(WorkState.DEFERRED),
            overdue=sum(leaf.overdue for leaf in works),
            unread=sum(not leaf.read for leaf in counted),
            unknown=sum(leaf.share is None for leaf in counted),
        )


_STRICT = {state: place for place, state in enumerate((State.CANCELLED, State.DEFERRED, State.ON_HOLD, State.ACTIVE))}


def stricter(one: State, other: State) -> State:
    """The state that holds for work when it and what stands above it differ: cancelled, deferred, on hold, active."""
    return one if _STRICT[one] <= _STRICT[other] else other


def leaf(
    work: Project | Action, seen: Evidence | None, today: date, *, above: State, action: Action, linked: bool
) -> Leaf:
    """One piece of work as it stands on a day; `above` is the state of the action it belongs to.

    `linked` says that other work of the action has tasks: then work on hold that has none stands there with nothing
    done. The task's own due day goes before the plan's, and the action's stands in where there is neither.
    """
    state = stricter(stricter(work.state, above), label_of(seen))
    waits = seen is None and linked and state is State.ON_HOLD
    share = _NOTHING if waits else share_of(seen)
    standing = _work_state(state, seen, share)
    due = (seen.due if seen is not None else None) or work.due or action.due
    late = due is not None and due < today and share != 1 and standing not in _NEVER_LATE
    return Leaf(
        id=work.id,
        title=work.title,
        state=standing,
        share=None if standing in (WorkState.CANCELLED, WorkState.EXCLUDED) else share,
        due=due,
        overdue=late,
        expected=expected_work(work.start or action.start, due, today, gradual=_is_gradual(seen, share)),
        tasks=_tasks(seen, share),
        read=seen is not None,
        url=seen.url if seen is not None else "",
        completed_at=seen.completed_at if seen is not None and share == 1 else None,
        remark=_remark(seen, standing),
    )


def label_of(seen: Evidence | None) -> State:
    """The state that the team's own label on the task asks for."""
    if seen is not None and seen.standing in (Standing.CANCELLED, Standing.DEFERRED):
        return State(seen.standing.value)
    return State.ACTIVE


def share_of(seen: Evidence | None) -> Fraction | None:
    """The part of the work that is done by what its task says; the tool's own done flag overrides."""
    if seen is None or seen.standing is Standing.NOT_VISIBLE:
        return None
    return _ALL if seen.done else seen.share


def _work_state(state: State, seen: Evidence | None, share: Fraction | None) -> WorkState:
    if state in (State.CANCELLED, State.DEFERRED):
        return WorkState(state.value)
    if seen is not None and seen.standing in (Standing.EXCLUDED, Standing.NOT_VISIBLE, Standing.GONE):
        return WorkState(seen.standing.value)
    if share == 1:
        return WorkState.DONE
    if state is State.ON_HOLD:
        return WorkState.ON_HOLD
    if share is None:
        return WorkState.NOT_LINKED if seen is None else WorkState.UNKNOWN
    return WorkState.UNDER_WAY if share.numerator > 0 else WorkState.NOT_STARTED


def _is_gradual(seen: Evidence | None, share: Fraction | None) -> bool:
    """Whether progress shows on the way, not only at the end."""
    has_steps = seen is not None and seen.steps is not None and seen.steps[1] > 0
    return has_steps or (share is not None and 0 < share.numerator < share.denominator)


def _tasks(seen: Evidence | None, share: Fraction | None) -> tuple[int, int]:
    if seen is not None and seen.steps is not None and seen.steps[1] > 0:
        return seen.steps
    return int(share == 1), 1


def _remark(seen: Evidence | None, state: WorkState) -> str:
    if seen is None:
        return "" if state in OUT else "it has no task yet"
    return "; ".join(filter(None, ("" if is_planned(seen.item) else NOT_PLANNED, _of_task(seen))))


def _of_task(seen: Evidence) -> str:
    if seen.standing is Standing.GONE:
        return "its task was deleted: the last known share stands until someone re-creates it or cancels the item"
    if seen.standing is Standing.NOT_VISIBLE:
        return "its task is not visible to syncd's account"
    if seen.done and seen.steps is not None and seen.steps[0] < seen.steps[1]:
        return f"it is marked done while {seen.steps[1] - seen.steps[0]} of its {seen.steps[1]} steps are open"
    return seen.remark
