"""Explanations: every figure taken back to work, weights and readings, and recomputed from them."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Plan, State
from syncd.progress.evidence import Evidence
from syncd.scorecard.explain import Explanation, UnknownItem, WorkLine, as_json, as_text, explain
from tests.progress.plans import TODAY, action, kpi, plan, project, task, tasks
from tests.scorecard.cards import DAY, sample, seen


def of(
    item: str, found: Plan | None = None, evidence: dict[str, Evidence] | None = None, day: date = DAY
) -> Explanation:
    """The explanation of an item."""
    return explain(found or sample(), seen() if evidence is None else evidence, item, as_of=day)


def mean(lines: tuple[WorkLine, ...], *, of_expected: bool = False) -> Fraction | None:
    """The weighted mean of printed lines, by the printed formula."""
    known = [(line.weight or Fraction(0), line.share, line.expected) for line in lines if line.share is not None]
    total = sum(weight for weight, _, _ in known)
    if not total:
        return None
    if of_expected:
        return (
            sum((weight * (share if wanted is None else wanted) for weight, share, wanted in known), Fraction(0))
            / total
        )
    return sum((weight * share for weight, share, _ in known), Fraction(0)) / total


def test_json_has_the_promised_shape() -> None:
    """The JSON of an explanation has the names that scripts rely on, and plain values only."""
    found = json.loads(json.dumps(as_json(of("G1.O1.K1")), allow_nan=False))
    assert list(found) == ["id", "figures", "formula", "work", "readings"]
    assert found["work"][1] == {
        "id": "G1.A1.P2",
        "title": "=SUM(A1:A9) buy the books",
        "weight": pytest.approx(1 / 6),
        "state": "under_way",
        "share": 0.5,
        "url": "https://tool.example.org/0/1",
    }
    assert (found["figures"]["attainment"], found["figures"]["measured_on"]) == (0.4, "2026-06-20")


def test_a_kpi_shows_its_formula_and_readings() -> None:
    """The formula has the values put in; readings say which is used, and why another is not."""
    found = of("G1.O1.K1")
    assert found.formula.startswith(
        "Result (attainment) = (60.4 − 54) / (70 − 54) = 40 % (2/5); Result expected by today = (62 − 54) / (70 − 54)"
    )
    assert found.formula.endswith("Work (implementation) = (1·5/6 + 1·1)/2 (of G1.A1, G1.A2) = 92 % (11/12)")
    assert [(reading.on, reading.used) for reading in found.readings] == [
        (date(2026, 1, 31), False),
        (date(2026, 6, 20), True),
    ]
    assert found.readings[0].note == "mid-year: not held against the target"


@pytest.mark.parametrize("item", ["G1", "G1.O1.K1", "G1.A1"])
@pytest.mark.parametrize("state", ["active", "on_hold", "deferred", "cancelled"])
def test_what_is_counted_is_the_work_that_has_a_share(item: str, state: str) -> None:
    """The projects counted are those whose shares make the figure, and those of them that are not known."""
    found = sample()
    first = found.goals[0].actions[0]
    projects = (first.projects[0].model_copy(update={"state": State(state)}), *first.projects[1:])
    actions = (first.model_copy(update={"projects": projects}), *found.goals[0].actions[1:])
    goals = (found.goals[0].model_copy(update={"actions": actions}), *found.goals[1:])
    told = of(item, found.model_copy(update={"goals": goals}))
    figures = told.figures
    with_share = sum(line.share is not None for line in told.work)
    assert figures["work_total"] == with_share + figures["work_unknown"]  # type: ignore[operator]
    assert figures["work_total"] + figures["work_cancelled"] + figures["work_deferred"] == len(told.work)  # type: ignore[operator]


def test_work_that_is_not_known_makes_no_explanation_full() -> None:
    """Where all that is known is done and more is not known, neither the figure nor its formula says 100 %."""
    found = plan(actions=(action(project(1), project(2)),))
    text = as_text(explain(found, tasks(task("P1", done=True)), "A1", as_of=TODAY))
    assert re.search(r"Work \(progress\) = .* 99 %", text)
    assert re.search(r"Work \(progress\) +99 %\n", text)
    assert re.search(r"Projects not known +1\n", text)


def test_text_prints_exact_figures_and_addresses() -> None:
    """Text puts rounded shares before exact ones; each task stands with weight, state, day and address."""
    text = as_text(of("G1.O1.K1"))
    for said in (
        "Work (implementation)           92 % (11/12)\n",
        "Result (attainment)             40 % (2/5)\n",
        "Work expected by today          67 % (2/3)\n",
        "Gap to what is expected         10 points behind\n",
        "Value expected by today         62\n",
        "At risk up to                   25 points behind\n",
        "50 % (1/2) done, 17 % (1/6) of the figure, under way, expected 100 %, due 1 June 2026",
        "100 % done, 17 % (1/6) of the figure, expected 0 %, due 30 June 2027, done on 25 June 2026",
        "      cancelled, due 30 June 2027",
        "https://tool.example.org/0/1",
        "→ 20 June 2026  60.4  (Read by Pat Example)",
        "31 January 2026  50  (middle, mid-year: not held against the target)",
    ):
        assert said in text


def test_an_action_shows_the_plans_weights() -> None:
    """An action's projects stand with the weights of the plan; the cancelled one without a share."""
    found = of("G1.A1")
    assert [(line.id, line.weight, line.share) for line in found.work][1:3] == [
        ("G1.A1.P2", Fraction(1), Fraction(1, 2)),
        ("G1.A1.P3", Fraction(1), None),
    ]
    assert found.figures["progress"] == Fraction(5, 6)
    assert found.formula == "Work (progress) = (1·1 + 1·1/2 + 1·1)/3 = 83 % (5/6)"
    assert "weight 1, cancelled" in as_text(found)
    assert found.sentence == "83 % done; expected 33 % by today: on track."


