"""Pages, quotas and faults: what keeps a client from reading everything at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from connectors.asana.sandbox import Fault, Limits, Sandbox
from connectors.asana.sandbox.limits import Gate
from tests.sandbox.conftest import PATIENCE, Client, Hands, until


def test_pages_follow_each_other_to_the_end(box: Sandbox, api: Client) -> None:
    """Following next_page reads every row once; the last page says null; the tokens are the listing's own."""
    project = box.world.add_project("Plan").gid
    for number in range(7):
        box.world.add_task(str(number), project)
    seen, query = [], {"project": project, "limit": "3"}
    while True:
        body = api.send("GET", "/tasks", **query).json()
        seen += [row["name"] for row in body["data"]]
        if body["next_page"] is None:
            break
        assert body["next_page"]["uri"] == box.base_url + body["next_page"]["path"]
        query["offset"] = body["next_page"]["offset"]
    assert seen == [str(number) for number in range(7)]
    invalid = (400, "offset: Your pagination token is invalid.")
    assert api.refused("GET", "/projects", limit=3, offset=query["offset"]) == invalid
    assert api.refused("GET", "/tasks", project=project, limit=3, offset="made-up") == invalid


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_limits_are_one_to_a_hundred(api: Client, limit: str) -> None:
    """Other limits are refused."""
    assert api.refused("GET", "/users", limit=limit)[0] == 400


def test_offsets_expire(box: Sandbox, api: Client, hands: Hands) -> None:
    """A token that waited a quarter of an hour is refused, and so is one that a fault made old."""
    first = api.send("GET", "/users", limit=1).json()["next_page"]["offset"]
    assert len(api.ok("GET", "/users", limit=1, offset=first)) == 1
    hands.sleep(16 * 60)
    expired = (400, "offset: Your pagination token has expired.")
    assert api.refused("GET", "/users", limit=1, offset=first) == expired
    fresh = api.send("GET", "/users", limit=1).json()["next_page"]["offset"]
    box.faults.append(Fault("offset=", "expire_offset"))
    assert api.refused("GET", "/users", limit=1, offset=fresh) == expired


def test_a_thousand_rows_need_pages(box: Sandbox, api: Client) -> None:
    """A listing of more than 1000 rows without a limit is refused."""
    for number in range(1000):
        box.world.add_user(f"User {number}")
    assert api.refused("GET", "/users")[1].startswith("The result is too large.")


def test_the_minute_has_a_quota_and_refusals_count(hands: Hands) -> None:
    """Over the quota requests are 429 with Retry-After; hammering pushes the end of the wait away."""
    with Sandbox(clock=hands, limits=Limits(per_minute=3)) as box:
        api, other = Client(box), Client(box, token="other")
        box.world.add_token("other", box.world.person)
        for _ in range(3):
            api.ok("GET", "/users/me")
        hands.sleep(10)
        reply = api.send("GET", "/users/me")
        assert (reply.status_code, reply.headers["retry-after"]) == (429, "50")
        assert "rate limit" in reply.json()["errors"][0]["message"]
        assert other.ok("GET", "/users/me")["gid"] == box.world.person
        for _ in range(2):
            assert api.send("GET", "/users/me").status_code == 429
        hands.sleep(51)
        assert api.send("GET", "/users/me").headers["retry-after"] == "9"
        hands.sleep(60)
        api.ok("GET", "/users/me")
        assert [seen.status for seen in box.requests].count(429) == 4
        api.http.close()
        other.http.close()


@pytest.mark.parametrize("says_when", [True, False])
def test_concurrent_writes_are_limited(says_when: bool) -> None:
    """Two writes in flight where one is allowed: one passes, one is 429, with Retry-After only if so configured."""
    limits = Limits(per_minute=None, writes=1, says_when=says_when)
    with Sandbox(limits=limits) as box, ThreadPoolExecutor(1) as pool:
        api = Client(box)
        data = {"name": "x", "workspace": box.workspace}
        box.faults.append(Fault(kind="slow", seconds=2))
        first = pool.submit(api.send, "POST", "/tasks", data)
        until(lambda: not box.faults)
        refused = api.send("POST", "/tasks", data)
        assert (refused.status_code, first.result().status_code) == (429, 201)
        assert ("retry-after" in refused.headers) is says_when
        api.ok("POST", "/tasks", data)
        api.http.close()


