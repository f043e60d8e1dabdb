"""How clear, measurable and actionable a plan is, on one page, with what is most worth doing about it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from syncd.plan.linting.finding import Finding, Severity
from syncd.plan.linting.lint import Linted
from syncd.plan.linting.measures import aims
from syncd.plan.linting.rules import BY_ID, RULES
from syncd.plan.linting.subject import Subject
from syncd.plan.linting.wording import sentences_of
from syncd.plan.model import Action, Kpi, KpiState, Project

_WEIGHTS: Final = {Severity.ERROR: 10, Severity.WARNING: 3, Severity.ADVICE: 1}
"""How much one finding weighs beside others when it is asked what is most worth fixing."""
_FIXES: Final = 3
_NAMED: Final = 5
_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of so many items are as they should be; `what` goes on after "3 of 4"."""

    what: str
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class Fix:
    """Something that is worth doing: what the rule says, and the items it is about, the first few by id."""

    rule: str
    name: str
    fix: str
    items: tuple[str, ...]
    many: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in a few figures, and the fixes that are most worth while."""

    title: str
    clear: tuple[Share, ...]
    measurable: tuple[Share, ...]
    actionable: tuple[Share, ...]
    fixes: tuple[Fix, ...]
    waived: int


def summary(subject: Subject, linted: Linted) -> Summary:
    """The summary of a plan that was looked through."""
    goals = [goal for _, goal in subject.goals()]
    outcomes = [outcome for _, outcome in subject.outcomes()]
    kpis = [kpi for _, kpi in subject.kpis()]
    works = [work for _, work in subject.works()]
    actions = [work for work in works if isinstance(work, Action)]
    projects = [work for work in works if isinstance(work, Project)]
    unclear = {each.item for each in linted.findings if each.rule in ("PL06", "PL07", "PL10", "PL23")}
    lines = subject.bounds.words
    return Summary(
        title=subject.plan.title,
        clear=(
            _share("goals are one sentence", goals, lambda goal: _is_line(goal.title, lines)),
            _share("items are worded clearly", subject.placed, lambda placed: placed.item.id not in unclear),
        ),
        measurable=(
            _share("outcomes have a KPI with a target", outcomes, lambda outcome: any(map(_counts, outcome.kpis))),
            _share("KPIs have a baseline, or need none", kpis, _has_baseline),
            _share(
                "KPIs have a target with a date", kpis, lambda kpi: aims(kpi) and bool(kpi.target and kpi.target.on)
            ),
            _share("KPIs have an owner", kpis, lambda kpi: bool(kpi.owner)),
            _share("KPIs name their data source or method", kpis, lambda kpi: bool(kpi.source or kpi.method)),
        ),
        actionable=(
            _share("actions have a project to come", actions, lambda each: _goes_on(each, subject)),
            _share("actions and projects have an owner", works, lambda work: bool(work.owner)),
            _share("actions and projects have a date", works, lambda work: work.due is not None),
            *(
                [_share("projects become tasks", projects, lambda one: one.id in subject.pushed)]
                if subject.pushed
                else []
            ),
        ),
        fixes=fixes(linted.open),
        waived=len(linted.findings) - len(linted.open),
    )


def fixes(findings: Iterable[Finding]) -> tuple[Fix, ...]:
    """The three fixes that are most worth while: what is worst, and what concerns most items."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        by_rule[each.rule].append(each)
    ranked = [rule.id for rule in RULES if rule.id in by_rule]
    ranked.sort(key=lambda rule: -sum(_WEIGHTS[each.severity] for each in by_rule[rule]))
    return tuple(_fix(rule, by_rule[rule]) for rule in ranked[:_FIXES])


def _fix(rule: str, findings: Sequence[Finding]) -> Fix:
    items = tuple(dict.fromkeys(each.item for each in findings))
    return Fix(rule, BY_ID[rule].name, BY_ID[rule].fix, items[:_NAMED], len(items))


def _share(what: str, items: Sequence[_Any], good: Callable[[_Any], bool]) -> Share:
    return Share(what, sum(map(good, items)), len(items))


def _is_line(title: str, most: int) -> bool:
    return sentences_of(title) == 1 and len(title.split()) <= most


def _counts(kpi: Kpi) -> bool:
    return kpi.state is not KpiState.RETIRED and aims(kpi)


def _has_baseline(kpi: Kpi) -> bool:
    known = kpi.baseline is not None and kpi.baseline.value is not None
    return known or kpi.direction.value not in ("increase", "decrease")


def _goes_on(action: Action, subject: Subject) -> bool:
    return any(project.id in subject.underway for project in action.projects)
