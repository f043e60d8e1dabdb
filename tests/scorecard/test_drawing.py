"""What is put into our own markup is text, whatever it holds, and comes out as `Markup.format` would have it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from syncd.scorecard.coding import AtLeast
from syncd.scorecard.drawing import joined, put

_VALUES = st.one_of(
    st.text(), st.integers(), st.floats(), st.decimals(), st.none(), st.text().map(Markup), st.just(AtLeast("95"))
)


class _Written(Decimal):
    """A number that writes itself otherwise."""

    def __str__(self) -> str:
        return "<5>"


@given(_VALUES, _VALUES)
def test_it_says_what_markup_says(value: object, other: object) -> None:
    """By place and by name."""
    ours = '<text x="{}" y="{y}">{}</text>'
    assert put(ours, value, other, y=value) == Markup(ours).format(value, other, y=value)  # noqa: S704 ours


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_form(value: float) -> None:
    """They are written with as many digits as the field asks for."""
    assert put('<rect x="{:.1f}" y="{}"/>', value, Decimal("1.50")) == f'<rect x="{value:.1f}" y="1.50"/>'


def test_nobody_brings_markup_along() -> None:
    """A title stays a title; what calls itself a number is written as it writes itself, and escaped."""
    assert put("<title>{}</title>", "<b>&") == "<title>&lt;b&gt;&amp;</title>"
    assert put("<text>{}</text>", _Written("5")) == "<text>&lt;5&gt;</text>"
    assert joined([put("<b>{}</b>", "<"), Markup("<i/>")]) == "<b>&lt;</b><i/>"
