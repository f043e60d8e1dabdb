"""The scorecard seen from one side: by office, by school, by school year, and what has begun. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from syncd.plan.model import Audience, Cadence, Direction, Scope, State, Window
from syncd.progress.attainment import Limits
from syncd.progress.calendar import LATE_MONTHS, later
from syncd.progress.pace import Pace
from syncd.scorecard.sentences import spread
from syncd.scorecard.view import ActionView, GoalView, KpiView, PartView, Point, ProjectView, Scorecard, Spread

FIRST_MONTHS: Final = 12
"""How long a plan is new: what has not begun by then seldom does."""
_JULY: Final = 7
_BEHIND: Final = (Pace.MISSED, Pace.OFF_TRACK, Pace.AT_RISK, Pace.STALE)
_ASIDE: Final = frozenset({Pace.RETIRED, Pace.PAUSED, Pace.SUPPRESSED})
"""Of these no first reading is awaited."""
_OVER: Final = frozenset({State.CANCELLED, State.DEFERRED, State.ON_HOLD})


@dataclass(frozen=True, slots=True)
class OfficeView:
    """What one office is responsible for; projects are those it holds itself, the next one due first."""

    title: str
    spread: Spread
    kpis: tuple[KpiView, ...]
    actions: tuple[ActionView, ...]
    projects: tuple[ProjectView, ...]

    @property
    def late(self) -> int:
        """How many of its projects are overdue."""
        return sum(project.pace is Pace.OFF_TRACK for project in self.projects)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A school, or a group of students, with each KPI that was measured there."""

    name: str
    scope: Scope
    measures: tuple[tuple[KpiView, PartView], ...]


@dataclass(frozen=True, slots=True)
class YearlyKpi:
    """A KPI in one school year: the target that falls into it, the newest reading in it, and whether that meets it.

    `limit` says that there is no such target, but a limit that holds in every year.
    """

    kpi: KpiView
    goal: GoalView
    target: Point | None
    reading: Point | None
    met: bool | None
    limit: bool = False


@dataclass(frozen=True, slots=True)
class YearView:
    """A school year: its measures, and the projects that are due in it, by goal."""

    name: str
    first: date
    last: date
    measures: tuple[YearlyKpi, ...]
    work: tuple[tuple[GoalView, tuple[ProjectView, ...]], ...]

    @property
    def projects(self) -> tuple[ProjectView, ...]:
        """All projects due in it."""
        return tuple(project for _, projects in self.work for project in projects)


@dataclass(frozen=True, slots=True)
class Begun:
    """How far one goal has begun: what was to start by now, and what has nothing to show for it yet.

    `kpis` are those that are awaited, `aside` counts the others by state; guardrails are not counted, but stand among
    the `unmeasured` and the `items`.
    """

    goal: GoalView
    due: int
    begun: int
    idle: tuple[ActionView, ...]
    kpis: int
    measured: int
    aside: tuple[tuple[Pace, int], ...]
    unmeasured: tuple[KpiView, ...]
    items: int
    owned: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """The plan's first twelve months, until `last`; `running` says whether they are not over yet."""

    first: date
    last: date
    running: bool
    goals: tuple[Begun, ...]


def kpis_of(goal: GoalView) -> tuple[KpiView, ...]:
    """The KPIs of a goal, its guardrails last."""
    return (*(kpi for outcome in goal.outcomes for kpi in outcome.kpis), *goal.guardrails)


def attention(card: Scorecard) -> tuple[KpiView, ...]:
    """The KPIs and guardrails that are behind, the furthest first; those whose reading is overdue last."""
    every = [kpi for goal in card.goals for kpi in kpis_of(goal)]
    return tuple(sorted((kpi for kpi in every if kpi.pace in _BEHIND), key=lambda kpi: _BEHIND.index(kpi.pace)))


def office_titles(card: Scorecard) -> tuple[str, ...]:
    """The titles of all offices, in order; in public none that is an address."""
    named = {kpi.office for goal in card.goals for kpi in kpis_of(goal)}
    named |= {action.office for goal in card.goals for action in goal.actions}
    named |= {project.office for goal in card.goals for action in goal.actions for project in action.projects}
    inside = card.audience is Audience.INTERNAL
    return tuple(sorted((each for each in named if each and (inside or "@" not in each)), key=str.casefold))


