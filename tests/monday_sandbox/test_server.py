"""Who may come in, what faults do, replays and refusals; and a server that starts, stops and remembers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from connectors.monday.sandbox import Fault, Limits, Sandbox
from connectors.monday.sandbox.__main__ import main
from connectors.monday.sandbox.limits import Gate
from connectors.monday.sandbox.problems import Stop
from tests.monday_sandbox.conftest import Client, column, values
from tests.sandbox.conftest import PATIENCE, Hands, until

ME = "{ me { id } }"
CREATE = 'mutation($b: ID!) { create_item(board_id: $b, item_name: "x") { id } }'
TWO = """mutation($b: ID!) {
  one: create_item(board_id: $b, item_name: "1") { id }
  two: create_item(board_id: $b, item_name: "2") { id }
}"""


def test_only_the_bare_token_comes_in(box: Sandbox, api: Client) -> None:
    """A wrong token, none, and one behind Bearer are refused; so is an account that only looks on."""
    for headers in ({}, {"Authorization": "x"}, {"Authorization": f"Bearer {box.token}"}):
        reply = httpx.post(box.base_url, json={"query": ME}, headers=headers, timeout=PATIENCE)
        assert (reply.status_code, reply.json()["errors"][0]["extensions"]["code"]) == (401, "Unauthorized")
    box.world.users[box.world.me].kind = "view_only"
    assert api.refused(ME)[:2] == (403, "USER_ACCESS_DENIED")


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"query": 1}', b'{"query": "{me{id}}", "variables": "{}"}'])
def test_a_malformed_body_is_refused(api: Client, body: bytes) -> None:
    """What is no JSON object with a query, or has variables as a string, is HTTP 400."""
    assert api.http.post("/v2", content=body).status_code == 400


def test_only_posts_are_answered(api: Client) -> None:
    """A GET is HTTP 400."""
    assert api.http.get("/v2", params={"query": ME}).status_code == 400


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "PARSING_ERROR"),
        ("{ foo }", "undefinedField"),
        ("{ boards(limit: many) { id } }", "argumentLiteralsIncompatible"),
        ("query A { me { id } } query B { me { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($c: String!) { next_items_page(cursor: $c) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_documents_are_checked(api: Client, text: str, code: str) -> None:
    """What breaks GraphQL's rules is answered with HTTP 200 and monday's code for it."""
    assert api.refused(text)[:2] == (200, code)


def test_what_the_sandbox_does_not_play_is_said(box: Sandbox) -> None:
    """A field of monday's schema that is not played is an error, never a made-up null."""
    api = Client(box)
    (status, _, message) = api.refused("{ me { phone } }")
    assert status == 200
    assert "phone" in message
    api.http.close()


def test_the_minute_is_counted(hands: Hands) -> None:
    """Over the minute's requests it is 429 with the seconds to wait, and a refusal does not lengthen the wait."""
    with Sandbox(hands, limits=Limits(per_minute=2)) as box:
        api = Client(box)
        api.ok(ME)
        hands.sleep(10)
        api.ok(ME)
        for _ in range(2):
            reply = api.send(ME)
            assert (reply.status_code, reply.headers["retry-after"]) == (429, "50")
        hands.sleep(50)
        api.ok(ME)
        api.http.close()


def test_so_much_at_once(hands: Hands) -> None:
    """More requests in flight than allowed are refused; one that was answered makes room."""
    gate = Gate(Limits(concurrency=2), hands)
    gate.enter()
    gate.enter()
    with pytest.raises(Stop, match="Concurrency"):
        gate.enter()
    gate.leave()
    gate.enter()


