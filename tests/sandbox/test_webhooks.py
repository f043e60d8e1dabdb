"""The local Asana tells webhooks what happens as Asana does: signed, with heartbeats, and not for ever in vain."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from connectors.asana.sandbox import Sandbox
from connectors.sandbox.deliveries import client
from tests.sandbox.conftest import Client, Hands, until


class Subscriber:
    """An address that shakes hands and keeps what it is told, with its signature; while `down`, it answers 500."""

    def __init__(self) -> None:
        self.told: list[tuple[bytes, str]] = []
        self.down = False
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                secret = self.headers.get("X-Hook-Secret")
                if secret is None:
                    subscriber.told.append((body, self.headers["X-Hook-Signature"]))
                self.send_response(500 if subscriber.down else 200)
                self.send_header("X-Hook-Secret", secret or "")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def events(self) -> list[Any]:
        """All events so far."""
        return [event for body, _ in self.told for event in json.loads(body)["events"]]


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    """A running subscriber."""
    made = Subscriber()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def project(box: Sandbox) -> str:
    """A project; webhooks on this machine are allowed."""
    box.world.ways.hooks_here = True
    return box.world.add_project("Plan", ["A", "B"]).gid


def subscribe(api: Client, project: str, target: str, **more: Any) -> str:
    """A new webhook; its id."""
    gid: str = api.ok("POST", "/webhooks", {"resource": project, "target": target, **more})["gid"]
    return gid


def test_deliveries_are_signed_and_hold_no_values(
    box: Sandbox, api: Client, project: str, subscriber: Subscriber
) -> None:
    """The secret comes with the handshake and with the answer; each delivery is signed by it, and names ids alone."""
    reply = api.send("POST", "/webhooks", {"resource": project, "target": subscriber.url})
    secret = reply.json()["X-Hook-Secret"]
    task = box.world.add_task("x", project)
    box.world.complete(task.gid)
    until(lambda: any((event.get("change") or {}).get("field") == "completed" for event in subscriber.events()))
    for body, signature in subscriber.told:
        assert signature == hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    resources = [event["resource"] for event in subscriber.events()]
    assert {"gid": task.gid, "resource_type": "task"} in resources
    assert all(resource.keys() == {"gid", "resource_type"} for resource in resources)


def test_filters_choose(box: Sandbox, api: Client, project: str, subscriber: Subscriber) -> None:
    """One filter that fits is enough; fields are only for changes."""
    subscribe(
        api, project, subscriber.url, filters=[{"resource_type": "task", "action": "changed", "fields": ["name"]}]
    )
    task = box.world.add_task("x", project)
    box.world.complete(task.gid)
    box.world.rename(task.gid, "y")
    until(lambda: bool(subscriber.events()))
    assert {event["change"]["field"] for event in subscriber.events()} == {"name"}
    for wrong in ({"action": "exploded"}, {"action": "added", "fields": ["name"]}):
        asked = {"resource": project, "target": f"{subscriber.url}2", "filters": [wrong]}
        assert api.refused("POST", "/webhooks", asked)[0] == 400


def test_no_news_for_eight_hours_is_news(
    box: Sandbox, api: Client, hands: Hands, project: str, subscriber: Subscriber
) -> None:
    """A heartbeat holds no events, and is signed like everything else."""
    subscribe(api, project, subscriber.url)
    hands.sleep(8 * 3600)
    until(lambda: bool(subscriber.told))
    assert json.loads(subscriber.told[0][0]) == {"events": []}
    assert len(box.world.hooks) == 1


def test_who_does_not_answer_for_a_day_is_given_up(
    box: Sandbox, api: Client, hands: Hands, project: str, subscriber: Subscriber
) -> None:
    """Tried again after longer and longer pauses; then the webhook is gone. Meanwhile its failures can be read."""
    gid = subscribe(api, project, subscriber.url)
    subscriber.down = True
    box.world.add_task("x", project)
    until(lambda: bool(subscriber.told))
    until(lambda: api.ok("GET", f"/webhooks/{gid}")["delivery_retry_count"])
    assert "500" in api.ok("GET", f"/webhooks/{gid}")["last_failure_content"]

    def gone() -> bool:
        hands.sleep(3600)
        return gid not in box.world.hooks

    until(gone)
    assert api.refused("GET", f"/webhooks/{gid}")[0] == 404


def test_webhooks_are_listed_and_ended(box: Sandbox, api: Client, project: str, subscriber: Subscriber) -> None:
    """By workspace, maybe by resource; the same one twice is refused; others' are not seen; they survive a restart."""
    gid = subscribe(api, project, subscriber.url)
    assert api.refused("POST", "/webhooks", {"resource": project, "target": subscriber.url})[0] == 403
    other = box.world.add_project("Other").gid
    assert [hook["gid"] for hook in api.ok("GET", "/webhooks", workspace=box.workspace)] == [gid]
    assert api.ok("GET", "/webhooks", workspace=box.workspace, resource=other) == []
    assert api.refused("GET", "/webhooks")[0] == 400
    box.world.load(box.world.dump())
    assert api.ok("GET", f"/webhooks/{gid}")["target"] == subscriber.url
    box.world.hooks[gid].owner = box.world.person
    assert api.ok("GET", "/webhooks", workspace=box.workspace) == []
    box.world.hooks[gid].owner = box.world.me
    api.ok("DELETE", f"/webhooks/{gid}")
    assert api.refused("DELETE", f"/webhooks/{gid}")[0] == 404


def test_who_does_not_shake_hands_gets_none(box: Sandbox, api: Client, project: str, subscriber: Subscriber) -> None:
    """Nor does an address that nobody answers at."""
    subscriber.down = True
    assert api.refused("POST", "/webhooks", {"resource": project, "target": subscriber.url})[0] == 400
    assert api.refused("POST", "/webhooks", {"resource": project, "target": "http://127.0.0.1:9/"})[0] == 400
    assert box.world.hooks == {}


def test_no_connection_is_left_open() -> None:
    """Who delivers keeps nothing open after the answer, though the subscriber would: nobody would ever close it."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(client().post, f"http://127.0.0.1:{server.getsockname()[1]}/", content=b"x")
        there, _ = server.accept()
        with there:
            there.settimeout(10)
            asked = there.recv(65536)
            while not asked.endswith(b"x"):
                asked += there.recv(65536)
            there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            assert sent.result(10).status_code == 200
            assert there.recv(1) == b""
