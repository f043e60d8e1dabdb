"""Workers that die at the n-th point at which they let go of control: before or after a statement, or a request.

They hurry: for a tenth of the time they count as alive without a sign of life, and wait for a create without an answer.
`SYNCD_FASTER=1` has them take their time.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import psycopg
from sqlalchemy import Engine, event

from connectors.contract import Settings
from syncd.cli import main
from syncd.cluster import hands, rescue
from syncd.service import lending

FASTER: Final = int(os.environ.get("SYNCD_FASTER", "10"))
NEVER: Final = 10**9
STANDS: Final = b"stands before a create\n"
_UNSEEN: Final = partial(Settings, timeout=50.0 / FASTER, settle=10.0 / FASTER)
"""As long together as 30 s and 30 s, most of it for a machine that is slow to answer."""
_FORKS = multiprocessing.get_context("forkserver")


@contextmanager
def dying(config: Path, at: int, log: Path, *, creating: bool = False) -> Iterator[ForkServerProcess]:
    """A worker on a configuration that kills itself at its n-th point; it does not outlive the block.

    With `creating`, only those count at which the intent of a create is on disk and its request not sent yet. There it
    says so in its log, and stands still until it is killed.
    """
    _FORKS.set_forkserver_preload(["tests.cluster.dying", "asana", "connectors.asana", "syncd.service.daemon"])
    process = _FORKS.Process(target=_work, args=(str(config), at, str(log), creating))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _work(config: str, at: int, log: str, creating: bool) -> None:
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(said, sys.stdout.fileno())
    os.dup2(said, sys.stderr.fileno())
    passed = count(1)

    def point(what: object = None, *_: Any) -> None:
        if creating and getattr(what, "_method", None) != "POST":
            return
        if next(passed) == at:
            if creating:
                os.write(said, STANDS)
                threading.Event().wait()
            os.kill(os.getpid(), signal.SIGKILL)

    with ExitStack() as stack:
        for patched in _hurried():
            stack.enter_context(patched)
        _watch(stack, point)
        sys.exit(main(["--verbose", "--config", config, "worker"]))


def _hurried() -> Iterator[Any]:
    for module, name, seconds in (
        *((module, "BEAT", 5.0) for module in (rescue, hands)),
        *((module, "STALLED", 15.0) for module in (rescue, hands)),
        (rescue, "LOOK", 5.0),
        (hands, "POLL", 2.0),
        (hands, "_STILL", 2.5),
        (lending, "SETTLE", lending.SETTLE),
    ):
        yield patch.object(module, name, seconds / FASTER)
    yield patch("syncd.connections.Settings", _UNSEEN)


def _watch(stack: ExitStack, point: Callable[..., None]) -> None:
    """Have each statement and each request be a point, before it and after it."""
    for when in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, when, point)
    execute, endheaders = psycopg.AsyncCursor.execute, http.client.HTTPConnection.endheaders
    getresponse = http.client.HTTPConnection.getresponse

    async def executed(self: Any, *args: Any, **kwargs: Any) -> Any:
        point()
        result = await execute(self, *args, **kwargs)
        point()
        return result

    def sent(self: Any, *args: Any, **kwargs: Any) -> None:
        point(self)
        endheaders(self, *args, **kwargs)
        point()

    def answered(self: Any) -> Any:
        reply = getresponse(self)
        point()
        return reply

    stack.enter_context(patch.object(psycopg.AsyncCursor, "execute", executed))
    stack.enter_context(patch.object(http.client.HTTPConnection, "endheaders", sent))
    stack.enter_context(patch.object(http.client.HTTPConnection, "getresponse", answered))
