"""The Asana connector: one connection to one workspace, put together from its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from connectors.asana import shapes
from connectors.asana.client import Client
from connectors.asana.containers import Containers
from connectors.asana.feed import Feed
from connectors.asana.fields import FREE, Fields
from connectors.asana.goals import AsanaGoals
from connectors.asana.hooks import AsanaHooks
from connectors.asana.markers import MarkerField
from connectors.asana.merges import Merges
from connectors.asana.people import People
from connectors.asana.probe import MARKED, AsanaProbe
from connectors.asana.projects import Projects
from connectors.asana.reading import Reader
from connectors.asana.transport import Transport
from connectors.asana.workspace import Workspace
from connectors.asana.writing import Writer
from connectors.clock import Clock
from connectors.contract import Fact, Settings, one_by_one
from connectors.errors import ToolError
from connectors.goals import Goals
from connectors.hooks import Hooks
from connectors.limiter import Limiter
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

READS: Final = 50
WRITES: Final = 15
"""How many requests of each kind Asana lets one token have under way at once (Asana docs, "Rate limits")."""


class Asana:
    """A `Connector` for Asana. Until its plan is known, an account is taken for a free one and asked slowly."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._known = settings.known
        self._clock = clock
        self._settings = settings
        rate = settings.requests_per_minute
        self._limiter = Limiter(
            clock, per_minute=rate or FREE, reads=READS, writes=WRITES, share_left=settings.share_left
        )
        self._transport = Transport(settings, clock, self._limiter)
        self._client = Client(self._transport)
        self._workspace = workspace = Workspace(self._client, settings.workspace)
        self._people = People(self._client, workspace, clock)
        self._fields = Fields(self._client, self._limiter, clock, rate_known=rate is not None)

        def wait() -> None:
            clock.sleep(settings.unseen)

        self._projects = Projects(self._client, workspace, clock, wait)
        self._containers = Containers(
            self._client,
            self._projects,
            self._fields,
            MarkerField(self._client, workspace, self._fields, clock, wait),
            clock,
            wait=wait,
            marks=lambda: bool(settings.answers.get(MARKED, True)),
        )
        merges = Merges(self._client)
        self._feed = Feed(self._client, merges)
        self._reader = Reader(self._client, self._people, merges)
        self._writer = Writer(self._client, self._people, self._fields, self._reader)
        self._goals = AsanaGoals(self._client)
        self._hooks = AsanaHooks(self._client, workspace)

    def capabilities(self) -> Capabilities:
        """What is known so far; asks nothing. An unanswered create is waited for beyond the time for its answer."""
        return Capabilities(
            batch=1, parallel=self._limiter.writes, settle=self._settings.unseen, custom_fields=self._fields.paid
        )

    def me(self) -> Person:
        """The account behind the token."""
        return shapes.person(self._client.me())

    def reach(self) -> Reach:
        """What the account is in its workspace, in one request."""
        return self._workspace.reach()

    def people(self) -> Mapping[str, Person]:
        """Everyone whose address Asana shows, by address."""
        return self._people.by_address()

    def workspaces(self) -> Sequence[Choice]:
        """The workspaces of the account."""
        return self._workspace.choices()

    def discover(self) -> Sequence[Choice]:
        """The projects in use that the account can see."""
        return self._projects.discover()

    def open(self, reference: str, *, by_name: bool = False, create: bool = False) -> Container:
        """The project by id, pasted address or name."""
        return self._containers.open(reference, by_name=by_name, create=create)

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The project's sections, after those missing were made."""
        return self._containers.ensure_groups(container, titles)

    def rename_group(
        self, container: Container, group: str, title: str, *, was: str | None = None
    ) -> tuple[Group, ...]:
        """The project's sections, after one of them was given another name."""
        return self._containers.rename_group(container, group, title, was)

    def changes(self, cursors: Mapping[str, str | None], *, sweep_since: datetime | None = None) -> Mapping[str, News]:
        """News per project: one request each where nothing happened."""
        news = self._feed.changes(cursors, sweep_since)
        return news if self._settings.reliable(sweep=sweep_since is not None) else unheard(news)

    def read(self, container: Container, depth: Depth) -> Listing:
        """All tasks of the project."""
        return self._reader.read(container, depth)

    def read_all(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """One project after the other: Asana lists no two at once."""
        return one_by_one(self, wants)

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:
        """Each task by id: one request, and one for its subtasks where they count."""
        return self._reader.look(container, tasks, depth)

    def find(self, container: Container, marker: str, *, parent: str | None, since: datetime) -> Sequence[Task]:
        """The live tasks that carry the marker."""
        return self._reader.find(container, marker, parent, since)

    def write(self, writes: Sequence[Write]) -> Sequence[Written | ToolError]:
        """Each write's outcome, one after the other."""
        return [self._outcome(write) for write in writes]

    def _outcome(self, write: Write) -> Written | ToolError:
        try:
            return self._writer.write(write)
        except ToolError as error:
            return error

    def requests(self) -> int:
        """How many requests were sent."""
        return self._transport.requests.sent

    def outcomes(self) -> Mapping[str, int]:
        """How they ended."""
        return self._transport.requests.outcomes()

    def spent(self, calls: int) -> None:
        """Nothing to do: Asana limits no day."""

    def budget(self) -> Budget | None:
        """None: Asana limits no day."""
        return None

    def learnt(self) -> Mapping[str, Fact]:
        """What was known already: nothing is found out in passing."""
        return self._known

    def probe(self) -> Probe:
        """What Asana's documents leave open."""
        return AsanaProbe(self._client, self._projects, self._containers, self._reader).of(self, self._clock)

    def goals(self) -> Goals:
        """The goals of the workspace."""
        return self._goals

    def hooks(self) -> Hooks:
        """Asana tells what happens in a project, signed."""
        return self._hooks

    def close(self) -> None:
        """Give back the sockets."""
        self._transport.close()
