"""`syncd run`: the daemon begins, does its work, and ends in good order."""

from __future__ import annotations

import re
import signal
import socket
import threading
import urllib.request

import pytest

from tests.cli.district import TASKS, District


@pytest.mark.process
def test_runs_until_it_is_told_to_stop(district: District) -> None:
    """It says where the scorecard is and how to see all, answers for its health, pushes, stops on SIGTERM with 0."""
    with district.started("run") as process:
        assert process.stderr is not None
        address = ""
        while not address:
            line = process.stderr.readline()
            assert line, "it ended before it said where the scorecard is"
            found = re.search(r"The scorecard is at (http://127\.0\.0\.1:\d+)", line)
            address = found[1] if found else ""
        hint = "For all of it, at /internal, set SYNCD_SERVER__ADMIN_TOKEN."
        assert any(hint in line for line in process.stderr)  # the log goes there too, from other threads
        with urllib.request.urlopen(f"{address}/healthz") as answer:  # noqa: S310  our own address
            assert answer.status == 200
        while len(district.box.world.tasks) < TASKS:
            threading.Event().wait(0.02)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "Stopping: the pass under way is finished" in err
    assert "Traceback" not in err
    assert district.token not in err


@pytest.mark.parametrize(("secret", "warned"), [("hunter2", True), ("0123456789abcdef", False)])
def test_a_short_admin_token(district: District, secret: str, warned: bool) -> None:
    """A token that can be guessed is warned of once and never shown; the store is made without a word."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = district.config.read_text(encoding="utf-8")
        text = text.replace('"127.0.0.1:0"', f'"127.0.0.1:{port}"\nadmin_token = "{secret}"')
        district.config.write_text(text, encoding="utf-8")
        said = district.run("run")
    assert said.code == 2
    assert district.store.exists()
    assert said.err.count("admin_token is shorter than 16 characters") == warned
    assert secret not in said.err
    assert "alembic" not in said.err


def test_a_secret_that_all_may_read(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is warned of with the command that takes the right away."""
    monkeypatch.setattr("syncd.cli.run.exposed", lambda config: [config.path])
    district.write_plan("no plan at all")
    assert f"take that right away: chmod o-rwx {district.config}" in district.run("run").err


def test_a_port_that_is_taken(district: District) -> None:
    """An address that another program listens on is named, with what to do; exit 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = district.config.read_text(encoding="utf-8")
        district.config.write_text(text.replace("127.0.0.1:0", f"127.0.0.1:{port}"), encoding="utf-8")
        said = district.run("run")
    assert (said.code, said.out) == (2, "")
    assert f"127.0.0.1:{port} cannot be listened on" in said.err


def test_a_plan_that_cannot_be_read(district: District) -> None:
    """It does not begin without a plan; exit 2."""
    district.write_plan("no plan at all")
    said = district.run("run")
    assert (said.code, said.out) == (2, "")
    assert "plan.toml" in said.err
