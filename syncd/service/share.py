"""How long passes may go on: as long as it takes, unless others wait for their connection or for a free hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SLICE: Final = 20.0
"""Seconds that passes go on for though others wait; getting ready to write is not part of them."""
ASK_EVERY: Final = 2.0
"""Seconds between two questions whether others wait."""


class Share:
    """The share of one job, whose passes come one after the other.

    `stopped` says whether to end in any case, `others_wait` whether anybody else does, `now` gives seconds that only
    grow. A pass is cut only after it has written something, or before it began: so each share brings its job forward.
    """

    def __init__(
        self,
        stopped: Callable[[], bool],
        others_wait: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._stopped, self._others_wait, self._now = stopped, others_wait, now
        self._began = self._asked = now()
        self._between = self._wrote = self._ever_wrote = False
        self.cut = False
        """Whether it ended before everything was done."""
        self.gave_way = False
        """Whether it did because others waited."""
        self.lost = False
        """Whether the store was away in the midst of it."""

    def over(self) -> bool:
        """Whether to end here; asked wherever that is safe, and always before the next pass begins."""
        between, self._between = self._between, False
        if not self.cut:
            stopped = self._stopped()
            self.gave_way = not stopped and (between or self._wrote) and self._is_used_up()
            self.cut = stopped or self.gave_way
        return self.cut

    def written(self, _done: int) -> None:
        """The pass under way has written something; with the first of it the seconds begin anew."""
        if not self._ever_wrote:
            self._began, self._ever_wrote = self._now(), True
        self._wrote = True

    def ended(self) -> None:
        """The pass under way has ended."""
        self._between, self._wrote = True, False

    def _is_used_up(self) -> bool:
        now = self._now()
        if now - self._began < SLICE or now - self._asked < ASK_EVERY:
            return False
        self._asked = now
        return self._others_wait()
