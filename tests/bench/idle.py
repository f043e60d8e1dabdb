"""What a daemon costs that has nothing to do: its share of a core and its memory, with 20 mappings looked at."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from connectors.asana.sandbox import Limits, Sandbox
from tests.bench.rows import Row
from tests.cli.district import TASKS, TOKEN, District

MAPPINGS: Final = 20
OFTEN: Final = 60
BY_DEFAULT: Final = 300
"""Seconds from one look at a mapping to the next."""
LOOKS: Final = 2
"""So often each mapping is looked at while the daemon is watched."""
SHARE: Final = 0.01
MEGABYTES: Final = 150


def measure() -> list[Row]:
    """A daemon that pushed everything before, at the pause that is set by default and at a fifth of it."""
    share, held = _watched(BY_DEFAULT)
    often, most = _watched(OFTEN)
    name = f"idle daemon, {MAPPINGS} mappings looked at every"
    return [
        Row(f"{name} 5 minutes (the default): share of a core", f"{share:.2%}", f"{SHARE:.0%}", share < SHARE),
        Row(f"{name} minute: share of a core", f"{often:.2%}", "-", holds=True),
        Row(
            f"{name} minute: memory at most",
            f"{max(held, most):.0f} MB",
            f"{MEGABYTES} MB",
            max(held, most) < MEGABYTES,
        ),
    ]


def _watched(every: int) -> tuple[float, float]:
    """The share of a core that a daemon uses which looks at each mapping so often, in seconds, and its megabytes."""
    with TemporaryDirectory() as folder, Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as box:
        district = District(Path(folder), box)
        more = "".join(_mapping(number, every) for number in range(1, MAPPINGS))
        district.write_config(mapping=f'every = "{every}s"', more=more)
        with district.started("run", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
            _wait(until=MAPPINGS * TASKS, box=box)
            before = _cpu(daemon.pid)
            threading.Event().wait(LOOKS * every)
            return (_cpu(daemon.pid) - before) / (LOOKS * every), _memory(daemon.pid) / 1e6


def _mapping(number: int, every: int) -> str:
    return (
        f'[mappings.m{number}]\nplan = "district"\nconnection = "asana"\nevery = "{every}s"\n'
        f'container = {{ name = "Container {number}" }}\n'
    )


def _wait(until: int, box: Sandbox) -> None:
    """Until so many tasks are there, and what comes after the last of them is over."""
    while len(box.world.tasks) < until:
        threading.Event().wait(0.5)
    threading.Event().wait(10)


def _cpu(process: int) -> float:
    """Seconds of a core that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> int:
    """The most bytes that it has held."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM:")]
    return int(peak.split()[1]) * 1024
