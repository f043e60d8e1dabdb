"""The daemon as a process: what a signal in the middle of a push leaves behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter

import httpx
import pytest

from connectors.asana.sandbox import Fault
from tests.cli.district import TASKS, District
from tests.service.daemons import until

pytestmark = pytest.mark.process

IMPATIENT = """\
import signal, sys, threading
from pathlib import Path
from syncd import logs
from syncd.app import App
from syncd.config import load_config
from syncd.service.daemon import run

stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
logs.configure("info")
sys.exit(run(App(load_config(Path(sys.argv[1]))), stop=stop, grace=0.5))
"""


def creates(district: District) -> int:
    """How many creates were sent."""
    return sum(seen.method == "POST" and seen.path.startswith("/tasks") for seen in district.box.requests)


def once_each(district: District) -> bool:
    """Whether the board holds each task of the plan exactly once."""
    names = Counter(task.name for task in district.box.world.tasks.values() if not task.deleted)
    return names.total() == len(names) == TASKS


def test_a_signal_in_the_middle_of_a_push(district: District) -> None:
    """What is under way is finished, it ends with 0, and the daemon that is started next makes the rest: none twice."""
    district.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=1, when="after"))
    with district.started("run") as process:
        until(lambda: creates(district))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    made = len(district.box.world.tasks)
    assert 0 < made < TASKS
    with district.started("run") as process:
        until(lambda: len(district.box.world.tasks) >= TASKS)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert once_each(district)
    assert district.run("sync", "--json").json["passes"][0]["created"] == 0
    assert once_each(district)


def test_a_pass_that_waits_for_its_tool_is_abandoned(district: District) -> None:
    """A tool that does not answer cannot hold the daemon: it ends with 0, and what was sent is not sent again."""
    district.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=20, when="after"))
    command = [sys.executable, "-c", IMPATIENT, str(district.config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: creates(district))
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "abandoned" in err
    assert district.token not in err
    until(lambda: district.box.world.tasks)
    assert district.run("sync", "--json").code == 0
    assert once_each(district)


def test_two_daemons_and_a_command(district: District) -> None:
    """One daemon works, also for a command; the other takes over when that one is killed, and an edit is taken in.

    Until then it takes no webhooks, but says that they can come again: then they are for the one that works.
    """
    district.write_config(mapping='every = "1h"')
    with district.started("run") as first:
        until(lambda: once_each(district))
        with district.started("run") as second:
            lines: dict[str, dict[str, str]] = {}
            while "running" not in lines:
                line = second.stderr.readline() if second.stderr else ""
                assert line, f"it ended, and said: {lines}"
                lines[json.loads(line)["event"]] = json.loads(line)
            assert "standing_by" in lines
            address = f"{lines['running']['scorecard']}/webhooks/asana/key"
            assert httpx.post(address, trust_env=False).status_code == 503
            assert district.run("sync", "--json").json["passes"][0]["created"] == 0
            first.kill()
            first.wait()
            district.change_plan(("Train every K-3 teacher", "Train all teachers"))
            until(lambda: "Train all teachers" in {task.name for task in district.box.world.tasks.values()})
            second.send_signal(signal.SIGTERM)
            second.communicate(timeout=30)
        assert second.returncode == 0
    assert once_each(district)
