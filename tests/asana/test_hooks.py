"""Asana's webhooks: whose secret holds, what is signed, and what Asana tells of its failures."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from connectors.contract import Connector
from connectors.errors import NoAccess, ToolError, UnknownOutcome
from connectors.hooks import Hooks, Reply
from connectors.vocabulary import Container
from tests.asana.bench import AsanaBench
from tests.connectors.listening import Ear, listening


@pytest.fixture
def hooks(connector: Connector) -> Hooks:
    """The connector's webhooks."""
    found = connector.hooks()
    assert found is not None
    return found


@pytest.fixture
def ear(hooks: Hooks) -> Iterator[Ear]:
    """An address at which it listens."""
    with listening(hooks) as ear:
        yield ear


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers of a delivery."""
    return {"x-hook-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def secret_of(bench: AsanaBench) -> str:
    """The secret of the only webhook."""
    [hook] = bench.world.hooks.values()
    return hook.secret


def test_only_asanas_signature_is_believed(bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear) -> None:
    """A body under the secret is; under another one, none, an empty one, and with one byte more it is not."""
    hooks.subscribe(container.id, ear.at(container.id))
    body = json.dumps({"events": [{"action": "changed", "resource": {"gid": "7", "resource_type": "task"}}]}).encode()
    good = signed(secret_of(bench), body)
    assert hooks.receive(container.id, good, body).heard == {"7": None}
    assert hooks.receive(container.id, good, body + b" ").status == 401
    for headers in (signed("", body), signed("guess", body), {}, {"x-hook-signature": ""}):
        assert hooks.receive(container.id, headers, body).status == 401
    assert hooks.receive("8", good, body).status == 401
    assert hooks.receive("8", signed("", body), body).status == 401


def test_signed_nonsense_is_malformed(bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear) -> None:
    """What Asana never sends is refused even under its signature; nothing is raised."""
    hooks.subscribe(container.id, ear.at(container.id))
    secret = secret_of(bench)
    for told in (
        b"",
        b"[]",
        b'{"events": 1}',
        b'{"events": [1]}',
        b'{"events": [{"resource": 1}]}',
        b"\xff",
        b"{" * 9999,
    ):
        assert hooks.receive(container.id, signed(secret, told), told).status == 400
    late = b'{"events": [{"created_at": "2026-09-01T08:00:00", "resource": {"gid": "7", "resource_type": "task"}}]}'
    assert hooks.receive(container.id, signed(secret, late), late).status == 400


def test_a_strangers_secret_never_holds(bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear) -> None:
    """Whoever knocks with a secret of his own while Asana is being asked is not believed afterwards."""
    mine = {"x-hook-secret": "mine"}

    def knock(_container: str) -> None:
        assert hooks.receive(container.id, mine, b"").status == 200

    ear.meanwhile = knock
    hooks.subscribe(container.id, ear.at(container.id))
    assert hooks.receive(container.id, mine, b"").status == 403
    body = b'{"events": []}'
    assert hooks.receive(container.id, signed("mine", body), body).status == 401
    assert hooks.receive(container.id, signed(secret_of(bench), body), body).heard == {}


def test_a_secret_that_no_header_can_hold_is_refused(container: Container, hooks: Hooks, ear: Ear) -> None:
    """Nothing gets into our answer that could end its head."""
    replies: list[Reply] = []

    def knock(_container: str) -> None:
        replies.extend(
            hooks.receive(container.id, {"x-hook-secret": text}, b"") for text in ("a\r\nb", "é", "", "x" * 999)
        )

    ear.meanwhile = knock
    hooks.subscribe(container.id, ear.at(container.id))
    assert [(reply.status, reply.headers) for reply in replies] == [(403, {})] * 4


def test_a_secret_that_is_lost_means_another_webhook(
    bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear
) -> None:
    """A create whose answer is lost leaves a webhook that is listed by its address, and can be ended and made again."""
    bench.lose_reply()
    with pytest.raises(UnknownOutcome):
        hooks.subscribe(container.id, ear.at(container.id))
    [left] = hooks.subscribed([container.id])
    assert left.url == ear.at(container.id)
    with pytest.raises(NoAccess, match="Duplicated"):
        hooks.subscribe(container.id, ear.at(container.id))
    hooks.drop([left])
    assert hooks.subscribe(container.id, ear.at(container.id))


def test_what_was_ended_is_not_believed(bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear) -> None:
    """The secret goes with its webhook; that of a newer one stays when an older one is ended."""
    first = hooks.subscribe(container.id, ear.at(container.id))
    old, body = secret_of(bench), b'{"events": []}'
    second = hooks.subscribe(container.id, f"{ear.url}/again/{container.id}")
    hooks.drop(first)
    assert hooks.receive(container.id, signed(old, body), body).status == 401
    assert hooks.receive(container.id, signed(secret_of(bench), body), body).heard == {}
    hooks.drop(second)
    assert not bench.world.hooks


def test_failing_deliveries_are_told(bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear) -> None:
    """While Asana cannot deliver, its own words say why."""
    hooks.subscribe(container.id, ear.at(container.id))
    [hook] = bench.world.hooks.values()
    hook.retries, hook.last_failure_content = 2, "502\n\nBad Gateway"
    assert [found.trouble for found in hooks.subscribed([container.id])] == ["502 Bad Gateway"]
    hook.last_failure_content = ""
    assert [found.trouble for found in hooks.subscribed([container.id])] == ["Asana does not deliver any more"]


def test_an_address_on_asanas_own_machine_is_refused(
    bench: AsanaBench, container: Container, hooks: Hooks, ear: Ear
) -> None:
    """As Asana does it, unless the local one is told otherwise; and never one without https elsewhere."""
    bench.world.ways.hooks_here = False
    with pytest.raises(NoAccess):
        hooks.subscribe(container.id, ear.at(container.id))
    with pytest.raises(ToolError, match="https"):
        hooks.subscribe(container.id, "http://plan.example.org/webhooks/asana/key")