def test_so_much_at_once(hands: Hands) -> None:
    """Fifty reads and fifteen writes may be under way, counted apart and for each token by itself."""
    gate = Gate(Limits(), hands)
    for writing, most in ((False, 50), (True, 15)):
        assert [gate.enter("a", writing=writing) for _ in range(most)] == [None] * most
        assert gate.enter("a", writing=writing) is not None
        assert gate.enter("b", writing=writing) is None
        gate.leave("a", writing=writing)
        assert gate.enter("a", writing=writing) is None


def test_a_status_fault_has_no_effect_unless_asked(box: Sandbox, api: Client) -> None:
    """A 500 leaves nothing behind and carries a phrase; a 504 with effect does what it was asked."""
    data = {"name": "x", "workspace": box.workspace}
    box.faults.append(Fault("POST /tasks"))
    box.faults.append(Fault("POST /tasks", status=504, body="html", effect=True))
    assert "phrase" in api.send("POST", "/tasks", data).json()["errors"][0]
    assert box.world.tasks == {}
    reply = api.send("POST", "/tasks", data)
    assert (reply.status_code, reply.headers["content-type"]) == (504, "text/html")
    assert len(box.world.tasks) == 1
    assert box.faults == []


def test_a_fault_strikes_where_and_when_it_should(box: Sandbox, api: Client) -> None:
    """A fault waits for its match, lets `skip` requests pass, strikes `times` times and is gone."""
    box.faults.append(Fault("GET /users/me$", status=451, message="Blocked", times=2, skip=1, body="empty"))
    statuses = [api.send("GET", path).status_code for path in ("/users", *["/users/me"] * 4)]
    assert statuses == [200, 200, 451, 451, 200]


@pytest.mark.parametrize("retry_after", ["30", "1.5", None])
def test_a_rate_limit_fault(box: Sandbox, api: Client, retry_after: str | None) -> None:
    """A 429 comes with the Retry-After it was given, or with none."""
    box.faults.append(Fault(kind="rate_limit", retry_after=retry_after))
    reply = api.send("GET", "/users/me")
    assert (reply.status_code, reply.headers.get("retry-after")) == (429, retry_after)


def test_a_lost_reply_took_effect_and_a_reset_did_not(box: Sandbox, api: Client) -> None:
    """After a lost reply the task is there; after a broken connection it is not; both have no status."""
    for kind, name in (("lost_reply", "lost"), ("reset", "reset")):
        box.faults.append(Fault.of({"match": "POST", "kind": kind}))
        with pytest.raises(httpx.TransportError):
            api.send("POST", "/tasks", {"name": name, "workspace": box.workspace})
        assert box.requests[-1].status == 0
    assert [task.name for task in box.world.tasks.values()] == ["lost"]


def test_a_client_that_left_cannot_be_cut_off() -> None:
    """A connection that is gone before its fault strikes is no trouble; the next request is answered."""
    with Sandbox(latency=0.1) as box:
        client = Client(box)
        client.ok("GET", "/users/me")
        box.faults.append(Fault(kind="lost_reply"))
        with pytest.raises(httpx.ReadTimeout):
            client.http.get("/users/me", timeout=httpx.Timeout(PATIENCE, read=0.02))
        until(lambda: not box.faults)
        assert client.ok("GET", "/users/me")["gid"] == box.world.me
        client.http.close()


