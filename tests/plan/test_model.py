"""The plan model: unknown stays unknown, figures stay exact, and every item knows its place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from syncd.plan.model import (
    Action,
    Audience,
    Driver,
    Goal,
    Kpi,
    Mark,
    Outcome,
    Plan,
    Project,
    Reading,
    Status,
    Tier,
    children,
    lowest,
)
from syncd.plan.values import parse_figure

UNKNOWN_WORDS = ["", " ", "TBD", "tba", "Tbc", "N/A", "n / a", "NA", "none", "unknown", "Pending", "?", "???"]
UNKNOWN_WORDS += ["-", "—", "…", "...", "__%", "___ %", "___"]


@pytest.mark.parametrize("word", UNKNOWN_WORDS)
def test_what_people_write_for_unknown_is_unknown(word: str) -> None:
    """A figure and a day that are not known yet are None, however people say so, and never 0."""
    mark = Mark.model_validate({"value": word, "on": word})
    assert (mark.value, mark.on) == (None, None)


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        (54, "54"),
        (54.5, "54.5"),
        ("54.0", "54.0"),
        (" 54 % ", "54"),
        ("54%", "54"),
        ("1,200", "1200"),
        ("1,234,567.8", "1234567.8"),
        ("−3", "-3"),
        ("0", "0"),
        (Decimal("54.0"), "54.0"),
    ],
)
def test_a_figure_is_exactly_what_was_written(written: object, figure: str) -> None:
    """Numbers and texts with a percent sign or thousands commas give the exact decimal, its zeros kept."""
    assert str(Mark.model_validate({"value": written}).value) == figure


@pytest.mark.parametrize("written", ["about 5", "5 to 6", "<5", "*", "NaN", "Infinity", True, [5], {"value": 5}])
def test_what_is_no_figure_is_refused(written: object) -> None:
    """A text without a figure, a truth value, or no number at all is an error: nothing is guessed."""
    with pytest.raises(ValidationError):
        Mark.model_validate({"value": written})


@pytest.mark.parametrize("written", ["54,0", "1,2,3", "12,34", "1,2000", ",5", "5,"])
def test_a_comma_that_separates_no_thousands_is_refused(written: str) -> None:
    """A decimal comma is never taken for a thousands comma: 54,0 is not 540."""
    with pytest.raises(ValidationError, match="decimal point"):
        Mark.model_validate({"value": written})


@pytest.mark.parametrize("written", ["1e999999999", "1e-999999999", Decimal("1e400"), "9" * 60])
def test_a_monstrous_figure_is_refused(written: object) -> None:
    """A figure that no arithmetic could hold is an error and does not stop the machine."""
    with pytest.raises(ValidationError):
        Mark.model_validate({"value": written})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3))
def test_any_figure_comes_back_from_its_text(figure: Decimal) -> None:
    """Written plainly or with thousands commas, a figure is read back as it was."""
    assert parse_figure(str(figure)) == figure
    assert parse_figure(f"{figure:,}") == figure


@pytest.mark.parametrize("written", [0, 86400, 20260630, "0", "20260630", 1.5, True, "next June", "6/30/2026"])
def test_what_is_no_day_is_refused(written: object) -> None:
    """A number is never taken for a count of seconds, and an ambiguous day is not guessed."""
    with pytest.raises(ValidationError):
        Mark.model_validate({"on": written})
    with pytest.raises(ValidationError):
        Reading.model_validate({"value": 1, "on": written})


@pytest.mark.parametrize("written", ["2026-06-30", date(2026, 6, 30), datetime(2026, 6, 30)])  # noqa: DTZ001 - as in files
def test_a_day_is_read(written: object) -> None:
    """A day may be a date, or a text with year, month and day."""
    assert Mark.model_validate({"on": written}).on == date(2026, 6, 30)
    assert Reading.model_validate({"on": written}).on == date(2026, 6, 30)


def test_a_reading_needs_its_day() -> None:
    """A measured value without a day cannot be compared with anything."""
    for day in (None, "TBD"):
        with pytest.raises(ValidationError):
            Reading.model_validate({"value": 1, "on": day})


def test_drivers_may_be_ids_or_tables() -> None:
    """What drives a KPI is named by its id alone, or with a weight."""
    kpi = Kpi.model_validate({"id": "K", "title": "t", "driven_by": ["A1", {"id": "A2", "weight": 2}]})
    assert kpi.driven_by == (Driver(id="A1"), Driver(id="A2", weight=Decimal(2)))


@pytest.mark.parametrize("wrong", ["", "a b", "a/b", "a:b", "x" * 101])
def test_an_id_can_stand_in_a_marker(wrong: str) -> None:
    """Ids hold no blanks, slashes or colons, because markers are made of them."""
    with pytest.raises(ValidationError):
        Goal(id=wrong, title="t")


def whole(**more: Any) -> Plan:
    """A plan with one item of every tier, and a second goal."""
    action = Action(id="A", title="a", projects=(Project(id="P", title="p"),))
    deep = Action(
        id="OA", title="oa", audience=Audience.PUBLIC, status=Status.DRAFT, projects=(Project(id="Q", title="q"),)
    )
    outcome = Outcome(id="O", title="o", kpis=(Kpi(id="OK", title="ok"),), actions=(deep,))
    kpis, guardrails = (Kpi(id="K", title="k"),), (Kpi(id="R", title="r"),)
    first = Goal(id="G", title="g", outcomes=(outcome,), kpis=kpis, guardrails=guardrails, actions=(action,))
    return Plan(id="plan", title="t", goals=(first, Goal(id="H", title="h")), **more)


def test_every_item_is_found_in_reading_order() -> None:
    """From the top down: outcomes with what is below them, then the goal's KPIs, guardrails, actions and projects."""
    plan = whole()
    assert list(plan.items) == ["G", "O", "OK", "OA", "Q", "K", "R", "A", "P", "H"]
    assert [placed.order for placed in plan.walk()] == list(range(10))
    tiers = {name: placed.tier for name, placed in plan.items.items()}
    assert (tiers["OK"], tiers["K"], tiers["R"]) == (Tier.KPI, Tier.KPI, Tier.GUARDRAIL)
    assert (tiers["O"], tiers["A"], tiers["P"], tiers["H"]) == (Tier.OUTCOME, Tier.ACTION, Tier.PROJECT, Tier.GOAL)


