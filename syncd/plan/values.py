"""The values of a plan's keys, as people write them: figures, days, texts, ids, changes. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidatorFunctionWrapHandler, WrapValidator

from syncd.plan.bounds import Over, Under, bound_in
from syncd.plan.change import change_text
from syncd.plan.texts import code, line, lines, title

UNKNOWN = re.compile(r"tbd|tba|tbc|n\s*(/\s*)?a|none|unknown|pending|\?+|[-–—_.…]*|_+\s*%", re.IGNORECASE)
"""How people write that a figure or a day is not known yet."""
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", re.IGNORECASE | re.ASCII)
"""A figure without commas: what else Python would read, such as 5_5, other people read otherwise."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def parse_figure(value: Any) -> Any:
    """A decimal from 54, 54.0, "54", "54 %" or "1,200"; None from blank and from words such as TBD."""
    if value is None or isinstance(value, bool | Decimal):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, str):
        if UNKNOWN.fullmatch(value.strip()):
            return None
        text = value.strip().removesuffix("%").strip().replace("−", "-")
        if "," in text and not _GROUPED.fullmatch(text):
            raise ValueError(f"“{value}” is not a figure; write it with a decimal point, such as 54.5")
        plain = text.replace(",", "")
        if not _PLAIN.fullmatch(plain):
            raise ValueError(f"“{value}” is not a figure; write a number, or TBD if it is not known")
        return Decimal(plain)
    return value


def parse_measure(value: Any, figure: ValidatorFunctionWrapHandler) -> Any:
    """What was measured: a figure, or the bound of one from ">95", "< 5 %", "over 95"; None where it is unknown."""
    if isinstance(value, Over | Under):
        return type(value)(figure(Decimal(value)))
    found = bound_in(value) if isinstance(value, str) else None
    if found is None:
        return figure(value)
    kind, text = found
    end = figure(text)
    if end is None:
        raise ValueError(f"{value!r} names no figure; write it such as >95, or TBD if it is not known")
    return kind(end)


def parse_day(value: Any) -> Any:
    """A day from a date or "2026-06-30"; None from blank and from words such as TBD.

    A bare number is no day: it would be taken for seconds.
    """
    if isinstance(value, str) and UNKNOWN.fullmatch(value.strip()):
        return None
    if isinstance(value, int | float | Decimal) or (isinstance(value, str) and value.strip().isdigit()):
        raise ValueError(f"{value} is not a day; write year, month and day, such as 2026-06-30")
    return value


def near_day(value: date) -> date:
    """A day that people plan for, with room for reckoning on both sides of it."""
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"{value} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}; is the year right?")
    return value


def written(*patterns: str) -> str:
    """A pattern for schemas, which know no flags: the whole text is one of these, in letters of either size."""
    either = re.sub(r"(?<!\\)[a-z]", lambda found: f"[{found[0].upper()}{found[0]}]", "|".join(patterns))
    return rf"^\s*({either})\s*$"


_Unknown = Annotated[str, Field(pattern=written(UNKNOWN.pattern))]
_Told = Annotated[str, Field(pattern=written(UNKNOWN.pattern, rf"({_GROUPED.pattern}|[-+−]?{_PLAIN.pattern})\s*%?"))]
"""What schemas say of the texts that are read as a day or a figure, beside dates and numbers."""

_EXACT = Field(max_digits=40, decimal_places=20)
"""More than any measure needs, and little enough to reckon with."""
Figure = Annotated[
    Annotated[Decimal, _EXACT] | None, BeforeValidator(parse_figure, json_schema_input_type=float | _Told | None)
]
Measured = Annotated[Figure, WrapValidator(parse_measure, json_schema_input_type=float | str | None)]
"""A figure, or the bound of one."""
Amount = Annotated[Decimal, _EXACT, Field(ge=0)]
SomeDay = Annotated[date, BeforeValidator(parse_day), AfterValidator(near_day)]
"""A day that must be known."""
Day = Annotated[
    Annotated[date, AfterValidator(near_day)] | None,
    BeforeValidator(parse_day, json_schema_input_type=date | _Unknown | None),
]
Line = Annotated[str, AfterValidator(line)]
Lines = Annotated[str, AfterValidator(lines)]
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\s/:]+$"), AfterValidator(code)]
FormerId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\s/:]+$"), AfterValidator(line)]
"""An id that may be written as none is any more: whoever mends one names the old one."""
Name = Annotated[str, Field(min_length=1), AfterValidator(title)]
"""One line of which something can be seen; what is not known is left out."""
Title = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(title)]


Relation = Annotated[str | None, BeforeValidator(change_text, json_schema_input_type=str | float | None)]
"""A change that a target stands for; `parse_change` reads it."""
