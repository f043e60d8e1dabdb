"""The scorecard for a terminal."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Audience
from syncd.scorecard.text import as_text, drawn, work_words
from syncd.scorecard.view import WorkCount
from tests.scorecard.cards import SECRETS, card

ESCAPES = re.compile(r"\x1b\[\d+m")


@pytest.mark.parametrize("width", [30, 44, 72, 100, 160])
def test_lines_keep_to_the_width(width: int) -> None:
    """No line is wider than the terminal (44 at least), none has trailing blanks, no figure is torn from its sign."""
    lines = as_text(card(), width).splitlines()
    assert max(map(len, lines)) <= max(44, width)
    assert all(line == line.rstrip() for line in lines)
    assert not any(line.lstrip().startswith("%") for line in lines)


def test_colour_adds_nothing_but_colour() -> None:
    """With colour the words are the same, and without it there is no escape code."""
    plain, coloured = as_text(card()), as_text(card(), color=True)
    assert "\x1b" not in plain
    assert ESCAPES.sub("", coloured) == plain
    assert "\x1b[32m" in coloured


def test_what_a_reader_looks_for() -> None:
    """Title, stamps, spread, wins, both bars, guardrails, actions and remarks stand on the page."""
    text = as_text(card())
    for said in (
        "Riverbend Unified · as of 1 July 2026 · internal",
        "Tools last read: 1 July 2026, 09:30 UTC · KPIs last measured: 20 June 2026",
        "4 KPIs: 1 on track, 1 baseline pending, 1 no target, 1 suppressed",
        "★ Train every K–3 teacher (25 June 2026)",
        "result ████████··┃········· 40 %",
        "work   ██████████████████▍· 92 % (3 of 4 done, 1 cancelled)",
        "Guardrails",
        "◆ =SUM(A1:A9) buy the books (behind, 50 %, due 1 June 2026",
        "⊘ Cancelled work (cancelled)\n",
    ):
        assert said in text


@pytest.mark.parametrize("secret", SECRETS)
def test_public_text_names_nobody(secret: str) -> None:
    """A public scorecard as text holds no person, no address, no internal item."""
    assert secret not in as_text(card(Audience.PUBLIC))


@settings(deadline=None, max_examples=200)
@given(st.fractions(-2, 3), st.none() | st.fractions(-2, 3))
def test_bars(share: Fraction, due: Fraction | None) -> None:
    """A bar is always 20 columns; full only at the end, empty only at the start."""
    assert len(drawn(share, due)) == 20
    assert (drawn(share) == "█" * 20) == (share >= 1)
    assert (drawn(share) == "·" * 20) == (share <= 0)


def test_work_in_words() -> None:
    """Work is counted in words, with what stands aside."""
    assert work_words(WorkCount()) == "No work yet."
    said = work_words(WorkCount(70, 11, cancelled=2, on_hold=1, deferred=3, overdue=4))
    assert said == "11 of 70 projects done, 2 cancelled, 1 on hold, 3 deferred, 4 overdue."
    assert work_words(WorkCount(deferred=3)) == "0 of 0 projects done, 3 deferred."
    assert work_words(WorkCount(4, 3, unknown=1)) == "3 of 4 projects done, 1 not known."
    assert work_words(WorkCount(70, on_hold=1, unread=70)) == "The work is not read yet (70 projects)."
    assert work_words(WorkCount(70, 1, unread=69)).startswith("1 of 70 projects done")