def test_truncated_json(box: Sandbox, api: Client) -> None:
    """A truncated reply is a success that cannot be read; what was asked for happened."""
    box.faults.append(Fault("POST", "truncated"))
    reply = api.http.post("/tasks", json={"data": {"name": "x", "workspace": box.workspace}})
    assert reply.status_code == 201
    with pytest.raises(ValueError, match=r"[Uu]nterminated|Expecting|delimiter"):
        reply.json()
    assert len(box.world.tasks) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hang_before_or_after_the_effect(box: Sandbox, api: Client, when: str) -> None:
    """A silent server outlasts the client's patience, before or after the task was made; a patient one is answered."""
    data = {"data": {"workspace": box.workspace}}
    box.faults.append(Fault.of({"match": "POST", "kind": "hang", "seconds": 0.02, "when": when}))
    assert api.http.post("/tasks", json=data).status_code == 201
    box.faults.append(Fault.of({"match": "POST", "kind": "hang", "seconds": 600, "when": when}))
    with pytest.raises(httpx.ReadTimeout):
        api.http.post("/tasks", json=data, timeout=httpx.Timeout(PATIENCE, read=0.1))
    until(lambda: not box.faults)
    until(lambda: len(box.world.tasks) == (1 if when == "before" else 2))


def test_a_slow_reply_trickles(box: Sandbox, api: Client) -> None:
    """A slow reply takes its time and arrives whole."""
    box.faults.append(Fault(kind="slow", seconds=0.2))
    started = time.monotonic()
    assert api.ok("GET", "/users/me")["gid"] == box.world.me
    assert time.monotonic() - started >= 0.2


def test_a_stale_page_lacks_the_newest_rows(box: Sandbox, api: Client) -> None:
    """A stale listing comes back shorter without saying so."""
    project = box.world.add_project("Plan").gid
    names = [box.world.add_task(name, project).name for name in "abc"]
    box.faults.append(Fault("GET /tasks", "stale", rows=2))
    assert [row["name"] for row in api.ok("GET", "/tasks", project=project)] == ["a"]
    assert [row["name"] for row in api.ok("GET", "/tasks", project=project)] == names


def test_faults_and_requests_over_http(box: Sandbox, api: Client) -> None:
    """Another process can set faults, is told what it got wrong, and can read and forget the requests."""
    faults, requests = f"{box.root}/-/faults", f"{box.root}/-/requests"
    assert (
        len(httpx.post(faults, json=[{"match": "GET", "status": 503}, {"kind": "slow"}], timeout=PATIENCE).json()) == 2
    )
    assert api.send("GET", "/users/me").status_code == 503
    (seen,) = httpx.get(requests).json()
    assert (seen["method"], seen["path"], seen["status"], seen["body"]) == ("GET", "/users/me", 503, None)
    assert httpx.delete(requests).json() == httpx.delete(faults).json() == []
    for wrong in ({"kind": "fire"}, {"color": "red"}, "x"):
        assert httpx.post(faults, json=wrong).status_code == 400
    assert box.faults == []


def test_requests_are_recorded(box: Sandbox, api: Client) -> None:
    """A recorded request has its body, its reply, its times, and says whether it wrote."""
    api.ok("POST", "/tasks", {"name": "x", "workspace": box.workspace}, opt_fields="name")
    seen = box.requests[-1]
    assert seen.writing
    assert (seen.query, seen.body["data"]["name"]) == ({"opt_fields": "name"}, "x")
    assert seen.answer()["data"]["name"] == "x"
    until(lambda: seen.ended is not None)
    assert seen.ended is not None
    assert seen.started <= seen.ended


def test_only_recent_replies_are_kept(box: Sandbox, api: Client) -> None:
    """Every request is remembered, but only the last ones with their replies."""
    api.ok("GET", "/users/me")
    box.requests.extend(box.requests * 1999)
    api.ok("GET", "/users/me")
    assert box.requests[0].reply == b""
    assert box.requests[-1].reply != b""


def test_large_replies_are_packed_for_those_who_ask(box: Sandbox, api: Client) -> None:
    """Gzip is used where the client takes it, and recorded replies stay readable."""
    for number in range(50):
        box.world.add_user(f"User {number}")
    reply = api.send("GET", "/users")
    assert reply.headers["content-encoding"] == "gzip"
    assert len(reply.json()["data"]) == len(box.requests[-1].answer()["data"]) == 52
    plain = api.http.get("/users", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