def offices(card: Scorecard) -> tuple[OfficeView, ...]:
    """Every office that something is named for, by title."""
    kpis, actions, projects = defaultdict(list), defaultdict(list), defaultdict(list)
    for goal in card.goals:
        for kpi in kpis_of(goal):
            kpis[kpi.office].append(kpi)
        for action in goal.actions:
            actions[action.office].append(action)
            for project in action.projects:
                projects[project.office].append(project)
    return tuple(
        OfficeView(
            title,
            spread(kpi.pace for kpi in kpis[title] if not kpi.guardrail),
            tuple(kpis[title]),
            tuple(actions[title]),
            tuple(sorted(projects[title], key=lambda each: (each.done, each.due or date.max, each.title))),
        )
        for title in office_titles(card)
    )


def places(card: Scorecard) -> tuple[PlaceView, ...]:
    """Every school, then every group, that readings are about."""
    found: dict[tuple[Scope, str], list[tuple[KpiView, PartView]]] = defaultdict(list)
    for goal in card.goals:
        for kpi in kpis_of(goal):
            for part in kpi.parts if kpi.pace is not Pace.SUPPRESSED else ():
                found[part.scope, part.where].append((kpi, part))
    order = sorted(found, key=lambda key: (key[0] is not Scope.SCHOOL, key[1].casefold()))
    return tuple(PlaceView(where, scope, tuple(found[scope, where])) for scope, where in order)


def years(card: Scorecard) -> tuple[YearView, ...]:
    """The school years of the plan, July to June; without the plan's days, those that its KPIs and projects name."""
    return tuple(_year(card, begin) for begin in _begins(card))


def year_names(card: Scorecard) -> tuple[str, ...]:
    """The names of these years."""
    return tuple(map(_year_name, _begins(card)))


def has_begun(card: Scorecard) -> bool:
    """Whether the plan's first day is known and past."""
    return card.start is not None and card.start <= card.as_of


def beginning(card: Scorecard) -> Beginning | None:
    """What has begun by now; None for a plan without a first day, or one that lies ahead."""
    if card.start is None or not has_begun(card):
        return None
    last = later(card.start, FIRST_MONTHS) - timedelta(days=1)
    goals = tuple(_begun(goal, card) for goal in card.goals)
    return Beginning(card.start, last, card.as_of <= last, goals)


def _begun(goal: GoalView, card: Scorecard) -> Begun:
    due = [action for action in goal.actions if action.state not in _OVER and _starts(action, card) <= card.as_of]
    idle = tuple(action for action in due if not action.progress)
    awaited = [kpi for kpi in kpis_of(goal) if kpi.pace not in _ASIDE]
    unmeasured = tuple(kpi for kpi in awaited if not _first_reading(kpi, card.start))
    kpis = [kpi for kpi in awaited if not kpi.guardrail]
    items: list[KpiView | ActionView | ProjectView] = [*awaited, *goal.actions]
    items += [project for action in goal.actions for project in action.projects]
    return Begun(
        goal=goal,
        due=len(due),
        begun=len(due) - len(idle),
        idle=idle,
        kpis=len(kpis),
        measured=len(kpis) - sum(not kpi.guardrail for kpi in unmeasured),
        aside=spread(kpi.pace for kpi in kpis_of(goal) if kpi.pace in _ASIDE and not kpi.guardrail).counts,
        unmeasured=unmeasured,
        items=len(items),
        owned=sum(item.owned for item in items),
    )


def _starts(action: ActionView, card: Scorecard) -> date:
    """The day an action begins: its own, else that of its first project, else the plan's."""
    starts = [project.start for project in action.projects if project.start]
    return action.start or min(starts, default=None) or card.start or date.min


def _first_reading(kpi: KpiView, start: date | None) -> bool:
    return any(point.on and (start is None or point.on >= start) for point in kpi.readings)


def _days(card: Scorecard) -> Iterator[date]:
    for goal in card.goals:
        for kpi in kpis_of(goal):
            points = [*kpi.interim, *kpi.readings, *([kpi.target] if kpi.target else [])]
            yield from (point.on for point in points if point.on)
        yield from (project.due for action in goal.actions for project in action.projects if project.due)


