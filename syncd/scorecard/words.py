"""How the scorecard says things: words and shapes of the paces, figures rounded once, days, counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Cadence, Direction, KpiKind, Window
from syncd.progress.pace import Pace
from syncd.scorecard.coding import AtLeast, AtMost

WORDS = {
    Pace.ACHIEVED: "achieved",
    Pace.ON_TRACK: "on track",
    Pace.AT_RISK: "at risk",
    Pace.OFF_TRACK: "off track",
    Pace.MISSED: "missed",
    Pace.NOT_STARTED: "not started",
    Pace.NOT_MEASURED: "not measured",
    Pace.BASELINE_PENDING: "baseline pending",
    Pace.NO_TARGET: "no target",
    Pace.STALE: "reading overdue",
    Pace.PAUSED: "paused",
    Pace.RETIRED: "retired",
    Pace.SUPPRESSED: "suppressed",
}
"""One word (or two) for each pace."""

WORK_WORDS = WORDS | {
    Pace.ACHIEVED: "done",
    Pace.OFF_TRACK: "behind",
    Pace.NOT_MEASURED: "not known",
    Pace.NO_TARGET: "no due date",
    Pace.RETIRED: "cancelled",
    Pace.PAUSED: "on hold",
}
"""The same for actions and projects."""

RAIL_WORDS = WORDS | {
    Pace.ACHIEVED: "kept",
    Pace.ON_TRACK: "kept",
    Pace.OFF_TRACK: "breached",
    Pace.MISSED: "breached",
}
"""The same for guardrails: they are limits to keep, and lead nowhere."""

GLYPHS = {
    Pace.ACHIEVED: "★",
    Pace.ON_TRACK: "●",
    Pace.AT_RISK: "▲",
    Pace.OFF_TRACK: "◆",
    Pace.MISSED: "✕",
    Pace.NOT_STARTED: "○",
    Pace.NOT_MEASURED: "◌",
    Pace.BASELINE_PENDING: "□",
    Pace.NO_TARGET: "–",
    Pace.STALE: "◷",
    Pace.PAUSED: "‖",
    Pace.RETIRED: "⊘",
    Pace.SUPPRESSED: "▪",
}
"""A shape for each pace, so that no state hangs on its colour alone; each is one column wide."""

MEANINGS = {
    Pace.ACHIEVED: "The target was met by a reading of its last period.",
    Pace.ON_TRACK: "No further behind than the rule allows, or ahead.",
    Pace.AT_RISK: "Behind, but not further than the second limit of the rule.",
    Pace.OFF_TRACK: "Further behind than the second limit of the rule.",
    Pace.MISSED: "The day of the target is past and the target was not met.",
    Pace.NOT_STARTED: "Its time has not come yet.",
    Pace.NOT_MEASURED: "There is no reading yet that can be held against the target.",
    Pace.BASELINE_PENDING: "Where it started is not known yet, so no share of the way can be given.",
    Pace.NO_TARGET: "There is no target, or no day for it, to hold the readings against.",
    Pace.STALE: "The newest reading is too old to say how it stands today.",
    Pace.PAUSED: "Not followed for the time being.",
    Pace.RETIRED: "No longer followed.",
    Pace.SUPPRESSED: "The group is too small to publish its figures, or one that is could be worked out from them.",
}
"""A short sentence that explains each pace."""

TOO_SMALL = "the group is too small to publish its figures"
KEPT_BACK = "together with what was published before, a small group could be worked out from its newest figure"
"""Why a KPI is suppressed."""

WINDOWS = {
    Window.BEGINNING: "beginning of year",
    Window.MIDDLE: "mid-year",
    Window.END: "end of year",
    Window.ANNUAL: "annual",
    Window.POINT: "point in time",
}

CADENCES = {
    Cadence.WEEKLY: "every week",
    Cadence.MONTHLY: "every month",
    Cadence.QUARTERLY: "every quarter",
    Cadence.YEARLY: "once a year",
}

DIRECTIONS = {
    Direction.INCREASE: "should rise",
    Direction.DECREASE: "should fall",
    Direction.AT_LEAST: "should not fall below its limit",
    Direction.AT_MOST: "should not rise above its limit",
    Direction.BETWEEN: "should stay inside its band",
}
"""Which way a KPI's value should go."""

KINDS = {
    KpiKind.LAGGING: "",
    KpiKind.LEADING: "; an early sign",
    KpiKind.IMPLEMENTATION: "; it counts the work itself",
}
"""What is said of a KPI that measures something else than a result."""

