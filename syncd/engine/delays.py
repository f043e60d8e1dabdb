"""How long an item is left alone after its change failed. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from syncd.records import SetAside

DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360, 1440))
"""After its first, second … failure."""
_SOON: Final = 3
"""After so many failures the delay grows no more where the tool, not the item, is what failed."""


def delay(tries: int, *, retryable: bool) -> timedelta:
    """How long to wait after that many failures; less where the same request may simply be sent again."""
    return DELAYS[min(tries, _SOON if retryable else len(DELAYS)) - 1]


def waits(aside: SetAside, now: datetime, wanted: str) -> bool:
    """Whether it is still to be left alone; a time further off than any delay was told by a clock that was wrong.

    Where something else is `wanted` of it by now, somebody saw to it: it is due.
    """
    if aside.wanted and wanted != aside.wanted:
        return False
    return timedelta(0) < aside.retry_at - now <= delay(aside.tries, retryable=False)
