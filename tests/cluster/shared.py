"""A district whose store is in PostgreSQL, so that several processes may work for it; and such processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.cli.district import District
from tests.process.plans import on_board, wanted

HURRIED = """\
import sys
from syncd.cluster import hands, rescue
from syncd.service import daemon, lending, share, spread

rescue.BEAT = hands.BEAT = 0.5
rescue.STALLED = hands.STALLED = 3.0
rescue.LOOK = 0.5
lending.SETTLE = spread.SETTLE = 0.1
daemon.LOOK_EVERY = 0.2

from syncd.cli import main
sys.exit(main())
"""
"""The command line, which finds out five times sooner that somebody is dead."""


@dataclass(slots=True)
class Shared(District):
    """A district on a database."""

    url: str = field(default="sqlite:///syncd.db")

    def write_config(
        self, *, container: str = '{ name = "Strategic plan" }', mapping: str = "", more: str = ""
    ) -> None:
        """As a district writes it, with another store; syncd may ask the local tool as often as it likes."""
        District.write_config(self, container=container, mapping=mapping, more=more)
        text = self.config.read_text(encoding="utf-8").replace("sqlite:///syncd.db", self.url)
        self.config.write_text(text.replace("token =", "requests_per_minute = 60000\ntoken =", 1), encoding="utf-8")

    def is_pushed(self) -> bool:
        """Whether each item of the plan is on the board, once."""
        return on_board(self) == wanted(self)


@dataclass(slots=True)
class Process:
    """A process of the command line; `log` holds what it said."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, event: str) -> bool:
        """Whether its log has a line of this event."""
        return f'"{event}"' in self.log.read_text(encoding="utf-8")

    def when(self, event: str) -> str:
        """The timestamp of the last line of this event in its log; "" without one."""
        lines = [line for line in self.log.read_text(encoding="utf-8").splitlines() if f'"{event}"' in line]
        return str(json.loads(lines[-1])["timestamp"]) if lines else ""

    def kill(self) -> None:
        """End it where it stands."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Have it end in good order; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class Configured(Protocol):
    """Whoever has a configuration, and a folder in which processes may work."""

    @property
    def folder(self) -> Path:
        """The folder."""

    @property
    def config(self) -> Path:
        """The configuration."""


@contextmanager
def started(district: Configured, command: str, name: str, program: str = HURRIED) -> Iterator[Process]:
    """A process of that name, which does not outlive the block."""
    log = district.folder / f"{name}.log"
    environment = {**os.environ, "SYNCD_CONFIG": str(district.config)}
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [sys.executable, "-c", program, "--verbose", command],
            stdout=said,
            stderr=said,
            env=environment,
            cwd=district.folder,
        ) as process,
    ):
        try:
            yield Process(process, log)
        finally:
            process.kill()