_MONTHS = (  # not the locale's
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EXTRA_DIGITS = 6


def word(pace: Pace, *, work: bool = False, guardrail: bool = False) -> str:
    """The word for a pace; `work` for actions and projects, `guardrail` for guardrails."""
    return (WORK_WORDS if work else RAIL_WORDS if guardrail else WORDS)[pace]


def glyph(pace: Pace) -> str:
    """The shape for a pace."""
    return GLYPHS[pace]


def meaning(pace: Pace) -> str:
    """One sentence that explains a pace."""
    return MEANINGS[pace]


def rounded(value: Decimal | Fraction, decimals: int = 0) -> Decimal:
    """The value rounded half up (away from zero) to so many decimals, exactly, whatever its length."""
    numerator, denominator = value.as_integer_ratio()
    whole = (abs(numerator) * 10**decimals * 2 + denominator) // (denominator * 2)
    return Decimal(f"{'-' if numerator < 0 and whole else ''}{whole}E-{decimals}")


def percent(share: Fraction | None, *, finished: bool = True) -> str:
    """A share as whole percent: "38 %". Never 100 % short of the end, never 0 % for a start, "–" for unknown.

    `finished` False says that some of the work is not known or has no task yet: then a full share is not the end.
    """
    if share is None:
        return "–"
    whole = whole_percent(share, finished=finished)
    if share != 0 and whole == 0:
        return "under 1 %" if share > 0 else "just below 0 %"
    return f"{_minus(whole)} %"


def whole_percent(share: Fraction, *, finished: bool = True) -> int:
    """A share in whole percent, as `percent` has it: rounded half up, but never 100 short of the end."""
    whole = int(rounded(share * 100))
    return 99 if whole >= 100 and (share < 1 or not finished) else whole


def points(gap: Fraction | Decimal, beyond: Decimal | None = None) -> str:
    """A gap in points, at most one decimal and that only where needed: "12.5 points", "1 point".

    One that is larger than `beyond` has as many decimals as it takes to show that: "10.04 points".
    """
    decimals = 1
    while beyond is not None and rounded(gap, decimals) <= beyond and Fraction(gap) > Fraction(beyond):
        decimals += 1
    value = abs(rounded(gap, decimals))
    text = str(value.to_integral_value() if value == value.to_integral_value() else value)
    if value == 0 and gap != 0:
        text = "under 0.1"
    return f"{text} {'point' if text == '1' else 'points'}"


_COUNTED: Final = re.compile(
    r"(?P<before>(?:[^\s/(,]+ )??)(?P<noun>[a-z]{3,}(?<![sui])s)"
    r"(?P<rest>$| ?[/(,].*| (?:per|of|in|with|who|for|on|at|from|between)\b.*)"
)
"""A unit that counts something in plain words, such as "suspension days per 100 students"."""
_PLURALS: Final = {
    "ies": "y",
    "sses": "ss",
    "ches": "ch",
    "shes": "sh",
    "xes": "x",
    "ses": "ses",
    "news": "news",
    "s": "",
}
"""How words end of which there are several, and of which there is one; as they are where that is unsure."""
_BOUNDS: Final[Mapping[type, str]] = {AtLeast: "at least ", AtMost: "at most ", Over: "over ", Under: "under "}


def figure(value: Decimal | Fraction | None, unit: str = "", decimals: int = 0) -> str:
    """A value in its unit: "54 %", "$1,200", "3.4 days"; "–" for unknown."""
    if value is None:
        return "–"
    number = rounded(value, decimals)
    bound = next((words for kind, words in _BOUNDS.items() if isinstance(value, kind)), "")
    text, sign = f"{abs(number):,}", "−" if number < 0 else ""
    if unit in ("$", "€", "£"):
        return f"{sign}{unit}{text}"
    return f"{bound}{sign}{text}{_unit(_of_one(unit) if text == '1' else unit)}"


def figure_beside(value: Decimal, other: Decimal, unit: str = "", decimals: int = 0) -> str:
    """A value as `figure` gives it, with the further digits it takes to look different from another one."""
    for digits in range(decimals, decimals + _EXTRA_DIGITS):
        if value == other or isinstance(value, Over | Under) or rounded(value, digits) != rounded(other, digits):
            return figure(value, unit, digits)
    return figure(value, unit, decimals)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "1 task", "1,200 tasks"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def day(when: date) -> str:
    """A day in words: "30 June 2026"."""
    return f"{when.day} {month(when)}"


def month(when: date) -> str:
    """A month in words: "June 2026"."""
    return f"{_MONTHS[when.month - 1]} {when.year}"


def moment(when: datetime) -> str:
    """A moment in words, on the clock it has: "24 November 2025, 16:09 EST"; without a zone where it has none."""
    zone = when.tzname() or ""
    zone = f"UTC{zone}" if zone.startswith(("+", "-")) else zone
    return f"{day(when)}, {when:%H:%M} {zone}".rstrip()


def sentence(text: str) -> str:
    """A text with a capital at its start and a full stop at its end; one that is an address stays as it is."""
    text = text.strip()
    if "://" in text and " " not in text:
        return text
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


def _unit(unit: str) -> str:
    unit = unit.strip()
    if not unit:
        return ""
    return unit if unit.startswith(":") else f" {unit}"


def _of_one(unit: str) -> str:
    """A unit beside a figure of one: "student with a plan" for "students with a plan"."""
    found = _COUNTED.match(unit.strip())
    if found is None:
        return unit
    ending = next(each for each in _PLURALS if found["noun"].endswith(each))
    single = found["noun"].removesuffix(ending) + _PLURALS[ending]
    return f"{found['before']}{single}{found['rest']}"


def _minus(number: int) -> str:
    return f"−{-number:,}" if number < 0 else f"{number:,}"