def test_complexity_is_told_and_spent(box: Sandbox, api: Client, board: str) -> None:
    """A page costs 20, each item 10 and each cell 1; a write 30,000; what is left is told after the last of it."""
    box.world.add_item("a", board)
    box.world.add_item("b", board)
    due = column(box, board, "Due")
    text = """query($b: [ID!], $c: [String!]) { cost: complexity { before query after }
      boards(ids: $b) { items_page { items { id column_values(ids: $c) { text } } } } }"""
    cost = api.ok(text, b=[board], c=[due])["cost"]
    assert cost == {"before": 10_000_000, "query": 20 + 2 * 11, "after": 10_000_000 - 42}
    made = api.ok(CREATE.replace("{ create", "{ complexity { query after } create"), b=board)
    assert made["complexity"] == {"query": 30_000, "after": 10_000_000 - 42 - 30_000}


def test_a_minute_has_so_much_complexity(hands: Hands) -> None:
    """Writes that the minute cannot pay are refused before any takes effect, queries too; a minute later they pass."""
    with Sandbox(hands, limits=Limits(complexity=70_000)) as box:
        api, board = Client(box), box.world.add_board("Plan").id
        api.ok(TWO, b=board)
        hands.sleep(20)
        reply = api.send(CREATE, b=board)
        error = reply.json()["errors"][0]["extensions"]
        assert (reply.status_code, error["code"], error["retry_in_seconds"]) == (200, "COMPLEXITY_BUDGET_EXHAUSTED", 40)
        assert reply.headers["ratelimit"].endswith('"complexityMinute";r=10000;t=40')
        assert len(box.world.items) == 2
        box.gate.spend(10_000)
        assert api.refused(ME)[1] == "COMPLEXITY_BUDGET_EXHAUSTED"
        hands.sleep(40)
        api.ok(CREATE, b=board)
        api.http.close()


def test_one_request_has_a_most(box: Sandbox, api: Client, board: str) -> None:
    """More than five millions in one request are refused although the minute could pay them."""
    fields = " ".join(f'i{n}: create_item(board_id: $b, item_name: "x") {{ id }}' for n in range(167))
    assert api.refused(f"mutation($b: ID!) {{ {fields} }}", b=board)[1] == "ComplexityException"
    assert box.world.items == {}


def test_a_lone_question_for_complexity_is_a_tenth_of_a_call(box: Sandbox, api: Client) -> None:
    """The day's account grows by a tenth for it, by one for anything else."""
    api.ok("{ complexity { before } }")
    assert box.gate.used() == pytest.approx(0.1)
    asked = api.ok("{ platform_api { daily_limit { base total } daily_analytics { by_day { day usage } } } }")
    assert asked["platform_api"]["daily_limit"] == {"base": None, "total": None}
    assert asked["platform_api"]["daily_analytics"]["by_day"] == [{"day": "2026-09-01", "usage": 2}]


def test_a_key_replays_whatever_the_body_is(box: Sandbox, api: Client, board: str) -> None:
    """The stored answer comes again even for another body and for one with errors; queries take no notice of keys."""
    headers = {"Idempotency-Key": "k"}
    first = api.send(CREATE, headers, b="404").json()
    assert first["errors"][0]["extensions"]["code"] == "InvalidBoardIdException"
    again = api.send(CREATE, headers, b=board)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["errors"] == first["errors"]
    assert box.world.items == {}
    assert "idempotency-replayed" not in api.send(ME, headers).headers


def test_a_key_under_way_is_a_conflict(box: Sandbox, api: Client, board: str) -> None:
    """While the first request is still under way, a second one under its key is 409 with a time to wait."""
    headers = {"Idempotency-Key": "k"}
    box.faults.append(Fault("create_item", "hang", seconds=600, when="after"))
    with pytest.raises(httpx.ReadTimeout):
        api.http.post(
            "/v2",
            json={"query": CREATE, "variables": {"b": board}},
            headers=headers,
            timeout=httpx.Timeout(PATIENCE, read=0.05),
        )
    until(lambda: bool(box.world.items))
    reply = api.send(CREATE, headers, b=board)
    assert (reply.status_code, reply.headers["retry-after"]) == (409, "1")
    assert reply.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_CONFLICT"


