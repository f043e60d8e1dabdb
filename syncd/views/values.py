"""Values and moments in JSON's own kinds, and without secrets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from syncd import logs
from syncd.scorecard.data import number


def plain(value: object) -> Any:
    """A value in JSON's own kinds; days and instants as ISO 8601 writes them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def iso(moment: datetime | None) -> str | None:
    """A moment for other programs, in UTC to the second."""
    return moment.isoformat(timespec="seconds") if moment is not None else None


def scrubbed(value: Any) -> Any:
    """The value with every secret hidden in its texts."""
    if isinstance(value, str):
        return logs.scrub(value)
    if isinstance(value, dict):
        return {key: scrubbed(each) for key, each in value.items()}
    return [scrubbed(each) for each in value] if isinstance(value, list | tuple) else value
