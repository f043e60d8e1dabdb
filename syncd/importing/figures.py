"""Figures as people write them in cells and sentences: “67% (June 2023)”, “from 54% to 70% by 2029”. Pure.

No figure comes out that is not written there as it is: what has several, none or only nearly one is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from syncd.importing.days import Calendar, Edge, Stretch, stretches
from syncd.plan.values import UNKNOWN

_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_FIGURE: Final = re.compile(
    rf"(?P<near>[~≈<>≤≥]=?\s*)?(?P<money>[$€£]\s*)?(?P<sign>(?<![\w%)])[-+−]\s*)?(?<![\w.,])(?P<number>{_NUMBER})"
    r"(?P<ratio>\s*:\s*1\b)?(?P<percent>\s*(?:%|percent\b|per\s+cent\b))?"
    r"(?P<points>\s*(?:percentage\s+)?(?:points?|pts?|pp)\b)?(?![\w,:/]|\.\d)",
    re.IGNORECASE,
)
_EMPTY: Final = re.compile(r"\(\s*\)")
_SHORT: Final = 12
"""Letters up to which a word for unknown says no more than that."""
_DIGIT: Final = re.compile(r"\d")
_ERROR: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", re.IGNORECASE)
_BLANK: Final = re.compile(r"_{2,}\s*%?(?:\s*\(.*\))?|[xX]{2,}\s*%")
_UNSAID: Final = re.compile(
    r"(?:(?:to be|not yet|not) (?:determined|decided|announced|set|known|measured|available|established|applicable)"
    r"|baseline (?:year|pending|to be .*)|will be .*|in development|no data|see notes?|--+|new)\b.*",
    re.IGNORECASE,
)
_LEAST: Final = re.compile(
    r"(?:≥|>=|>|\bat least|\bno less than|\bminimum(?: of)?|\bmore than|\bor (?:more|higher|above))"
)
_MOST: Final = re.compile(
    r"(?:≤|<=|<|\bat most|\bno more than|\bmaximum(?: of)?|\bfewer than|\bless than|\bunder"
    r"|\bor (?:fewer|less|lower|below))"
)
_STRICT: Final = re.compile(r"[<>](?!=)|\b(?:more|fewer|less) than|\bunder\b", re.IGNORECASE)
"""A bound that must be passed: a plan's target is one to be reached, so that word is kept beside it."""
_NEARLY: Final = re.compile(
    r"[~≈]|\b(?:approx(?:imately|\.)?|about|around|roughly|nearly|almost|circa|ca\.)", re.IGNORECASE
)
_NEARLY_HERE: Final = re.compile(rf"(?:{_NEARLY.pattern})\s*$", re.IGNORECASE)
_BY: Final = re.compile(r"\b(?:by|of)\s*$", re.IGNORECASE)
_FROM: Final = re.compile(r"\bfrom\s+(?P<one>[^;]*?)\s+to\s+(?P<two>.*)", re.IGNORECASE | re.DOTALL)
_ARROW: Final = "(?:[→⇒➔➜]|[-–=]+>)"
_ARROWED: Final = re.compile(
    rf"(?<![\w.,~≈<>≤≥+−–/-])(?P<one>(?:[$€£]\s*)?(?:{_NUMBER})\s*(?:%|percent\b|:\s*1\b)?"
    r"(?:\s*\([^()]*\))?)"
    rf"\s*{_ARROW}(?P<two>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A figure in a sentence, with an arrow right behind it."""
_BESIDE: Final = re.compile(
    r"\s*(?:from\b|baseline\b:?|current(?:ly)?\b:?)?\s*(?P<one>.*?)"
    rf"(?:{_ARROW}|\bto\b|[;,\n]?\s*\b(?:target|goal)\b:?|;|\n)(?P<two>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PLACE: Final = re.compile(r"\s*(?:by|in|on|at|the)\b", re.IGNORECASE)
"""What leads from a figure to where or when it is so; it counts no such things."""
_SIGN: Final = re.compile(r"[%$€£:]")
"""What tells a share, an amount or a ratio from a grade, an hour and other figures that a sentence may hold."""
_RISES: Final = re.compile(r"\b(?:increas\w*|improv\w*|rais\w*|grow\w*|higher|up|more)\b|[↑▲⬆↗]", re.IGNORECASE)
_FALLS: Final = re.compile(
    r"\b(?:decreas\w*|reduc\w*|lower\w*|fewer|drop|down|less|minimi[sz]\w*)\b|[↓▼⬇↘]", re.IGNORECASE
)
_SIZE: Final = re.compile(r"[(,;]?\s*\bn\s*=\s*(\d{1,3}(?:,\d{3})+|\d+)\b\s*\)?", re.IGNORECASE)
_PASSED_OVER: Final = re.compile(
    r"\b(?:by|in|as of|on|at|the|end of|percent|per cent|percentage|points?|pts?|baseline|target|actual|current|goal"
    r"|school year)\b",
    re.IGNORECASE,
)

_LONGEST: Final = 30
"""Digits, and what stands between them; a plan could not be read that holds thousands."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with what else its cell says.

    `change` stands instead of a value, as a plan writes it. `n` is the size of the group that it is about.
    `bound` is "at_least" or "at_most" where the cell says so.
    `whole`: nothing of the cell is left over; else its text should be kept somewhere. `how` says what was taken to
    read it so, "" for nothing.
    """

    value: Decimal | None = None
    change: str = ""
    unit: str = ""
    on: date | None = None
    bound: str = ""
    n: int | None = None
    whole: bool = True
    how: str = ""

    @property
    def unknown(self) -> bool:
        """Whether the cell says that the figure is not known."""
        return self.value is None and not self.change


class NoFigure(ValueError):
    """A text holds no figure that could be taken; the words say why, to people."""


@lru_cache(maxsize=4096)
def is_unknown(text: str) -> bool:
    """Whether a text says that something is not known yet; an error of Excel's does too."""
    text = text.strip().strip("()[]").strip()
    return any(form.fullmatch(text) for form in (UNKNOWN, _ERROR, _BLANK))


def measure(text: str, calendar: Calendar, edge: Edge = Edge.LAST) -> Measure:
    """The one figure of a cell. Raises NoFigure."""
    size = _SIZE.search(text)
    if size is not None:
        if len(size[1]) > _LONGEST:
            raise NoFigure("it has more digits than a figure has")
        found = measure(text[: size.start()] + text[size.end() :], calendar, edge)
        return replace(found, n=int(size[1].replace(",", "")))
    if is_unknown(text) or _UNSAID.fullmatch(text.strip()):
        return Measure(whole=len(text) <= _SHORT)
    plain, days = _apart(text, stretches(text, calendar))
    if days and is_unknown(_EMPTY.sub("", plain)):
        return Measure(whole=False)
    return _single(text, plain, days, edge)


def _single(text: str, plain: str, days: list[Stretch], edge: Edge) -> Measure:
    """The figure of a text that is the only one in it, apart from its days and from a change that says it again."""
    figures = list(_FIGURE.finditer(plain))
    if len(figures) == 2 and figures[1]["sign"] and not figures[0]["sign"]:
        repeated = figures.pop()
        plain = plain[: repeated.start()] + "*" + plain[repeated.end() :]  # the sign is a leftover: the cell says more
    if not figures:
        raise NoFigure("its figure cannot be made out" if _DIGIT.search(text) else "there is no figure in it")
    if len(figures) > 1 or _DIGIT.search(plain[: figures[0].start()] + plain[figures[0].end() :]):
        raise NoFigure("there is more than one figure in it")
    return _measured(plain, figures[0], days, edge)


def way(text: str, calendar: Calendar, *, in_words: bool = False) -> tuple[Measure, Measure] | None:
    """Where a measure starts and what it should reach, where one text says both; None where it does not.

    `in_words`: the text is a sentence, so only “from … to …” counts, and an arrow right behind a figure; and as it may
    speak of grades or hours as well, both must be alike in percent or money, or its words say which way they go.
    """
    found = _FROM.search(text) or (_ARROWED.search(text) if in_words else _BESIDE.fullmatch(text))
    if found is None or not (_DIGIT.search(found["one"]) and _DIGIT.search(found["two"])):
        return None
    try:
        one, two = measure(found["one"], calendar), measure(found["two"], calendar)
    except NoFigure:
        return None
    units = {one.unit, two.unit} - {""}
    if one.value is None or two.value is None or len(units) > 1 or not one.whole or one.bound:
        return None
    unit = "".join(units)
    if in_words and not _sure(text, one, two):
        return None
    return replace(one, unit=unit), replace(two, unit=unit)


def _sure(text: str, one: Measure, two: Measure) -> bool:
    """Whether two figures in a sentence can be nothing but where a measure starts and what it should reach."""
    arrowed = _ARROWED.search(text)
    if arrowed and _NEARLY_HERE.search(text[: arrowed.start()]):
        return False
    if _SIGN.search(one.unit) and _SIGN.search(two.unit):
        return True
    if _FROM.search(text) is None or one.value is None or two.value is None:
        return False
    goes = "increase" if two.value > one.value else "decrease"
    return bool(_SIGN.search(one.unit + two.unit)) or way_of(text) == goes


def way_of(text: str) -> str:
    """Which way a sentence says that its figure should go: “increase”, “decrease”, or "" for neither."""
    return "decrease" if _FALLS.search(text) else "increase" if _RISES.search(text) else ""


def _apart(text: str, days: list[Stretch]) -> tuple[str, list[Stretch]]:
    """The text without its days. A bare number is a year only where a figure stands beside it."""
    alone = [each for each in days if each.how]
    rest = _blanked(text, days)
    if alone and not _FIGURE.search(rest):
        days = [each for each in days if not each.how]
        rest = _blanked(text, days)
    return rest, days


def _blanked(text: str, days: list[Stretch]) -> str:
    for each in days:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text


def _measured(text: str, found: re.Match[str], days: list[Stretch], edge: Edge) -> Measure:
    around = f"{text[: found.start()]} {text[found.end() :]}"
    near = found["near"] or ""
    if "≈" in near or "~" in near or _NEARLY.search(around):
        raise NoFigure("its figure is not exact")
    unit = (
        "%" if found["percent"] else f"{found['money'].strip()}" if found["money"] else ":1" if found["ratio"] else ""
    )
    bound = _bound(near + around)
    rest = _PASSED_OVER.sub("", _LEAST.sub("", _MOST.sub("", around))).strip(" \n\t.,;:()[]–—-/")
    word = (
        re.fullmatch(r"[A-Za-z][a-z]*(?: [a-z]+)?", rest)
        if not (unit or around[: found.start()].strip() or _PLACE.match(text, found.end()))
        else None
    )
    if word:
        unit, rest = rest, ""
    on = days[0].edge(edge) if len(days) == 1 and not days[0].vague else None
    how = days[0].how if on else ""
    whole = not rest and not _STRICT.search(near + around) and len(days) < 2 and not any(each.vague for each in days)
    if len(found["number"]) > _LONGEST:
        raise NoFigure("it has more digits than a figure has")
    number = Decimal(found["number"].replace(",", ""))
    sign = (found["sign"] or "").strip().replace("−", "-")
    if sign == "+" or found["points"] or (_BY.search(text[: found.start()]) and found["percent"]):
        return Measure(change=_change(sign, number, found), unit="", on=on, whole=whole, how=how)
    return Measure(-number if sign else number, unit=unit, on=on, bound=bound, whole=whole, how=how)


def _change(sign: str, number: Decimal, found: re.Match[str]) -> str:
    """A change as a plan writes one. Raises NoFigure where it could be meant two ways."""
    if not sign:
        raise NoFigure("it is a change without a sign; write “+5 points” or “-5 points”")
    if found["points"]:
        return f"{sign}{number:f} points"
    if found["percent"]:
        raise NoFigure("it can mean points or percent; write “+5 points”, or the figure to be reached")
    return f"{sign}{number:f}"


def _bound(text: str) -> str:
    text = text.lower()
    least, most = _LEAST.search(text), _MOST.search(text)
    return "" if bool(least) == bool(most) else "at_least" if least else "at_most"
