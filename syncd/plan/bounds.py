"""Figures of which only a bound is published: ">95", as states write it of groups where nearly all passed. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_WRITTEN: Final = re.compile(
    r"(?P<sign>[<>]|over|more than|above|under|less than|below)\s*(?P<figure>.+)", re.IGNORECASE
)
_OVER: Final = frozenset({">", "over", "more than", "above"})


class _Bound(Decimal):
    """A figure that is not known but for one end; reckoned with, it is that end. It equals only its like."""

    sign = ""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.sign, super().__hash__()))

    @property
    def written(self) -> str:
        """As a plan holds it: ">95"."""
        return f"{self.sign}{self:f}"


class Over(_Bound):
    """A figure of which no more is known than that it is higher."""

    sign = ">"


class Under(_Bound):
    """A figure of which no more is known than that it is lower."""

    sign = "<"


def bound_in(text: str) -> tuple[type[Over | Under], str] | None:
    """Which bound a text tells of, and the figure in it; None where it tells of none."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    return (Over if found["sign"].lower() in _OVER else Under), found["figure"]
