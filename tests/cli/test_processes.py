"""What only a real process shows: signals, pipes, terminals, and where each stream goes."""

from __future__ import annotations

import json
import os
import pty
import signal
import threading

import pytest

from connectors.asana.sandbox import Fault
from tests.cli.district import PLAN, TASKS, District

pytestmark = pytest.mark.process


def wait_for_create(district: District) -> None:
    """Until the first create is on its way; pytest's own time limit ends it otherwise."""
    while not any(seen.method == "POST" and seen.path == "/tasks" for seen in district.box.requests):
        threading.Event().wait(0.01)


def test_from_the_environment(district: District) -> None:
    """A process finds its configuration by $SYNCD_CONFIG; stdout is for programs, and nothing is drawn in a pipe."""
    with district.started("sync", "--json") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(out)["passes"][0]["created"] == TASKS
    assert err.startswith(f"academics: {TASKS} created — ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_pass_in_good_order(district: District, number: signal.Signals, code: int) -> None:
    """What is under way is finished and recorded, nothing more is sent, and the next pass goes on from there."""
    district.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=0.5))
    with district.started("sync") as process:
        wait_for_create(district)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Stopping: what is under way is finished" in err
    assert out.startswith("academics: cut off; ")
    assert "Traceback" not in err
    made = len(district.box.world.tasks)
    assert 0 < made < TASKS
    assert district.run("sync", "--json").json["passes"][0]["created"] == TASKS - made


def test_a_second_signal_ends_it_at_once(district: District) -> None:
    """The process dies where it stands, without waiting for the tool's answer."""
    district.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=8, when="after"))
    with district.started("sync") as process:
        wait_for_create(district)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Stopping" in process.stderr.readline() + process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=5)
    assert process.returncode == -signal.SIGINT


def test_a_closed_pipe_is_quiet(pushed: District) -> None:
    """Whoever reads only the first line is not answered with a trace."""
    with pushed.started("explain", "G1.O1.K1") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141


def test_a_bar_on_a_terminal(district: District) -> None:
    """A long pass shows its progress on a terminal's stderr, and only there."""
    more = "".join(f'[[goals.actions.projects]]\nid = "G2.A1.P{n}"\ntitle = "Visit family {n}"\n' for n in range(2, 40))
    district.write_plan(PLAN + more)
    screen, terminal = pty.openpty()
    with district.started("sync", stderr=terminal) as process:
        os.close(terminal)
        shown = _until_closed(screen).decode()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith(f"academics: {TASKS + 38} created")
    assert "academics  [" in shown
    assert f"{TASKS + 38 - 2}/{TASKS + 38 - 2}" in shown


def _until_closed(screen: int) -> bytes:
    """Everything that is written to a terminal until its last user is gone."""
    shown = b""
    try:
        while chunk := os.read(screen, 4096):
            shown += chunk
    except OSError:
        return shown
    finally:
        os.close(screen)
    return shown
