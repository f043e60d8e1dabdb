"""A target that is told as a change: "+10 points", "-5 %". What it comes to is known once the baseline is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Final

_SHAPE: Final = re.compile(r"([+−-])\s*(\d{1,12}(?:\.\d{1,12})?)\s*(points?|percent|%)?", re.IGNORECASE | re.ASCII)
_EXACT: Final = 120
"""Digits that hold the product of any two figures of a plan."""


@dataclass(frozen=True, slots=True)
class Change:
    """So much more (negative: less) than the baseline, in the KPI's unit; or, `in_percent`, in hundredths of it."""

    amount: Decimal
    in_percent: bool

    def of(self, baseline: Decimal) -> Decimal:
        """The value that the change leads to from a baseline; more is more from below zero as well."""
        with localcontext(prec=_EXACT):
            return baseline + (abs(baseline) * self.amount.scaleb(-2) if self.in_percent else self.amount)


def parse_change(text: str) -> Change:
    """The change that a text tells. Raises ValueError, in words for people."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is no change; write one with its sign, such as “+10 points” or “-5 %”")
    sign, size, word = found.groups()
    amount = Decimal(size) if sign == "+" else -Decimal(size)
    return Change(amount, in_percent=bool(word) and not word.lower().startswith("point"))


def change_text(value: Any) -> Any:
    """The text of a change as a plan holds it; a bare number is one in the KPI's unit."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{Decimal(str(value)):+f}"
    if isinstance(value, str):
        parse_change(value)
    return value
