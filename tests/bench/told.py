"""How long a team's edit takes to the scorecard where its tool tells of it: from the edit until it is served."""

from __future__ import annotations

import statistics
import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import Final

from tests.bench.rows import Row
from tests.service.daemons import Daemon
from tests.service.hooked import LIAISON, TEACHERS, Hooked, done, hooked, timed

EDITS: Final = 60
"""In each tool."""
SOON: Final = 1.0
"""Seconds."""
PAUSE: Final = 0.5
"""Seconds between an edit that is served and the next one."""


def measure() -> list[Row]:
    """Tick off and open again, in both tools; the daemon, both tools and the reader share one process."""
    with tempfile.TemporaryDirectory() as folder, hooked(Path(folder)) as place, place.running() as daemon:
        return [
            row
            for name, title in (("Asana", TEACHERS), ("monday", LIAISON))
            for row in _rows(name, sorted(_edited(place, daemon, title) for _ in range(EDITS)))
        ]


def _edited(place: Hooked, daemon: Daemon, title: str) -> float:
    """How many seconds one edit takes."""
    threading.Event().wait(PAUSE)
    wanted = not done(daemon, title)
    place.tick(title, done=wanted)
    return timed(partial(_shows, daemon, title, wanted))


def _shows(daemon: Daemon, title: str, wanted: bool) -> bool:
    return bool(done(daemon, title) is wanted)


def _rows(name: str, seconds: list[float]) -> list[Row]:
    half, most = statistics.median(seconds), seconds[-1]
    what = f"{name} tells of an edit: on the scorecard"
    return [
        Row(f"{what}, half of {len(seconds)}", f"{half:.2f} s", f"{SOON:g} s", half < SOON),
        Row(f"{what}, the slowest", f"{most:.2f} s", f"{SOON:g} s", most < SOON),
    ]
