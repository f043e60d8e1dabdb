"""Rules about how items hang together: what serves what, how many there are, and what stands twice. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from syncd.plan.linting.finding import Remark, Severity
from syncd.plan.linting.subject import Subject
from syncd.plan.linting.wording import plain
from syncd.plan.model import Action, Goal, Kpi, Outcome, Project, children
from syncd.progress.rollup import drivers

_ONE: Final = Decimal(1)


def unserved(subject: Subject) -> Iterator[Remark]:
    """KPIs for which nobody does anything."""
    for placed, kpi in subject.kpis():
        if subject.underway.isdisjoint(drivers(subject.plan, placed, kpi)):
            yield Remark(kpi.id, f"No action serves {subject.name(kpi)}.", "driven_by")


def no_project(subject: Subject) -> Iterator[Remark]:
    """Actions with no next step."""
    for _, action in subject.works():
        if isinstance(action, Action) and not any(project.id in subject.underway for project in action.projects):
            yield Remark(action.id, f"{subject.name(action)} has no project or next step.")


def orphans(subject: Subject) -> Iterator[Remark]:
    """What leads nowhere: names of items that are not there, empty branches, skipped tiers, work for no measure."""
    for faulty, key, words in subject.faults:
        if key == "driven_by":
            name = subject.name(subject.plan.items[faulty].item)
            yield Remark(faulty, f"{name}: {words}.", key, Severity.ERROR)
    served = {name for placed, kpi in subject.measures() for name in drivers(subject.plan, placed, kpi)}
    for placed in subject.placed:
        item = placed.item
        if isinstance(item, Goal) and not children(item):
            yield Remark(item.id, f"Nothing hangs on the goal {subject.name(item)}.", fix="Say what is to come of it.")
        elif isinstance(item, Outcome) and not item.kpis:
            fix = "Add a KPI with baseline and target: an outcome is what can be measured."
            yield Remark(item.id, f"No KPI measures the outcome {subject.name(item)}.", fix=fix)
    for placed, kpi in subject.kpis():
        goal = subject.plan.items[placed.path[-1]].item
        if isinstance(goal, Goal) and goal.outcomes:
            yield Remark(kpi.id, f"{subject.name(kpi)} skips a tier: the other KPIs of its goal stand under outcomes.")
    for _, work in subject.works():
        if isinstance(work, Action) and not served & {work.id, *(project.id for project in work.projects)}:
            yield Remark(work.id, f"{subject.name(work)} serves no measure: no KPI is driven by it.")


def too_many(subject: Subject) -> Iterator[Remark]:
    """More than a district can follow, or one person do."""
    plan, bounds = subject.plan, subject.bounds
    if len(plan.goals) > bounds.goals:
        yield Remark(plan.id, f"{len(plan.goals)} goals: more than {bounds.goals} are no priorities any more.")
    by_goal = Counter(placed.goal for placed, _ in subject.kpis())
    for _, goal in subject.goals():
        if by_goal[goal.id] > bounds.kpis:
            yield Remark(goal.id, f"{by_goal[goal.id]} KPIs under {subject.name(goal)}: more than {bounds.kpis}.")
    followed = sum(1 for _ in subject.kpis())
    actions = sum(1 for _, work in subject.works() if isinstance(work, Action))
    elements = len(plan.goals) + sum(1 for _ in subject.outcomes()) + followed + actions
    if elements > bounds.elements:
        words = f"{elements} goals, outcomes, KPIs and actions in all: more than {bounds.elements}."
        yield Remark(plan.id, words)
    yield from _overloaded(subject)


def disagreeing(subject: Subject) -> Iterator[Remark]:
    """One id for several items, and one KPI with several figures."""
    for item, times in Counter(placed.item.id for placed in subject.placed).items():
        if times > 1:
            yield Remark(item, f"The id {item} stands {times} times.", "id", Severity.ERROR, "Give each its own id.")
    first: dict[str, Kpi] = {}
    # Whichever stands first in the file, the same one is told of.
    for kpi in sorted((kpi for _, kpi in subject.measures()), key=lambda each: each.id):
        other = first.setdefault(plain(kpi.title), kpi)
        if other.id != kpi.id and (difference := _difference(other, kpi)):
            words = f"{subject.name(kpi)} appears twice ({other.id}, {kpi.id}) with different {difference}."
            yield Remark(kpi.id, words)


def weights(subject: Subject) -> Iterator[Remark]:
    """Weights that leave no figure, or that seem meant to sum to 100 and do not."""
    for item, what, mine in _weighed(subject):
        total = sum(mine, Decimal(0))
        if mine and not total:
            yield Remark(item, f"All weights of {what} are 0: no share can be given.", "weight")
        elif any(each != _ONE for each in mine) and _nearly(total, len(mine)):
            yield Remark(item, f"The weights of {what} sum to {total}; 100 or 1 seems to be meant.", "weight")


def _overloaded(subject: Subject) -> Iterator[Remark]:
    held: dict[str, list[str]] = defaultdict(list)
    for _, work in subject.works():
        if isinstance(work, Project) and work.owner and (work.due is None or work.due >= subject.today):
            held[plain(work.owner)].append(work.owner)
    for owners in held.values():
        if len(owners) > subject.bounds.projects:
            words = f"{len(owners)} open projects on {min(owners)}: more than {subject.bounds.projects}."
            yield Remark(subject.plan.id, words)


def _difference(one: Kpi, other: Kpi) -> str:
    """The first thing in which two KPIs of one title differ, in words."""
    if one.unit != other.unit:
        return f"unit: {one.unit or 'none'} and {other.unit or 'none'}"
    if one.direction is not other.direction:
        return f"direction: {one.direction} and {other.direction}"
    for name in ("baseline", "target"):
        was, now = (getattr(each, name) for each in (one, other))
        if was != now:
            return f"{name}: {_told(was)} and {_told(now)}"
    return ""


def _told(mark: object) -> str:
    values = [getattr(mark, name, None) for name in ("value", "change", "low", "high", "on")]
    return ", ".join(str(value) for value in values if value is not None) or "none"


def _weighed(subject: Subject) -> Iterator[tuple[str, str, list[Decimal]]]:
    """Every set of weights of which a mean is taken."""
    for placed in subject.placed:
        item = placed.item
        if isinstance(item, Action):
            mine = [each.weight for each in item.projects if each.id in subject.underway]
            yield item.id, f"the projects of {subject.name(item)}", mine
        elif isinstance(item, Goal | Outcome):
            mine = [each.weight for each in item.actions if each.id in subject.underway]
            yield item.id, f"the actions of {subject.name(item)}", mine
        elif isinstance(item, Kpi):
            yield item.id, f"what drives {subject.name(item)}", [each.weight for each in item.driven_by]


def _nearly(total: Decimal, many: int) -> bool:
    """Whether weights come close to a sum that people mean, without reaching it; a weight of 1 each means nothing."""
    near_hundred = Decimal(90) <= total <= Decimal(110) and total != Decimal(100) and many <= 30
    near_one = Decimal("0.9") <= total <= Decimal("1.1") and total != _ONE and many > 1
    return near_hundred or near_one
