"""Lets Ctrl-C and SIGTERM end a long command in good order; a second one ends it at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_STDERR: Final = 2


@dataclass(slots=True)
class Stopping:
    """Whether the command was asked to stop, and by which signal (0: it was not)."""

    event: threading.Event = field(default_factory=threading.Event)
    by: int = 0

    @property
    def code(self) -> int:
        """The exit code of a command that stopped because of it."""
        return 128 + self.by


@contextmanager
def stoppable(words: str) -> Iterator[Stopping]:
    """Within it, the first signal sets the event and says `words`; the second one ends the process where it stands."""
    stopping = Stopping()

    def asked(number: int, _: FrameType | None) -> None:
        if stopping.event.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stopping.by = number
        stopping.event.set()
        # Not print: the handler may have interrupted one, and they do not nest.
        with suppress(OSError):  # nobody may be left who reads it, and it ends in good order all the same
            os.write(_STDERR, f"\n{words}\n".encode())

    before = {number: signal.signal(number, asked) for number in _SIGNALS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
