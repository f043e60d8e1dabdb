"""SIGTERM ends the daemon within 20 seconds, whatever it waits for: real processes, and others that hang."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from connectors.asana.sandbox import Fault as AsanaFault
from connectors.monday.sandbox import Fault as MondayFault
from tests.cli.district import TASKS, District
from tests.service.daemons import until
from tests.service.hooked import hooked

pytestmark = pytest.mark.process

LONGEST = 20.0
"""Seconds; what supervisors wait at least, and what the documents promise."""
HANG = 60.0


def ended(process: subprocess.Popen[str]) -> tuple[float, str]:
    """How many seconds the process takes to end with 0 after SIGTERM, and what it said up to then."""
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        _, said = process.communicate(timeout=LONGEST + 15)
    except subprocess.TimeoutExpired:
        raise AssertionError("it goes on and on") from None
    assert process.returncode == 0
    return time.monotonic() - asked, said


def asked_for(district: District) -> None:
    """A pass was asked for, and has begun to ask the tool."""
    before = len(district.box.requests)
    district.change_plan(("Train every K-3 teacher", "Train all teachers"))
    until(lambda: len(district.box.requests) > before)


def nothing_asked(district: District, known: list[float]) -> bool:
    """Whether the tool was asked nothing for three seconds, though a pass is due each second. `known` is kept."""
    count, now = len(district.box.requests), time.monotonic()
    if count != known[1]:
        known[:] = now, count
    return now - known[0] > 3


def test_webhooks_that_cannot_be_ended(tmp_path: Path) -> None:
    """Tools that do not answer when their webhooks are ended keep nobody; the next start ends what was left."""
    with hooked(tmp_path) as both:
        with both.district.started("run") as process:
            until(both.hooked)
            left = set(both.asana.world.hooks) | set(both.monday.world.hooks)
            both.asana.faults.append(AsanaFault(match="DELETE /webhooks", kind="hang", seconds=HANG, times=100))
            both.monday.faults.append(MondayFault(match="", kind="hang", seconds=HANG, times=100))
            seconds, _ = ended(process)
        assert seconds < LONGEST
        assert left <= set(both.asana.world.hooks) | set(both.monday.world.hooks)
        both.asana.faults.clear()
        both.monday.faults.clear()
        with both.district.started("run") as process:
            until(lambda: both.hooked() and not left & (both.asana.world.hooks.keys() | both.monday.world.hooks.keys()))
            seconds, _ = ended(process)
        assert seconds < LONGEST


def test_nothing_answers(tmp_path: Path) -> None:
    """Neither passes nor webhooks get an answer any more: it ends all the same, and nothing is made twice."""
    with hooked(tmp_path) as both:
        with both.district.started("run") as process:
            until(lambda: both.hooked() and len(both.asana.world.tasks) >= 3)
            both.asana.faults.append(AsanaFault(match="", kind="hang", seconds=HANG, times=1000))
            both.monday.faults.append(MondayFault(match="", kind="hang", seconds=HANG, times=1000))
            asked_for(both.district)
            seconds, _ = ended(process)
        assert seconds < LONGEST


def test_a_store_that_is_locked(district: District) -> None:
    """Another program keeps the store to itself while the daemon is asked to stop."""
    with district.started("run") as process:
        until(lambda: len(district.box.world.tasks) >= TASKS)
        with closing(sqlite3.connect(district.store, timeout=20)) as other:
            other.execute("BEGIN EXCLUSIVE")
            until(partial(nothing_asked, district, [0.0, 0.0]))
            seconds, _ = ended(process)
    assert seconds < LONGEST


def test_before_it_runs(district: District) -> None:
    """It waits for a plan that does not come, and has not begun yet."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/plan.toml"
        district.config.write_text(district.config.read_text().replace('"plan.toml"', f'"{address}"'))
        with district.started("run") as process:
            silent.settimeout(LONGEST)
            asked, _ = silent.accept()
            with asked:
                seconds, _ = ended(process)
    assert seconds < LONGEST
