"""Roll-up: how much of the work is done, from single tasks up to KPIs. Exact and pure.

An action is the weighted mean of its projects; a KPI's implementation the weighted mean of what drives it. In a mean

- cancelled work, and what is no work by nature, leaves the denominator;
- deferred work leaves it too, for as long as the plan or the team's label says so, whatever its dates: it is out of
  this year's figure (`share`) and in the whole plan's (`whole`);
- work on hold stays in it, with what was done before;
- work without a task, or with one that cannot be seen, is unknown: it is skipped and lowers the `coverage`;
- a task that people deleted keeps its last known share;
- work that a team made of its own counts beside the plan's, where it was put there (`with_team_work`).

Only adopted items count. The evidence is what was known on `today`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from syncd.plan.model import Action, Goal, Kpi, Outcome, Placed, Plan, Project, Status, Tier
from syncd.progress.evidence import Evidence, is_planned
from syncd.progress.leaf import Leaf, WorkCount, label_of, leaf, stricter

_ALL_ZERO = "all weights are 0: no share can be given"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a mean: `counts` says whether it belongs into this year's, `later` whether only into the whole's."""

    item: str
    weight: Fraction
    share: Fraction | None
    whole: Fraction | None
    expected: Fraction | None
    counts: bool
    later: bool
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The rolled-up progress of an action or a KPI with the terms it comes from.

    `coverage` is the part of the counted weight whose share is known; `expected` where that part should stand by its
    dates; `leaves` are the distinct pieces of work behind it.
    """

    item: str
    share: Fraction | None
    whole: Fraction | None
    coverage: Fraction
    expected: Fraction | None
    terms: tuple[Term, ...]
    leaves: tuple[str, ...]
    remark: str = ""

    @property
    def complete(self) -> bool:
        """Whether all of the work that counts is known to be done."""
        return self.share == 1 and self.coverage == 1


@dataclass(frozen=True, slots=True)
class Rollup:
    """All progress of a plan's work on a day: single pieces of work, actions and KPIs by id."""

    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    actions: Mapping[str, Line] = field(default_factory=dict)
    kpis: Mapping[str, Line] = field(default_factory=dict)

    def count(self, leaves: Iterable[str]) -> WorkCount:
        """Those pieces of work, each counted once, by state."""
        return WorkCount.of(self.leaves[name] for name in dict.fromkeys(leaves))

    def tasks(self, leaves: Iterable[str]) -> tuple[int, int]:
        """How many tasks are done, and how many there are, over those pieces of work that count and are known."""
        known = [self.leaves[name] for name in dict.fromkeys(leaves)]
        pooled = [work.tasks for work in known if work.counts and work.share is not None]
        return sum(done for done, _ in pooled), sum(every for _, every in pooled)


def rollup(plan: Plan, evidence: Mapping[str, Evidence], today: date) -> Rollup:
    """Progress of every adopted project, action and KPI of a plan, from what the tools say about its tasks."""
    adopted = [placed for placed in plan.items.values() if placed.status is Status.ADOPTED]
    names = {placed.item.id for placed in adopted}
    result = _Rolling(evidence, today, names)
    for placed in adopted:
        if isinstance(placed.item, Action):
            result.add_action(placed.item)
    for placed in adopted:
        if isinstance(placed.item, Kpi):
            result.add_kpi(plan, placed, placed.item)
    return Rollup(result.leaves, result.actions, result.kpis)


