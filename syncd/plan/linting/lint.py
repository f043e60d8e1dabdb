"""Looks through a plan with all rules, and lays the waivers over what they find. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from syncd.plan.linting.finding import Finding, Severity, Waiver
from syncd.plan.linting.rules import RULES
from syncd.plan.linting.subject import Subject

_ORDER = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in a plan, in the order of the rules; `ended` are waivers past their day, `idle` let nothing pass.

    A finding about the plan itself has the plan's id as its item.
    """

    findings: tuple[Finding, ...]
    ended: tuple[Waiver, ...] = ()
    idle: tuple[Waiver, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """What nobody lets pass."""
        return tuple(each for each in self.findings if not each.waived)


def lint(subject: Subject, waivers: Sequence[Waiver] = ()) -> Linted:
    """All that the rules find in a plan."""
    known = {(each.item, each.rule): each for each in _weakest_first(waivers, subject)}
    found = []
    for each in dict.fromkeys(_found(subject)):
        waiver = known.get((each.item, each.rule))
        if waiver is None:
            found.append(each)
        elif waiver.holds(subject.today):
            found.append(replace(each, waiver=waiver))
        else:
            found.append(replace(each, ended=waiver))
    used = {(each.item, each.rule) for each in found}
    return Linted(
        tuple(found),
        ended=tuple(each for each in waivers if not each.holds(subject.today)),
        idle=tuple(each for each in waivers if each.holds(subject.today) and (each.item, each.rule) not in used),
    )


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that must be corrected first; else in their order."""
    return sorted(findings, key=lambda each: (each.waived, _ORDER[each.severity]))


def _found(subject: Subject) -> Iterator[Finding]:
    places = {placed.item.id: number for number, placed in reversed(list(enumerate(subject.placed)))}
    for rule in RULES:
        yield from sorted(rule.findings(subject), key=lambda each: places.get(each.item, -1))


def _weakest_first(waivers: Sequence[Waiver], subject: Subject) -> list[Waiver]:
    """Of several for one finding, the one that holds wins."""
    return sorted(waivers, key=lambda each: each.holds(subject.today))
