"""Targets that are told as changes: how people write them, and what they come to."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from syncd.plan.change import parse_change
from syncd.plan.model import Target

FIGURES = st.decimals(-10_000, 10_000, places=3)


@pytest.mark.parametrize(
    ("written", "baseline", "value"),
    [
        ("+10 points", "56.5", "66.5"),
        ("+1 point", "56.5", "57.5"),
        ("-5 %", "200", "190"),
        ("+ 5 percent", "60", "63"),
        ("−2.5 points", "9", "6.5"),
        ("+5%", "-200", "-190"),
        ("-5%", "-200", "-210"),
        ("+200", "1400", "1600"),
        (200, "1400", "1600"),
        (-0.5, "3", "2.5"),
        (Decimal("0.5"), "3", "3.5"),
    ],
)
def test_what_a_change_comes_to(written: Any, baseline: str, value: str) -> None:
    """Points and percent are different things, and more is more below zero as well."""
    target = Target(change=written)
    assert target.change is not None
    assert parse_change(target.change).of(Decimal(baseline)) == Decimal(value)
    assert Target.model_validate(target.model_dump(mode="json")) == target


@pytest.mark.parametrize("written", ["10 points", "by 5 %", "+", "+ten", "", "+10 students", "+1,000", "TBD"])
def test_what_is_no_change(written: str) -> None:
    """Without its sign a change may mean a value; the message shows how one is written."""
    with pytest.raises(ValidationError, match=r"write one with its sign, such as “\+10 points”"):
        Target(change=written)


@pytest.mark.parametrize("written", [True, ["+10"]])
def test_a_change_is_text_or_a_number(written: Any) -> None:
    """Anything else is refused as such."""
    with pytest.raises(ValidationError, match="valid string"):
        Target(change=written)


@given(st.decimals(0, 1000, places=3), FIGURES, st.sampled_from("+-"))
def test_changes_are_exact(size: Decimal, baseline: Decimal, sign: str) -> None:
    """As fractions reckon it, whatever the digits."""
    signed = Fraction(size) * (1 if sign == "+" else -1)
    points, percent = (parse_change(f"{sign}{size}{word}").of(baseline) for word in (" points", " %"))
    assert Fraction(points) == Fraction(baseline) + signed
    assert Fraction(percent) == Fraction(baseline) + abs(Fraction(baseline)) * signed / 100
