"""The scorecard computed: figures, sentences, and what the public may see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest

from syncd.plan.model import Audience, PaceRule, Plan, Reading, Status, Target, Window
from syncd.progress.evidence import NOT_PLANNED, team_id
from syncd.progress.pace import Pace
from syncd.progress.rollup import Line, Term
from syncd.progress.team import TeamWork, with_team_work
from syncd.publishing.site import site_files
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.page import render_page
from syncd.scorecard.privacy import Leak, check_public
from syncd.scorecard.sentences import corner, spread
from syncd.scorecard.suppression import Disclosed
from syncd.scorecard.tables import tables
from syncd.scorecard.text import as_text
from syncd.scorecard.view import Point, Scorecard, WorkCount
from tests.progress.plans import END, action, kpi, plan, project, task, tasks
from tests.scorecard.cards import DAY, READ_AT, SECRETS, card, kpi_view, sample, seen


def test_the_two_numbers_stay_apart() -> None:
    """Implementation comes from work alone, attainment from measured values alone."""
    found = kpi_view(card(), "G1.O1.K1")
    assert found.attainment == Fraction(64, 160)
    assert found.implementation == (Fraction(5, 6) + 1) / 2
    without = build_scorecard(sample(), {}, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    assert kpi_view(without, "G1.O1.K1").attainment == found.attainment
    assert kpi_view(without, "G1.O1.K1").implementation is None


def test_the_sentence_carries_its_figures() -> None:
    """The pace is said with the values, the shares, the rule that lets it pass, and this year's target."""
    found = kpi_view(card(), "G1.O1.K1")
    assert found.sentence == (
        "54 % → 70 % by 30 June 2029: measured 60.4 % on 20 June 2026, 40 % of the way; expected 50 % by today: "
        "on track, 10 points behind where 10 are allowed. Target for 30 June 2026 (62 %): not met."
    )
    assert found.threshold == "Rule: up to 10 points of the way behind is on track, up to 25 points at risk."


def test_readings_of_later_days_are_not_known_yet() -> None:
    """As of a day, a reading of the next day changes nothing; the next day it is the one measured."""
    assert kpi_view(card(), "G1.O1.K1").measured == Decimal("60.4")
    assert kpi_view(card(day=date(2026, 7, 2)), "G1.O1.K1").measured == Decimal(70)
    assert [point.on for point in kpi_view(card(), "G1.O1.K1").readings] == [date(2026, 1, 31), date(2026, 6, 20)]


def test_drafts_are_not_on_the_scorecard() -> None:
    """Only adopted items are shown, to anyone."""
    assert "G1.O1.K9" not in repr(card())


def test_both_stamps() -> None:
    """The scorecard says when the tools were read and when a KPI was last measured."""
    assert (card().tool_read_at, card().measured_on) == (READ_AT, date(2026, 6, 20))


def test_action_with_its_pooled_count() -> None:
    """An action shows its weighted mean and its tasks counted, what is overdue and what is cancelled."""
    found = card().goals[0].actions[0]
    assert found.progress == Fraction(5, 6)
    assert found.sentence == "5 of 8 tasks done, 1 cancelled, 1 overdue."
    assert found.work == WorkCount(total=3, done=2, cancelled=1, overdue=1)


def test_wins_are_recent_and_newest_first() -> None:
    """What was finished in the last thirty days stands first, with its goal's title."""
    assert [win.id for win in card().wins] == ["G1.A1.P4", "G1.A1.P1"]
    assert card().wins[0].goal == "Every child reads by grade three"
    assert card(day=date(2026, 7, 25)).wins[0].on == date(2026, 6, 26)
    assert card(day=date(2026, 7, 27)).wins == ()


