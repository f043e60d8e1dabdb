"""A rich, believable scorecard (every pace, every kind of KPI) for looking at pages without a store or a plan file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from syncd.plan.model import Audience, Direction, State, Window
from syncd.progress.pace import Pace
from syncd.scorecard.view import (
    ActionView,
    GoalView,
    KpiView,
    OutcomeView,
    Point,
    ProjectView,
    Scorecard,
    Spread,
    Win,
    WorkCount,
)

TODAY = date(2026, 11, 24)
OWNER = "chief.academic@riverbend.example"
TOOL = "https://app.asana.com/0/1203/77"


def point(value: str, on: date, window: Window | None = None, note: str = "") -> Point:
    """A value on a day."""
    return Point(Decimal(value), on, window, note)


def kpi(id_: str, title: str, pace: Pace, **changes: object) -> KpiView:
    """A rising KPI in percent with one reading, changed as asked."""
    plain = KpiView(
        id=id_,
        title=title,
        why="",
        unit="%",
        decimals=0,
        direction=Direction.INCREASE,
        guardrail=False,
        audience=Audience.PUBLIC,
        baseline=point("54", date(2025, 6, 30)),
        target=point("70", date(2029, 6, 30)),
        low=None,
        high=None,
        interim=tuple(point(value, date(year, 6, 30)) for value, year in (("58", 2026), ("62", 2027), ("66", 2028))),
        readings=(point("55.5", date(2026, 1, 31), Window.MIDDLE), point("57.4", date(2026, 6, 12), Window.END)),
        measured=Decimal("57.4"),
        measured_on=date(2026, 6, 12),
        attainment=Fraction(34, 160),
        implementation=Fraction(46, 100),
        expected=Fraction(25, 100),
        pace=pace,
        sentence="Target for June 2026: 58 %. Measured: 57.4 %. Behind by 4 of 100 points of the way.",
        corner="The work is on pace and the result follows: keep going.",
        threshold="On track up to 10 points behind, at risk up to 25, off track beyond.",
        owner=OWNER,
        source="State assessment, spring",
        work=WorkCount(total=12, done=5, cancelled=1, on_hold=1, overdue=2),
        driven_by=("G1.A1",),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def project(id_: str, title: str, done: bool = False, **changes: object) -> ProjectView:
    """A project's line, changed as asked."""
    plain = ProjectView(
        id=id_,
        title=title,
        progress=Fraction(int(done)),
        done=done,
        due=date(2027, 3, 31),
        url=TOOL,
        pace=Pace.ACHIEVED if done else Pace.ON_TRACK,
        state=State.ACTIVE,
        owner=OWNER,
        completed_at=datetime(2026, 11, 12, 15, 4, tzinfo=UTC) if done else None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def action(id_: str, title: str, progress: Fraction | None, pace: Pace, *projects: ProjectView) -> ActionView:
    """An action with its projects."""
    done = sum(one.done for one in projects)
    return ActionView(
        id=id_,
        title=title,
        progress=progress,
        pace=pace,
        expected=Fraction(2, 5),
        due=date(2027, 6, 30),
        url=TOOL,
        state=State.ACTIVE,
        owner=OWNER,
        work=WorkCount(total=len(projects), done=done),
        sentence=f"{done} of {len(projects)} projects done",
        projects=projects,
    )


def spread(*kpis: KpiView) -> Spread:
    """The spread of some KPIs with its sentence."""
    counts = Counter(one.pace for one in kpis)
    said = ", ".join(f"{count} {pace.value.replace('_', ' ')}" for pace, count in counts.items())
    return Spread(tuple(counts.items()), f"{len(kpis)} KPIs: {said}")


def goal(
    id_: str, title: str, outcomes: dict[str, list[KpiView]], guardrails: list[KpiView], *actions: ActionView
) -> GoalView:
    """A goal with outcomes by title."""
    every = [one for kpis in outcomes.values() for one in kpis]
    views = tuple(
        OutcomeView(f"{id_}.O{number}" if name else "", name, spread(*kpis), tuple(kpis))
        for number, (name, kpis) in enumerate(outcomes.items(), 1)
    )
    total = sum(one.work.total for one in actions)
    work = WorkCount(
        total=total, done=sum(one.work.done for one in actions), overdue=min(total, 2), on_hold=min(total, 1)
    )
    return GoalView(id_, title, spread(*every), views, tuple(guardrails), actions, work)


def reading_goal() -> GoalView:
    """A goal as most are: two outcomes, three KPIs, a guardrail, two actions."""
    return goal(
        "G1",
        "Every child reads with confidence by the end of grade three",
        {
            "Grade 3 proficiency rises in every school": [
                kpi(
                    "G1.K1",
                    "Grade 3 students proficient or above in English language arts",
                    Pace.ON_TRACK,
                    why="Children who read by grade three are four times likelier to finish high school on time.",
                    decimals=1,
                ),
                kpi(
                    "G1.K2",
                    "First graders at benchmark in letter-sound fluency, middle of the year",
                    Pace.OFF_TRACK,
                    baseline=point("41", date(2025, 1, 31), Window.MIDDLE),
                    target=point("75", date(2029, 1, 31), Window.MIDDLE),
                    interim=(
                        point("52", date(2026, 1, 31), Window.MIDDLE),
                        point("60", date(2027, 1, 31), Window.MIDDLE),
                    ),
                    readings=(point("39.6", date(2026, 1, 28), Window.MIDDLE, "one school late"),),
                    measured=Decimal("39.6"),
                    measured_on=date(2026, 1, 28),
                    attainment=Fraction(-14, 340),
                    expected=Fraction(11, 34),
                    sentence="Target for January 2026: 52 %. Measured: 39.6 %. Below where we started.",
                    corner="The work is happening and the result is not: question the strategy.",
                    decimals=1,
                ),
            ],
            "Families read with their children": [
                kpi(
                    "G1.K3",
                    "Families that say they read together at least four evenings a week",
                    Pace.NOT_MEASURED,
                    readings=(),
                    measured=None,
                    measured_on=None,
                    attainment=None,
                    expected=None,
                    interim=(),
                    sentence="The outcome is not yet measured; the first reading is due in May 2027.",
                    corner="",
                ),
            ],
        },
        [
            kpi(
                "G1.R1",
                "Minutes a day for science and social studies in grades K–3",
                Pace.ON_TRACK,
                guardrail=True,
                unit="minutes",
                direction=Direction.AT_LEAST,
                baseline=None,
                target=point("45", date(2029, 6, 30)),
                interim=(),
                readings=(
                    point("47", date(2025, 10, 1)),
                    point("52", date(2026, 3, 2)),
                    point("48", date(2026, 10, 5)),
                ),
                measured=Decimal(48),
                measured_on=date(2026, 10, 5),
                attainment=None,
                expected=None,
                implementation=None,
                sentence="Measured 48 minutes on 5 October 2026; at least 45 minutes: inside.",
                corner="",
                work=WorkCount(),
            ),
        ],
        action(
            "G1.A1",
            "Adopt a structured-literacy curriculum in every K–3 classroom",
            Fraction(3, 5),
            Pace.ON_TRACK,
            project("G1.A1.P1", "Train every K–3 teacher in the science of reading", done=True),
            project("G1.A1.P2", "Buy and deliver decodable books for 22 schools", done=True),
            project("G1.A1.P3", "Coach each grade team through the first two units", progress=Fraction(2, 5)),
            project(
                "G1.A1.P4",
                "Publish the grade-by-grade phonics map for families",
                due=date(2026, 10, 30),
                pace=Pace.OFF_TRACK,
            ),
            project("G1.A1.P5", "Pilot evening classes", state=State.CANCELLED, progress=None, pace=Pace.RETIRED),
        ),
        action(
            "G1.A2",
            "Screen every child three times a year and act on it within two weeks",
            Fraction(1, 250),
            Pace.AT_RISK,
            project("G1.A2.P1", "Agree on one screener", progress=Fraction(1, 125)),
            project(
                "G1.A2.P2", "Give every school a data meeting after each window", state=State.ON_HOLD, pace=Pace.PAUSED
            ),
        ),
    )


def belonging_goal() -> GoalView:
    """A goal with falling, banded and suppressed KPIs."""
    return goal(
        "G2",
        "Every student is known, safe and at school",
        {
            "": [
                kpi(
                    "G2.K1",
                    "Students chronically absent",
                    Pace.AT_RISK,
                    direction=Direction.DECREASE,
                    decimals=1,
                    baseline=point("24.8", date(2025, 6, 30)),
                    target=point("12", date(2029, 6, 30)),
                    interim=tuple(
                        point(value, date(year, 6, 30)) for value, year in (("21", 2026), ("18", 2027), ("15", 2028))
                    ),
                    readings=tuple(
                        point(value, date(*day))
                        for value, day in (
                            ("25.1", (2025, 10, 31)),
                            ("24.2", (2026, 1, 31)),
                            ("23.4", (2026, 4, 30)),
                            ("22.9", (2026, 6, 30)),
                            ("22.6", (2026, 10, 31)),
                        )
                    ),
                    measured=Decimal("22.6"),
                    measured_on=date(2026, 10, 31),
                    attainment=Fraction(22, 128),
                    expected=Fraction(38, 100),
                    sentence="Expected by now: 19.9 %. Measured: 22.6 %. Behind by 21 of 100 points of the way.",
                    corner="Do the work first: escalate to owners.",
                    source="Attendance system, monthly",
                ),
                kpi(
                    "G2.K2",
                    "Students for each counselor",
                    Pace.ACHIEVED,
                    direction=Direction.DECREASE,
                    unit="students",
                    baseline=point("490", date(2025, 6, 30)),
                    target=point("350", date(2029, 6, 30)),
                    interim=(),
                    readings=(point("412", date(2026, 2, 1)), point("341", date(2026, 9, 30))),
                    measured=Decimal(341),
                    measured_on=date(2026, 9, 30),
                    attainment=Fraction(149, 140),
                    expected=Fraction(31, 100),
                    implementation=Fraction(1),
                    sentence="The final target is met.",
                    corner="Working: keep going.",
                ),
                kpi(
                    "G2.K3",
                    "Seniors in foster care who feel that they belong",
                    Pace.SUPPRESSED,
                    baseline=None,
                    target=None,
                    interim=(),
                    readings=(),
                    measured=None,
                    measured_on=None,
                    attainment=None,
                    expected=None,
                    sentence="Suppressed: fewer than 10 in the group.",
                    corner="",
                ),
                kpi(
                    "G2.K4",
                    "Average class size in grades 4–8",
                    Pace.ON_TRACK,
                    direction=Direction.BETWEEN,
                    unit="students",
                    baseline=None,
                    target=None,
                    low=Decimal(20),
                    high=Decimal(26),
                    interim=(),
                    decimals=1,
                    readings=(point("27.2", date(2025, 10, 1)), point("25.4", date(2026, 10, 1))),
                    measured=Decimal("25.4"),
                    measured_on=date(2026, 10, 1),
                    attainment=None,
                    expected=None,
                    sentence="Measured 25.4; should stay between 20 and 26: inside.",
                    corner="",
                ),
            ]
        },
        [],
        action(
            "G2.A1",
            "Put an attendance team in every school",
            Fraction(1),
            Pace.ACHIEVED,
            project("G2.A1.P1", "Name the teams", done=True),
            project("G2.A1.P2", "Weekly early-warning list", done=True),
        ),
    )


def other_paces_goal() -> GoalView:
    """A goal that holds each pace that is left."""
    used = {Pace.ON_TRACK, Pace.OFF_TRACK, Pace.NOT_MEASURED, Pace.AT_RISK, Pace.ACHIEVED, Pace.SUPPRESSED}
    kpis = [
        kpi(
            f"G3.K{number}",
            f"A KPI that is {pace.value.replace('_', ' ')}",
            pace,
            work=WorkCount(),
            implementation=None,
        )
        for number, pace in enumerate(Pace)
        if pace not in used
    ]
    return goal("G3", "Every graduate leaves with a plan and the means to follow it", {"Graduates are ready": kpis}, [])


def sample(audience: Audience = Audience.PUBLIC) -> Scorecard:
    """The whole scorecard."""
    goals = (
        reading_goal(),
        belonging_goal(),
        other_paces_goal(),
        goal("G4", "Every dollar and every building serves learning", {}, []),
    )
    kpis = [one for each in goals for outcome in each.outcomes for one in outcome.kpis]
    return Scorecard(
        plan="district",
        title="Every Student Ready 2025–2029",
        organization="Riverbend Unified School District",
        start=date(2025, 7, 1),
        end=date(2029, 6, 30),
        as_of=TODAY,
        audience=audience,
        tool_read_at=datetime(2026, 11, 24, 15, 52, tzinfo=UTC),
        measured_on=date(2026, 10, 31),
        spread=spread(*kpis),
        work=WorkCount(total=87, done=34, cancelled=3, on_hold=4, deferred=6, overdue=5),
        wins=(
            Win(
                "G1.A1.P1",
                "Train every K–3 teacher in the science of reading",
                date(2026, 11, 12),
                "Every child reads with confidence",
            ),
            Win(
                "G2.A1",
                "Put an attendance team in every school",
                date(2026, 11, 4),
                "Every student is known, safe and at school",
            ),
            Win(
                "G2.K2",
                "Students for each counselor: target reached",
                date(2026, 9, 30),
                "Every student is known, safe and at school",
            ),
        ),
        goals=goals,
    )


def empty(audience: Audience = Audience.PUBLIC) -> Scorecard:
    """A scorecard of a plan in which nothing is published and nothing was read."""
    nothing = Spread((), "No KPIs yet")
    return Scorecard(
        "district", "A new plan", "", None, None, TODAY, audience, None, None, nothing, WorkCount(), (), ()
    )
