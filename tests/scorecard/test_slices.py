"""The scorecard from one side: by office, school, school year, what is behind, what has begun."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from syncd.plan.bounds import Over
from syncd.plan.model import Cadence, Direction, Scope, State, Window
from syncd.progress.pace import Pace
from syncd.scorecard.pages import Pages
from syncd.scorecard.slices import attention, beginning, offices, places, years
from syncd.scorecard.view import KpiView, PartView, Point, ProjectView, Scorecard
from tests.scorecard.page_sample import TODAY, action, empty, goal, kpi, point, project, sample


def card(*kpis: KpiView, projects: tuple[ProjectView, ...] = (), **changes: object) -> Scorecard:
    """A scorecard of one goal with those KPIs and one action with those projects."""
    actions = (action("A", "An action", None, Pace.ON_TRACK, *projects),) if projects else ()
    return replace(sample(), goals=(goal("G", "A goal", {"": list(kpis)}, [], *actions),), **changes)  # type: ignore[arg-type]


def test_an_office_has_what_it_is_named_for() -> None:
    """KPIs, actions and projects by title; what nobody is named for is nobody's; open projects come first."""
    late = project("P2", "Late", office="Director", pace=Pace.OFF_TRACK, due=date(2026, 1, 1))
    found = offices(
        card(
            kpi("K1", "One", Pace.ON_TRACK, office="Chief"),
            kpi("K2", "Two", Pace.OFF_TRACK),
            projects=(project("P1", "Done", done=True, office="Director"), late, project("P3", "Nobody's")),
        )
    )
    assert [office.title for office in found] == ["Chief", "Director"]
    assert [[each.id for each in office.kpis] for office in found] == [["K1"], []]
    assert [each.id for each in found[1].projects] == ["P2", "P1"]
    assert [office.late for office in found] == [0, 1]
    assert found[0].spread.sentence == "1 KPI: 1 on track"


def test_guardrails_are_an_offices_but_not_counted_among_its_kpis() -> None:
    """As everywhere."""
    rail = kpi("R", "A rail", Pace.OFF_TRACK, guardrail=True, office="Chief")
    bare = replace(card(), goals=(goal("G", "A goal", {}, [rail]),))
    assert offices(bare)[0].kpis == (rail,)
    assert offices(bare)[0].spread.counts == ()


def test_schools_come_before_groups_each_with_its_measures() -> None:
    """The parts of a suppressed KPI are left out with it."""
    alder = PartView(Scope.SCHOOL, "Alder", TODAY, Decimal(50))
    group = PartView(Scope.GROUP, "Aides", TODAY, None)
    first = kpi("K1", "One", Pace.ON_TRACK, parts=(group, alder))
    second = kpi("K2", "Two", Pace.ON_TRACK, parts=(replace(alder, value=Decimal(60)),))
    hidden = kpi("K3", "Three", Pace.SUPPRESSED, parts=(alder,))
    found = places(card(first, second, hidden))
    assert [(place.name, [each.id for each, _ in place.measures]) for place in found] == [
        ("Alder", ["K1", "K2"]),
        ("Aides", ["K1"]),
    ]


def test_a_school_year_runs_from_july_to_june() -> None:
    """Each year of the plan, with the targets, readings and projects whose days fall into it."""
    yearly = kpi(
        "K",
        "Yearly",
        Pace.ON_TRACK,
        interim=(point("58", date(2026, 6, 30)), point("62", date(2027, 6, 30))),
        readings=(
            point("57", date(2026, 6, 12), Window.END),
            point("99", date(2026, 1, 31), Window.MIDDLE),
            point("58.5", date(2026, 8, 30), Window.END),
            point("63", date(2026, 9, 1), Window.END),
        ),
        measured=Decimal(63),
        measured_on=date(2026, 9, 1),
    )
    due = project("P1", "Due", due=date(2026, 6, 30)), project("P2", "Next", due=date(2026, 7, 1))
    found = years(card(yearly, projects=due))
    assert [year.name for year in found] == ["2025–26", "2026–27", "2027–28", "2028–29"]
    seen = [
        (str(m.target and m.target.value), str(m.reading and m.reading.value), m.met) for y in found for m in y.measures
    ]
    assert seen == [("58", "58.5", True), ("62", "63", True), ("70", "None", None)]
    assert [[each.id for each in year.projects] for year in found] == [["P1"], ["P2"], [], []]
    assert found[0].work[0][0].id == "G"