def test_wins_of_one_day_come_by_time_and_then_by_title() -> None:
    """Of one day, what was finished last stands first; what was finished at the same moment is in order of title."""
    early, late = datetime(2026, 6, 25, 9, tzinfo=UTC), datetime(2026, 6, 25, 16, tzinfo=UTC)
    titles = {"P1": "Morning", "P2": "Evening, second", "P3": "Evening, first"}
    works = [project(number).model_copy(update={"title": titles[f"P{number}"]}) for number in (1, 2, 3)]
    done = [task(name, done=True, completed_at=early if name == "P1" else late) for name in titles]
    found = build_scorecard(
        plan(actions=(action(*works),)), tasks(*done), audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None
    )
    assert [win.title for win in found.wins] == ["Evening, first", "Evening, second", "Morning"]


def test_a_reached_target_is_a_win() -> None:
    """A KPI achieved by a reading of the last month is a recent win."""
    reached = plan(kpis=(kpi(values={date(2029, 6, 20): "71"}),))
    found = build_scorecard(reached, {}, audience=Audience.INTERNAL, as_of=date(2029, 6, 30), tool_read_at=None)
    assert [win.title for win in found.wins] == ["Grade 3 reading: target reached"]


def test_outcomes_and_goals_show_the_spread() -> None:
    """A goal counts its KPIs by state, guardrails aside, and never takes their mean."""
    assert card().goals[0].spread.sentence == "2 KPIs: 1 on track, 1 suppressed"
    assert spread([]).sentence == "No KPIs yet"


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_that_is_not_public_is_published(secret: str) -> None:
    """No person, no address of the tool, no words of the tool and no internal item stands in a public scorecard."""
    assert secret in repr(card()) + repr(sample()) + repr(seen())
    assert secret not in repr(card(Audience.PUBLIC))


def test_figures_are_the_same_for_all() -> None:
    """A public KPI's figures count internal work too: the same facts for all, without naming it."""
    one, other = kpi_view(card(), "G1.O1.K1"), kpi_view(card(Audience.PUBLIC), "G1.O1.K1")
    assert (one.implementation, one.work, one.pace) == (other.implementation, other.work, other.pace)
    assert (one.driven_by, other.driven_by) == (("G1.A1", "G1.A2"), ("G1.A1",))


def test_a_public_kpi_below_an_internal_goal_hangs_on_no_name() -> None:
    """A published item below one that is not shows neither the title nor the id of what it hangs on."""
    found = card(Audience.PUBLIC)
    assert [goal.id for goal in found.goals] == ["G1", "goal-2"]
    assert found.goals[1].title == found.goals[1].outcomes[0].title == "Title not published"


@pytest.mark.parametrize("audience", Audience)
def test_small_groups_are_suppressed_with_all_that_follows(audience: Audience) -> None:
    """A group under the minimum shows no value, no share, no baseline and no chart point, to anyone."""
    found = kpi_view(card(audience), "G1.K1")
    assert found.pace is Pace.SUPPRESSED
    assert (found.measured, found.measured_on, found.attainment, found.expected, found.baseline) == (None,) * 5
    assert found.readings == ()
    assert "44" not in repr(found)


FROM_HIDDEN = {
    "baseline": {"value": "33.3", "on": date(2025, 6, 30)},
    "interim": [{"change": "+2 points", "on": date(2027, 6, 30)}, {"value": 34, "on": date(2028, 6, 30)}],
    "readings": [{"value": 35, "on": date(2026, 6, 1), "scope": "school", "where": "Elm"}],
}


