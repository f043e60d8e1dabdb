"""The connectors of a configuration, one for each connection, and what the store keeps of their accounts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from connectors.clock import Clock
from connectors.contract import Connector, Fact, Grant, Settings
from connectors.network import Network
from connectors.registry import find
from syncd import logs
from syncd.sections import ConnectionConfig, OAuthConfig
from syncd.store.store import Store

ACCOUNT: Final = "account"
"""Under this key the store keeps what connectors found out about their account."""
ANSWERS: Final = "answers"
"""And under this one what a probe found: apart, because a connector that is older than it keeps its own for longer."""


class Connections(Mapping[str, Connector]):
    """Makes each connector once, because it keeps to the limits of its credential; may be used from several threads.

    `known` gives the store to read from, which may not be there yet. What a probe finds meanwhile, in whatever process,
    a connector goes by from when it is got the next time: to be done in each turn.
    """

    def __init__(
        self,
        sections: Mapping[str, ConnectionConfig],
        network: Network,
        clock: Clock,
        store: Store,
        known: Callable[[], Store],
    ) -> None:
        self._sections = sections
        self._network = network
        self._clock = clock
        self._store = store
        self._known = known
        self._made: dict[str, Connector] = {}
        self._answers: dict[str, dict[str, Fact]] = {}
        """What the connectors go by: theirs to read, and ours to change."""
        self._counted: dict[str, int] = {}
        """How many of the requests of each connector were counted by now."""
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Connector:
        """The connector of a connection, told how many requests were counted today, those of other processes included.

        Raises StoreError.
        """
        with self._known().reading() as reader:
            answers, today = reader.facts(name, ANSWERS), reader.requests_on(name, self._clock.now().date())
        with self._lock:
            if name not in self._made:
                self._answers[name] = {}
                self._made[name] = self._new(name, self._answers[name])
            self._heed(name, answers or {})
            connector = self._made[name]
        connector.spent(today)
        return connector

    def __iter__(self) -> Iterator[str]:
        """The names of the connections."""
        return iter(self._sections)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._sections)

    def made(self) -> Mapping[str, Connector]:
        """Those that are at work, by their connection."""
        with self._lock:
            return dict(self._made)

    def take_over(self, before: Connections) -> None:
        """Have the connectors of another configuration at whose connections nothing changed; they know their limits.

        Nobody may be at work with them.
        """
        with self._lock, before._lock:
            for name in (before._made.keys() & self.unchanged(before)) - self._made.keys():
                self._made[name] = before._made.pop(name)
                self._answers[name] = before._answers.get(name, {})
                self._counted[name] = before._counted.pop(name, 0)

    def unchanged(self, before: Connections) -> frozenset[str]:
        """The names of the connections that are what they are in another configuration."""
        if self._network != before._network:
            return frozenset()
        return frozenset(name for name, section in self._sections.items() if before._sections.get(name) == section)

    def _heed(self, name: str, answers: Mapping[str, Fact]) -> None:
        """Let a connection's connector go by these answers, if it goes by any."""
        live = self._answers.get(name)
        if live is not None and live != answers:
            live |= answers
            for gone in live.keys() - answers.keys():
                del live[gone]

    def _new(self, name: str, answers: Mapping[str, Fact]) -> Connector:
        with self._known().reading() as reader:
            known = reader.facts(name, ACCOUNT)
        section = self._sections[name]
        settings = Settings(
            name=name,
            token=section.token.get_secret_value() if section.token else "",
            grant=_grant(section.oauth),
            hide=logs.hide_passing,
            base_url=section.base_url,
            workspace=section.workspace,
            requests_per_minute=section.requests_per_minute,
            daily_calls=section.daily_calls,
            share_left=section.share_left,
            network=self._network,
            known=known or {},
            answers=answers,
        )
        return find(section.kind)(settings, self._clock)

    @contextmanager
    def unbiased(self, name: str) -> Iterator[Connector]:
        """The connector of a connection as it would be had nobody ever probed it, in place of any other; counted."""
        with self._lock:
            self._drop(name)
            self._made[name] = self._new(name, {})
        try:
            with self.counted(name) as connector:
                yield connector
        finally:
            with self._lock:
                self._drop(name)

    @contextmanager
    def counted(self, name: str) -> Iterator[Connector]:
        """The connector of a connection; what it sends meanwhile is counted where the tool limits a whole day."""
        connector = self[name]
        try:
            yield connector
        finally:
            if connector.budget() and self._store.current() is not None and (sent := self.uncounted(name)):
                with self._store.writing() as writer:
                    writer.count_requests(name, self._clock.now().date(), sent)
                self.remember(name)

    def uncounted(self, name: str) -> int:
        """How many requests a connector sent since this was asked last: who asks is to count them.

        So each is counted once, though several send at the same time, the passes and those who see to webhooks.
        """
        with self._lock:
            sent = self._made[name].requests()
            new, self._counted[name] = sent - self._counted.get(name, 0), sent
        return new

    def remember(self, name: str) -> None:
        """Keep what a connector found out about its account, for those that come after it."""
        learnt = dict(self._made[name].learnt())
        with self._store.reading() as reader:
            known = reader.facts(name, ACCOUNT) or {}
        if learnt != known:
            with self._store.writing() as writer:
                writer.put_facts(name, ACCOUNT, learnt)

    def close(self) -> None:
        """Give back what the connectors hold."""
        for name in list(self._made):
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._answers.pop(name, None)
        self._counted.pop(name, None)
        if connector := self._made.pop(name, None):
            connector.close()


def _grant(app: OAuthConfig | None) -> Grant | None:
    """What access is got with where a person signed in for an app."""
    if app is None or app.refresh_token is None:
        return None
    return Grant(app.client_id, app.client_secret.get_secret_value(), app.refresh_token.get_secret_value())