def _begins(card: Scorecard) -> range:
    """The calendar years in which the plan's school years begin."""
    first, last = card.start, card.end
    if first is None or last is None:
        days = list(_days(card))
        if not days:
            return range(0)
        first, last = first or min(days), last or max(days)
    return range(_begin(first), _begin(last) + 1)


def _year_name(begin: int) -> str:
    return f"{begin}–{(begin + 1) % 100:02}"


def _begin(day: date) -> int:
    """The calendar year in which the school year of a day begins."""
    return day.year if day.month >= _JULY else day.year - 1


def _year(card: Scorecard, begin: int) -> YearView:
    first, last = date(begin, _JULY, 1), date(begin + 1, _JULY, 1) - timedelta(days=1)
    measures = [_yearly(kpi, goal, first, last, card.as_of) for goal in card.goals for kpi in kpis_of(goal)]
    work = tuple((goal, _due_within(goal, first, last)) for goal in card.goals)
    return YearView(
        name=_year_name(begin),
        first=first,
        last=last,
        measures=tuple(each for each in measures if each.target or each.reading or each.limit),
        work=tuple((goal, projects) for goal, projects in work if projects),
    )


def _due_within(goal: GoalView, first: date, last: date) -> tuple[ProjectView, ...]:
    every = [project for action in goal.actions for project in action.projects]
    due = [project for project in every if project.due and first <= project.due <= last]
    return tuple(sorted(due, key=lambda project: (project.due or last, project.title)))


def _yearly(kpi: KpiView, goal: GoalView, first: date, last: date, as_of: date) -> YearlyKpi:
    targets = [*kpi.interim, *([kpi.target] if kpi.target else [])]
    target = _newest(targets, first, last)
    reading = None if kpi.pace is Pace.SUPPRESSED else _newest(_like(kpi), *_awaited(kpi, first, last))
    limit = target is None and _keeps(kpi)
    met = _met(_aimed_at(kpi, target), target, reading, as_of) if target or limit else None
    return YearlyKpi(kpi, goal, target, reading, met, limit)


def _keeps(kpi: KpiView) -> bool:
    """Whether what the KPI should be is a limit to keep to at all times, and known."""
    start, end = kpi.baseline, kpi.target
    known = end is not None or kpi.low is not None or kpi.high is not None
    stays = start is not None and end is not None and start.value == end.value
    return known and (stays or kpi.direction not in (Direction.INCREASE, Direction.DECREASE))


def _aimed_at(kpi: KpiView, target: Point | None) -> Limits:
    """Where a KPI's value should be by a target, or else by what it aims at altogether."""
    aim = target or kpi.target
    if aim is None or kpi.direction is Direction.BETWEEN:
        return Limits(kpi.low, kpi.high)
    falls = kpi.direction in (Direction.DECREASE, Direction.AT_MOST)
    return Limits(high=aim.value) if falls else Limits(low=aim.value)


def _awaited(kpi: KpiView, first: date, last: date) -> tuple[date, date]:
    """The days whose readings speak of a school year: figures of a whole year arrive after it, and are waited for."""
    begins = any(point.window is Window.BEGINNING for point in _like(kpi))
    if kpi.cadence is not Cadence.YEARLY or begins:
        return first, last
    return later(first, LATE_MONTHS), later(last, LATE_MONTHS)


def _like(kpi: KpiView) -> list[Point]:
    """The readings of the window of the one that counts today."""
    windows = {point.window for point in kpi.readings if point.on == kpi.measured_on}
    return [point for point in kpi.readings if not windows or point.window in windows]


def _newest(points: Iterable[Point], first: date, last: date) -> Point | None:
    within = [
        (point.on, number, point) for number, point in enumerate(points) if point.on and first <= point.on <= last
    ]
    return max(within)[2] if within else None


def _met(aim: Limits, target: Point | None, reading: Point | None, as_of: date) -> bool | None:
    """Whether the reading is where it should be; None where that is not known, or not yet and its day is to come."""
    if reading is None:
        return None
    met = aim.met(reading.value)
    early = target is not None and target.on is not None and as_of <= target.on
    return None if not met and early else met