def test_figures_of_a_whole_year_arrive_after_it() -> None:
    """What is measured once a year is waited for until August; what comes oftener, or at a year's beginning, is not."""
    late = (point("60", date(2026, 8, 20), Window.ANNUAL),)
    plain = kpi("K", "Yearly", Pace.ON_TRACK, readings=late, measured_on=date(2026, 8, 20))
    monthly = replace(plain, cadence=Cadence.MONTHLY)
    early = replace(plain, readings=(replace(late[0], window=Window.BEGINNING),))
    found = [years(card(each))[0].measures[0].reading for each in (plain, monthly, early)]
    assert found == [late[0], None, None]


def test_a_target_whose_day_is_to_come_is_not_missed_yet() -> None:
    """It may be met early; what is short of it until then is not known to miss it."""
    ahead = kpi("K", "Yearly", Pace.ON_TRACK, readings=(point("60", TODAY),), measured_on=TODAY)
    early = replace(ahead, readings=(point("62", TODAY),))
    assert [years(card(each))[1].measures[0].met for each in (ahead, early)] == [None, True]


def test_falling_measures_are_met_from_above() -> None:
    """What should fall is met at its target or below; a suppressed KPI shows no reading."""
    falling = kpi("K", "Falling", Pace.ON_TRACK, direction=Direction.DECREASE)
    assert [each.met for each in years(card(falling))[0].measures] == [True]
    hidden = replace(falling, pace=Pace.SUPPRESSED)
    assert [(each.reading, each.met) for each in years(card(hidden))[0].measures] == [(None, None)]


def keeping(id_: str, most: str | None = None, **changes: object) -> KpiView:
    """A KPI that was measured today at 9.3 and should stay at most at something, changed as asked."""
    target = Point(Decimal(most), None) if most else None
    found = kpi(id_, "A limit", Pace.AT_RISK, readings=(point("9.3", TODAY),), measured_on=TODAY, interim=())
    return replace(found, **{"direction": Direction.AT_MOST, "target": target, **changes})  # type: ignore[arg-type]


def test_limits_hold_in_every_year() -> None:
    """A band, a limit and what should stay as it was are held against each year's reading; a target goes before."""
    most, band = keeping("K1", "9.0"), keeping("K2", direction=Direction.BETWEEN, low=Decimal(9), high=Decimal(10))
    stays = keeping("K3", "9.0", direction=Direction.INCREASE, baseline=point("9.0", date(2025, 6, 30)))
    rising, unset = replace(stays, id="K4", baseline=None), keeping("K5")
    bound = keeping("K6", "9.0", readings=(Point(Over(5), TODAY),))
    found = years(card(most, band, stays, rising, unset, bound))
    now = [(each.kpi.id, each.limit, each.met) for each in found[1].measures]
    assert now == [
        ("K1", True, False),
        ("K2", True, True),
        ("K3", True, True),
        ("K4", False, None),
        ("K5", False, None),
        ("K6", True, None),
    ]
    ahead = [(each.kpi.id, each.limit, each.reading) for each in found[2].measures]
    assert ahead == [(name, True, None) for name in ("K1", "K2", "K3", "K6")]
    tighter = replace(most, interim=(point("9.5", date(2027, 6, 30)),))
    [each] = years(card(tighter))[1].measures
    assert (each.limit, each.met) == (False, True)


def test_a_year_says_of_each_kpi_what_it_should_be_and_whether_it_is() -> None:
    """Limits stand in words; who is not followed any more is not waited for; a bound may leave it open."""
    most = keeping("K", "9")
    least = keeping("K", direction=Direction.BETWEEN, low=Decimal(10), readings=())
    open_end = keeping("K", direction=Direction.BETWEEN, high=Decimal(10), readings=(Point(Over(5), TODAY),))

    def told(found: KpiView) -> str:
        page = Pages(card(found), live=True).render("years/2026-27.html")
        row = page[page.index("</thead>") : page.index("</table>", page.index("</thead>"))]
        return " ".join(re.sub(r"<[^>]+>", " ", row).split())

    assert told(most) == "A limit at most 9 % 9 % 24 November 2026 Not met"
    assert told(least) == "A limit at least 10 % – – not measured yet"
    assert told(open_end) == "A limit at most 10 % over 5 % 24 November 2026 not known"
    assert told(replace(least, pace=Pace.RETIRED)) == "A limit at least 10 % – – Retired"
    assert told(replace(least, pace=Pace.PAUSED)) == "A limit at least 10 % – – Paused"
    assert told(replace(most, pace=Pace.RETIRED)).endswith("Not met")
    assert told(replace(most, target=None)).endswith("no target this year")


