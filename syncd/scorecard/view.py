"""The scorecard's view model: every figure a page, a table or a file may show, computed once and only rendered later.

Shares are exact fractions from 0 to 1 (attainment raw: below 0 and above 1 are kept); None = unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from syncd.plan.model import Audience, Cadence, Direction, KpiKind, Scope, State, Window
from syncd.progress.leaf import WorkCount
from syncd.progress.pace import Pace
from syncd.progress.together import Together

__all__ = [
    "ActionView",
    "ClaimView",
    "GoalView",
    "HistoryLine",
    "KpiView",
    "OutcomeView",
    "PartView",
    "Point",
    "ProjectView",
    "Scorecard",
    "Spread",
    "Win",
    "WorkCount",
    "WorkPoint",
]


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day: baseline, interim target, target or reading."""

    value: Decimal
    on: date | None
    window: Window | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """What was last measured of a KPI in one school or group; `value` is None where it must not be shown."""

    scope: Scope
    where: str
    on: date
    value: Decimal | None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class WorkPoint:
    """How much work was done, of how much, from a day on."""

    on: date
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What a person says of how something stands, beside what the rule says; `over` once its last day is past."""

    pace: Pace
    note: str
    by: str
    until: date
    over: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class ProjectView:
    """One project's line. `office` is who is responsible, by title ("" if not known or not to be told).

    `owned` says whether the plan names anybody at all.
    """

    id: str
    title: str
    progress: Fraction | None
    done: bool
    due: date | None
    url: str | None
    pace: Pace
    state: State
    owner: str | None
    remark: str = ""
    completed_at: datetime | None = None
    start: date | None = None
    office: str = ""
    owned: bool = True
    claim: ClaimView | None = None


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action with its projects; `sentence` carries the pooled count ("11 of 102 tasks done")."""

    id: str
    title: str
    progress: Fraction | None
    pace: Pace
    expected: Fraction | None
    due: date | None
    url: str | None
    state: State
    owner: str | None
    work: WorkCount
    sentence: str
    projects: tuple[ProjectView, ...]
    start: date | None = None
    office: str = ""
    owned: bool = True
    claim: ClaimView | None = None


@dataclass(frozen=True, slots=True)
class KpiView:
    """One KPI or guardrail with its two numbers, never blended.

    `sentence` says the pace in words with the figures it comes from; `corner` reads the two numbers together;
    `threshold` prints the rule beside the colour. `forecast` holds both ends of the line on which its readings go on if
    they go on as they did, to be drawn dashed; nothing else comes from it, and without three like readings it is empty.
    `parts` are single schools and groups, `next_reading` is the day on which the next reading is due. `change`
    says what the target is beside the baseline ("+10 points"), where the plan tells it so; `target` is None until that
    is known. `was` is its pace before its reading was overdue. It is `kept_back` where its newest figure must not
    be told beside what was published before: then it is suppressed, and its earlier figures are there.
    """

    id: str
    title: str
    why: str
    unit: str
    decimals: int
    direction: Direction
    guardrail: bool
    audience: Audience
    baseline: Point | None
    target: Point | None
    low: Decimal | None
    high: Decimal | None
    interim: tuple[Point, ...]
    readings: tuple[Point, ...]
    measured: Decimal | None
    measured_on: date | None
    attainment: Fraction | None
    implementation: Fraction | None
    expected: Fraction | None
    pace: Pace
    sentence: str
    corner: str
    threshold: str
    owner: str | None
    source: str
    work: WorkCount
    driven_by: tuple[str, ...]
    forecast: tuple[Point, ...] = ()
    method: str = ""
    cadence: Cadence = Cadence.YEARLY
    next_reading: date | None = None
    parts: tuple[PartView, ...] = ()
    office: str = ""
    owned: bool = True
    claim: ClaimView | None = None
    kind: KpiKind = KpiKind.LAGGING
    change: str = ""
    was: Pace | None = None
    kept_back: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """How many KPIs stand in each state, and that in words: "5 KPIs: 2 on track, 1 off track, 2 not measured"."""

    counts: tuple[tuple[Pace, int], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One outcome; id and title are "" for KPIs that stand directly under their goal."""

    id: str
    title: str
    spread: Spread
    kpis: tuple[KpiView, ...]
    together: Together | None = None
    standing: str = ""


@dataclass(frozen=True, slots=True)
class GoalView:
    """One goal with its outcomes, its guardrails and all actions below it; `trend` is how its work went on in time.

    `together` is how its KPIs stand together, `standing` that in words.
    """

    id: str
    title: str
    spread: Spread
    outcomes: tuple[OutcomeView, ...]
    guardrails: tuple[KpiView, ...]
    actions: tuple[ActionView, ...]
    work: WorkCount
    office: str = ""
    trend: tuple[WorkPoint, ...] = ()
    together: Together | None = None
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Win:
    """Something finished lately: shown first."""

    id: str
    title: str
    on: date
    goal: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One sentence of the plan's log ("“Adopt the curriculum” gained 3 projects"), and who may read it."""

    on: date
    text: str
    audience: Audience = Audience.INTERNAL


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The whole plan as one audience may see it on one day.

    The two stamps: `tool_read_at` is when the tools were last read (the oldest, if several), `measured_on` when a KPI
    was last measured (the newest).
    `history` holds what was last changed in the plan, the newest first. `caveat` says what this scorecard of an earlier
    day cannot know any more, "" if nothing. `notes` say, to those inside only, what
    stands in for something that cannot be had right now.
    """

    plan: str
    title: str
    organization: str
    start: date | None
    end: date | None
    as_of: date
    audience: Audience
    tool_read_at: datetime | None
    measured_on: date | None
    spread: Spread
    work: WorkCount
    wins: tuple[Win, ...]
    goals: tuple[GoalView, ...]
    history: tuple[HistoryLine, ...] = ()
    caveat: str = ""
    notes: tuple[str, ...] = ()
