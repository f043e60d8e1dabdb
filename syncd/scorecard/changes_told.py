"""What changed between two days, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import wrap
from typing import Any, Final

from syncd.plan.model import Audience, Tier
from syncd.progress.pace import Pace
from syncd.scorecard.changes import Changes, FigureChange, ReadingChange, StateChange
from syncd.scorecard.data import number
from syncd.scorecard.words import WINDOWS, day, glyph, sentence, word

NOTHING: Final = "Nothing changed in between."
WORK: Final = "work done"
"""What the share of work is called beside a measured value."""
_CALLED: Final = {"measured": "measured", "attainment": "result"}


def as_text(changes: Changes, width: int = 100) -> str:
    """All of it in lines of at most so many columns: wins first, then what stands otherwise, and why."""
    found: list[str] = []
    for line in _lines(changes):
        indent = len(line) - len(line.lstrip())
        found += wrap(line, width, subsequent_indent=" " * (indent + 2), break_on_hyphens=False) or [""]
    return "\n".join(found) + "\n"


def as_json(changes: Changes) -> dict[str, Any]:
    """All of it as plain JSON values; shares are numbers from 0 to 1, what is not known is null."""
    return {
        "plan": changes.card.plan,
        "since": changes.since.isoformat(),
        "until": changes.until.isoformat(),
        "audience": changes.card.audience.value,
        "wins": [
            {"id": win.id, "title": win.title, "on": win.on.isoformat(), "goal": win.goal} for win in changes.wins
        ],
        "states": [_state(each) for each in changes.states],
        "figures": [_figure(each) for each in changes.figures],
        "readings": [_reading(each) for each in changes.readings],
        "edits": [{"on": line.on.isoformat(), "text": line.text} for line in changes.edits],
        "caveats": list(changes.caveats),
    }


def standing(state: StateChange, pace: Pace) -> str:
    """The word for a state of that item."""
    return word(pace, work=state.tier is Tier.ACTION)


def called(figure: FigureChange) -> str:
    """What figure of the item it is."""
    return _CALLED.get(figure.figure, WORK)


def period(changes: Changes) -> str:
    """From when to when."""
    return f"from the end of {day(changes.since)} to the end of {day(changes.until)}"


def reading_words(reading: ReadingChange) -> str:
    """Which reading it is, what it says, and what it said before if it was corrected."""
    window = f" ({WINDOWS[reading.window]})" if reading.window else ""
    corrected = f", corrected from {reading.was}" if reading.before is not None else ""
    return f"{day(reading.on) if reading.on else '–'}{window}: {reading.now}{corrected}"


def _lines(changes: Changes) -> Iterator[str]:
    card = changes.card
    yield f"What changed: {card.title}"
    whom = "for the public" if card.audience is Audience.PUBLIC else "internal"
    yield " · ".join(filter(None, [card.organization, period(changes), whom]))
    yield from changes.caveats
    if changes.nothing:
        yield from ("", NOTHING)
    if changes.wins:
        yield from ("", "Wins", *(f"  {glyph(Pace.ACHIEVED)} {win.title} ({day(win.on)})" for win in changes.wins))
    if changes.states:
        yield from ("", "States that changed")
        for state in changes.states:
            shift = f"{standing(state, state.before)} → {glyph(state.after)} {standing(state, state.after)}"
            yield f"  {state.title}: {shift}"
            yield from _why(state.why, state.sentence)
    if changes.figures:
        yield from ("", "Figures that moved")
        for figure in changes.figures:
            yield f"  {figure.title}, {called(figure)}: {figure.was} → {figure.now}"
            yield from _why(figure.why)
    if changes.readings:
        yield from ("", "Readings that came in")
        yield from (f"  {reading.title}, {reading_words(reading)}" for reading in changes.readings)
    if changes.edits:
        yield from ("", "Edits of the plan")
        yield from (f"  {day(line.on)}: {line.text}" for line in changes.edits)


def _why(reasons: tuple[str, ...], now: str = "") -> Iterator[str]:
    if reasons:
        yield f"    {sentence('; '.join(reasons))}"
    if now:
        yield f"    {sentence(now)}"


def _state(state: StateChange) -> dict[str, Any]:
    return {
        "id": state.id,
        "title": state.title,
        "tier": state.tier.value,
        "before": state.before.value,
        "after": state.after.value,
        "why": list(state.why),
        "sentence": state.sentence,
    }


def _figure(figure: FigureChange) -> dict[str, Any]:
    return {
        "id": figure.id,
        "title": figure.title,
        "tier": figure.tier.value,
        "figure": figure.figure,
        "before": number(figure.before),
        "after": number(figure.after),
        "why": list(figure.why),
    }


def _reading(reading: ReadingChange) -> dict[str, Any]:
    return {
        "id": reading.id,
        "title": reading.title,
        "on": _day(reading.on),
        "window": reading.window.value if reading.window else None,
        "value": number(reading.value),
        "before": number(reading.before),
    }


def _day(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None
