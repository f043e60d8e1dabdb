"""How often to look at what grows with the districts: the longer a look takes, the longer until the next one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

PART: Final = 20
"""A look takes one part of the time in so many at most; with ten thousand files that is one in some ten seconds."""
LONGEST: Final = 60.0
"""Seconds after which the next look comes in any case."""


class Pace:
    """Says when the next look is due; `now` gives seconds that only grow."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._due = -math.inf

    def due(self) -> bool:
        """Whether it is time for a look."""
        return self._now() >= self._due

    @contextmanager
    def look(self) -> Iterator[None]:
        """A look, as long as the block takes."""
        began = self._now()
        yield
        ended = self._now()
        self._due = ended + min(LONGEST, (PART - 1) * (ended - began))