@pytest.mark.parametrize("state", ["active", "paused"])
@pytest.mark.parametrize(("change", "comes_to"), [("+5 points", "38.3"), ("-10 %", "29.97")])
@pytest.mark.parametrize("direction", ["increase", "at_least"])
def test_a_target_told_as_a_change_gives_no_hidden_baseline_away(
    state: str, change: str, comes_to: str, direction: str
) -> None:
    """Where the baseline is hidden the change is told, not what it comes to: not on a page, in data or a workbook."""
    target = {"change": change, "on": END}
    more = FROM_HIDDEN | {"target": target, "state": state, "direction": direction}
    found = plan(kpis=(kpi().model_validate(kpi().model_dump() | more),), audience="public")
    view = build_scorecard(found, {}, audience=Audience.PUBLIC, as_of=DAY, tool_read_at=None)
    one = kpi_view(view, "K1")
    assert (one.baseline, one.target, one.change, one.decimals) == (None, None, change, 0)
    assert [point.value for point in one.interim] == [34]
    files = {path: "".join(text) for path, text in site_files(view)} | {"tables": repr(tables(view))}
    assert not [(path, each) for path, text in files.items() for each in ("33.3", "35.3", comes_to) if each in text]
    assert json.loads(files["scorecard.json"])["goals"][0]["outcomes"][0]["kpis"][0]["target_change"] == change
    for point in ({"target": Point(Decimal(comes_to), END)}, {"interim": (*one.interim, Point(Decimal("35.3"), END))}):
        with pytest.raises(Leak, match="too small"):
            check_public(_with_first(view, **point), Disclosed(found))


def test_a_target_told_as_a_change_is_shown_beside_its_baseline() -> None:
    """What it comes to is told where everybody sees the baseline anyway."""
    found = plan(kpis=(kpi(aim=TEN_MORE, values={READING: "60"}),), audience="public")
    view = build_scorecard(found, {}, audience=Audience.PUBLIC, as_of=DAY, tool_read_at=None)
    assert kpi_view(view, "K1").target == Point(Decimal(64), END)


def _with_first(found: Scorecard, **more: object) -> Scorecard:
    goal = found.goals[0]
    changed = replace(goal.outcomes[0], kpis=(replace(goal.outcomes[0].kpis[0], **more),))  # type: ignore[arg-type]
    return replace(found, goals=(replace(goal, outcomes=(changed,)),))


def test_a_small_group_is_dropped_from_the_chart() -> None:
    """An earlier reading of a small group is no chart point beside a later one that may be shown."""
    small = {"value": 58, "on": date(2026, 1, 1), "n": 5}
    shown = {"value": 60, "on": date(2026, 2, 1), "n": 50}
    found = plan(kpis=(kpi().model_validate(kpi().model_dump() | {"readings": [small, shown]}),))
    view = build_scorecard(found, {}, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    assert [point.value for point in kpi_view(view, "K1").readings] == [60]


def _with_kpi(found: Scorecard, **more: object) -> Scorecard:
    goal = found.goals[0]
    outcome = next(outcome for outcome in goal.outcomes if outcome.id == "G1.O1")
    changed = replace(outcome, kpis=(replace(outcome.kpis[0], **more),))  # type: ignore[arg-type]
    return replace(found, goals=(replace(goal, outcomes=(changed,)),))


@pytest.mark.parametrize(
    "more",
    [{"owner": "Pat Example"}, {"id": "G2.K1"}, {"id": "G1.O1.K9"}, {"id": "NOWHERE"}, {"pace": Pace.SUPPRESSED}],
)
def test_the_build_fails_closed(more: dict[str, object]) -> None:
    """A public scorecard that would hold a person, a hidden item or a suppressed figure is refused."""
    with pytest.raises(Leak):
        check_public(_with_kpi(card(Audience.PUBLIC), **more), Disclosed(sample()))


def test_the_build_refuses_addresses_and_hidden_wins() -> None:
    """An address of the tool, or a win that is not public, is refused too."""
    found = card(Audience.PUBLIC)
    goal = found.goals[0]
    linked = replace(goal.actions[0], url="https://tool.example.org/0/1")
    with pytest.raises(Leak, match="address"):
        check_public(replace(found, goals=(replace(goal, actions=(linked,)),)), Disclosed(sample()))
    with pytest.raises(Leak, match=r"G1\.A1\.P4"):
        check_public(replace(found, wins=card().wins), Disclosed(sample()))
    kpi = goal.outcomes[0].kpis[0]
    for hurt in (
        replace(goal, office="ann@district.example"),
        replace(goal, outcomes=(replace(goal.outcomes[0], kpis=(replace(kpi, office="ann@district.example"),)),)),
        replace(goal, actions=(replace(goal.actions[0], office="ann@district.example"),)),
    ):
        with pytest.raises(Leak, match="the name or address of a person"):
            check_public(replace(found, goals=(hurt,)), Disclosed(sample()))


def test_a_plan_of_which_nothing_is_public_is_not_named() -> None:
    """What is public of it is nothing, not even its name; a scorecard that would name it is refused."""
    draft = sample().model_copy(update={"status": Status.DRAFT})
    found = build_scorecard(draft, seen(), audience=Audience.PUBLIC, as_of=DAY, tool_read_at=None)
    assert (found.goals, found.title, found.organization) == ((), "Strategic plan", "")
    inside = build_scorecard(draft, seen(), audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    assert (inside.title, inside.organization) == ("Every Student Ready", "Riverbend Unified")
    for name in ({"title": "Every Student Ready"}, {"organization": "Riverbend Unified"}):
        with pytest.raises(Leak, match="nothing is public"):
            check_public(replace(found, **name), Disclosed(draft))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "more"),
    [
        ("district", {"organization": "ann@district.example"}),
        ("K1", {"source": "ann@district.example"}),
        ("K1", {"method": "as ann@district.example counts"}),
        ("K1", {"why": "ask ann@district.example"}),
        ("K1", {"title": "ann@district.example"}),
        ("K1", {"override": {"state": "at_risk", "until": END, "note": "ask ann@district.example"}}),
        ("A1", {"title": "ask ann@district.example"}),
        ("O1", {"title": "ask ann@district.example"}),
        ("G1", {"title": "ask ann@district.example"}),
    ],
)
def test_no_address_is_published_that_nobody_let_pass(item: str, more: dict[str, object]) -> None:
    """Whichever text of the plan it stands in: the build fails closed."""
    found = plan(actions=(action(project(1)),), kpis=(kpi(),), audience="public").model_dump(exclude_defaults=True)
    goal = found["goals"][0]
    outcome = goal["outcomes"][0]
    by_id = {"district": found, "G1": goal, "O1": outcome, "K1": outcome["kpis"][0], "A1": goal["actions"][0]}
    by_id[item].update(more)
    build = partial(build_scorecard, Plan.model_validate(found), {}, audience=Audience.PUBLIC, as_of=DAY)
    with pytest.raises(Leak, match=f"{item}: an e-mail address"):
        build(tool_read_at=None)
    assert build(tool_read_at=None, passed={item}).goals


