"""The sandbox starts at once, stops at once, and finds again what it held."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from connectors.asana.sandbox import Fault, Sandbox
from connectors.asana.sandbox.__main__ import main
from tests.sandbox.conftest import PATIENCE, Client


def test_it_starts_within_a_second_on_its_own_port() -> None:
    """Two sandboxes at once have addresses of their own on loopback, after less than a second of work."""
    started = time.process_time()
    with Sandbox() as one, Sandbox() as other:
        assert time.process_time() - started < 1
        assert one.base_url != other.base_url
        assert one.base_url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{one.base_url}/users/me", timeout=PATIENCE).status_code == 401


def test_it_stops_while_a_request_hangs() -> None:
    """Closing does not wait for a request that hangs."""
    with Sandbox() as box:
        client = Client(box)
        client.ok("GET", "/users/me")
        box.faults.append(Fault(kind="hang", seconds=600))
        with pytest.raises(httpx.ReadTimeout):
            client.http.get("/users/me", timeout=httpx.Timeout(PATIENCE, read=0.05))
        started = time.monotonic()
    assert time.monotonic() - started < 60
    client.http.close()
    box.close()


def test_a_taken_port_is_an_error() -> None:
    """A port that is in use raises OSError."""
    with Sandbox() as box, pytest.raises(OSError, match="in use"):
        Sandbox(port=int(box.root.rpartition(":")[2])).start()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_server_that_dies_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the server's thread ends before it listens, start says so instead of waiting for ever."""

    async def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("connectors.sandbox.wire.Server.startup", fail)
    with pytest.raises(RuntimeError, match="did not start"):
        Sandbox().start()


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    """Everything is there after a restart: token, tasks, sync tokens; and ids go on growing."""
    file = tmp_path / "deep" / "asana.json"
    with Sandbox(state=file) as box:
        project = box.world.add_project("Plan", ["A", "B"]).gid
        field = box.world.add_field("Stage", "enum", project=project, options=["Draft"])
        values = {field.gid: field.options[0].gid}
        task = box.world.add_task("x", project, assignee=box.world.person, custom_fields=values).gid
        box.world.comment(task, "hello")
        client = Client(box)
        sync = client.send("GET", "/events", resource=project).json()["sync"]
        box.world.complete(task)
        before = client.ok("GET", f"/tasks/{task}", opt_fields="name,completed_at,custom_fields,memberships.section")
        client.http.close()
    with Sandbox("basic", state=file) as again:
        assert (again.token, again.workspace, again.world.tier) == (box.token, box.workspace, "premium")
        client = Client(again)
        fields = "name,completed_at,custom_fields,memberships.section"
        assert client.ok("GET", f"/tasks/{task}", opt_fields=fields) == before
        events = client.ok("GET", "/events", resource=project, sync=sync)
        assert [event["action"] for event in events] == ["changed", "added"]
        assert int(again.world.add_task("y", project).gid) > int(task)
        client.http.close()


def test_the_state_is_written_soon_after_a_request(tmp_path: Path) -> None:
    """A request that wrote is on disk shortly after, without a close."""
    file = tmp_path / "asana.json"
    with Sandbox(state=file) as box:
        client = Client(box)
        client.ok("POST", "/tasks", {"name": "kept", "workspace": box.workspace})
        deadline = time.monotonic() + PATIENCE
        while not file.exists() and time.monotonic() < deadline:
            client.ok("GET", "/users/me")
        saved = json.loads(file.read_text())
        assert [task["name"] for task in saved["world"]["tasks"].values()] == ["kept"]
        client.http.close()


def test_a_state_that_cannot_be_read_is_fatal(tmp_path: Path) -> None:
    """A broken state file is never taken for an empty one."""
    file = tmp_path / "asana.json"
    file.write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        Sandbox(state=file)


def test_the_feed_forgets_its_oldest_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is bounded: the oldest events fall off."""
    monkeypatch.setattr("connectors.asana.sandbox.feed.LIMIT", 10)
    world = Sandbox().world
    task = world.add_task("x")
    for number in range(20):
        world.rename(task.gid, str(number))
    assert len(world.feed.events) == 10


@pytest.mark.process
def test_the_program_prints_its_addresses_and_stops_on_sigterm(tmp_path: Path) -> None:
    """`python -m connectors.asana.sandbox` says where it is and what the token is, and ends with 0 on SIGTERM.

    It tells addresses on this machine, if they answer: there are no others to try webhooks with.
    """
    command = [sys.executable, "-m", "connectors.asana.sandbox", "--port", "0", "--tier", "basic"]
    command += ["--state", str(tmp_path / "s.json"), "--token", "t1", "--per-minute", "9000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        said = dict(process.stdout.readline().split() for _ in range(4))
        reply = httpx.get(f"{said['API']}/users/me", headers={"Authorization": "Bearer t1"}, timeout=PATIENCE)
        assert reply.status_code == 200
        assert httpx.get(said["Boards"], timeout=PATIENCE).status_code == 200

        def made(what: str, **data: str) -> httpx.Response:
            headers = {"Authorization": "Bearer t1"}
            return httpx.post(f"{said['API']}/{what}", json={"data": data}, headers=headers, timeout=PATIENCE)

        project = made("projects", name="Plan", workspace=said["Workspace"]).json()["data"]["gid"]
        assert "handshake" in made("webhooks", resource=project, target="http://127.0.0.1:9/").text
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert said["Token"] == "t1"
    assert (tmp_path / "s.json").exists()


def test_the_program_says_when_its_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """A taken port ends the program with 1 and a sentence."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 1
    assert "Choose another --port" in capsys.readouterr().err
