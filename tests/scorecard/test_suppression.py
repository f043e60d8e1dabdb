"""What of readings is published: nobody who knows all sizes and all that is published works out a small group's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.model import Audience, Kpi, Plan, Reading, Scope, Target
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.cells import Hidden
from syncd.scorecard.coding import AtLeast, AtMost, coded, counts, margin
from syncd.scorecard.privacy import Leak, check_public
from syncd.scorecard.suppression import Disclosed, published
from tests.progress.plans import kpi, plan

DAY = date(2026, 5, 1)
LEAST = 10


def reading(where: str, people: int | None, value: str | Decimal | None, scope: Scope = Scope.SCHOOL) -> Reading:
    """A reading of that day."""
    return Reading(value=None if value is None else Decimal(value), on=DAY, scope=scope, where=where, n=people)


def whole(people: int | None, value: str | Decimal) -> Reading:
    """The district's."""
    return reading("", people, value, Scope.DISTRICT)


def told(*readings: Reading, **more: Any) -> list[str | None]:
    """What is published of them, None where it is hidden."""
    aim = more.pop("aim", Target(value=Decimal(70)))
    held = kpi(readings=readings, aim=aim, **more)
    return [None if isinstance(one, Hidden) else said(one.value) for one in published(held, LEAST)]


def said(value: Decimal | None) -> str:
    """A value with its bound."""
    sign = {AtLeast: ">=", AtMost: "<="}.get(type(value), "")  # type: ignore[arg-type]
    return f"{sign}{value}"


@pytest.mark.parametrize(
    ("people", "value", "expected"),
    [
        (300, "99", ">=99"),
        (300, "98.9", "98.9"),
        (300, "1", "<=1"),
        (299, "98.5", ">=98"),
        (100, "1.9", "<=2"),
        (99, "96", ">=95"),
        (40, "94.9", "94.9"),
        (39, "90", ">=90"),
        (12, "100", ">=90"),
        (12, "8.3", "<=10"),
        (12, "50", "50"),
    ],
)
def test_top_and_bottom_are_coded_by_size(people: int, value: str, expected: str) -> None:
    """Of fewer people, less of the ends is told."""
    assert said(coded(Decimal(value), people)) == expected


@pytest.mark.parametrize(
    "unit",
    [
        *("percent", "Percent", "per cent", "pct", "pct.", "% of students", " % "),
        *("percent of students", "students (%)", "percent proficient", "Percentage met", "share in percent"),
    ],
)
def test_a_percentage_is_one_however_it_is_written(unit: str) -> None:
    """That all of a school did is not told, whatever the unit is called."""
    assert told(reading("Elm", 60, "100"), unit=unit) == told(reading("Elm", 60, "100"), unit="%") != ["100"]


def test_how_many_a_published_percentage_may_stand_for() -> None:
    """An exact one stands for one count, a bound for all beyond it."""
    assert counts(Decimal("33.3"), 12) == (4, 4)
    assert counts(AtLeast(90), 12) == (11, 12)
    assert counts(AtLeast(90), 10) == (9, 10)
    assert counts(AtMost(10), 12) == (0, 1)
    assert margin(0) == 50


def test_the_small_one_is_hidden_and_the_smallest_of_the_others_beside_it() -> None:
    """From the whole and the others, one alone could be worked out."""
    small, near, far = reading("Oak", 4, "50"), reading("Elm", 40, "50"), reading("Ash", 56, "50")
    assert told(small, near, far, whole(100, "50")) == [None, None, "50", "50"]
    assert told(near, far, whole(96, "50")) == ["50", "50", "50"]


def test_also_where_the_whole_stands_elsewhere() -> None:
    """The figure of the whole is known from other pages: its absence here protects nobody."""
    assert told(reading("Oak", 4, "50"), reading("Elm", 40, "50"), reading("Ash", 56, "50")) == [None, None, "50"]


