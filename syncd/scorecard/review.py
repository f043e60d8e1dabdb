"""A draft as those who decide on it look at it: each item, what is new about it, and what the plan rules find. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from syncd.plan.adoption import adopted_part, as_if_adopted, pending
from syncd.plan.linting.finding import Finding
from syncd.plan.linting.lint import Linted
from syncd.plan.model import AnyItem, Kpi, Plan, Status, Tier
from syncd.scorecard.events import Event, Kind, compare
from syncd.scorecard.raising import proposals
from syncd.scorecard.telling import deed

_OF_READINGS: Final = frozenset({Kind.READING_ADDED, Kind.READING_CORRECTED, Kind.READING_REMOVED})
"""What is measured is no part of what is decided."""
GROUPS: Final = {
    Kind.ADDED: "added",
    Kind.RETIRED: "removed",
    Kind.RENAMED: "renamed",
    Kind.MOVED: "moved",
    Kind.RETARGETED: "re-targeted",
    Kind.REBASED: "re-based",
    Kind.REDATED: "re-dated",
}
"""The changes that are counted by their own names; all else is changed otherwise."""
OTHERWISE: Final = "changed otherwise"


@dataclass(frozen=True, slots=True)
class Base:
    """The adopted plan that a draft is compared with; `words` say which that is."""

    plan: Plan
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the draft; `depth` is how many stand above it, `changes` say what is new about it.

    `proposals` are targets further out that may be set.
    """

    id: str
    tier: Tier
    depth: int
    title: str
    status: Status
    owner: str
    is_new: bool
    changes: tuple[str, ...]
    findings: tuple[Finding, ...]
    proposals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """An item of the adopted plan that the draft does not hold."""

    id: str
    tier: Tier
    title: str


@dataclass(frozen=True, slots=True)
class Review:
    """A plan under review, on a day; `of_plan` are changes of and findings about the plan itself."""

    plan: str
    title: str
    organization: str
    as_of: date
    base: str
    pending: int
    statuses: tuple[tuple[Status, int], ...]
    counts: tuple[tuple[str, int], ...]
    changes_of_plan: tuple[str, ...]
    findings_of_plan: tuple[Finding, ...]
    lines: tuple[Line, ...]
    gone: tuple[Gone, ...]
    linted: Linted


def review(plan: Plan, base: Base | None, linted: Linted, as_of: date) -> Review:
    """The draft as it is to be looked at; without a base everything in it is new."""
    before = adopted_part(base.plan) if base is not None else plan.model_copy(update={"goals": ()})
    events = [each for each in compare(before, as_if_adopted(plan)) if each.kind not in _OF_READINGS]
    gone = [each for each in events if _is_gone(each)]
    changes = _by_item(each for each in events if not _is_gone(each))
    added = {each.item for each in events if each.kind is Kind.ADDED}
    findings: dict[str, list[Finding]] = defaultdict(list)
    for each in linted.findings:
        findings[each.item if each.item in plan.items else ""].append(each)
    waiting = pending(plan)
    return Review(
        plan=plan.id,
        title=plan.title,
        organization=plan.organization,
        as_of=as_of,
        base=base.words if base is not None else "There is no adopted plan to compare with: all of it is new.",
        pending=len(waiting),
        statuses=tuple((status, many) for status in Status if (many := list(waiting.values()).count(status))),
        counts=_counts(events),
        changes_of_plan=tuple(changes.get("", ())),
        findings_of_plan=tuple(findings[""]),
        lines=tuple(
            Line(
                id=name,
                tier=placed.tier,
                depth=len(placed.path),
                title=placed.item.title,
                status=placed.status,
                owner=placed.item.owner or "",
                is_new=name in added,
                changes=tuple(changes.get(name, ())),
                findings=tuple(findings.get(name, ())),
                proposals=_proposals(plan, placed.item, before, as_of),
            )
            for name, placed in plan.items.items()
        ),
        gone=tuple(Gone(each.item, each.tier, each.title) for each in gone if each.tier is not None),
        linted=linted,
    )


def _proposals(plan: Plan, item: AnyItem, before: Plan, as_of: date) -> tuple[str, ...]:
    if not isinstance(item, Kpi):
        return ()
    was = (before.items[name].item for name in (item.id, *item.was) if name in before.items)
    return proposals(item, next((kpi for kpi in was if isinstance(kpi, Kpi)), None), as_of, plan.minimum_group)


def _is_gone(event: Event) -> bool:
    return event.kind is Kind.RETIRED and not event.field


def _by_item(events: Iterable[Event]) -> dict[str, list[str]]:
    """What is new about each item, in words; about the plan itself under ""."""
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if event.kind is not Kind.ADDED:
            found[event.item if event.tier is not None else ""].append(_told(event))
    return found


def _told(event: Event) -> str:
    """What happened to an item beside which it is told."""
    return f"it was called “{event.before}”" if event.kind is Kind.RENAMED else deed(event)


def _counts(events: Sequence[Event]) -> tuple[tuple[str, int], ...]:
    """How many changes of each kind there are, in the order in which people ask for them."""
    found = Counter(GROUPS.get(event.kind, OTHERWISE) for event in events)
    return tuple((name, found[name]) for name in (*GROUPS.values(), OTHERWISE) if found[name])
