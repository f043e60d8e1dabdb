"""monday's webhooks: what a challenge may be, what deliveries look like, and what cannot be subscribed to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.errors import NoAccess
from connectors.hooks import Hooks
from connectors.monday.connector import Monday
from connectors.monday.hooks import EVENTS
from connectors.monday.sandbox.records import Webhook
from connectors.vocabulary import Container
from tests.connectors.listening import Ear, listening
from tests.monday.bench import MondayBench


@pytest.fixture
def hooks(connector: Monday) -> Hooks:
    """The connector's webhooks."""
    return connector.hooks()


@pytest.fixture
def ear(hooks: Hooks) -> Iterator[Ear]:
    """An address at which it listens."""
    with listening(hooks) as ear:
        yield ear


def heard(hooks: Hooks, **event: Any) -> Any:
    """What a delivery of this event points at."""
    return hooks.receive("1", {}, json.dumps({"event": event}).encode()).heard


def test_ids_come_as_numbers_and_as_text(hooks: Hooks) -> None:
    """An item goes by two names, and the one above it by a third; what is no id is passed over."""
    assert heard(hooks, pulseId=7) == {"7": None}
    assert heard(hooks, itemId=7, parentItemId=8) == {"7": None, "8": None}
    assert heard(hooks, pulseId="7", parentItemId="8") == {"7": None, "8": None}
    assert heard(hooks, pulseId=None, itemId="x", parentItemId=[1]) == {}
    assert heard(hooks, pulseId="٣") == {}


def test_the_moment_of_our_own_doing_is_known_to_the_second(hooks: Hooks, connector: Monday) -> None:
    """As monday notes it in the item; other people's are told as they are, and what is no moment is none."""
    me = connector.me().id
    at = "2026-09-01T08:00:00.700+00:00"
    assert heard(hooks, pulseId=7, userId=int(me), triggerTime=at) == {"7": datetime(2026, 9, 1, 8, tzinfo=UTC)}
    assert heard(hooks, pulseId=7, userId=1, triggerTime=at)["7"] == datetime(2026, 9, 1, 8, 0, 0, 700_000, UTC)
    for odd in ("2026-09-01T08:00:00", "soon", 7, None):
        assert heard(hooks, pulseId=7, triggerTime=odd) == {"7": None}


def test_a_challenge_is_given_back_as_it_came(container: Container, hooks: Hooks, ear: Ear) -> None:
    """While we ask, a word is; nothing that is no word, or too long."""
    replies = []

    def knock(_container: str) -> None:
        asked = [json.dumps({"challenge": word}).encode() for word in ("é\n", 7, None, "x" * 501)]
        replies.append([hooks.receive(container.id, {}, body) for body in asked])

    ear.meanwhile = knock
    hooks.subscribe(container.id, ear.at(container.id))
    assert [reply.status for reply in replies[0]] == [200, 403, 403, 403]
    assert json.loads(replies[0][0].body) == {"challenge": "é\n"}
    assert replies[0][0].headers == {"Content-Type": "application/json"}


def test_what_is_refused_is_told_and_the_others_stand(
    bench: MondayBench, container: Container, hooks: Hooks, ear: Ear
) -> None:
    """A board without subitems may refuse some kinds: each has its trouble, and no id. Refused all, it is an error."""
    bench.fault(
        "create_subitem: create_webhook", kind="partial", alias="create_subitem", code="InvalidArgumentException"
    )
    made = {hook.trouble.partition(":")[0]: hook for hook in hooks.subscribe(container.id, ear.at(container.id))}
    assert made.keys() == {"", "create_subitem"}
    assert made["create_subitem"].id == ""
    assert len(bench.world.hooks) == len(EVENTS) - 1
    bench.fault("create_webhook", kind="status", status=200, code="UserUnauthorizedException", times=2)
    with pytest.raises(NoAccess):
        hooks.subscribe(container.id, ear.at("again"))


def test_a_lost_answer_makes_nothing_twice(bench: MondayBench, container: Container, hooks: Hooks, ear: Ear) -> None:
    """Asked again under the same key, monday answers what it answered before."""
    bench.lose_reply()
    made = hooks.subscribe(container.id, ear.at(container.id))
    assert {hook.id for hook in made} == set(bench.world.hooks)
    assert len(made) == len(EVENTS)


def test_boards_out_of_sight_have_no_webhooks(bench: MondayBench, container: Container, hooks: Hooks) -> None:
    """They are listed as none, and take nothing away from the others."""
    assert hooks.subscribed([]) == ()
    bench.world.hooks["5"] = Webhook("5", container.id, "https://zap.example.org", "create_item")
    assert [hook.id for hook in hooks.subscribed(["404", container.id])] == ["5"]
