"""The monday.com connector: one connection to one account, put together from its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from connectors.clock import Clock
from connectors.contract import Fact, Settings
from connectors.errors import ToolError
from connectors.hooks import Hooks
from connectors.limiter import Daily, Limiter
from connectors.monday.account import USUAL, Account
from connectors.monday.client import MOST_ALIASES, MOST_BOARDS, MOST_IDS, Client
from connectors.monday.columns import Columns
from connectors.monday.containers import Containers
from connectors.monday.drafting import Drafter
from connectors.monday.feed import Feed
from connectors.monday.firsts import Firsts
from connectors.monday.hooks import MondayHooks
from connectors.monday.layouts import Layouts
from connectors.monday.people import People
from connectors.monday.points import DEAR, Points
from connectors.monday.probe import ALONE, COST, LOGGED, LOOKS, MondayProbe
from connectors.monday.reading import Reader
from connectors.monday.transport import Transport
from connectors.monday.writing import BATCH, Writer
from connectors.probing import Probe, unheard
from connectors.reach import Reach
from connectors.vocabulary import (
    Budget,
    Capabilities,
    Choice,
    Container,
    Depth,
    Fate,
    Group,
    Listing,
    News,
    Person,
    Task,
    Want,
    Write,
    Written,
)

PER_MINUTE: Final = 1000
READS: Final = 20
WRITES: Final = 20
"""What the smallest account may send in a minute, and at once (of both kinds together): monday's documents."""


class Monday:
    """A `Connector` for monday.com. Until answers tell more, the account is taken for one of the smallest."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        rate = settings.requests_per_minute or int(settings.known.get("per_minute", PER_MINUTE))
        limiter = Limiter(clock, per_minute=rate, reads=READS, writes=WRITES, share_left=settings.share_left)
        self._clock, self._settings, self._workspace = clock, settings, settings.workspace
        day = settings.daily_calls or int(settings.known.get("daily_calls", USUAL))
        self._daily = Daily(clock, day, settings.share_left)
        points = Points(clock, settings.share_left, lambda: float(settings.answers.get(COST, DEAR)))
        self._transport = Transport(settings, clock, limiter, self._daily, points)
        self._client = client = Client(self._transport, self._looks)
        layouts = Layouts(client)
        self._account = Account(client, self._daily, clock, settings)
        self._people = People(client, clock)
        columns = Columns(client, layouts)
        self._containers = Containers(
            client, layouts, columns, clock, workspace=settings.workspace, unseen=settings.unseen
        )
        self._feed = Feed(client, self._account, self._people, layouts, clock)
        self._reader = Reader(client, layouts, self._people)
        drafter = Drafter(client, layouts, self._people, self._reader, Firsts(client, layouts, columns))
        self._writer = Writer(client, self._reader, drafter, points)
        self._hooks = MondayHooks(client, self._account)

    def capabilities(self) -> Capabilities:
        """What is known without asking. Writes into one board go one after the other: monday locks it for each."""
        return Capabilities(
            batch=BATCH if self._settings.answers.get(ALONE, True) else 1,
            parallel=1,
            settle=self._settings.unseen,
            custom_fields=True,
            reparents=False,
            looks=self._looks(),
            feeds=MOST_BOARDS,
            notes_mark=False,
        )

    def _looks(self) -> int:
        return int(self._settings.answers.get(LOOKS, MOST_IDS * MOST_ALIASES))

    def me(self) -> Person:
        """The account behind the token; how many requests a day it has is learnt with it."""
        return self._account.me()

    def reach(self) -> Reach:
        """What kind of user we are, in one request; workspaces there are only folders."""
        return self._account.reach()

    def people(self) -> Mapping[str, Person]:
        """Everyone whose address monday shows, by address."""
        return self._people.by_address()

    def workspaces(self) -> Sequence[Choice]:
        """The folders of boards that the account can see; a board that is made stands in one of them."""
        return self._containers.workspaces()

    def discover(self) -> Sequence[Choice]:
        """The boards in use that the account can see."""
        return self._containers.discover()

    def open(self, reference: str, *, by_name: bool = False, create: bool = False) -> Container:
        """The board by id, pasted address or name."""
        return self._containers.open(reference, by_name=by_name, create=create)

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The board's groups, after those missing were made."""
        return self._containers.ensure_groups(container, titles)

    def rename_group(
        self, container: Container, group: str, title: str, *, was: str | None = None
    ) -> tuple[Group, ...]:
        """The board's groups, after one of them was given another name."""
        return self._containers.rename_group(container, group, title, was)

    def changes(self, cursors: Mapping[str, str | None], *, sweep_since: datetime | None = None) -> Mapping[str, News]:
        """News of all boards: one request where nothing happened."""
        news = self._feed.changes(cursors, sweep_since)
        logged = sweep_since is not None or self._settings.answers.get(LOGGED, True)
        return news if logged and self._settings.reliable(sweep=sweep_since is not None) else unheard(news)

    def read(self, container: Container, depth: Depth) -> Listing:
        """All tasks of the board."""
        return self._reader.read(container, depth)

    def read_all(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """All tasks of many boards in few requests, each with the board as it is now."""
        return self._reader.read_all(wants)

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:
        """Each task by id: one request for five hundred."""
        return self._reader.look(container, tasks, depth)

    def find(
        self,
        container: Container,
        marker: str,
        *,
        parent: str | None,
        since: datetime,  # noqa: ARG002  monday finds by value, whenever it was made
    ) -> Sequence[Task]:
        """The live tasks that carry the marker, whenever they were made: monday finds them by value."""
        return self._reader.find(container, marker, parent)

    def write(self, writes: Sequence[Write]) -> Sequence[Written | ToolError]:
        """Each write's outcome; ten in one request."""
        return self._writer.write(writes)

    def requests(self) -> int:
        """How many requests were sent."""
        return self._transport.requests.sent

    def outcomes(self) -> Mapping[str, int]:
        """How they ended."""
        return self._transport.requests.outcomes()

    def spent(self, calls: int) -> None:
        """Count what other processes sent today."""
        self._daily.spent(calls)

    def budget(self) -> Budget:
        """How the day stands."""
        return self._daily.budget()

    def learnt(self) -> Mapping[str, Fact]:
        """Who we are, how many requests a day and a minute the account has, and when that was asked."""
        return self._transport.learnt() | self._account.learnt()

    def probe(self) -> Probe:
        """What monday's documents leave open."""
        return MondayProbe(self._client, self._containers, self._workspace).of(self, self._clock)

    def goals(self) -> None:
        """Monday's API has no goals."""

    def hooks(self) -> Hooks:
        """Monday tells what happens on a board, unsigned."""
        return self._hooks

    def close(self) -> None:
        """Give back the sockets."""
        self._transport.close()
