"""What changed, as a page and as text: everything that is told stands on both, and nothing can break out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from syncd.plan.model import Audience, Tier, Window
from syncd.progress.pace import Pace
from syncd.scorecard.changes import Changes, FigureChange, ReadingChange, StateChange
from syncd.scorecard.changes_page import render_changes
from syncd.scorecard.changes_told import as_json, as_text
from syncd.scorecard.view import HistoryLine, Win
from tests.scorecard.page_sample import TODAY, sample

ATTACK = "<script>alert(1)</script>\"'{{ 7*7 }}"
SINCE = date(2026, 6, 30)


def found(title: str = "Grade 3 reading", audience: Audience = Audience.PUBLIC) -> Changes:
    """A change of every kind."""
    public = Audience.PUBLIC
    return Changes(
        card=replace(sample(), audience=audience, caveat="Not all is known."),
        since=SINCE,
        wins=(Win("G1.A1.P1", title, date(2026, 9, 1), "Every child reads"),),
        states=(
            StateChange("K1", title, Tier.KPI, Pace.AT_RISK, Pace.ON_TRACK, ("reading of 1 May: 57 %",), "as planned"),
            StateChange("A1", title, Tier.ACTION, Pace.ON_TRACK, Pace.OFF_TRACK, (), "2 of 9 done"),
        ),
        figures=(
            FigureChange(
                *("A1", title, Tier.ACTION, "progress", Fraction(58, 100), Fraction(47, 100), "58 %", "47 %"),
                ("3 projects added on 4 November 2026",),
            ),
            FigureChange("K1", title, Tier.KPI, "measured", Decimal(55), Decimal(57), "55 %", "57 %", ()),
        ),
        readings=(
            ReadingChange("K1", title, date(2026, 9, 2), Window.END, Decimal(57), None, "–", "57 %"),
            ReadingChange("K1", title, None, None, Decimal(56), Decimal(55), "55 %", "56 %"),
        ),
        edits=(HistoryLine(date(2026, 11, 4), f"{title} was added", public),),
        caveats=("Not all is known.", "Still less is."),
    )


PARTS = (
    "States that changed",
    "behind",
    "Reading of 1 May: 57 %.",
    "As planned.",
    "Figures that moved",
    "3 projects added on 4 November 2026.",
    "work done",
    "measured",
    "Readings that came in",
    "2 September 2026 (end of year): 57 %",
    "–: 56 %, corrected from 55 %",
    "Edits of the plan",
    "4 November 2026",
    "Still less is.",
)


def test_page_and_text_tell_the_same() -> None:
    """Every part stands on both; wins come first."""
    page, text = render_changes(found()), " ".join(as_text(found(), 80).split())
    for part in PARTS:
        assert part in page, part
        assert part in text, part
    assert "★ Grade 3 reading (1 September 2026)" in text
    assert page.index(">Wins<") < page.index(">States that changed<") < page.index(">Edits of the plan<")
    assert page.count("Not all is known.") == 1
    assert "58 % → 47 %" in text


def test_nothing_to_tell() -> None:
    """An empty period is said to be one."""
    none = Changes(sample(), SINCE, (), (), (), (), ())
    assert none.nothing
    for told in (render_changes(none), as_text(none)):
        assert "Nothing changed in between." in told
        assert not any(part in told for part in ("Wins", "States that changed", "Edits of the plan"))


def test_titles_cannot_break_out() -> None:
    """What people write is text on the page, whatever it looks like; there is no script but that of live pages."""
    page = render_changes(found(ATTACK))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "49" not in page.partition("&lt;script&gt;")[2][:60]


def test_text_keeps_to_its_width() -> None:
    """No line is wider than it may be."""
    text = as_text(found("A rather long title of a KPI that goes on and on until it does not fit any more"), 60)
    assert max(map(len, text.splitlines())) <= 60


def test_it_says_for_whom_it_is() -> None:
    """Page and text for the office are marked so, and can be left; programs are told by name."""
    office = found(audience=Audience.INTERNAL)
    assert "internal" in as_text(office, 300).splitlines()[1]
    assert "for the public" in as_text(found(), 300).splitlines()[1]
    assert "Sign out" in render_changes(office, signed_in=True)
    assert "Sign out" not in render_changes(office)
    assert '<a href="../index.html">To the scorecard</a>' in render_changes(office, home="../index.html")
    assert "To the scorecard" not in render_changes(office)
    told = as_json(office)
    assert (told["audience"], told["until"]) == ("internal", TODAY.isoformat())
    assert told["readings"][1] == {
        "id": "K1",
        "title": "Grade 3 reading",
        "on": None,
        "window": None,
        "value": 56,
        "before": 55,
    }
    assert told["figures"][0]["before"] == 0.58
