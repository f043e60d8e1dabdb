"""Words: figures rounded once, paces with word and shape, days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.progress.pace import Pace
from syncd.scorecard.words import (
    count,
    day,
    figure,
    figure_beside,
    glyph,
    meaning,
    moment,
    month,
    percent,
    points,
    rounded,
    sentence,
    word,
)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, "–"),
        (Fraction(0), "0 %"),
        (Fraction(3, 1000), "under 1 %"),
        (Fraction(5, 1000), "1 %"),
        (Fraction(125, 1000), "13 %"),
        (Fraction(996, 1000), "99 %"),
        (Fraction(999999, 1000000), "99 %"),
        (Fraction(1), "100 %"),
        (Fraction(13, 10), "130 %"),
        (Fraction(-1, 10), "−10 %"),
        (Fraction(-3, 1000), "just below 0 %"),
    ],
)
def test_percent(share: Fraction | None, said: str) -> None:
    """Shares are rounded half up, never to 100 for unfinished nor to 0 for started work."""
    assert percent(share) == said


@pytest.mark.parametrize(
    ("gap", "limit", "said"),
    [
        ("10.04", "10", "10.04 points"),
        ("10.0004", "10", "10.0004 points"),
        ("10.06", "10", "10.1 points"),
        ("11", "10", "11 points"),
        ("10", "10", "10 points"),
        ("1.02", "1", "1.02 points"),
    ],
)
def test_points_beyond_a_limit_look_like_it(gap: str, limit: str, said: str) -> None:
    """A gap that is larger than a limit is never written as the limit itself."""
    assert points(Decimal(gap), Decimal(limit)) == said


def test_percent_of_unfinished_work() -> None:
    """A full share of what is known is not 100 % while some of the work is not known."""
    assert percent(Fraction(1), finished=False) == "99 %"


@settings(deadline=None, max_examples=200)
@given(st.fractions(0, 1))
def test_percent_never_overstates(share: Fraction) -> None:
    """100 % is said of finished work alone, 0 % of work not begun alone."""
    assert (percent(share) == "100 %") == (share == 1)
    assert (percent(share) == "0 %") == (share == 0)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Decimal("0.5"), 0, "1"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("-0.4"), 0, "0"),
        (Decimal("1.005"), 2, "1.01"),
        (Decimal("54.04"), 1, "54.0"),
        (Decimal("123456789012345678901234567890.5"), 0, "123456789012345678901234567891"),
        (Fraction(1, 3), 3, "0.333"),
    ],
)
def test_rounded_half_up(value: Decimal | Fraction, decimals: int, shown: str) -> None:
    """Halves go away from zero, by exact arithmetic, however long the number."""
    assert str(rounded(value, decimals)) == shown


@settings(deadline=None, max_examples=200)
@given(st.fractions(-(10**9), 10**9), st.integers(0, 6))
def test_rounded_is_near(value: Fraction, decimals: int) -> None:
    """A rounded value is never further off than half of its last digit."""
    assert abs(Fraction(rounded(value, decimals)) - value) <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "shown"),
    [
        (Decimal(54), "%", 0, "54 %"),
        (Decimal("55.5"), "%", 1, "55.5 %"),
        (Decimal(1200), "$", 0, "$1,200"),
        (Decimal(-1200), "$", 0, "−$1,200"),
        (Decimal(490), ":1", 0, "490:1"),
        (Decimal("3.4"), "days", 1, "3.4 days"),
        (Decimal(1), "students", 0, "1 student"),
        (Decimal(-1), "days", 0, "−1 day"),
        (Decimal("1.0"), "days", 1, "1.0 days"),
        (Decimal("0.6"), "classes", 0, "1 class"),
        (Decimal(1), "families with a plan", 0, "1 family with a plan"),
        (Decimal(1), "suspension days per 100 students", 0, "1 suspension day per 100 students"),
        (Decimal(1), "branches (open)", 0, "1 branch (open)"),
        (Decimal(1), "school buses", 0, "1 school buses"),
        (Decimal(1), "Mbps", 0, "1 Mbps"),
        (Decimal(1), "adults on duty per school, by night", 0, "1 adult on duty per school, by night"),
        (Decimal(1), "status", 0, "1 status"),
        (Decimal(11), "students", 0, "11 students"),
        (Decimal("3.4"), "", 1, "3.4"),
        (None, "%", 0, "–"),
    ],
)
def test_figures_in_their_unit(value: Decimal | None, unit: str, decimals: int, shown: str) -> None:
    """A value is written with its unit where people expect it; unknown is a dash."""
    assert figure(value, unit, decimals) == shown


def test_a_value_beside_its_target_differs_visibly() -> None:
    """A value that rounds to its target gets the digits it takes to differ; an equal one none."""
    assert figure_beside(Decimal("69.96"), Decimal(70), "%", 1) == "69.96 %"
    assert figure_beside(Decimal(70), Decimal(70), "%", 1) == "70.0 %"
    assert figure_beside(Decimal("69.99999999"), Decimal(70), "%", 1) == "70.0 %"


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Fraction(25, 2), "12.5 points"),
        (Decimal(10), "10 points"),
        (Fraction(1), "1 point"),
        (Fraction(1, 99), "under 0.1 points"),
    ],
)
def test_points(gap: Fraction | Decimal, said: str) -> None:
    """Gaps are points, with one decimal only where it is needed."""
    assert points(gap) == said


@pytest.mark.parametrize("pace", Pace)
def test_every_pace_has_word_shape_and_meaning(pace: Pace) -> None:
    """No state hangs on its colour: each has a word, a shape of one column and a sentence."""
    assert word(pace)
    assert word(pace, work=True)
    assert len(glyph(pace)) == 1
    assert meaning(pace).endswith(".")


def test_words_and_shapes_differ() -> None:
    """No two states share a word or a shape."""
    assert len({word(pace) for pace in Pace}) == len({glyph(pace) for pace in Pace}) == len(Pace)


def test_days_counts_and_sentences() -> None:
    """Days, moments, counts and sentences read as people write them."""
    assert (day(date(2026, 6, 30)), month(date(2026, 12, 1))) == ("30 June 2026", "December 2026")
    assert moment(datetime(2025, 11, 24, 16, 9, tzinfo=UTC)) == "24 November 2025, 16:09 UTC"
    zoned = [datetime(2025, 11, 24, 16, 9, tzinfo=ZoneInfo(name)) for name in ("America/New_York", "America/Sao_Paulo")]
    assert [moment(when).partition(", ")[2] for when in zoned] == ["16:09 EST", "16:09 UTC-03"]
    assert (count(1, "task"), count(1200, "task"), count(2, "child", "children")) == (
        "1 task",
        "1,200 tasks",
        "2 children",
    )
    assert (sentence("so it is"), sentence("Really?"), sentence("")) == ("So it is.", "Really?", "")