def test_one_more_is_hidden_where_one_is_not_enough() -> None:
    """Of the two hidden, none of forty-four passed: then none of the four did."""
    small, none, other = reading("Oak", 4, "0"), reading("Elm", 20, "0"), reading("Ash", 56, "50")
    assert told(small, none, other, whole(80, "35")) == [None, None, None, "35"]


def test_what_is_hidden_is_about_as_many_as_the_minimum() -> None:
    """Four and four are eight, of whom all would know what they did together."""
    small = [reading("Oak", 4, "50"), reading("Fir", 4, "50")]
    assert told(*small, reading("Elm", 40, "50"), reading("Ash", 52, "50"), whole(100, "50"))[:3] == [None] * 3
    assert told(*small, reading("Elm", 2, "50"), reading("Ash", 90, "50"), whole(100, "50"))[3] == "50"
    days = [reading("Oak", 4, "3"), reading("Fir", 4, "3"), reading("Elm", 40, "9"), reading("Ash", 52, "20")]
    assert told(*days, whole(100, "35"), unit="days") == [None, None, None, "20", "35"]


def test_those_in_no_school_are_a_part_too() -> None:
    """Five people of the whole stand in no part that is listed: they are worked out by subtraction like any other."""
    assert told(reading("Elm", 40, "50"), reading("Ash", 55, "50"), whole(100, "50")) == [None, "50", "50"]
    assert told(reading("Elm", 40, "50"), reading("Ash", 40, "50"), whole(100, "50")) == ["50", "50", "50"]


def test_a_part_of_unknown_size_hides_all() -> None:
    """Nobody can say what it gives away."""
    assert told(reading("Oak", None, "50"), reading("Elm", 40, "50"), whole(100, "50")) == [None, None, "50"]


def test_what_is_no_percentage_is_never_hidden_alone() -> None:
    """Two hidden sums cannot be told apart; one is the difference."""
    small, near, far = reading("Oak", 4, "3"), reading("Elm", 40, "9"), reading("Ash", 56, "20")
    assert told(small, near, far, whole(100, "32"), unit="days") == [None, None, "20", "32"]
    assert told(near, far, whole(96, "29"), unit="days") == ["9", "20", "29"]


def test_groups_that_may_overlap_are_all_hidden() -> None:
    """Nobody knows which of them make up the whole, unless their names say so."""
    learners, poor = reading("English learners", 4, "50", Scope.GROUP), reading("Low income", 40, "50", Scope.GROUP)
    assert told(learners, poor, whole(100, "50")) == [None, None, "50"]
    assert told(poor, whole(100, "50")) == ["50", "50"]
    assert told(poor) == ["50"]
    assert told(reading("Not learners", 96, "50", Scope.GROUP), whole(100, "50")) == [None, "50"]
    girls, boys = (reading(f"Gender: {name}", 50, "50", Scope.GROUP) for name in ("girls", "boys"))
    named = reading("Race: B", 4, "50", Scope.GROUP)
    assert told(girls, boys, named, whole(100, "50")) == ["50", "50", None, "50"]


def test_a_whole_that_says_not_how_many_is_as_large_as_its_schools() -> None:
    """So it is coded like them; without schools it is told as it is."""
    assert told(reading("Oak", 20, "100"), reading("Elm", 20, "100"), whole(None, "100"))[2] == ">=95"
    assert told(whole(None, "100")) == ["100"]


@pytest.mark.parametrize("unit", ["%", "points"])
def test_a_whole_of_which_only_a_few_are_known_is_hidden(unit: str) -> None:
    """It says not how many, and the only school beside it has five: it may be that school's own figure."""
    assert told(reading("Elm", 5, "60"), whole(None, "60"), unit=unit) == [None, None]
    assert told(reading("Elm", 5, "60"), reading("Oak", 15, "40"), whole(None, "45"), unit=unit)[2] == "45"


