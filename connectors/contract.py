"""What every connector must do; the shared suite in tests/connectors is what it must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from connectors.clock import Clock
from connectors.errors import ToolError
from connectors.goals import Goals
from connectors.hooks import Hooks
from connectors.network import DIRECT, Network
from connectors.probing import Probe
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

Fact = str | int | float | bool
"""One thing that was found out about an account."""

WARNING: Final = "warning"
"""Among what a connector `learnt`: what people should know of the connection now, with what to do."""
FOUND: Final = "found_after"
TOLD: Final = "told"
SWEPT: Final = "swept"
"""Questions of every probe that change what a connector does: after how many seconds a new task is found by its marker;
whether the feed tells what happens; whether a sweep names what was changed."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Access by OAuth instead of a token: the app, and what its access tokens are got with."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """One `[connections.NAME]` of the configuration, as a connector gets it. Times are seconds.

    `share_left` (0 to 1) is the part of every limit that is left for the district's other scripts.
    `requests_per_minute` None means: what the tool allows, learnt from its answers; `daily_calls` None the same for
    a whole day, in a tool that limits that. `known` is what earlier connectors of this connection had `learnt`,
    `answers` what a probe found, by question; without one, what the tool's documents promise is taken for granted.
    Another probe may change them while the connector works: they are looked at anew each time.
    `grant`, in a tool that has an `AUTHORITY`, takes the place of `token`; `hide` is told of each secret that comes up.
    """

    name: str
    token: str
    base_url: str | None = None
    workspace: str | None = None
    requests_per_minute: int | None = None
    daily_calls: int | None = None
    share_left: float = 0.2
    timeout: float = 30.0
    settle: float = 30.0
    network: Network = DIRECT
    grant: Grant | None = None
    hide: Callable[[str], None] = lambda _secret: None
    known: Mapping[str, Fact] = field(default_factory=dict)
    answers: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def unseen(self) -> float:
        """How long after it was sent an unanswered create may take effect, or stay out of sight."""
        return self.timeout + max(self.settle, 2 * float(self.answers.get(FOUND, 0.0)))

    def reliable(self, *, sweep: bool) -> bool:
        """Whether the feed, or a sweep, can be relied on to tell what happened."""
        return bool(self.answers.get(SWEPT if sweep else TOLD, True))


