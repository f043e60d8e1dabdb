"""Runs the command line in processes of their own, on a clock that hurries, so that no test waits out a minute."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

from connectors.contract import Settings
from tests.cli.district import Said, run

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["asana", "connectors.asana", "syncd.app", "syncd.cli.sync", "tests.process.hurry"])


@dataclass(frozen=True, slots=True)
class Hurried:
    """A clock that runs `pace` times too fast from `since` on; several processes that share one agree on the time."""

    origin: datetime
    since: float
    pace: int

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return self.origin + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return (time.monotonic() - self.since) * self.pace

    def sleep(self, seconds: float) -> None:
        """Block this thread for a fraction of that."""
        time.sleep(seconds / self.pace)


def hurried(pace: int = 30) -> Hurried:
    """A clock that shows the right time now, for the last time unless its `pace` is 1."""
    return Hurried(datetime.now(UTC), time.monotonic(), pace)


class Configured(Protocol):
    """Whatever has a configuration to run commands with."""

    @property
    def config(self) -> Path:
        """The configuration."""


@dataclass(frozen=True, slots=True)
class Running:
    """A command under way."""

    process: ForkServerProcess
    pipe: Connection

    def said(self) -> Said:
        """How it ended. Raises EOFError where it was killed."""
        said: Said = self.pipe.recv()
        return said


@contextmanager
def started(district: Configured, clock: Hurried, *arguments: str, timeout: float = 30.0) -> Iterator[Running]:
    """The command line at work on a district in a process of its own, which does not outlive the block.

    `timeout` is how many (real) seconds it waits for an answer of the tool.
    """
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_command, args=(theirs, clock, timeout, str(district.config), *arguments))
    process.start()
    theirs.close()
    try:
        yield Running(process, ours)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def command(district: Configured, clock: Hurried, *arguments: str, timeout: float = 30.0) -> Said:
    """What the command line says when it is left alone."""
    with started(district, clock, *arguments, timeout=timeout) as running:
        return running.said()


def _command(pipe: Connection, clock: Hurried, timeout: float, config: str, *arguments: str) -> None:
    with (
        patch("syncd.app.SystemClock", lambda: clock),
        patch("syncd.connections.Settings", partial(Settings, timeout=timeout)),
    ):
        pipe.send(run("--config", config, *arguments))