@pytest.mark.parametrize(
    "aim",
    [Target(value=Decimal(100)), Target(low=Decimal(1), high=Decimal("99.5"))],
)
def test_a_bound_that_says_not_whether_the_target_is_met_is_hidden(aim: Target) -> None:
    """Judged by the bound, a target that was met would be missed in public."""
    assert told(whole(350, "100"), aim=aim, direction="between" if aim.low else "increase") == [None]
    assert told(whole(350, "100")) == [">=99"]
    assert told(whole(350, "0"), aim=Target(value=Decimal("0.5")), baseline="9", direction="decrease") == [None]
    aimless = kpi(readings=(whole(350, "100"),)).model_copy(update={"target": None})
    assert said(published(aimless, LEAST)[0].value) == ">=99"


def test_unknown_values_stay_unknown() -> None:
    """A blank is no figure that could be hidden."""
    held = kpi(readings=(reading("Oak", 4, None), reading("", 4, None, Scope.DISTRICT)))
    assert published(held, LEAST) == held.readings


def test_nothing_of_what_was_measured_is_left_in_a_hidden_reading() -> None:
    """Not even whoever forgets to look finds it there."""
    secret = Reading(value=Decimal("43.7"), on=DAY, scope=Scope.SCHOOL, where="Oak", n=7, note="three of 7", source="x")
    [found] = published(kpi(readings=(secret,)), LEAST)
    assert found == Hidden(value=Decimal(0), on=DAY, scope=Scope.SCHOOL, where="Oak", n=0)


def test_the_plan_is_the_same_but_for_its_readings() -> None:
    """KPIs below goals and outcomes, and guardrails, all are gone through."""
    small = kpi(readings=(whole(3, "50"),))
    goal = plan(kpis=(small, kpi(id="K2"))).goals[0]
    rail, bare = (small.model_copy(update={"id": name}) for name in ("R1", "K3"))
    held = plan().model_copy(update={"goals": (goal.model_copy(update={"guardrails": (rail,), "kpis": (bare,)}),)})
    found = Disclosed(held).plan
    kpis = [placed.item for placed in found.walk() if isinstance(placed.item, Kpi)]
    assert [one.id for one in kpis if isinstance(one.readings[0] if one.readings else None, Hidden)] == [
        "K1",
        "K3",
        "R1",
    ]
    assert [one.item.id for one in found.walk()] == [one.item.id for one in held.walk()]


# Whoever knows all sizes and everything that is published


@st.composite
def schools(draw: st.DrawFn) -> list[Reading]:
    """Some schools, small ones among them, perhaps people in none, perhaps the figure of the whole."""
    sizes = draw(st.lists(st.integers(1, 60), min_size=1, max_size=5))
    passed = [draw(st.integers(0, size)) for size in sizes]
    parts = [
        reading(f"S{at}", size, share(done, size)) for at, (size, done) in enumerate(zip(sizes, passed, strict=True))
    ]
    elsewhere = draw(st.integers(0, 12))
    more = draw(st.integers(0, elsewhere))
    people = sum(sizes) + elsewhere
    return [*parts, whole(people, share(sum(passed) + more, people))] if draw(st.booleans()) else parts


def share(done: int, people: int) -> Decimal:
    """The percentage, with more digits than anybody publishes."""
    return round(Decimal(100 * done) / people, 12)


def possible(readings: Sequence[Reading], shown: Sequence[Reading]) -> list[set[int]]:
    """By reading, each count that fits everything that is published: found by trying all of them."""
    parts = [one for one in range(len(readings)) if readings[one].scope is Scope.SCHOOL]
    ranges = [range(_ends(readings[at], shown[at])[0], _ends(readings[at], shown[at])[1] + 1) for at in parts]
    known = [at for at in range(len(readings)) if readings[at].scope is Scope.DISTRICT]
    if known:
        least, most = _ends(readings[known[0]], shown[known[0]])
        rest = (readings[known[0]].n or 0) - sum(readings[at].n or 0 for at in parts)
    else:
        least = most = sum(counts(readings[at].value or Decimal(0), readings[at].n or 0)[0] for at in parts)
        rest = 0
    sums: set[int] = set(range(rest + 1))
    found = []
    for number in range(len(parts)):
        sums = set(range(rest + 1))
        for other, counted in enumerate(ranges):
            sums = sums if other == number else {so_far + one for so_far in sums for one in counted}
        found.append({one for one in ranges[number] if any(least <= one + far <= most for far in sums)})
    return found