def test_large_answers_are_not_kept(box: Sandbox, api: Client, board: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer beyond the size that is stored takes effect, and a repetition makes a twin without a word."""
    monkeypatch.setattr("connectors.monday.sandbox.app._LARGEST_KEPT", 10)
    for _ in range(2):
        assert "idempotency-replayed" not in api.send(CREATE, {"Idempotency-Key": "k"}, b=board).headers
    assert len(box.world.items) == 2


@pytest.mark.parametrize("effect", [False, True])
def test_one_alias_of_a_batch_fails(box: Sandbox, api: Client, board: str, effect: bool) -> None:
    """A partial fault strikes the alias it names, before or after its effect; without a name the last one."""
    data = {"column_id": "c"}
    box.faults.append(Fault("one:", "partial", alias="one", code="ColumnValueException", data=data, effect=effect))
    body = api.send(TWO, b=board).json()
    assert (body["data"]["one"], body["errors"][0]["path"]) == (None, ["one"])
    assert body["errors"][0]["extensions"]["error_data"] == data
    assert [item.name for item in box.world.items.values()] == (["1", "2"] if effect else ["2"])
    box.faults.append(Fault("one:", "partial"))
    assert api.send(TWO, b=board).json()["data"]["two"] is None


def test_faults_of_mondays_own(box: Sandbox, api: Client, board: str) -> None:
    """Listings go stale, cursors expire, log lines are lost, another version answers; each time once."""
    for name in "abc":
        box.world.add_item(name, board)
    page = "query($b: [ID!]) { boards(ids: $b) { items_page(limit: 2) { cursor items { name } } } }"
    box.faults.append(Fault("items_page", "stale", rows=2))
    assert api.ok(page, b=[board])["boards"][0]["items_page"] == {"cursor": None, "items": [{"name": "a"}]}
    cursor = api.ok(page, b=[board])["boards"][0]["items_page"]["cursor"]
    box.faults.append(Fault("next_items_page", "expire_cursors"))
    text = "query($c: String!) { next_items_page(cursor: $c) { cursor } }"
    assert api.refused(text, c=cursor)[1] == "CursorException"
    box.faults.append(Fault("activity_logs", "drop_logs", rows=2))
    logs = "query($b: [ID!]) { boards(ids: $b) { activity_logs { event } } }"
    (shown,) = api.ok(logs, b=[board])["boards"]
    assert sum(line["event"] == "create_pulse" for line in shown["activity_logs"]) == 1
    box.faults.append(Fault(kind="version", message="2026-07"))
    assert [api.send(ME).headers["api-version"] for _ in range(2)] == ["2026-07", "2026-10"]


@pytest.mark.parametrize("body", ["json", "html", "empty"])
def test_a_server_error_may_be_no_json(box: Sandbox, api: Client, board: str, body: str) -> None:
    """A 504 comes as JSON, as a page or empty, with its effect only if so configured."""
    box.faults.append(Fault("create_item", status=504, body=body, effect=body == "html"))  # type: ignore[arg-type]
    reply = api.send(CREATE, b=board)
    assert reply.status_code == 504
    assert reply.headers["content-type"].startswith("application/json" if body == "json" else "text/html")
    assert len(box.world.items) == (body == "html")


def test_a_refusal_may_say_when(box: Sandbox, api: Client) -> None:
    """A rate limit comes with the time to wait, or without."""
    for wait in ("7", None):
        box.faults.append(Fault(kind="rate_limit", retry_after=wait))
        reply = api.send(ME)
        assert (reply.status_code, reply.headers.get("retry-after")) == (429, wait)
        assert reply.json()["errors"][0]["extensions"]["code"] == "RATE_LIMIT_EXCEEDED"


def test_faults_over_http(box: Sandbox, api: Client) -> None:
    """Another process can set faults of monday's own kinds, and read what was asked."""
    assert httpx.post(f"{box.root}/-/faults", json={"kind": "version"}, timeout=PATIENCE).status_code == 200
    assert httpx.post(f"{box.root}/-/faults", json={"kind": "expire_offset"}, timeout=PATIENCE).status_code == 400
    assert api.send(ME).headers["api-version"] == "2026-07"
    (seen,) = httpx.get(f"{box.root}/-/requests", timeout=PATIENCE).json()
    assert seen["body"]["query"] == ME


def test_the_state_survives_a_restart(tmp_path: Path, hands: Hands) -> None:
    """Token, boards, items, subitems, logs and webhooks are there after a restart; ids go on growing."""
    file = tmp_path / "monday.json"
    with Sandbox(hands, file) as box:
        board = box.world.add_board("Plan", ["A", "B"]).id
        item = box.world.add_item("x", board, values={"Status": {"label": "Stuck"}, "Date": "2026-10-01"}).id
        box.world.add_item("sub", parent=item)
        box.world.hide_item(item, yes=False)
        before = box.world.dump()
    with Sandbox(hands, file) as again:
        assert (again.token, again.world.dump()) == (box.token, before)
        assert int(again.world.add_item("y", board).id) > int(item)


def test_it_is_saved_soon_after_a_write(tmp_path: Path) -> None:
    """A request that wrote is on disk shortly after, without a close."""
    file = tmp_path / "monday.json"
    with Sandbox(state=file) as box:
        api, board = Client(box), box.world.add_board("Plan").id
        api.ok(CREATE, b=board)
        deadline = time.monotonic() + PATIENCE
        while not file.exists() and time.monotonic() < deadline:
            api.ok(ME)
        assert '"x"' in file.read_text()
        api.http.close()


def test_without_the_vendors_schema_its_own_part_is_used(
    monkeypatch: pytest.MonkeyPatch, hands: Hands, tmp_path: Path
) -> None:
    """Where no contract is at hand documents run against the part of the schema that the sandbox brings along."""
    monkeypatch.setenv("SYNCD_CONTRACTS", str(tmp_path))
    with Sandbox(hands) as box:
        api, board = Client(box), box.world.add_board("Plan").id
        made = api.ok(
            'mutation($b: ID!, $v: JSON) { create_item(board_id: $b, item_name: "x", column_values: $v) { name } }',
            b=board,
            v=values(name="ignored"),
        )
        assert made == {"create_item": {"name": "x"}}
        assert api.refused("{ me { phone } }")[1] == "undefinedField"
        api.http.close()


def test_the_folder_of_contracts_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SYNCD_CONTRACTS names the folder whose schema is executed."""
    (tmp_path / "monday_schema.graphql").write_text("type Query { me: User } type User { id: ID! }")
    monkeypatch.setenv("SYNCD_CONTRACTS", str(tmp_path))
    with Sandbox() as box:
        api = Client(box)
        api.ok(ME)
        assert api.refused("{ me { name } }")[1] == "undefinedField"
        api.http.close()


@pytest.mark.process
def test_the_program_prints_its_addresses_and_stops_on_sigterm(tmp_path: Path) -> None:
    """`python -m connectors.monday.sandbox` says where it is and what the token is, and ends with 0 on SIGTERM."""
    command = [sys.executable, "-m", "connectors.monday.sandbox", "--port", "0", "--token", "t1", "--daily", "5"]
    command += ["--state", str(tmp_path / "s.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        said = dict(process.stdout.readline().split() for _ in range(3))
        reply = httpx.post(said["API"], json={"query": ME}, headers={"Authorization": "t1"}, timeout=PATIENCE)
        assert reply.status_code == 200
        assert httpx.get(said["Boards"], timeout=PATIENCE).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert (tmp_path / "s.json").exists()


def test_the_program_says_when_its_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """A taken port ends the program with 1 and a sentence."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 1
    assert "Choose another --port" in capsys.readouterr().err
