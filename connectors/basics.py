"""What a connector need not write itself: a base for tools that are read page by page and have few abilities."""

from __future__ import annotations

import json
import re
import zlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar, cast

from connectors.again import again
from connectors.certain import certain
from connectors.clock import Clock
from connectors.contract import Connector, Fact, one_by_one
from connectors.counting import Requests
from connectors.directory import Directory
from connectors.errors import Invalid, NoAccess, NotFound, ToolError
from connectors.essentials import Essentials
from connectors.failing import unanswered
from connectors.goals import Goals
from connectors.hooks import Hooks
from connectors.names import Words, alike, titled
from connectors.probing import Probe
from connectors.text import line
from connectors.vocabulary import (
    Budget,
    Choice,
    Container,
    Create,
    Depth,
    Fate,
    Group,
    Listing,
    News,
    Person,
    Task,
    Update,
    Values,
    Want,
    Write,
    Written,
)

FORM: Final = "2 "
"""How a cursor begins: one that was written in another form says nothing."""
T = TypeVar("T")


class Basics(ABC):
    """The part of a `Connector` that is the same in every simple tool.

    It suits a tool without limits, goals and webhooks, whose listings are cheap and always up to date: news come from
    comparing them, markers and single tasks are found in them. Whatever the tool does better, a connector writes over.
    Left to write are the abstract methods below, and the contract's `capabilities`, `reach` and `workspaces`.
    """

    words: Words
    """What the tool calls its containers and groups."""
    reference: re.Pattern[str]
    """What people write or paste to name a container, as a whole; its first group is the id."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.counted = Requests()
        self.directory = Directory(self.everyone, clock)

    @abstractmethod
    def everyone(self) -> Iterable[Person]:
        """The people who can be assigned, their addresses in lower case. Raises ToolError."""

    @abstractmethod
    def ids(self) -> Sequence[str]:
        """The containers that there are."""

    @abstractmethod
    def container(self, container: str) -> Container:
        """The container of this id, with its groups in their order. Raises ToolError."""

    @abstractmethod
    def make(self, name: str) -> Container:
        """Make a container. Raises ToolError."""

    @abstractmethod
    def remove(self, container: str) -> None:
        """Delete a container, if it is there. Raises ToolError."""

    @abstractmethod
    def add_group(self, container: str, title: str) -> Group:
        """Make a group behind the others. Raises ToolError."""

    @abstractmethod
    def call_group(self, container: str, group: str, title: str) -> None:
        """Give a group that is there another title. Raises ToolError."""

    @abstractmethod
    def listed(self, container: Container) -> Sequence[Task]:
        """All tasks of a container at any depth, from the top down, each with its `steps`.

        Mostly, no more is known of the container than its id. Raises ToolError.
        """

    @abstractmethod
    def create(self, write: Create) -> Task:
        """Make a task. Its assignee is one of the people. Raises ToolError."""

    @abstractmethod
    def update(self, write: Update, task: Task) -> Written:
        """Change a task, which was just seen to stand in `task.container`. Its new assignee is one of the people.

        Raises ToolError.
        """

    @abstractmethod
    def delete(self, task: Task) -> None:
        """Delete a task, which was just seen. Raises ToolError."""

    def ask(self, send: Callable[[], T], what: str, *, write: bool = False) -> T:
        """Send one request, counted; what failed for the moment is sent again, if it was no write.

        An OSError comes out as the ToolError that it stands for.
        """

        def once() -> T:
            with self.counted.one():
                try:
                    return send()
                except FileNotFoundError as error:
                    raise NotFound(str(error), what=what) from error
                except PermissionError as error:
                    raise NoAccess(str(error), what=what) from error
                except OSError as error:
                    raise unanswered(str(error), what=what, write=write) from error

        return again(once, self.clock)

    def me(self) -> Person:
        """The first of the people; without any, nobody in particular."""
        return next(iter(self.people().values()), Person("syncd", "syncd", ""))

    def people(self) -> Mapping[str, Person]:
        """Everyone, as they were when they were last asked for."""
        return self.directory.by_address()

    def discover(self) -> Sequence[Choice]:
        """Each container, looked at for its name."""
        found = sorted(map(self.container, self.ids()), key=lambda each: each.name.casefold())
        return [Choice(each.id, each.name, each.url) for each in found]

    def open(self, reference: str, *, by_name: bool = False, create: bool = False) -> Container:
        """By an id or an address as it stands, by a name among those there are."""
        if not by_name:
            return self.container(self._named(reference))
        if one := self.words.the_one(reference, self._called(reference), list, create=create):
            return self.container(one.id)
        made = lambda: next((self.container(each.id) for each in self._called(reference)), None)  # noqa: E731
        return certain(lambda: self.make(line(reference)), made, lambda: None)

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """One look, and a request for each that is missing."""
        id_, groups = container.id, list(self.container(container.id).groups)
        for title in map(line, titles):
            if titled(groups, title) is None:
                made = lambda title=title: self.add_group(id_, title)  # noqa: E731
                there = lambda title=title: titled(self.container(id_).groups, title)  # noqa: E731
                groups.append(certain(made, there, lambda: None))
        asked = dict.fromkeys(group for title in titles if (group := titled(groups, title)))
        return (*asked, *(group for group in groups if group not in asked))

    def rename_group(
        self, container: Container, group: str, title: str, *, was: str | None = None
    ) -> tuple[Group, ...]:
        """One look, and a request where the title is another one that nobody gave it meanwhile."""
        groups = self.container(container.id).groups
        before = self.words.called(groups, group, title)
        if alike(before, title) or (was is not None and not alike(before, was)):
            return groups
        wanted = Group(group, line(title))
        there = lambda: True if wanted in self.container(container.id).groups else None  # noqa: E731
        certain(lambda: self.call_group(container.id, group, wanted.title) or True, there, lambda: None)
        return tuple(wanted if one.id == group else one for one in groups)

    def probe(self) -> Probe:
        """The questions that every tool is asked."""
        essentials = Essentials(cast("Connector", self), self.clock, self._delete)
        made = lambda name: self.open(name, by_name=True, create=True).id  # noqa: E731
        return Probe(made, self.container, self.remove, essentials.questions())

    def read(self, container: Container, depth: Depth) -> Listing:
        """What is `listed`, as deep as was asked for."""
        tasks = {task.id: task for task in self.listed(container)}
        alone = {id_: task for id_, task in tasks.items() if task.parent is None}
        below = {id_: task for id_, task in tasks.items() if task.parent in alone} if depth is not Depth.TOP else {}
        return Listing.finished(container.id, alone | below, depth)

    def read_all(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """One container after the other."""
        return one_by_one(cast("Connector", self), wants)

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:  # noqa: ARG002
        """One task after the other, wherever it stands; what is in no container was deleted."""
        found = {task: self.where(task, container.id) for task in tasks}
        return {id_: _seen(task, container) if task else Fate.DELETED for id_, task in found.items()}

    def where(self, task: str, first: str = "") -> Task | None:
        """A task as the container lists it that it stands in, looked for in the `first` one first."""
        for id_ in sorted(self.ids(), key=lambda id_: id_ != first):
            for one in self.listed(Container(id_, "", "")):
                if one.id == task:
                    return one
        return None

    def find(self, container: Container, marker: str, *, parent: str | None, since: datetime) -> Sequence[Task]:  # noqa: ARG002
        """The tasks with that marker in a listing."""
        return [task for task in self.listed(container) if task.marker == marker]

    def write(self, writes: Sequence[Write]) -> Sequence[Written | ToolError]:
        """One after the other; one that fails leaves the others alone."""
        return [self._write(write) for write in writes]

    def changes(self, cursors: Mapping[str, str | None], *, sweep_since: datetime | None = None) -> Mapping[str, News]:
        """What differs from when the cursor was made, which holds a figure for each task; a sweep finds no more."""
        news: dict[str, News] = {}
        failed: ToolError | None = None
        for container, cursor in cursors.items():
            try:
                now = {task.id: _figure(task) for task in self.listed(Container(container, "", ""))}
            except ToolError as error:
                failed = error
                continue
            known = cursor is not None and cursor.startswith(FORM)
            before = json.loads(cursor.removeprefix(FORM)) if cursor and known else now
            touched = frozenset(task for task in now.keys() | before.keys() if now.get(task) != before.get(task))
            fresh = FORM + json.dumps(now, ensure_ascii=False, separators=(",", ":"))
            news[container] = News(touched, cursor if sweep_since else fresh, lost=not known)
        if failed and not news:
            raise failed
        return news

    def requests(self) -> int:
        """As they were counted."""
        return self.counted.sent

    def outcomes(self) -> Mapping[str, int]:
        """As they were counted."""
        return self.counted.outcomes()

    def spent(self, calls: int) -> None:  # noqa: B027  a tool without limits is the usual case here
        """Nothing follows from it where a day has no limit."""

    def budget(self) -> Budget | None:
        """None: a day has no limit."""
        return None

    def learnt(self) -> Mapping[str, Fact]:
        """Nothing worth keeping."""
        return {}

    def goals(self) -> Goals | None:
        """None: the tool has no goals of its own."""
        return None

    def hooks(self) -> Hooks | None:
        """None: the tool tells nobody by itself."""
        return None

    def close(self) -> None:  # noqa: B027  so is one that holds nothing open
        """Nothing is held open."""

    def _named(self, reference: str) -> str:
        if found := self.reference.fullmatch(reference):
            return found[1]
        kind = self.words.container
        words = f"“{reference}” is neither the id nor the address of a {kind}"
        raise Invalid(words, next_step=f"Write the address of the {kind} as the mapping's container.")

    def _called(self, name: str) -> list[Choice]:
        return [each for each in self.discover() if alike(each.name, name)]

    def _write(self, write: Write) -> Written | ToolError:
        try:
            values, remarks = self._known(write.values)
            if isinstance(write, Create):
                return Written(self.create(replace(write, values=values)), remarks)
            task = self.where(write.task, write.container.id)
            if task is None:
                raise NotFound(f"no {self.words.container} has such a task (any more)", what=f"changing {write.task}")
            done = self.update(replace(write, values=values), task)
            return Written(_seen(done.task, write.container), (*remarks, *done.remarks))
        except ToolError as error:
            return error

    def _known(self, values: Values) -> tuple[Values, tuple[str, ...]]:
        """The values without an assignee whom nobody knows, and a remark on that."""
        who = values.given.get("assignee")
        if who is None or self.directory.with_address(str(who)):
            return values, ()
        left = {name: value for name, value in values.given.items() if name != "assignee"}
        return replace(values, given=left), (f"{who} is nobody whom the tool knows: the assignee was left as it was.",)

    def _delete(self, task: str) -> None:
        if found := self.where(task):
            self.delete(found)


def _seen(task: Task, container: Container) -> Task:
    """A task as it is seen from a container: where it stands in another one, it is in none."""
    return task if task.container == container.id else replace(task, container="", group=None)


def with_steps(tasks: Iterable[Task]) -> dict[str, Task]:
    """All tasks of a container, by their ids, each with its `steps` counted among them."""
    found = {task.id: task for task in tasks}
    steps = Counter(task.parent for task in found.values())
    done = Counter(task.parent for task in found.values() if task.completed)
    return {id_: replace(task, steps=(done[id_], steps[id_])) for id_, task in found.items()}


def _figure(task: Task) -> str:
    """Changes with all that a task holds; not with when it was done, which not every tool knows for sure."""
    return f"{zlib.crc32(repr(replace(task, completed_at=None)).encode()):08x}"
