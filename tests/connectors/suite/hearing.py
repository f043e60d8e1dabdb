"""What every connector makes of its tool's webhooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract import Connector
from connectors.errors import NoAccess, NotFound, ToolError
from connectors.hooks import Hooks
from connectors.sandbox.deliveries import Mishap
from connectors.vocabulary import Container
from tests.connectors.bench import Bench
from tests.connectors.listening import Ear, listening, until
from tests.connectors.suite.base import Base, make

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


class Hearing(Base):
    """They point at tasks, bear proof, and harm nobody whatever comes."""

    @pytest.fixture
    def hooks(self, connector: Connector) -> Hooks:
        """The connector's webhooks."""
        found = connector.hooks()
        assert found is not None
        assert connector.hooks() is found
        return found

    @pytest.fixture
    def ear(self, hooks: Hooks) -> Iterator[Ear]:
        """An address at which it listens."""
        with listening(hooks) as ear:
            yield ear

    @pytest.mark.parametrize("deed", ["complete", "rename", "move", "delete", "add", "add below", "complete below"])
    def test_what_people_do_is_told_at_once(
        self, bench: Bench, connector: Connector, container: Container, ear: Ear, deed: str
    ) -> None:
        """Whatever happens to a task or a subtask, the address is told which, with a moment after it was last seen."""
        group = connector.ensure_groups(container, ["One"])[0]
        task = bench.add("Task")
        step = bench.add("Step", parent=task)
        made = ear.hooks.subscribe(container.id, ear.at(container.id))
        assert [hook.trouble for hook in made] == [""] * len(made)
        bench.clock.pass_(minutes=1)
        seen_before = bench.clock.now()
        bench.clock.pass_(minutes=1)
        deeds: dict[str, Callable[[], str | None]] = {
            "complete": lambda: bench.complete(task),
            "rename": lambda: bench.rename(task, "Renamed"),
            "move": lambda: bench.move(task, group.id),
            "delete": lambda: bench.delete(task),
            "add": lambda: bench.add("New"),
            "add below": lambda: bench.add("New", parent=task),
            "complete below": lambda: bench.complete(step),
        }
        expected = deeds[deed]() or (step if deed == "complete below" else task)
        until(lambda: expected in ear.heard())
        assert all(moment is not None and moment > seen_before for moment in ear.moments(expected))

    def test_subscribing_takes_few_requests(
        self, connector: Connector, container: Container, hooks: Hooks, ear: Ear
    ) -> None:
        """At most two requests to begin, one to list, two to end; then nothing is listed any more."""
        before = connector.requests()
        made = hooks.subscribe(container.id, ear.at(container.id))
        assert connector.requests() - before <= 2
        listed = {hook.id: hook for hook in hooks.subscribed([container.id])}
        assert connector.requests() - before <= 3
        assert listed.keys() == {hook.id for hook in made}
        assert {(hook.container, hook.trouble) for hook in listed.values()} == {(container.id, "")}
        assert {hook.url for hook in listed.values()} <= {"", ear.at(container.id)}
        hooks.drop(made)
        assert connector.requests() - before <= 5
        assert not hooks.subscribed([container.id])
        hooks.drop(made)

    def test_an_address_that_does_not_answer_has_none(self, container: Container, hooks: Hooks, ear: Ear) -> None:
        """Where the tool's question at our address is not answered, that is an error, and nothing is left behind."""
        ear.deaf = True
        with pytest.raises(ToolError):
            hooks.subscribe(container.id, ear.at(container.id))
        assert not hooks.subscribed([container.id])

    def test_a_container_out_of_sight_cannot_be_subscribed_to(
        self, bench: Bench, container: Container, hooks: Hooks, ear: Ear
    ) -> None:
        """It is an error of the tool's; the others can still be subscribed to and listed."""
        other = bench.add_container("Other")
        bench.hide_container(container.id)
        with pytest.raises((NoAccess, NotFound)):
            hooks.subscribe(container.id, ear.at(container.id))
        made = hooks.subscribe(other, ear.at(other))
        assert {hook.id for hook in hooks.subscribed([container.id, other])} == {hook.id for hook in made}

    @pytest.mark.parametrize("mishap", Mishap)
    def test_deliveries_that_go_astray_do_no_harm(
        self, bench: Bench, container: Container, hooks: Hooks, ear: Ear, mishap: Mishap
    ) -> None:
        """Lost, repeated, late, overtaken: what comes is believed, and points at tasks that may have changed."""
        one, other = bench.add("One"), bench.add("Other")
        hooks.subscribe(container.id, ear.at(container.id))
        bench.mishaps.append(mishap)
        bench.rename(one, "Uno")
        until(lambda: not bench.mishaps)
        bench.rename(other, "Altro")
        until(lambda: other in ear.heard())
        if mishap in (Mishap.LATE, Mishap.OVERTAKEN):
            bench.clock.pass_(minutes=2)
            until(lambda: one in ear.heard())
        if mishap is Mishap.LOST:
            assert one not in ear.heard()
        if mishap is Mishap.REPEATED:
            bodies = [each.body for each in ear.deliveries()]
            assert len(set(bodies)) < len(bodies)

    def test_our_own_writes_are_older_than_what_was_answered(
        self, connector: Connector, container: Container, hooks: Hooks, ear: Ear
    ) -> None:
        """What we write comes back; its moment is none that would make it news."""
        connector.me()
        hooks.subscribe(container.id, ear.at(container.id))
        task = make(connector, container, "A1")
        until(lambda: task.id in ear.heard())
        assert task.modified_at is not None
        assert all(moment is not None and moment <= task.modified_at for moment in ear.moments(task.id))

    def test_nothing_is_begun_that_was_not_asked_for(
        self, bench: Bench, container: Container, hooks: Hooks, ear: Ear
    ) -> None:
        """What the tool asked at our address is refused before, after, and for any other container meanwhile."""
        hooks.subscribe(container.id, ear.at(container.id))
        asked = next(one for one in ear.received if one.reply.heard is None)
        assert asked.reply.status == 200
        before = hooks.receive(container.id, asked.headers, asked.body)
        assert (before.status, before.headers, before.heard) == (403, {}, None)
        other, replies = bench.add_container("Other"), []
        ear.meanwhile = lambda _container: replies.append(hooks.receive(container.id, asked.headers, asked.body))
        hooks.subscribe(other, ear.at(other))
        assert {reply.status for reply in replies} == {403}

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        body=st.binary(max_size=40) | st.builds(lambda value: json.dumps(value).encode(), JSON),
        headers=st.dictionaries(
            st.sampled_from(["x-hook-signature", "x-hook-secret", "authorization", "content-type"]),
            st.text(st.characters(max_codepoint=255), max_size=70),
        ),
    )
    def test_whatever_comes_is_answered(self, hooks: Hooks, body: bytes, headers: dict[str, str]) -> None:
        """No bytes and no headers of a stranger's make it raise, nor speak of a task it was not pointed at."""
        reply = hooks.receive("1", headers, body)
        assert reply.status in (200, 400, 401, 403)
        assert not reply.heard

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cut=st.integers(min_value=0, max_value=400), put=st.binary(max_size=3))
    def test_a_delivery_that_was_changed_is_refused_or_harmless(
        self, hooks: Hooks, told: tuple[str, dict[str, str], bytes], cut: int, put: bytes
    ) -> None:
        """Bytes put into a real delivery, or in place of some: refused, or it points at ids alone; it never raises."""
        container, headers, body = told
        cut %= len(body)
        reply = hooks.receive(container, headers, body[:cut] + put + body[cut + len(put) :])
        assert all(task.isdecimal() for task in reply.heard or {})

    @pytest.fixture
    def told(self, bench: Bench, container: Container, hooks: Hooks, ear: Ear) -> tuple[str, dict[str, str], bytes]:
        """A real delivery: the container, its headers and its body."""
        hooks.subscribe(container.id, ear.at(container.id))
        bench.add("Task")
        until(ear.deliveries)
        one = ear.deliveries()[0]
        return container.id, dict(one.headers), one.body

    def test_deep_nesting_is_malformed(
        self, container: Container, hooks: Hooks, told: tuple[str, dict[str, str], bytes]
    ) -> None:
        """A body that no parser should follow to its end is answered like any other malformed one."""
        assert hooks.receive(container.id, told[1], b"[" * 200_000).status in (400, 401)
        assert hooks.receive(container.id, told[1], b'{"event":' * 50_000).status in (400, 401)
