"""The page's small drawings: paces as shapes, the two numbers as bars, a spread as a strip, a chart's key."""

from __future__ import annotations

from fractions import Fraction

from markupsafe import Markup

from syncd.progress.pace import Pace
from syncd.scorecard.drawing import joined, put
from syncd.scorecard.view import KpiView, Spread

TONES = {
    Pace.ACHIEVED: "best",
    Pace.ON_TRACK: "good",
    Pace.AT_RISK: "warn",
    Pace.OFF_TRACK: "bad",
    Pace.MISSED: "bad",
}
"""The colour classes of the style sheet; every other pace is "flat"."""

_HEAD = '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">'
_FILL = '<{0} fill="currentColor"/>'
_OUTLINE = '<{0} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>'
_CIRCLE = 'circle cx="8" cy="8" r="6.2"'
_DRAWINGS = {
    Pace.ACHIEVED: _FILL.format('path d="M8 .8l2.1 4.6 5 .6-3.7 3.4 1 5L8 11.9l-4.4 2.5 1-5L.9 6l5-.6z"'),
    Pace.ON_TRACK: _FILL.format('circle cx="8" cy="8" r="6.6"'),
    Pace.AT_RISK: _FILL.format('path d="M8 1.2l7.2 13H.8z"'),
    Pace.OFF_TRACK: _FILL.format('path d="M8 .6L15.4 8 8 15.4.6 8z"'),
    Pace.MISSED: _OUTLINE.format('path d="M2.6 2.6l10.8 10.8M13.4 2.6L2.6 13.4"'),
    Pace.NOT_STARTED: _OUTLINE.format(_CIRCLE),
    Pace.NOT_MEASURED: _OUTLINE.format(f'{_CIRCLE} stroke-dasharray="2.2 2.9"'),
    Pace.BASELINE_PENDING: _OUTLINE.format('rect x="2" y="2" width="12" height="12" rx="1" stroke-dasharray="2.4 3"'),
    Pace.NO_TARGET: _OUTLINE.format('path d="M2.5 8h11"'),
    Pace.STALE: _OUTLINE.format(_CIRCLE) + _OUTLINE.format('path d="M8 4.6V8l2.4 1.8"'),
    Pace.PAUSED: _FILL.format('path d="M3.4 2.2h3v11.6h-3zM9.6 2.2h3v11.6h-3z"'),
    Pace.RETIRED: _OUTLINE.format(_CIRCLE) + _OUTLINE.format('path d="M3.7 12.3l8.6-8.6"'),
    Pace.SUPPRESSED: _FILL.format('rect x="3.5" y="3.5" width="9" height="9"'),
}
_SHAPES = {pace: Markup(f"{_HEAD}{drawing}</svg>") for pace, drawing in _DRAWINGS.items()}  # noqa: S704
_SIGNS = {
    "reading": Markup('<circle class="reading" cx="9" cy="6" r="4.5"/>'),
    "baseline": Markup('<rect class="baseline" x="5" y="2" width="8" height="8"/>'),
    "interim": Markup('<polygon class="interim" points="9,1 14,6 9,11 4,6"/>'),
    "target": Markup('<polygon class="target" points="9,0 15,6 9,12 3,6"/>'),
    "path": Markup('<line class="path" x1="0" y1="6" x2="18" y2="6"/>'),
    "forecast": Markup('<line class="forecast" x1="0" y1="6" x2="18" y2="6"/>'),
}


def tone(pace: Pace | str) -> str:
    """The class that colours a pace; the word and the shape say the same without it."""
    return TONES.get(Pace(pace), "flat")


def mark(pace: Pace | str) -> Markup:
    """The shape of a pace in the colour of the text around it; decorative, since the word stands beside it."""
    return _SHAPES[Pace(pace)]


def bar(share: Fraction | None, expected: Fraction | None, name: str) -> Markup:
    """A bar from 0 to 1, clamped, with an upright mark where it should stand today; decorative beside its figure."""
    parts = [Markup('<rect class="track" x="0" y="3" width="100%" height="10" rx="5"/>')]
    if share is not None and share > 0:
        length = max(Fraction(1, 50), _clamped(share))
        parts.append(put('<rect class="{}" x="0" y="3" width="{}%" height="10" rx="5"/>', name, _percent(length)))
    if expected is not None:
        place = _clamped(expected) * Fraction(99, 100)
        parts.append(put('<rect class="due" x="{}%" y="0" width="3" height="16" rx="1"/>', _percent(place)))
    return put('<svg class="bar" width="100%" height="16" aria-hidden="true" focusable="false">{}</svg>', joined(parts))


def strip(spread: Spread) -> Markup:
    """The spread of KPIs as one strip, each state as long as its count; decorative, since the sentence says it."""
    total = sum(count for _, count in spread.counts) or 1
    parts, done = [], 0
    for pace, count in spread.counts:
        place, length = Fraction(done, total) * 100, Fraction(count, total) * 100
        parts.append(
            put(
                '<rect class="s-{}" x="{}%" width="{}%" height="100%"/>',
                tone(pace),
                round(float(place), 2),
                round(float(length), 2),
            )
        )
        done += count
    return put('<svg class="strip" aria-hidden="true" focusable="false">{}</svg>', joined(parts))


def key(kpi: KpiView) -> Markup:
    """What the chart's signs mean, for those that the chart holds."""
    signs = (
        (kpi.readings, _SIGNS["reading"], "measured"),
        (kpi.baseline, _SIGNS["baseline"], "baseline"),
        (kpi.interim, _SIGNS["interim"], "target on the way"),
        (kpi.target, _SIGNS["target"], "target"),
        (kpi.target and kpi.baseline, _SIGNS["path"], "path"),
        (kpi.forecast, _SIGNS["forecast"], "if it goes on as it did"),
    )
    entry = '<span><svg class="chart" viewBox="0 0 18 12" aria-hidden="true" focusable="false">{}</svg>{}</span>'
    return Markup(" ").join(put(entry, sign, text) for present, sign, text in signs if present)


def _clamped(share: Fraction) -> Fraction:
    return min(Fraction(1), max(Fraction(0), share))


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.1f}".removesuffix(".0")