def _ends(reading: Reading, shown: Reading) -> tuple[int, int]:
    people = reading.n or 0
    return (0, people) if isinstance(shown, Hidden) else counts(shown.value or Decimal(0), people)


@given(schools())
def test_no_hidden_school_can_be_worked_out(readings: list[Reading]) -> None:
    """Of each that is hidden more than one count fits; of a small one, and of one near the ends, every count does."""
    shown = published(kpi(readings=tuple(readings)), LEAST)
    parts = [one for one in shown if one.scope is Scope.SCHOOL]
    fits = possible(readings, shown)
    some = any(not isinstance(one, Hidden) for one in parts)
    for part, own, counted in zip(parts, readings, fits, strict=False):
        if isinstance(part, Hidden) and some:
            assert len(counted) > 1
            if (own.n or 0) < LEAST or not isinstance(coded(own.value or Decimal(0), own.n or 0), type(own.value)):
                assert counted == set(range((own.n or 0) + 1))


@given(schools())
def test_no_small_school_is_ever_shown(readings: list[Reading]) -> None:
    """Whatever else is shown."""
    shown = published(kpi(readings=tuple(readings)), LEAST)
    small = [now for now, one in zip(shown, readings, strict=True) if (one.n or 0) < LEAST]
    assert all(isinstance(one, Hidden) for one in small)


@given(schools())
def test_what_is_published_says_nothing_new_when_it_is_published_again(readings: list[Reading]) -> None:
    """The same readings give the same figures in any order: two publications cannot be held against each other."""
    first = published(kpi(readings=tuple(readings)), LEAST)
    again = published(kpi(readings=tuple(reversed(readings))), LEAST)
    assert sorted(map(repr, first)) == sorted(map(repr, again))


def test_the_public_scorecard_is_built_of_these() -> None:
    """A school beside a small one shows no value in public, and the district's own figure is a bound."""
    held = plan(
        kpis=(kpi(readings=(reading("Oak", 4, "50"), reading("Elm", 40, "60"), whole(500, "99.5"))),),
        audience=Audience.PUBLIC,
    )
    assert isinstance(held, Plan)
    [found] = (
        build_scorecard(held, {}, audience=Audience.PUBLIC, as_of=DAY, tool_read_at=None).goals[0].outcomes[0].kpis
    )
    assert [part.value for part in found.parts] == [None, None]
    assert said(found.measured) == ">=99"
    assert "at least 99 %" in found.sentence


def test_who_looks_once_more_finds_what_should_not_be_there() -> None:
    """A part, a reading or a figure near the ends that is shown as it was measured stops the whole scorecard."""
    held = plan(
        kpis=(kpi(readings=(reading("Oak", 4, "43"), reading("Elm", 40, "60"), whole(500, "99.5"))),),
        audience=Audience.PUBLIC,
    )
    card = build_scorecard(held, {}, audience=Audience.PUBLIC, as_of=DAY, tool_read_at=None)
    goal = card.goals[0]
    view = goal.outcomes[0].kpis[0]
    oak = replace(view.parts[1], value=Decimal(43))
    for wrong in (
        replace(view, parts=(oak,)),
        replace(view, measured=Decimal("99.5")),
        replace(view, readings=(replace(view.readings[0], value=Decimal("99.5")),)),
    ):
        outcome = replace(goal.outcomes[0], kpis=(wrong,))
        with pytest.raises(Leak, match=r"K1: a figure about a group that is too small"):
            check_public(replace(card, goals=(replace(goal, outcomes=(outcome,)),)), Disclosed(held))
