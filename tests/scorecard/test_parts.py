"""What stands beside the district's figure: schools and groups, the next reading due, and whose it is, by title."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from syncd.plan.model import Cadence, Kpi, KpiState, Mark, Plan, Reading, Scope, Window
from syncd.progress.pace import Frame, pace
from syncd.scorecard.offices import title_of
from syncd.scorecard.parts import next_reading, parts_of
from syncd.scorecard.suppression import published
from tests.progress.plans import END, START, TODAY, kpi

FRAME = Frame(start=START, end=END)


def school(where: str, value: str, n: int | None = 80, on: date = date(2026, 1, 20), **more: object) -> Reading:
    """A reading of one school."""
    return Reading.model_validate({"value": value, "on": on, "scope": "school", "where": where, "n": n, **more})


def shown(*readings: Reading, frame: Frame = FRAME) -> dict[str, Decimal | None]:
    """The values of schools and groups by name; in public, of the KPI as it may be published."""
    found = kpi(readings=readings)
    if frame.strict:
        found = found.model_copy(update={"readings": published(found, frame.minimum_group)})
    return {part.where: part.value for part in parts_of(found, TODAY, frame)}


def due(found: Kpi) -> date | None:
    """The day of the next reading."""
    return next_reading(found, pace(found, TODAY, FRAME), FRAME)


def test_each_school_shows_its_newest_reading() -> None:
    """An older reading, one of a later day, one of another window and the district's own stay out."""
    found = shown(
        school("Alder", "50", on=date(2025, 9, 1)),
        school("Alder", "55"),
        school("Alder", "60", on=date(2026, 4, 1)),
        school("Alder", "99", on=date(2026, 2, 1), window=Window.MIDDLE),
        school("Birch", "44"),
        Reading(value=Decimal(57), on=date(2026, 1, 20)),
    )
    assert found == {"Alder": Decimal(55), "Birch": Decimal(44)}


def test_a_small_group_takes_the_smallest_other_one_with_it() -> None:
    """From the figure of all and those of the others, the one that is hidden could be worked out."""
    small = school("Cedar", "70", n=9)
    found = shown(school("Alder", "55", n=90), school("Birch", "44", n=40), small)
    assert found == {"Alder": Decimal(55), "Birch": None, "Cedar": None}
    group = replace_scope(school("Foster care", "50", n=6))
    assert shown(school("Alder", "55"), group) == {"Alder": Decimal(55), "Foster care": None}


def replace_scope(reading: Reading) -> Reading:
    """The same reading about a group."""
    return reading.model_copy(update={"scope": Scope.GROUP})


@pytest.mark.parametrize("strict", [False, True])
def test_two_small_ones_do_not_hide_each_other(strict: bool) -> None:
    """What the two have together would tell too much of each: inside as in public, a third is hidden as well."""
    frame = replace(FRAME, strict=strict)
    found = shown(school("Alder", "55"), school("Birch", "44", n=3), school("Cedar", "70", n=4), frame=frame)
    assert found == {"Alder": None, "Birch": None, "Cedar": None}


def test_in_public_a_part_of_unknown_size_is_hidden() -> None:
    """Inside it is shown: whoever looks there may know."""
    unknown = school("Alder", "55", n=None)
    assert shown(unknown) == {"Alder": Decimal(55)}
    assert shown(unknown, frame=replace(FRAME, strict=True)) == {"Alder": None}


def test_the_next_reading_comes_one_period_after_the_last() -> None:
    """After the newest reading, else the baseline, else the plan's first day."""
    assert due(kpi(values={date(2026, 1, 31): "56"}, cadence=Cadence.MONTHLY)) == date(2026, 2, 28)
    assert due(kpi()) == date(2026, 6, 30)
    assert due(kpi(baseline=None)) == date(2026, 6, 30)
    bare = Plan(id="p", title="P")
    undated = kpi().model_copy(update={"baseline": Mark(value=Decimal(1))})
    assert next_reading(undated, pace(undated, TODAY, Frame.of(bare)), Frame.of(bare)) is None


def test_of_what_is_over_no_reading_is_awaited() -> None:
    """A KPI that is retired or paused, or whose target is met for good, waits for nothing."""
    assert due(kpi(state=KpiState.RETIRED)) is None
    assert due(kpi(values={date(2026, 1, 31): "72"}, target="70", interim=())) is not None


@pytest.mark.parametrize(
    "owner",
    [
        "Chief Academic Officer",
        "Director of Early Literacy",
        "Office of Family Engagement",
        "Deputy Superintendent, Teaching & Learning",
        "Research and Assessment Team",
    ],
)
def test_a_title_may_be_told(owner: str) -> None:
    """What is made of words for offices alone names no person."""
    assert title_of(owner, {}) == owner


@pytest.mark.parametrize(
    "owner",
    [
        "",
        None,
        "Pat Example",
        "Director Pat Example",
        "chief.academic@example.org",
        "Literacy",
        "Principal Chief Smith",
        "Chief Academic Officer <pat@example.org>",
        "Director (J. Doe)",
        "2041-778",
    ],
)
def test_whatever_might_be_a_person_is_not_told(owner: str | None) -> None:
    """Names, addresses, numbers of staff, titles with a name beside them."""
    assert title_of(owner, {}) == ""


def test_the_plan_may_say_under_which_title_an_owner_stands() -> None:
    """Whoever the plan has a title for is told by it; a title that is an address is refused."""
    titles = {"director.literacy@example.org": "Director of Literacy", "Pat Example": "Chief of Staff"}
    plan = Plan(id="p", title="P", offices=titles)
    assert title_of("director.literacy@example.org", plan.offices) == "Director of Literacy"
    assert title_of("Pat Example", plan.offices) == "Chief of Staff"
    assert title_of("other@example.org", plan.offices) == ""
    with pytest.raises(ValidationError, match="Director of Literacy"):
        Plan(id="p", title="P", offices={"pat@example.org": "pat@example.org"})
