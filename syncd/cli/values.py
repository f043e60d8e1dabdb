"""Values and moments as commands print them: for people, and for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from syncd.scorecard.data import number

_LONGEST: Final = 70
_FEW: Final = 5


def said(value: object) -> str:
    """A value of a field in one line: "none", "yes", 2026-06-15, “Train every teacher”, long text cut short."""
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(said, value))
    if not isinstance(value, str):
        return str(value)
    line = " ".join(value.split())
    return f"“{line if len(line) <= _LONGEST else f'{line[: _LONGEST - 2]} …'}”"


def some(items: Sequence[str], few: int = _FEW) -> str:
    """The first few of many: "A1, A2, A3 and 9 more"."""
    rest = len(items) - few
    return ", ".join(items[:few]) + (f" and {rest:,} more" if rest > 0 else "")


def plain(value: object) -> Any:
    """A value in JSON's own kinds; days and instants as ISO 8601 writes them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def at(moment: datetime | None, zone: tzinfo) -> str:
    """A moment on the district's clock: "2026-11-24 16:09"; "never" without one."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment is not None else "never"


def iso(moment: datetime | None) -> str | None:
    """A moment for other programs, in UTC to the second."""
    return moment.isoformat(timespec="seconds") if moment is not None else None
