"""Days and school years as people write them in sheets. Pure; what could mean two things is said to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR: Final = r"(?:19|20|21)\d\d"
_DASH: Final = r"\s*[-–—/]\s*"
_PIECE: Final = re.compile(
    rf"""(?<![\w.,$%/-])(?:
      (?P<iso>{_YEAR}-\d\d-\d\d)(?:[T\s]00:00(?::00)?)?
    | (?P<number>0?[1-9]|1[0-2])/(?P<of>{_YEAR})
    | (?P<one>\d{{1,2}})[/.-](?P<two>\d{{1,2}})[/.-](?P<last>{_YEAR}|\d\d)
    | (?:(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(?:of\s+)?|-))?(?P<month>{_MONTH})
        (?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?(?:,?\s*(?:of\s+)?|\s*[-/]\s*)['’]?(?P<year>{_YEAR}|\d\d)
    | (?P<school>(?:(?:sy|fy|school\s+year|fiscal\s+year|ay)\s*)?(?P<from>{_YEAR}|\d\d){_DASH}(?P<to>{_YEAR}|\d\d))
        (?:\s+school\s+year)?
    | (?P<ending>(?:sy|fy|school\s+year|fiscal\s+year)\s*['’]?(?P<end>{_YEAR}|\d\d))
    | (?P<season>(?:spring|summer|fall|autumn|winter|q[1-4])\s+(?:of\s+)?(?:sy|fy)?\s*['’]?(?:{_YEAR}|\d\d)
        (?:{_DASH}\d{{2,4}})?)
    | (?P<bare>{_YEAR})
    )(?![\w%/]|[-.,]\d)""",
    re.IGNORECASE | re.VERBOSE,
)


class Edge(StrEnum):
    """Which end of a stretch of time is asked for, where only the stretch is named."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Calendar:
    """How days are written: whether the month comes first, and in which month the school year starts."""

    month_first: bool = True
    starts_in: int = 7
    said: bool = False
    """Somebody said which comes first, so that it need not be told."""

    def year(self, ends: int) -> tuple[date, date]:
        """First and last day of the school year that ends in a year."""
        start = date(ends if self.starts_in == 1 else ends - 1, self.starts_in, 1)
        return start, date(start.year + 1, self.starts_in, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that a text names, from the first to the last; where in the text; and what was taken to read it so."""

    first: date
    last: date
    start: int
    end: int
    how: str = ""
    vague: bool = False
    """It names a season or a quarter: nobody can say on which days that starts and ends."""

    def edge(self, edge: Edge) -> date:
        """The day that is asked for."""
        return self.first if edge is Edge.FIRST else self.last


def stretches(text: str, calendar: Calendar) -> list[Stretch]:
    """All that a text names of days, months and school years, in its order."""
    return [found for each in _PIECE.finditer(text) if (found := _stretch(each, calendar)) is not None]


@lru_cache(maxsize=4096)
def only(text: str, calendar: Calendar) -> Stretch | None:
    """The one stretch that a text names and nothing else, such as “by June 2029” or “8/2025 – 6/2026”; else None."""
    found = stretches(text, calendar)
    rest = _without(text, found)
    if (
        not found
        or len(found) > 2
        or any(each.vague for each in found)
        or re.sub(_PASSED_OVER, "", rest, flags=re.IGNORECASE).strip(" \n.,;:()–—-")
    ):
        return None
    if len(found) == 1:
        return found[0]
    one, other = found
    between = text[one.end : other.start].strip().lower()
    if between not in ("-", "–", "—", "to", "through", "thru", "until") or other.last < one.first:
        return None
    return Stretch(one.first, other.last, one.start, other.end, one.how or other.how)


_PASSED_OVER: Final = (
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|by|in|on|from|to|through|thru|until|end of|the|as of|due|start(?:s|ing)?|ends?|date"
    r"|school year|fiscal year)\b"
)


def _without(text: str, found: Iterable[Stretch]) -> str:
    for each in sorted(found, key=lambda each: -each.start):
        text = f"{text[: each.start]} {text[each.end :]}"
    return text


def month_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether days such as 3/14/2026 in a column have the month first; None where none of them shows it."""
    first = second = False
    for one, two in _pairs(texts):
        first, second = first or one > 12, second or two > 12
    return None if first == second else second


def _pairs(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for found in _PIECE.finditer(text):
            if found["one"]:
                yield int(found["one"]), int(found["two"])


def ambiguous(text: str) -> bool:
    """Whether a text holds a day of which either number could be the month."""
    return any(one <= 12 and two <= 12 and one != two for one, two in _pairs([text]))


def _stretch(found: re.Match[str], calendar: Calendar) -> Stretch | None:
    if found["season"]:
        return Stretch(date.min, date.max, found.start(), found.end(), vague=True)
    try:
        days = _days(found, calendar)
    except ValueError:
        return None
    return None if days is None else Stretch(*days[:2], found.start(), found.end(), days[2])


def _days(found: re.Match[str], calendar: Calendar) -> tuple[date, date, str] | None:
    if found["iso"]:
        day = date.fromisoformat(found["iso"])
        return day, day, ""
    if found["one"]:
        one, two = int(found["one"]), int(found["two"])
        month, number = (one, two) if calendar.month_first else (two, one)
        day = date(_full(found["last"]), month, number)
        return day, day, ""
    if found["month"] or found["number"]:
        month = int(found["number"] or _MONTHS.index(found["month"][:3].lower()) + 1)
        return _of_month(_full(found["of"] or found["year"]), month, found["day1"] or found["day2"])
    if found["school"]:
        return _school(found, calendar)
    if found["ending"]:
        return *calendar.year(_full(found["end"])), ""
    year = int(found["bare"])
    return *calendar.year(year), f"“{found['bare']}” was taken as the school year that ends in {year}"


def _of_month(year: int, month: int, number: str | None) -> tuple[date, date, str]:
    if number is not None:
        day = date(year, month, int(number))
        return day, day, ""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1), ""


def _school(found: re.Match[str], calendar: Calendar) -> tuple[date, date, str] | None:
    """School years from one to another: 2025-26, 25-26, 2025–2029; no other pair of numbers."""
    start = _full(found["from"])
    end = start // 100 * 100 + int(found["to"]) if len(found["to"]) == 2 else int(found["to"])
    said = len(found["from"]) == 4 or found["school"][0].isalpha()
    if not start < end <= start + 20 or (not said and end != start + 1):
        return None
    return calendar.year(start + 1)[0], calendar.year(end)[1], ""


def _full(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)
