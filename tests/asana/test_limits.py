"""Asana's limits: never hit in steady state, shared with others, learnt from what it answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.asana.sandbox import Limits
from connectors.contract import Connector
from connectors.vocabulary import Container, Depth
from tests.asana.bench import AsanaBench
from tests.asana.looking import look
from tests.connectors.suite.base import change


def test_the_sdk_repeats_nothing_behind_our_back(bench: AsanaBench, connector: Connector) -> None:
    """A refused request waits by our clock, through the limiter: two requests in all, and no second more."""
    bench.fault(kind="rate_limit", retry_after="30")
    connector.me()
    assert len(bench.sent()) == 2
    assert sum(bench.clock.slept) == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(("says", "waits"), [(None, 5), ("1.5", 1.5), ("soon", 5)])
def test_a_refusal_without_a_usable_time(
    bench: AsanaBench, connector: Connector, says: str | None, waits: float
) -> None:
    """`Retry-After` may be missing (too many at once), broken or no number: then a careful guess is waited out."""
    bench.fault(kind="rate_limit", retry_after=says)
    connector.me()
    assert sum(bench.clock.slept) == pytest.approx(waits, abs=0.1)


def test_limits_are_shared_with_other_scripts(free: AsanaBench) -> None:
    """With a fifth left for others on the same token, nobody is ever refused; and we use 90 % of the rest."""
    free.box.gate.limits = Limits(per_minute=150)
    connector = free.connect(requests_per_minute=None)
    container = connector.open(free.container)
    began, sent = free.clock.monotonic(), connector.requests()
    for number in range(400):
        connector.look(container, ["1"], Depth.TOP)
        if number % 4 == 0:
            free.box.gate.enter(free.box.token, writing=False)
            free.box.gate.leave(free.box.token, writing=False)
    minutes = (free.clock.monotonic() - began) / 60
    assert not [seen for seen in free.box.requests if seen.status == 429]
    assert (connector.requests() - sent) / minutes >= 0.9 * 150 * 0.8


def test_the_rate_is_learnt_from_the_accounts_plan(bench: AsanaBench, free: AsanaBench) -> None:
    """An account is taken for a free one until its custom fields tell that it is not."""
    for place, rate in ((bench, 1500), (free, 150)):
        connector = place.connect(requests_per_minute=None, share_left=0.0)
        container = connector.open(place.container)
        began = place.clock.monotonic()
        for _ in range(300):
            connector.look(container, ["1"], Depth.TOP)
        assert 250 / rate <= (place.clock.monotonic() - began) / 60 <= 320 / rate


def test_a_configured_rate_is_kept(bench: AsanaBench) -> None:
    """What the admin wrote is not overruled by what the account's plan would allow."""
    connector = bench.connect(requests_per_minute=60, share_left=0.0)
    container = connector.open(bench.container)
    for _ in range(60):
        connector.look(container, ["1"], Depth.TOP)
    assert bench.clock.monotonic() >= 58


def test_never_too_many_at_once(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """However many threads write and read, at most 12 writes and 40 reads are under way: 15 and 50 less a share."""
    bench.box._api.latency = 0.03
    tasks = [bench.add(f"Task {number}") for number in range(60)]
    bench.box.requests.clear()
    with ThreadPoolExecutor(60) as threads:
        list(threads.map(lambda task: look(connector, container, task), tasks))
        list(threads.map(lambda task: change(connector, container, task, title="New"), tasks[:30]))
    for method, most in (("GET", 40), ("PUT", 12)):
        seen = bench.sent(method)
        moments = sorted([(one.started, 1) for one in seen] + [(one.ended or 0, -1) for one in seen])
        flying = [sum(step for _, step in moments[: at + 1]) for at in range(len(moments))]
        assert 2 < max(flying) <= most
    assert not [seen for seen in bench.box.requests if seen.status == 429]