def test_a_project_and_work_that_is_not_known() -> None:
    """A project shows what its own task says; one without a task says that nothing is known."""
    assert of("G1.A1.P2").figures["tasks_done"] == 3
    assert of("G1.A1.P1", evidence={}).sentence == "How much is done is not known: not known."
    assert "is not known: no work" in of("G1.A1", evidence={}).formula


def test_a_goal_counts_and_takes_no_mean() -> None:
    """A goal shows its KPIs by pace, its guardrails beside them, and its distinct work without weights."""
    found = of("G1")
    assert (found.figures["kpis"], found.figures["on_track"], found.figures["suppressed"]) == (2, 1, 1)
    assert found.figures["guardrails"] == 1
    whole = "Taken together on track: 1 of 2 KPIs with a current reading."
    assert found.sentence == f"2 KPIs: 1 on track, 1 suppressed. 1 guardrail: 1 kept. {whole}"
    outcome = of("G1.O1")
    assert (outcome.sentence, "guardrails" in outcome.figures) == ("1 KPI: 1 on track.", False)
    assert {line.weight for line in found.work} == {None}
    assert len(found.work) == found.figures["work_total"] + 1  # type: ignore[operator]
    assert "weight" not in as_text(found)


def test_the_formula_of_much_work_stands_in_words() -> None:
    """Up to twelve terms stand in the formula with their weights; more are said in words."""
    for many, said in ((12, "+ 1·0)/13 = 8 % (1/13)"), (13, "the sum of weight × share over the sum of weights")):
        works = [project(number, weight=Decimal(2 if number == 1 else 1)) for number in range(many)]
        seen_all = tasks(*(task(work.id, done=number == 0) for number, work in enumerate(works)))
        assert said in of("A1", plan(actions=(action(*works),)), seen_all).formula


def test_fractions_are_said_in_rounded_figures_first() -> None:
    """A gap says behind or ahead in points, an expected value its rounded figure, each with the exact one beside it."""
    for value, said in (("55", "points behind ("), ("69", "points ahead (")):
        text = as_text(of("K1", plan(kpis=(kpi(values={DAY: value}, cadence="monthly"),)), day=date(2026, 7, 2)))
        assert said in text
        assert re.search(r"Value expected by today +58\.0 \(\d+/\d+\)", text)


def test_work_that_was_not_read_is_not_counted_in_words() -> None:
    """Before anything was read, text names the projects and says so; counts of 0 stand only in the data."""
    found = of("G1", evidence={})
    text = as_text(found)
    assert re.search(r"Projects counted +4, not read yet\n", text)
    assert "Projects done" not in text
    assert found.figures["work_done"] == 0
    project_text = as_text(of("G1.A1.P1", evidence={}))
    assert "Work expected by today" in project_text
    assert "Tasks" not in project_text


def test_a_band_and_an_unmeasured_kpi() -> None:
    """A band has no percentage and shows its ends; without a reading the formula stands in words."""
    band = of("G1.R1")
    assert (band.figures["low"], band.figures["high"]) == (Decimal(100), Decimal(200))
    assert "no percentage" in band.formula
    assert "Result (attainment) = (measured − baseline)" in of("K1", plan(kpis=(kpi(),))).formula


def test_a_small_group_is_not_explained() -> None:
    """Of a group under the minimum, an explanation gives neither value nor size nor what follows from them."""
    found = of("G1.K1")
    assert [(reading.value, reading.n) for reading in found.readings] == [(None, None)]
    assert "measured" not in found.figures
    assert "44" not in as_text(found) + json.dumps(as_json(found))


