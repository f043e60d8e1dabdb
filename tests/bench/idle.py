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
SECONDS: Final = 120
"""For so long it is watched; each mapping is looked at twice meanwhile, five times as often as by default."""
SHARE: Final = 0.01
MEGABYTES: Final = 150


def measure() -> list[Row]:
    """Two minutes of a daemon that pushed everything before."""
    with TemporaryDirectory() as folder, Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as box:
        district = District(Path(folder), box)
        district.write_config(mapping='every = "1m"', more="".join(map(_mapping, range(1, MAPPINGS))))
        with district.started("run", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
            _wait(until=MAPPINGS * TASKS, box=box)
            before = _cpu(daemon.pid)
            threading.Event().wait(SECONDS)
            share = (_cpu(daemon.pid) - before) / SECONDS
            held = _memory(daemon.pid) / 1e6
    name = f"idle daemon, {MAPPINGS} mappings looked at every minute"
    return [
        Row(f"{name}: share of a core", f"{share:.2%}", f"{SHARE:.0%}", share < SHARE),
        Row(f"{name}: memory at most", f"{held:.0f} MB", f"{MEGABYTES} MB", held < MEGABYTES),
    ]


def _mapping(number: int) -> str:
    return (
        f'[mappings.m{number}]\nplan = "district"\nconnection = "asana"\nevery = "1m"\n'
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
