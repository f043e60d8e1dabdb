"""Runs one that takes part as its users do, as a process of its own, and says what that cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bench.peers.cast import SYNCD, Peer
from bench.peers.envs import Place, here
from bench.peers.yard import Yard, yard

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 1200
"""Seconds that one run may take."""
KILLED: Final = -9
_LAST: Final = 2000


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: how it ended, requests as the tool counted them, those refused with 429, writes, seconds, CPU seconds.

    `said` is the end of what it said on stderr. `cpu` is only right where nothing else runs at the same time.
    """

    code: int
    requests: int
    refused: int
    writes: int
    seconds: float
    cpu: float
    said: str


@dataclass(frozen=True, slots=True)
class Guest:
    """One that takes part, where it is installed, at work in a yard."""

    peer: Peer
    place: Place
    yard: Yard

    def prepare(self) -> None:
        """What is done once, before anything is measured. Raises RuntimeError where it fails."""
        done = self._finish(self._start("prepare"))
        if done[0]:
            raise RuntimeError(f"{self.peer.name} cannot be prepared: {done[2]}")

    def run(self, verb: str, then: Callable[[subprocess.Popen[str]], object] | None = None) -> Cost:
        """One run; `then` is handed the process as soon as it has started."""
        seen, before, start = len(self.yard.box.requests), _cpu(), time.monotonic()
        process = self._start(verb)
        if then:
            then(process)
        code, _, said = self._finish(process)
        seconds, cpu = time.monotonic() - start, _cpu() - before
        asked = self.yard.box.requests[seen:]
        refused = sum(one.status == 429 for one in asked)
        writes = sum(one.writing and one.path != "/oauth_token" for one in asked)
        return Cost(code, len(asked), refused, writes, seconds, cpu, said)

    def picture(self) -> dict[str, bool]:
        """What it takes to be on the boards: title, done. Empty where it cannot say."""
        if self.peer.shows:
            code, said, _ = self._finish(self._start("picture"))
            said = said if code == 0 else ""
        else:
            kept = self.yard.folder / "picture.json"
            said = kept.read_text(encoding="utf-8") if kept.exists() else ""
        shown: dict[str, bool] = json.loads(said or "{}")
        return shown

    def _start(self, verb: str) -> subprocess.Popen[str]:
        folder = self.yard.folder
        away = {name: value for name, value in os.environ.items() if not name.startswith(("SYNCD_", "PYTHON"))}
        path = os.pathsep.join(filter(None, (str(self.place.programs or ""), away.get("PATH", ""))))
        own = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config"), "PATH": path}
        quiet = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}
        beside = {"PYTHONPATH": str(ROOT)} if not self.peer.pins else {}
        command = self.place.command(self.peer, verb, folder)
        return subprocess.Popen(
            command,
            cwd=folder,
            env=away | own | beside | quiet | self.yard.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def _finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return process.returncode, out, err[-_LAST:]


def _cpu() -> float:
    """Seconds of a core that all processes have used which this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def filled(containers: int, each: int, *, delay: float = 0.0) -> Iterator[Yard]:
    """A yard whose containers hold the plan's tasks already, without a limit."""
    with yard(containers, each, delay=delay) as place:
        place.fill(*sample())
        yield place


@cache
def sample() -> tuple[str, str]:
    """The notes of the first task as syncd writes them, and what it says of its field; from a push of one task."""
    with yard(1, 1) as place:
        guest = Guest(SYNCD, here(), place)
        guest.prepare()
        guest.run("push")
        [task], [field] = place.box.world.tasks.values(), place.box.world.fields.values()
        return task.notes, field.description


def after(seconds: float, deed: Callable[[], object]) -> None:
    """Do something in a while; nothing waits for it."""
    timer = threading.Timer(seconds, deed)
    timer.daemon = True
    timer.start()