class _Rolling:
    """A roll-up in the making."""

    def __init__(self, evidence: Mapping[str, Evidence], today: date, adopted: set[str]) -> None:
        self._evidence, self._today, self._adopted = evidence, today, adopted
        self.leaves: dict[str, Leaf] = {}
        self.actions: dict[str, Line] = {}
        self.kpis: dict[str, Line] = {}

    def add_action(self, action: Action) -> None:
        projects = [project for project in action.projects if project.id in self._adopted]
        state = stricter(action.state, label_of(self._evidence.get(action.id)))
        linked = any(project.id in self._evidence for project in projects)
        works: list[Project | Action] = [*projects] or [action]
        for work in works:
            seen = self._evidence.get(work.id)
            self.leaves[work.id] = leaf(work, seen, self._today, above=state, action=action, linked=linked)
        terms = [self._leaf_term(project.id, _exact(project.weight)) for project in projects]
        terms = terms or [self._leaf_term(action.id, Fraction(1))]
        self.actions[action.id] = combine(action.id, terms)

    def add_kpi(self, plan: Plan, placed: Placed, kpi: Kpi) -> None:
        terms = [
            self._action_term(name, weight) if name in self.actions else self._leaf_term(name, weight)
            for name, weight in drivers(plan, placed, kpi).items()
            if name in self.actions or name in self.leaves
        ]
        self.kpis[kpi.id] = combine(kpi.id, terms)

    def _leaf_term(self, name: str, weight: Fraction) -> Term:
        work = self.leaves[name]
        return Term(name, weight, work.share, work.share, work.expected, work.counts, work.is_deferred, (name,))

    def _action_term(self, name: str, weight: Fraction) -> Term:
        line = self.actions[name]
        counts = any(term.counts for term in line.terms)
        later = any(term.later for term in line.terms)
        return Term(name, weight, line.share, line.whole, line.expected, counts, later, line.leaves)


def drivers(plan: Plan, placed: Placed, kpi: Kpi) -> dict[str, Fraction]:
    """What drives a KPI, with weights: what it names; else the actions of its outcome; else those of its goal.

    A KPI directly under a goal whose actions all stand under outcomes is driven by all of them. A guardrail is a limit,
    not an aim: only what it names drives it. An action that a team made of its own drives none: nobody has said so.
    """
    if kpi.driven_by:
        return {driver.id: Fraction(driver.weight) for driver in kpi.driven_by}
    if placed.tier is Tier.GUARDRAIL:
        return {}
    above = [plan.items[name].item for name in reversed(placed.path)]
    for item in above:
        if isinstance(item, Goal | Outcome) and (own := _weights(item)):
            return own
    if len(above) == 1 and isinstance(above[0], Goal):
        return {name: weight for outcome in above[0].outcomes for name, weight in _weights(outcome).items()}
    return {}


def _weights(above: Goal | Outcome) -> dict[str, Fraction]:
    return {action.id: Fraction(action.weight) for action in above.actions if is_planned(action.id)}


def combine(item: str, terms: Iterable[Term]) -> Line:
    """The weighted mean of terms; its share is None where no weight stands behind any known one."""
    terms = tuple(terms)
    counted = [term for term in terms if term.counts]
    known = [term for term in counted if term.share is not None]
    weight, every = _sum(term.weight for term in known), _sum(term.weight for term in counted)
    return Line(
        item,
        share=_mean([(term.weight, term.share) for term in known]),
        whole=_mean([(term.weight, term.whole) for term in terms if term.counts or term.later]),
        coverage=weight / every if every else Fraction(0),
        expected=_expected(known),
        terms=terms,
        leaves=tuple(dict.fromkeys(name for term in terms for name in term.leaves)),
        remark=_ALL_ZERO if counted and not every else "",
    )


def _mean(pairs: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """The weighted mean of those that are known."""
    weights: dict[int, int] = defaultdict(int)
    shares: dict[int, int] = defaultdict(int)
    for weight, share in pairs:
        if share is not None:
            (number, whole), (done, parts) = weight.as_integer_ratio(), share.as_integer_ratio()
            weights[whole] += number
            shares[whole * parts] += number * done
    total = _added(weights)
    return _added(shares) / total if total else None


def _sum(values: Iterable[Fraction]) -> Fraction:
    found: dict[int, int] = defaultdict(int)
    for number, whole in map(Fraction.as_integer_ratio, values):
        found[whole] += number
    return _added(found)


def _added(numbers: Mapping[int, int]) -> Fraction:
    """The sum of what was counted by its denominator: there are few, and whole numbers add up many times faster."""
    return sum((Fraction(number, whole) for whole, number in numbers.items()), Fraction(0))


@lru_cache
def _exact(weight: Decimal) -> Fraction:
    """A weight as a fraction: there are few, and every project has one."""
    return Fraction(weight)


def _expected(known: list[Term]) -> Fraction | None:
    """Where the known terms should stand; work without any date promises nothing and so stands where it stands."""
    if all(term.expected is None for term in known):
        return None
    return _mean([(term.weight, term.expected if term.expected is not None else term.share) for term in known])