def test_every_item_knows_what_it_stands_under() -> None:
    """Its path goes from the goal down to the item above it; a goal stands under nothing and is its own goal."""
    items = whole().items
    assert (items["Q"].path, items["Q"].parent, items["Q"].goal) == (("G", "O", "OA"), "OA", "G")
    assert (items["H"].path, items["H"].parent, items["H"].goal) == ((), None, "H")


def test_audience_and_status_are_inherited() -> None:
    """An item's own audience counts, else that of the item above; a branch is never further agreed than its root."""
    items = whole(audience=Audience.INTERNAL).items
    assert (items["OA"].audience, items["Q"].audience, items["A"].audience) == ("public", "public", "internal")
    assert (items["OA"].status, items["Q"].status, items["A"].status) == ("draft", "draft", "adopted")
    assert {placed.status for placed in whole(status=Status.IN_REVIEW).walk()} == {Status.IN_REVIEW, Status.DRAFT}


def test_an_id_that_stands_twice_is_walked_twice() -> None:
    """Walking shows what a file holds, so that a check can find an id that stands twice."""
    plan = Plan(id="p", title="t", goals=(Goal(id="G", title="one"), Goal(id="G", title="two")))
    assert [placed.item.title for placed in plan.walk()] == ["one", "two"]


def test_a_copy_finds_its_own_items() -> None:
    """A plan that was changed on the way does not show the items of the one it was copied from."""
    plan = whole()
    assert "H" in plan.items
    assert set(plan.model_copy(update={"goals": plan.goals[1:]}).items) == {"H"}


def test_projects_and_kpis_hold_nothing() -> None:
    """Nothing can stand below a project or a KPI."""
    assert children(Project(id="P", title="p")) == children(Kpi(id="K", title="k")) == []


@given(st.sampled_from(Status), st.sampled_from(Status), st.sampled_from(Status))
def test_lowest_is_the_least_agreed(one: Status, two: Status, three: Status) -> None:
    """The order in which statuses are compared does not matter, and a draft stays a draft."""
    assert lowest(one, two) == lowest(two, one)
    assert lowest(lowest(one, two), three) == lowest(one, lowest(two, three))
    assert lowest(one, Status.ADOPTED) is one
    assert lowest(one, Status.DRAFT) is Status.DRAFT


@pytest.mark.parametrize("part", [Plan, Goal, Outcome, Kpi, Action, Project])
def test_an_unknown_key_is_refused(part: type[Plan | Goal | Outcome | Kpi | Action | Project]) -> None:
    """A misspelt key is an error in every tier, never silently ignored."""
    with pytest.raises(ValidationError, match="titel"):
        part.model_validate({"id": "x", "title": "t", "titel": "t"})


@pytest.mark.parametrize("weight", [-1, "-0.5", "NaN", "1e999999999"])
def test_a_weight_is_a_sensible_number(weight: object) -> None:
    """A weight is not negative, and small enough to reckon with; 0 is allowed: the roll-up says so where all are 0."""
    with pytest.raises(ValidationError):
        Project.model_validate({"id": "x", "title": "t", "weight": weight})
    assert Project.model_validate({"id": "x", "title": "t", "weight": 0}).weight == 0


def test_an_office_is_no_address() -> None:
    """What everybody may read names nobody's account."""
    with pytest.raises(ValidationError, match="write the title of the office, such as Director of Literacy"):
        Plan.model_validate({"id": "p", "title": "t", "offices": {"ann@example.org": "bo@example.org"}})
