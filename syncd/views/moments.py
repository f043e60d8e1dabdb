"""Days and moments as people and programs write them, on the district's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

_DAY: Final = ("%Y-%m-%d",)
_MOMENTS: Final = (*_DAY, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")
_YEARS: Final = range(1900, 3000)
"""Those of a plan's days: near the ends of the calendar there is no school year, nor a moment in every time zone."""


def day(text: str) -> datetime:
    """The beginning of a day such as 2026-06-10. Raises ValueError that says how to write it."""
    return _read(text, _DAY, "2026-06-10")


def moment(text: str) -> datetime:
    """A day, or a time on it. Raises ValueError that says how to write it."""
    return _read(text, _MOMENTS, "2026-06-10, or “2026-06-10 14:30”")


def until(text: str) -> datetime:
    """The moment before which something must have happened; a day without a time is meant as a whole.

    Raises ValueError that says how to write it.
    """
    found = moment(text)
    return found if ":" in text else found + timedelta(days=1)


def _read(text: str, forms: Sequence[str], example: str) -> datetime:
    for form in forms:
        try:
            found = datetime.strptime(text.strip(), form)  # noqa: DTZ007  on the district's clock
        except ValueError:
            continue
        if found.year in _YEARS:
            return found
    raise ValueError(f"“{text}” is no day that syncd can read; write it like {example}")
