"""Keeps what a tool was asked a moment ago: many containers are opened one after the other, and need the same lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from connectors.clock import Clock

FRESH: Final = 60.0
"""Seconds for which an answer is believed."""
Answer = TypeVar("Answer")


class Fresh(Generic[Answer]):
    """One answer, asked for with `ask` when it is first needed, and again when it is too old."""

    def __init__(self, ask: Callable[[], Answer], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._kept: tuple[Answer, float] | None = None

    def get(self) -> Answer:
        """The answer as it was a moment ago."""
        if self._kept is None or self._clock.monotonic() - self._kept[1] > FRESH:
            return self.again()
        return self._kept[0]

    def again(self) -> Answer:
        """The answer as it is now."""
        return self.put(self._ask())

    def put(self, answer: Answer) -> Answer:
        """Take over an answer that is known from elsewhere."""
        self._kept = answer, self._clock.monotonic()
        return answer

    def amend(self, change: Callable[[Answer], Answer]) -> None:
        """Take over what changed in the answer that is kept, if one is; all else in it stays as old as it is."""
        if self._kept is not None:
            self._kept = change(self._kept[0]), self._kept[1]
