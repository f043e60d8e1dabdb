"""A draft under review as text for people and as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any, Final

from syncd.plan.linting.finding import Finding
from syncd.plan.model import Tier
from syncd.scorecard.review import Line, Review
from syncd.scorecard.words import count, day, sentence
from syncd.views.lint import for_programs, message_of, tally

TIERS: Final = {tier: tier.value.capitalize() for tier in Tier} | {Tier.KPI: "KPI"}
MARKED: Final = "For review: nothing that is not adopted is pushed to a tool or published."


def as_text(held: Review, width: int = 100) -> str:
    """All of it in lines of at most so many columns."""
    found: list[str] = []
    for line in _lines(held):
        indent = len(line) - len(line.lstrip())
        found += wrap(line, width, subsequent_indent=" " * (indent + 2), break_on_hyphens=False) or [""]
    return "\n".join(found) + "\n"


def as_json(held: Review) -> dict[str, Any]:
    """All of it as plain JSON values."""
    return {
        "draft": True,
        "plan": held.plan,
        "title": held.title,
        "as_of": held.as_of.isoformat(),
        "compared_with": held.base,
        "pending": {status.value: many for status, many in held.statuses},
        "changes": dict(held.counts),
        "plan_changes": list(held.changes_of_plan),
        "items": [
            {
                "id": line.id,
                "tier": line.tier.value,
                "title": line.title,
                "status": line.status.value,
                "new": line.is_new,
                "changes": list(line.changes),
                "findings": for_programs(line.findings),
                "proposals": list(line.proposals),
            }
            for line in held.lines
        ],
        "removed": [{"id": each.id, "tier": each.tier.value, "title": each.title} for each in held.gone],
        "findings": for_programs(held.findings_of_plan),
    }


def how_far(held: Review) -> str:
    """How much of it is not adopted yet."""
    if not held.pending:
        return "All of it is adopted."
    parts = " and ".join(f"{many:,} {status.value.replace('_', ' ')}" for status, many in held.statuses)
    return f"{held.pending:,} of {count(len(held.lines), 'item')} not adopted: {parts}."


def what_changes(held: Review) -> str:
    """How many changes of each kind."""
    told = ", ".join(f"{many:,} {name}" for name, many in held.counts)
    return sentence(told) if told else "Nothing changes."


def finding_words(found: Finding) -> str:
    """A finding beside its item: severity, rule, message; of a waived one, why it passes."""
    if found.waiver is not None:
        return f"{found.rule} waived: {found.waiver.reason}"
    return f"{found.severity.value} {found.rule}: {message_of(found)}"


def _lines(held: Review) -> Iterator[str]:
    yield f"DRAFT · {held.title}"
    yield " · ".join(filter(None, [held.organization, f"as of {day(held.as_of)}", "internal"]))
    yield from (MARKED, how_far(held), "", held.base, what_changes(held), f"Plan rules: {tally(held.linted)}")
    yield from (f"  * {each}" for each in held.changes_of_plan)
    yield from (f"  ! {finding_words(each)}" for each in held.findings_of_plan)
    for line in held.lines:
        yield from _item(line)
    if held.gone:
        yield from ("", "Not in it any more")
        yield from (f"  - {TIERS[each.tier]} {each.id}: {each.title}" for each in held.gone)


def _item(line: Line) -> Iterator[str]:
    indent = "  " * line.depth
    if not line.depth:
        yield ""
    marks = [line.status.value.replace("_", " "), *(["new"] if line.is_new else [])]
    yield f"{indent}{TIERS[line.tier]} {line.id}: {line.title} [{', '.join(marks)}]"
    yield from (f"{indent}  * {each}" for each in line.changes)
    yield from (f"{indent}  + proposal: {each}" for each in line.proposals)
    yield from (f"{indent}  ! {finding_words(each)}" for each in line.findings)
