"""One daemon works on a store; any other stands by and takes over when that one is gone."""

from __future__ import annotations

from typing import Final

import structlog

from connectors.clock import Clock
from syncd.store.errors import StoreError
from syncd.store.store import Store

TRY_EVERY: Final = 5.0
"""Seconds between two tries to be the one that works."""
_log = structlog.get_logger(__name__)


class Role:
    """What this daemon is: the one that works on the store, or one that stands by."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._lead, self._clock = store.lead(), clock
        self._next = clock.monotonic()
        self._known: bool | None = None
        self._trouble: StoreError | None = None
        self.another = False
        """Whether another daemon was found to be the one, the last time that the store was asked."""

    def look(self) -> bool:
        """Whether this daemon is to work now; asked every second or so.

        Raises StoreError, and the same again until it was really tried anew: nothing is well before that.
        """
        leads = self._lead.still()
        if not leads and self._clock.monotonic() >= self._next:
            leads = self._take()
        if self._trouble is not None:
            raise self._trouble
        if leads is not self._known:
            _log.info("working" if leads else "standing_by")
        self._known = leads
        return leads

    def release(self, trouble: StoreError | None = None) -> None:
        """Let another daemon work; this one tries again after a while, and until then has that trouble."""
        self._next = self._clock.monotonic() + TRY_EVERY
        self._trouble = trouble
        self._lead.release()

    def _take(self) -> bool:
        self._next = self._clock.monotonic() + TRY_EVERY
        self._trouble = None
        try:
            taken = self._lead.take()
        except StoreError as error:
            self._trouble = error
            return False
        self.another = not taken
        return taken