def test_a_stale_kpi_says_what_it_was() -> None:
    """A stale KPI's figures hold its last state, and since when a reading is overdue."""
    found = of("G1.O1.K1", day=date(2028, 1, 1))
    assert (found.figures["pace"], found.figures["was"]) == ("stale", "on_track")


def test_readings_about_a_part_or_unknown_say_so() -> None:
    """A school's reading and a value that is not known stand in the list with why they are not used."""
    school = {"value": 70, "on": date(2026, 1, 1), "scope": "school", "where": "North", "n": 90}
    part = {"value": 70, "on": date(2026, 1, 1), "scope": "group", "where": "EL", "n": 90}
    unknown = {"value": "TBD", "on": date(2026, 1, 2)}
    whole = {"value": 58, "on": date(2026, 1, 3)}
    found = plan(kpis=(kpi().model_validate(kpi().model_dump() | {"readings": [school, part, unknown, whole]}),))
    notes = [reading.note for reading in of("K1", found).readings]
    assert notes == [
        "about one school: never stands for the whole",
        "about a part: never stands for the whole",
        "the value is not known",
        "",
    ]


def test_unknown_ids_name_the_nearest() -> None:
    """An id that the plan does not have is an error that names the nearest one, if any is near."""
    with pytest.raises(UnknownItem, match=r'no item "G1\.A1\.P9" in the plan "district"; did you mean G1\.A1\.P'):
        of("G1.A1.P9")
    with pytest.raises(UnknownItem, match="`syncd scorecard` shows all ids"):
        of("zzzzzzzz")


def test_a_draft_is_not_counted() -> None:
    """A draft item is explained as what it is: no figure."""
    found = of("G1.O1.K9")
    assert (found.figures, found.sentence) == ({}, "This item is draft: only adopted work is counted.")


SHARES = st.one_of(st.none(), st.fractions(0, 1, max_denominator=40))
DAYS = st.none() | st.dates(date(2025, 9, 1), date(2026, 9, 1))
WORKS = st.lists(st.tuples(SHARES, st.sampled_from(list(State)), st.integers(0, 4), DAYS), max_size=5)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, dict[str, Evidence]]:
    """A plan of up to three actions that drive one KPI by weight, with evidence."""
    actions = []
    evidence: dict[str, Evidence] = {}
    for number in range(draw(st.integers(1, 3))):
        projects: list[Any] = []
        for place, (share, state, weight, due) in enumerate(draw(WORKS)):
            work = project(number * 10 + place, state=state, weight=Decimal(weight), due=due)
            projects.append(work)
            evidence |= tasks(task(work.id, share, steps=draw(st.none() | st.just((1, 3)))))
        actions.append(action(*projects, id=f"A{number}"))
        evidence |= tasks(task(f"A{number}", draw(SHARES)))
    drivers = [{"id": found.id, "weight": draw(st.integers(0, 4))} for found in actions]
    if projects:
        drivers.append({"id": projects[0].id, "weight": draw(st.integers(0, 4))})
    return plan(actions=tuple(actions), kpis=(kpi(driven_by=drivers),)), evidence


@settings(deadline=None, max_examples=150)
@given(plans())
def test_every_share_can_be_recomputed(drawn: tuple[Plan, dict[str, Evidence]]) -> None:
    """What an explanation prints gives back its figures exactly: of the KPI and of each of its actions."""
    found, evidence = drawn
    for item in ("K1", *(each.id for each in found.goals[0].actions)):
        shown = explain(found, evidence, item, as_of=TODAY)
        assert shown.figures["implementation" if item == "K1" else "progress"] == mean(shown.work)
        wanted = shown.figures["work_expected"]
        assert wanted is None or wanted == mean(shown.work, of_expected=True)


@settings(deadline=None, max_examples=100)
@given(
    st.decimals(0, 100, places=1), st.decimals(0, 100, places=1), st.decimals(0, 100, places=1), st.booleans(),
    st.dates(date(2025, 7, 2), date(2029, 6, 1)),
)  # fmt: skip
def test_attainment_and_gap_can_be_recomputed(
    baseline: Decimal, target: Decimal, value: Decimal, monthly: bool, day: date
) -> None:
    """Attainment, expected and the points behind follow from the values printed beside them."""
    found = kpi(str(baseline), str(target), {day: str(value)}, cadence="monthly" if monthly else "yearly")
    figures = explain(plan(kpis=(found,)), {}, "K1", as_of=day).figures
    if baseline == target:
        assert figures["attainment"] is None
        return
    way = Fraction(target - baseline)
    assert figures["attainment"] == Fraction(value - baseline) / way
    assert isinstance(figures["expected_value"], Fraction)
    assert figures["expected"] == (figures["expected_value"] - Fraction(baseline)) / way
    if figures["behind_points"] is not None:
        assert isinstance(figures["held_against"], Fraction)
        assert figures["behind_points"] == (figures["held_against"] - Fraction(value - baseline) / way) * 100
