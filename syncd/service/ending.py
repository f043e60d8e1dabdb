"""Ends the process in time once it is asked to stop, whatever keeps it: a tool, a plan, a store that do not answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Final

import structlog

LATEST: Final = 18.0
"""Seconds after which it has ended: whoever asks is told that it takes no more than twenty."""
_LISTEN_EVERY: Final = 1.0
"""Seconds: a thread that waits without end does not hear a signal that the system gave to another one."""
_log = structlog.get_logger(__name__)


@contextmanager
def in_time(stop: threading.Event, seconds: float = LATEST) -> Iterator[None]:
    """Within it, the process ends at the latest so many seconds after `stop` is set: with 0, where it stands.

    That loses nothing: every step is on disk before it is taken, and the next start looks what arrived.
    """
    left = threading.Event()

    def watch() -> None:
        stop.wait()
        if not left.wait(seconds):
            _log.warning("abandoned", message=f"something still did not answer after {seconds:g} s")
            os._exit(0)

    threading.Thread(target=watch, name="in time", daemon=True).start()
    try:
        yield
    finally:
        left.set()
        stop.set()


def beside(work: Callable[[], int], stop: threading.Event) -> int:
    """What the work comes to, done on a thread of its own; `stop` is set when it is over. Raises what it raises.

    The thread that calls this one is free to hear signals: one that waits in a database or a socket hears none.
    """
    ended: Future[int] = Future()

    def do() -> None:
        try:
            ended.set_result(work())
        except BaseException as error:  # noqa: BLE001  the caller is told
            ended.set_exception(error)
        finally:
            stop.set()

    threading.Thread(target=do, name="service", daemon=True).start()
    listen(stop)
    return ended.result()


def listen(stop: threading.Event) -> None:
    """Wait until it is set; the main thread hears signals meanwhile, also those that the system gives to others."""
    while not stop.wait(_LISTEN_EVERY):
        pass