@pytest.mark.parametrize("state", [State.CANCELLED, State.DEFERRED])
def test_what_does_not_count_has_no_share_that_could_be_unknown(state: State) -> None:
    """A dash stands for it; of other work without a share it is said."""
    due = project("P2", "Open", due=date(2027, 1, 1), progress=None)
    gone = replace(due, id="P1", state=state, pace=Pace.RETIRED)
    page = Pages(card(projects=(gone, due)), live=True).render("years/2026-27.html")
    assert '<b data-watch="project-P1">–</b>' in page
    assert '<b class="unknown" data-watch="project-P2">unknown</b>' in page


def test_without_days_of_its_own_a_plan_has_the_years_that_it_names() -> None:
    """From the first day that is named to the last; with none, there are no years."""
    undated = card(
        kpi("K", "One", Pace.ON_TRACK), projects=(project("P", "P", due=date(2030, 8, 1)),), start=None, end=None
    )
    assert [year.name for year in years(undated)][::5] == ["2025–26", "2030–31"]
    assert years(empty()) == ()


def test_what_is_furthest_behind_comes_first() -> None:
    """Missed, off track, at risk, overdue; guardrails among them; what is on track is left out."""
    paces = (Pace.STALE, Pace.ON_TRACK, Pace.AT_RISK, Pace.MISSED, Pace.OFF_TRACK)
    found = attention(card(*(kpi(pace.value, pace.value, pace) for pace in paces)))
    assert [each.pace for each in found] == [Pace.MISSED, Pace.OFF_TRACK, Pace.AT_RISK, Pace.STALE]


def test_the_first_months_show_what_has_begun() -> None:
    """Actions whose day is past and that have nothing to show, KPIs without a reading since then, owners named."""
    idle = replace(action("A1", "Idle", None, Pace.OFF_TRACK, project("P1", "P", owned=False)), start=date(2025, 8, 1))
    later = replace(action("A2", "Later", None, Pace.NOT_STARTED), start=date(2027, 8, 1))
    held = replace(action("A3", "Held", None, Pace.PAUSED), state=State.ON_HOLD)
    begun = action(
        "A4", "Begun", next(iter([idle])).expected, Pace.ON_TRACK, project("P2", "P", start=date(2025, 9, 1))
    )
    old = kpi("K1", "Old", Pace.NOT_MEASURED, readings=(point("50", date(2025, 6, 30)),))
    kpis = [old, kpi("K2", "New", Pace.ON_TRACK), kpi("K3", "Gone", Pace.RETIRED)]
    rails = [kpi("R1", "A limit", Pace.ON_TRACK, guardrail=True), replace(old, id="R2", guardrail=True)]
    rails.append(kpi("R3", "A limit no more", Pace.RETIRED, guardrail=True))
    whole = replace(sample(), goals=(goal("G", "A goal", {"": kpis}, rails, idle, later, held, begun),))
    found = beginning(whole)
    assert found is not None
    [each] = found.goals
    assert (found.first, found.last, found.running) == (date(2025, 7, 1), date(2026, 6, 30), False)
    assert (each.due, each.begun, [one.id for one in each.idle]) == (2, 1, ["A1"])
    assert (each.kpis, each.measured, [one.id for one in each.unmeasured]) == (2, 1, ["K1", "R2"])
    assert each.aside == ((Pace.RETIRED, 1),)
    assert (each.items, each.owned) == (10, 9)
    early = beginning(replace(whole, as_of=date(2026, 6, 30)))
    assert early is not None
    assert early.running


def test_a_plan_that_lies_ahead_has_not_begun() -> None:
    """Nor has one whose first day is not known."""
    assert beginning(replace(sample(), start=date(2027, 1, 1))) is None
    assert beginning(empty()) is None
