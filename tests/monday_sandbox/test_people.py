"""What people do: on the board page, and told to subscribers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from connectors.monday.sandbox import Sandbox
from tests.monday_sandbox.conftest import Client, column
from tests.sandbox.conftest import PATIENCE, Hands, until

SUBSCRIBE = """mutation($b: ID!, $u: String!, $e: WebhookEventType!, $c: JSON) {
  create_webhook(board_id: $b, url: $u, event: $e, config: $c) { id event board_id } }"""


class Subscriber:
    """An address that repeats challenges and keeps what it is told; while `down`, it answers 500."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.down = self.mute = False
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if "event" in body:
                    subscriber.told.append(body["event"])
                self.send_response(500 if subscriber.down else 200)
                self.end_headers()
                self.wfile.write(b"" if subscriber.mute else json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    """A running subscriber."""
    made = Subscriber()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def page(box: Sandbox) -> Iterator[httpx.Client]:
    """Someone's browser."""
    with httpx.Client(base_url=box.root, follow_redirects=True, timeout=PATIENCE) as client:
        yield client


def test_subscribers_are_told(box: Sandbox, api: Client, board: str, subscriber: Subscriber) -> None:
    """Items and subitems go by subscriptions on the board above; payload ids are numbers, those of the API texts."""
    for event in ("create_item", "create_subitem", "item_deleted"):
        api.ok(SUBSCRIBE, b=board, u=subscriber.url, e=event)
    item = box.world.add_item("x", board).id
    sub = box.world.add_item("sub", parent=item)
    box.world.rename(item, "nobody asked")
    box.world.delete(item)
    until(lambda: len(subscriber.told) == 3)
    made, below, gone = subscriber.told
    assert (made["type"], made["pulseId"], made["boardId"]) == ("create_pulse", int(item), int(board))
    assert (below["boardId"], below["parentItemId"]) == (int(sub.board), item)
    assert (gone["type"], gone["itemId"], "pulseId" in gone) == ("delete_pulse", int(item), False)
    assert made["userId"] == int(box.world.person)


def test_a_column_and_a_group_can_be_watched(box: Sandbox, api: Client, board: str, subscriber: Subscriber) -> None:
    """A subscription to one column or one group is told of nothing else."""
    due, maths = column(box, board, "Due"), box.world.boards[board].groups[1].id
    for event, config in (
        ("change_specific_column_value", {"columnId": due}),
        ("item_moved_to_specific_group", {"groupId": maths}),
    ):
        api.ok(SUBSCRIBE, b=board, u=subscriber.url, e=event, c=json.dumps(config))
    item = box.world.add_item("x", board).id
    box.world.complete(item)
    box.world.write(item, {"Due": "2026-10-01"})
    box.world.move(item, maths)
    until(lambda: len(subscriber.told) == 2)
    assert subscriber.told[0]["columnId"] == due
    assert subscriber.told[1]["type"] == "move_pulse_into_group"


def test_what_was_not_received_is_sent_again(
    box: Sandbox, api: Client, board: str, subscriber: Subscriber, hands: Hands
) -> None:
    """A delivery that failed comes again a minute later, under the same id, and says so."""
    api.ok(SUBSCRIBE, b=board, u=subscriber.url, e="create_item")
    subscriber.down = True
    box.world.add_item("x", board)
    until(lambda: len(subscriber.told) == 1)
    subscriber.down = False

    def later() -> bool:
        hands.sleep(60)
        return len(subscriber.told) == 2

    until(later)
    first, second = subscriber.told
    assert (first["isRetry"], second["isRetry"]) == (False, True)
    assert first["triggerUuid"] == second["triggerUuid"]


def test_an_address_must_repeat_the_word(box: Sandbox, api: Client, board: str, subscriber: Subscriber) -> None:
    """Without the challenge's echo there is no subscription; nor twice the same, nor on a subitems board."""
    subscriber.mute = True
    assert api.refused(SUBSCRIBE, b=board, u=subscriber.url, e="create_item")[1] == "InvalidArgumentException"
    subscriber.mute = False
    made = api.ok(SUBSCRIBE, b=board, u=subscriber.url, e="create_item")["create_webhook"]
    assert api.refused(SUBSCRIBE, b=board, u=subscriber.url, e="create_item")[1] == "InvalidArgumentException"
    hidden = box.world.add_item("sub", parent=box.world.add_item("x", board).id).board
    assert api.refused(SUBSCRIBE, b=hidden, u=subscriber.url, e="create_item")[1] == "InvalidArgumentException"
    listed = "query($b: ID!) { webhooks(board_id: $b) { id } }"
    assert api.ok(listed, b=board)["webhooks"] == [{"id": made["id"]}]
    end = "mutation($i: ID!) { delete_webhook(id: $i) { id } }"
    api.ok(end, i=made["id"])
    assert api.refused(end, i=made["id"])[1] == "ResourceNotFoundException"
    assert api.ok(listed, b=board)["webhooks"] == []


def test_the_pages_show_boards_and_items(box: Sandbox, page: httpx.Client) -> None:
    """Groups, items, statuses, lateness and subitems stand on the page; hidden boards stand on none."""
    assert "No board yet" in page.get("/").text
    board = box.world.add_board("Plan <2025>", ["Reading", "Maths"], columns=(("Status", "status"), ("Due", "date")))
    assert box.board_url == f"{box.root}/board/{board.id}"
    late = box.world.add_item("Buy & sort readers", board.id, values={"Due": "2026-08-01"})
    box.world.set_status(late.id, "Stuck")
    box.world.complete(box.world.add_item("quotes", parent=late.id).id)
    text = page.get(f"/board/{board.id}").text
    for words in ("Reading", "Maths", "Buy &amp; sort readers", "Late: 1 Aug", "Stuck", "1/1 subitems", "1 of 2 done"):
        assert words in text
    assert "Subitems of" not in page.get("/").text
    assert page.get("/board/1").status_code == 404
    assert page.get(f"/boards/{board.id}/pulses/{late.id}").url.path == f"/board/{board.id}"
    box.world.archive_board(board.id)
    box.world.add_board("Second")
    assert box.board_url == f"{box.root}/"
    assert "(archived)" in page.get("/").text


def test_the_group_monday_makes_is_shown_only_where_it_is_used(box: Sandbox, page: httpx.Client) -> None:
    """An empty "Group Title" is not shown beside others; alone, or with an item in it, it is."""
    board = box.world.add_board("Plan").id
    assert "Group Title" in page.get(f"/board/{board}").text
    box.world.add_group(board, "Reading")
    assert "Group Title" not in page.get(f"/board/{board}").text
    box.world.add_item("left over", board)
    assert "Group Title" in page.get(f"/board/{board}").text


def test_the_forms_do_what_people_do(box: Sandbox, page: httpx.Client, board: str) -> None:
    """Tick, rename, re-date, hand over, move, add, add below and delete reach the board, by a colleague's hand."""
    world, spot = box.world, f"/board/{board}"
    item = world.add_item("x", board)
    status, due, owner = (column(box, board, title) for title in ("Status", "Due", "Owner"))
    maths = world.boards[board].groups[1].id
    page.post(f"{spot}/tick", data={"task": item.id, "done": "yes"})
    assert item.cells[status]["index"] == 1
    form = {"task": item.id, "name": "renamed", "due": "2027-05-01", "owner": world.person, "section": maths}
    page.post(f"{spot}/edit", data=form)
    assert (item.name, item.cells[due]["date"], item.group) == ("renamed", "2027-05-01", maths)
    assert [one["id"] for one in item.cells[owner]["personsAndTeams"]] == [int(world.person)]
    version = world.version
    page.post(f"{spot}/edit", data=form)
    assert page.get(f"{spot}/version").text == str(version)
    page.post(f"{spot}/edit", data={**form, "due": "", "owner": ""})
    page.post(f"{spot}/tick", data={"task": item.id, "done": "no"})
    assert item.cells == {}
    page.post(f"{spot}/add", data={"section": maths, "name": "new one"})
    page.post(f"{spot}/subtask", data={"task": item.id, "name": "step"})
    assert [world.items[key].name for key in world.boards[board].groups[1].items] == ["renamed", "new one"]
    assert [world.items[key].name for key in item.subitems] == ["step"]
    page.post(f"{spot}/remove", data={"task": item.id})
    assert (item.state, world.logs[-1].user) == ("deleted", world.person)
    assert page.post(f"{spot}/explode").status_code == 404
    assert page.post(f"{spot}/tick", data={"task": "1", "done": "yes"}).status_code == 400