def line(share: Fraction | None, expected: Fraction | None, *, linked: bool = True) -> Line:
    """Work rolled up, of one piece or of none."""
    term = Term("A1", Fraction(1), share, share, expected, counts=True, later=False, leaves=("A1",))
    return Line("K1", share, share, Fraction(1), expected, (term,) if linked else (), ("A1",))


@pytest.mark.parametrize(
    ("result", "work", "said"),
    [
        (Pace.ON_TRACK, Pace.ON_TRACK, "The work is on pace and so is the result: keep going."),
        (Pace.OFF_TRACK, Pace.ON_TRACK, "The work is on pace, the result is not: question the strategy."),
        (
            Pace.ACHIEVED,
            Pace.AT_RISK,
            "The result is on pace although the work is behind: find the cause before claiming it.",
        ),
        (Pace.MISSED, Pace.OFF_TRACK, "The work is behind and so is the result: do the work first."),
        (Pace.NOT_MEASURED, Pace.ON_TRACK, "The work is on pace; the result is not measured yet."),
        (Pace.STALE, Pace.OFF_TRACK, "The work is behind; the result has no fresh reading."),
        (Pace.RETIRED, Pace.ON_TRACK, ""),
    ],
)
def test_the_corner_reads_both_numbers(result: Pace, work: Pace, said: str) -> None:
    """The two numbers are read together in words, and never blended."""
    behind = {Pace.ON_TRACK: 10, Pace.AT_RISK: 25, Pace.OFF_TRACK: 26}[work]
    assert corner(result, line(Fraction(1, 2), Fraction(50 + behind, 100)), PaceRule()) == said