class Connector(Protocol):
    """One connection to one tool.

    All methods may block; `read`, `changes`, `look`, `find` and `write` may be called from several threads at once.
    Every failure is a `ToolError`, also where an answer is malformed; nothing else is raised. A record that cannot
    be read makes its whole listing an error, and one that answers a write makes its outcome unknown. Every request
    ends in time, however slowly its answer comes in.
    """

    def capabilities(self) -> Capabilities:
        """What this connection can do, as far as it is known; asks the tool nothing."""

    def me(self) -> Person:
        """The account behind the credential. Raises Refused where the tool does not accept it."""

    def reach(self) -> Reach:
        """What the account may do, asked anew; changes nothing."""

    def people(self) -> Mapping[str, Person]:
        """Everyone in the workspace by address in lower case: one bulk read, kept by the connector for a while."""

    def workspaces(self) -> Sequence[Choice]:
        """The workspaces that this credential reaches, by name: what `workspace` of a connection may hold."""

    def discover(self) -> Sequence[Choice]:
        """The containers this credential can see, by name."""

    def open(self, reference: str, *, by_name: bool = False, create: bool = False) -> Container:
        """The container that `reference` names: an id, an address pasted from the browser, or (by_name) a name.

        With `create` a name that does not exist is made, and a missing marker field is added where the account
        has custom fields. Raises NotFound, NoAccess, or Invalid when a name stands for several containers, or only
        for an archived one: a second one beside it is not made.
        """

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The container's groups after those missing by title were made: first those asked for, titled as asked.

        An unanswered request is resolved by listing the groups again: a group is never made twice.
        """

    def rename_group(
        self, container: Container, group: str, title: str, *, was: str | None = None
    ) -> tuple[Group, ...]:
        """The container's groups, in their order, after the one with this id was given this title.

        Nothing is sent where it has the title already, nor where it goes by another one than it `was` known by: then
        somebody gave it that name, and it stays. Another group may have the same title. An unanswered request is
        resolved by listing the groups again. Raises NotFound where the container has no such group (any more), and
        Invalid for a title that the tool does not take.
        """

    def changes(self, cursors: Mapping[str, str | None], *, sweep_since: datetime | None = None) -> Mapping[str, News]:
        """News per container id. A None cursor gives `lost` and a fresh cursor.

        With `sweep_since` the tool is asked for everything modified since then instead of its change feed, which
        is known to lose events; the cursors stay as they are. At most one request per container in quiet times.
        Containers that cannot be read are missing from the answer; when none can be read the error is raised.
        """

    def read(self, container: Container, depth: Depth) -> Listing:
        """All tasks of the container. A listing that cannot be finished raises; it never comes back shorter.

        It may call a merged task COUNTS where only the feed told of the merge: the caller remembers that.
        """

    def read_all(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """Each container with its listing, or with why it cannot be read, in the order given; nothing is raised.

        In as few requests as the tool lets it; what is asked for container by container is asked as the answers are
        taken. The container comes back as it is now where that was wanted, or costs nothing.
        """

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:
        """Each task by id, or why it cannot be read. Every id asked for has an entry, else the error is raised.

        A touched task may be a team's own step below a subtask: it comes back like any other, with `parent` set.
        """

    def find(self, container: Container, marker: str, *, parent: str | None, since: datetime) -> Sequence[Task]:
        """The live tasks that carry `marker`, read from strongly consistent listings (never from a search index).

        `since` is the earliest time at which the task can have been made.
        """

    def write(self, writes: Sequence[Write]) -> Sequence[Written | ToolError]:
        """Do up to `capabilities().batch` writes in one go; one answer per write, in order.

        A write that failed is answered by its error, and the others stand. UnknownOutcome means that it may have
        taken effect; the caller looks with `find` (create) or `look` (update) before it writes again.
        """

    def requests(self) -> int:
        """How many requests this connection has sent since it was opened, refused ones included."""

    def outcomes(self) -> Mapping[str, int]:
        """How those that ended did, in the words of `connectors.counting`: each is counted under one of them."""

    def spent(self, calls: int) -> None:
        """Tell how many requests were counted for this connection today (UTC), those of other processes included.

        It is to be told before each turn; a number below what the connector itself has counted says nothing new.
        """

    def budget(self) -> Budget | None:
        """The day's requests, as far as they are known; None in a tool without such a limit. Asks the tool nothing."""

    def learnt(self) -> Mapping[str, Fact]:
        """What was found out about the account by now, and before that: worth keeping for the next connector."""

    def probe(self) -> Probe:
        """What to ask this account that the tool's documents leave open; asks nothing yet."""

    def goals(self) -> Goals | None:
        """The goals that people made in the tool; None where it has none. Asks the tool nothing."""

    def hooks(self) -> Hooks | None:
        """The connection's webhooks, always the same ones; None where the tool has none. Asks the tool nothing."""

    def close(self) -> None:
        """Give back sockets and threads; the connector must not be used afterwards."""


class Factory(Protocol):
    """What an entry point of the group `syncd.connectors` names.

    A tool that people sign in to by OAuth has its `connectors.oauth.Authority` in the same module, as `AUTHORITY`.
    One that knows no credentials says so there with `NEEDS_TOKEN = False`.
    """

    def __call__(self, settings: Settings, clock: Clock) -> Connector:
        """A connector for one connection; sends nothing yet."""


def one_by_one(connector: Connector, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
    """`Connector.read_all` for a tool that lists one container at a time."""
    for want in wants:
        container: Container = want.container
        try:
            if want.anew:
                container = connector.open(container.id)
            yield container, connector.read(container, want.depth)
        except ToolError as error:
            yield container, error
