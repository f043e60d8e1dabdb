"""What goes over the wire, and what the SDK must not do behind our back."""

from __future__ import annotations

import gc
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import asana
import pytest
import urllib3

from connectors.contract import Connector
from connectors.errors import Refused, ToolError
from connectors.vocabulary import Container, Depth
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import change, make


def everything(bench: AsanaBench, connector: Connector) -> Container:
    """Use each method of the connector once."""
    connector.me()
    connector.people()
    connector.discover()
    container = connector.open("Made", by_name=True, create=True)
    group = connector.ensure_groups(container, ["One"])[0]
    connector.rename_group(container, group.id, "Uno")
    cursor = connector.changes({container.id: None})[container.id].cursor
    task = make(connector, container, "A1", group=group.id, start=date(2026, 9, 1), due=date(2026, 9, 9), notes="N")
    step = make(connector, container, "P1", parent=task.id, assignee=bench.teammate)
    change(connector, container, step.id, after="")
    change(connector, container, step.id, parent="", group=group.id, notes="M")
    change(connector, container, step.id, after=task.id)
    connector.changes({container.id: cursor})
    connector.changes({container.id: cursor}, sweep_since=bench.clock.now())
    connector.read(container, Depth.STEPS)
    connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now())
    connector.find(container, "syncd:p/A1", parent=task.id, since=bench.clock.now())
    return container


def test_parameters_are_plain_text_that_asana_knows(bench: AsanaBench, connector: Connector) -> None:
    """Lists of fields go as comma strings, nothing as the text of a Python value, nothing misspelt (the contract).

    Asana ignores a misspelt parameter and answers as if it had not been there.
    """
    everything(bench, connector)
    for seen in bench.sent():
        for name, value in seen.query.items():
            assert value not in ("", "None", "True", "False"), (seen.path, name)
            assert not set(value) & set("[]' "), (seen.path, name, value)
    unasked = {seen.path.rpartition("/")[2] for seen in bench.sent() if "opt_fields" not in seen.query}
    assert unasked == {"addProject"}  # the one request whose answer is empty


def test_a_listing_always_asks_for_pages(bench: AsanaBench, connector: Connector) -> None:
    """A listing without `limit` fails or stops at about a thousand rows."""
    everything(bench, connector)
    listings = [seen for seen in bench.sent("GET") if isinstance(seen.answer().get("data"), list)]
    assert {seen.query.get("limit") for seen in listings if seen.path != "/events"} == {"100"}
    assert {seen.query.get("limit") for seen in listings if seen.path == "/events"} == {None}


def test_bodies_hold_data_and_nothing_beside_it(bench: AsanaBench, connector: Connector) -> None:
    """Asana refuses stray keys; what is not given is not sent, not even as null."""
    everything(bench, connector)
    bodies = [seen.body for seen in bench.sent() if seen.method != "GET"]
    assert {tuple(body) for body in bodies} == {("data",)}
    creates = [seen.body["data"] for seen in bench.sent("POST", "/tasks") if seen.path == "/tasks"]
    assert all(value is not None for body in creates for value in body.values())


def test_answers_are_compressed(bench: AsanaBench, connector: Connector) -> None:
    """The SDK asks for none; a page of a hundred tasks is a tenth as long with it. Nothing tells of this machine."""
    connector.me()
    headers = bench.sent()[0].headers
    assert headers["accept-encoding"] == "gzip"
    assert headers["user-agent"] == "syncd"
    assert not any(name.startswith("x-asana-client") for name in headers)


def test_loggers_are_left_alone(bench: AsanaBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK hangs handlers on its loggers and urllib3's, once a process: they would print beside our own logs."""
    monkeypatch.setattr(asana.Configuration, "_default", None)
    names = ("asana", "urllib3", "")
    before = [(logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names]
    bench.connect().me()
    assert [(logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names] == before


def test_no_thread_of_the_sdk_stays(bench: AsanaBench) -> None:
    """Each client of the SDK starts a pool of threads that nobody uses: with many connections, hundreds."""
    before = threading.active_count()
    connectors = [bench.connect() for _ in range(5)]
    assert threading.active_count() == before
    for connector in connectors:
        connector.close()
    del connectors
    gc.collect()


def test_connections_are_kept(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """As many sockets as requests at once, used again and again; none is opened and thrown away."""
    bench.box._api.latency = 0.01
    tasks = [bench.add(f"Task {number}") for number in range(100)]
    pool = _pool(connector)
    with ThreadPoolExecutor(50) as threads:
        list(threads.map(lambda task: connector.look(container, [task], Depth.TOP), tasks))
    opened = pool.num_connections
    assert opened <= 40
    with ThreadPoolExecutor(50) as threads:
        list(threads.map(lambda task: connector.look(container, [task], Depth.TOP), tasks))
    assert pool.num_connections <= max(opened, 40)
    for _ in range(10):
        connector.me()
    assert pool.num_connections <= max(opened, 40)


def _pool(connector: Connector) -> urllib3.HTTPConnectionPool:
    """The pool of sockets to the one host there is."""
    manager = connector._transport._api.rest_client.pool_manager.pool  # type: ignore[attr-defined]
    (key,) = manager.pools.keys()
    pool = manager.pools[key]
    assert isinstance(pool, urllib3.HTTPConnectionPool)
    return pool


@pytest.mark.parametrize("fault", [None, {"status": 500}, {"status": 403}, {"kind": "reset"}, {"kind": "truncated"}])
def test_the_token_stands_in_no_error(
    bench: AsanaBench, caplog: pytest.LogCaptureFixture, fault: dict[str, Any] | None
) -> None:
    """Whatever goes wrong: neither the message, nor what caused it, nor a log line shows the credential."""
    caplog.set_level(logging.DEBUG)
    token = bench.box.token if fault else "2/9999/secret-of-nobody"
    if fault:
        bench.fault(times=10, **fault)
    with pytest.raises(ToolError) as told:
        bench.connect(token=token).me()
    error: BaseException | None = told.value
    while error is not None:
        assert token not in repr(error) + str(error)
        error = error.__cause__
    assert token not in caplog.text
    assert isinstance(told.value, Refused) == (fault is None)
