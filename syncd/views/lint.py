"""What `syncd lint` has to say, as text and as plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from syncd.plan.linting.finding import Finding, Severity, Waiver
from syncd.plan.linting.lint import Linted, worst_first
from syncd.plan.linting.summary import Fix, Share, Summary
from syncd.scorecard.words import count, day

_NAMES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "piece of advice"}
_MANY: Final = {Severity.ADVICE: "pieces of advice"}
_CELLS: Final = 20


def for_programs(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for other programs."""
    return [
        {
            "rule": each.rule,
            "severity": each.severity.value,
            "item": each.item,
            "message": message_of(each),
            "fix": each.fix,
            "waived": each.waived,
        }
        for each in findings
    ]


def in_words(linted: Linted, place: Callable[[Finding], str]) -> Iterator[str]:
    """The findings for people, worst first, each rule's fix once; `place` says where a finding stands."""
    told = ""
    for each in worst_first(linted.findings):
        if each.waiver is not None:
            continue
        yield f"{each.severity.value} {each.rule} {place(each)}: {message_of(each)}"
        if each.fix != told:
            yield f"    → {each.fix}"
        told = each.fix
    for each in linted.findings:
        if each.waiver is not None:
            until = f" until {day(each.waiver.until)}" if each.waiver.until else ""
            yield f"✓ {each.rule} {place(each)}: waived{until}: {each.waiver.reason}"
    yield from (f"! the waiver of {_waiver(each)} ended on {_end(each)}: it counts no more" for each in linted.ended)
    yield from (f"! the waiver of {_waiver(each)} lets nothing pass: it can go" for each in linted.idle)


def tally(linted: Linted) -> str:
    """How many findings of each kind, in a sentence."""
    found = [
        count(number, _NAMES[severity], _MANY.get(severity))
        for severity in Severity
        if (number := sum(each.severity is severity for each in linted.open))
    ]
    waived = len(linted.findings) - len(linted.open)
    told = ", ".join(found) or "Nothing found"
    return f"{told}{f' ({waived} waived)' if waived else ''}."


def page(summary: Summary) -> Iterator[str]:
    """The summary of a plan on one page."""
    yield from (summary.title, "")
    for heading, shares in (
        ("Clear", summary.clear),
        ("Measurable", summary.measurable),
        ("Actionable", summary.actionable),
    ):
        yield heading
        yield from (f"  {_line(share)}" for share in shares)
        yield ""
    yield "Most worth doing now" if summary.fixes else "Nothing is left to do."
    for number, fix in enumerate(summary.fixes, 1):
        yield f"  {number}. {fix.fix}"
        yield f"     {_about(fix)}"
    if summary.waived:
        yield f"  ({count(summary.waived, 'finding')} waived.)"


def message_of(finding: Finding) -> str:
    """What was found; with a waiver that has ended, that too."""
    if finding.ended is None:
        return finding.message
    return f"{finding.message} (Its waiver ended on {_end(finding.ended)}.)"


def _line(share: Share) -> str:
    filled = share.good * _CELLS // share.total if share.total else 0
    return f"{'█' * filled}{'░' * (_CELLS - filled)} {share.good} of {share.total} {share.what}"


def _about(fix: Fix) -> str:
    more = f" and {fix.many - len(fix.items)} more" if fix.many > len(fix.items) else ""
    return f"({fix.rule} {fix.name}: {', '.join(fix.items)}{more})"


def _waiver(waiver: Waiver) -> str:
    return f"{waiver.rule} for {waiver.item}"


def _end(waiver: Waiver) -> str:
    return day(waiver.until) if waiver.until is not None else "–"