NOTHING = "The result is on pace; of the work nothing can be said: "


@pytest.mark.parametrize(
    ("found", "result", "said"),
    [
        (line(Fraction(1, 2), None), Pace.ON_TRACK, f"{NOTHING}it has no dates to be held against."),
        (line(None, None), Pace.ACHIEVED, f"{NOTHING}how far it is, is not known."),
        (line(None, None, linked=False), Pace.ON_TRACK, f"{NOTHING}none is linked to it."),
        (
            line(None, None, linked=False),
            Pace.MISSED,
            "The result is behind; of the work nothing can be said: none is linked to it.",
        ),
        (line(None, None), Pace.NOT_MEASURED, ""),
    ],
)
def test_a_result_without_known_work_says_so(found: Line, result: Pace, said: str) -> None:
    """A good result that no work explains is not claimed in silence."""
    assert corner(result, found, PaceRule()) == said


READING = date(2026, 6, 20)
TEN_MORE = Target(change="+10 points", on=END)


def mid_year(year: int, value: str) -> Reading:
    """A reading from the middle of a year."""
    return Reading(value=Decimal(value), on=date(year, 1, 31), window=Window.MIDDLE)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"values": {READING: "52"}}, "−13 % of the way, below where we started"),
        ({"values": {READING: "71"}}, "the target is reached early"),
        ({"values": {READING: "54.5"}}, "20 June 2026, 3 % of the way; expected 25 % by today: at risk, 21.9 points"),
        ({"values": {READING: "56.3936"}}, "at risk, 10.04 points behind, more than 10."),
        ({"values": {READING: "50"}}, "off track, 50 points behind, more than 25."),
        ({"values": {READING: "58"}}, "The way is our straight line, not the district's."),
        ({"baseline": None, "values": {READING: "71"}}, "the target is met (70 %); where it started is not known"),
        ({"baseline": None}, "? → 70 % by 30 June 2029: where it started is not known yet."),
        ({"target": None}, "There is no target and no reading yet."),
        ({"target": None, "values": {READING: "58"}}, "there is no target, or no day for it, to hold it against"),
        (
            {"target": None, "values": {READING: "60"}},
            "Measured 60 % on 20 June 2026, 6 points more than on 30 June 2025: there is no target",
        ),
        ({"target": None, "values": {READING: "54"}}, "the same as on 30 June 2025: there is no target"),
        ({"target": None, "values": {READING: "51"}, "unit": "days"}, "3 days less than on 30 June 2025"),
        ({"aim": TEN_MORE}, "54 % → 64 % by 30 June 2029: outcome not yet measured."),
        (
            {"aim": TEN_MORE, "baseline": None},
            "? → 10 points more than where it started by 30 June 2029: where it started is not known yet.",
        ),
        (
            {"aim": TEN_MORE, "baseline": None, "values": {READING: "60"}},
            "60 % on 20 June 2026; the target is 10 points more than where it started, which is not known yet.",
        ),
        (
            {"aim": Target(change="-5 %", on=END), "baseline": None, "direction": "at_most"},
            "At most 5 % less than where it started: where it started is not known yet.",
        ),
        (
            {"readings": (mid_year(2025, "50"), mid_year(2026, "52"))},
            "52 % on 31 January 2026 is a mid-year reading (2 points more than on 31 January 2025), which is not held",
        ),
        ({"readings": (mid_year(2026, "52"),)}, "is a mid-year reading, which is not held against the target"),
        ({"kind": "implementation", "target": None}, "This KPI is the work itself, and how much of it is done is not"),
        ({"kind": "implementation", "target": None, "state": "paused"}, "This KPI is paused."),
        ({}, "54 % → 70 % by 30 June 2029: outcome not yet measured."),
        ({"state": "paused"}, "This KPI is paused."),
        (
            {"direction": "at_least", "values": {READING: "69.96"}},
            "Measured 69.96 % on 20 June 2026; it should be at least 70 %",
        ),
        ({"cadence": "monthly", "values": {date(2026, 1, 9): "58"}}, "a new reading is overdue since 23 February 2026"),
    ],
)
def test_sentences(more: dict[str, object], said: str) -> None:
    """Each case says what happened in words, with the figures it comes from."""
    found = plan(kpis=(kpi(**more),))  # type: ignore[arg-type]
    view = build_scorecard(found, {}, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    assert said in kpi_view(view, "K1").sentence


def test_a_mid_year_reading_is_shown_but_not_compared() -> None:
    """A mid-year value is shown with its date, gives no percentage, and the sentence says why."""
    found = kpi_view(card(day=date(2026, 3, 1)), "G1.O1.K1")
    assert (found.measured, found.attainment, found.pace) == (Decimal(50), None, Pace.NOT_MEASURED)
    assert "is a mid-year reading, which is not held against the target" in found.sentence
    assert "to compare with it. So far 92 % of the work is done." in found.sentence


def test_work_that_is_not_known_is_said() -> None:
    """Work without a task, deleted or invisible work is named beside the action's count."""
    found = plan(actions=(action(project(1), project(2)),))
    view = build_scorecard(
        found, tasks(task("P1", done=True)), audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None
    )
    shown = view.goals[0].actions[0]
    assert (shown.sentence, shown.work.finished) == ("1 of 1 task done, 1 without a task yet.", False)


def test_work_that_was_not_read_says_so() -> None:
    """Before anything was read an action says that, and neither counts nor calls overdue what it does not know."""
    found = plan(actions=(action(project(1, due=date(2026, 1, 1)), project(2, state="on_hold")),))
    view = build_scorecard(found, {}, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    assert view.goals[0].actions[0].sentence == "Not read yet."
    assert (view.work.overdue, view.work.is_unread) == (0, True)


def test_a_teams_own_work() -> None:
    """Inside it is shown as what it is; in public its words stand nowhere, and the figures are the same."""
    work = [
        TeamWork("G1.A1", task(team_id("7"), title="Own words", url="https://tool.example.org/7")),
        TeamWork("G1", task(team_id("8"), title="Own words too", done=True, completed_at=READ_AT)),
    ]
    plan = with_team_work(sample(), work, seen())
    evidence = seen() | {each.evidence.item: each.evidence for each in work}
    inside, outside = (
        build_scorecard(plan, evidence, audience=audience, as_of=DAY, tool_read_at=READ_AT)
        for audience in (Audience.INTERNAL, Audience.PUBLIC)
    )
    first, *_, last = inside.goals[0].actions
    assert (first.projects[-1].title, first.projects[-1].remark) == ("Own words", NOT_PLANNED)
    assert (last.title, last.url, NOT_PLANNED in last.sentence.lower()) == ("Own words too", None, True)
    assert "Own words too" in [win.title for win in inside.wins]
    assert first.progress == outside.goals[0].actions[0].progress == Fraction(5, 8)
    assert card().goals[0].actions[0].progress == Fraction(5, 6)
    for told in (as_text(outside), json.dumps(as_json(outside)), as_csv(outside), render_page(outside)):
        assert ("Own words" in told, "task:" in told) == (False, False)
    assert "Own words" in render_page(inside)


def test_a_district_value_that_is_not_known_yet_stops_nothing() -> None:
    """A KPI of which one school alone has a value so far shows that one; blank and later readings change nothing."""
    school = {"value": 61, "on": date(2026, 5, 1), "scope": "school", "where": "Oak", "n": 30}
    for other in ({"on": date(2026, 5, 1)}, {"value": 70, "on": date(2027, 5, 1)}):
        plan_of_one = plan(kpis=(kpi(readings=(Reading.model_validate(school), Reading.model_validate(other))),))
        shown = build_scorecard(
            plan_of_one.model_copy(update={"audience": Audience.PUBLIC}),
            {},
            audience=Audience.PUBLIC,
            as_of=date(2026, 6, 1),
            tool_read_at=None,
        )
        assert kpi_view(shown, "K1").measured == Decimal(61)
