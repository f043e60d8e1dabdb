"""A tool in memory that keeps the connectors' contract to the letter, and fails, lags and dies on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.contract import Fact, one_by_one
from connectors.counting import OK
from connectors.errors import Invalid, NoAccess, NotFound, ToolError, UnknownOutcome
from connectors.probing import Probe
from connectors.reach import Reach
from connectors.vocabulary import (
    Budget,
    Capabilities,
    Choice,
    Container,
    Create,
    Credit,
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
from tests.engine.board import Board, Boards, Row
from tests.engine.clock import HandClock

LOST = "no answer came within the time"


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` requests of a kind (for writes `what` is the title of the task).

    The first `spared` of them go well: a listing breaks off in the middle. With `took_effect` the request does its
    work and only its answer is lost; with `late`, a create does so seconds later.
    """

    kind: str
    error: ToolError
    times: int = 1
    what: str = ""
    took_effect: bool = False
    late: float | None = None
    spared: int = 0

    def meets(self, kind: str, what: str) -> bool:
        """Whether it strikes this request."""
        met = self.times > 0 and self.kind == kind and self.what in ("", what)
        self.spared -= met
        return met and self.spared < 0


class Tool:
    """A `Connector`. `moment` is called before and after each request: a test may raise there, as a crash would."""

    def __init__(self, clock: HandClock, *, batch: int = 1, people: Sequence[str] = ()) -> None:
        self.boards = Boards(clock)
        self.clock = clock
        self.batch = batch
        self.feeds = 1
        self.settle = 30.0
        self.faults: list[Fault] = []
        self.moment: Callable[[str], None] = lambda _name: None
        self.meanwhile: Callable[[Write], None] = lambda _write: None
        """Called for each write as it arrives: a team that is at work at the same moment."""
        self.busy: Callable[[str, str], None] = lambda _kind, _what: None
        """Called for each request with its kind and what it asks for: a team at work right then."""
        self.afterwards: Callable[[Write], None] = lambda _write: None
        """Called for each write that has taken effect, before it is answered."""
        self.keeps: Callable[[Task], Task] = lambda task: task
        """What the tool makes of a task that it is sent, where it keeps values in a form of its own."""
        self.closed: ToolError | None = None
        """What every request is answered with, as long as nobody may come in."""
        self.merged: set[str] = set()
        """The tasks of which this process was told that they were merged into others."""
        self.asked: list[str] = []
        self.writes: list[Write] = []
        self._people = {address: Person(f"U{at}", address, address) for at, address in enumerate(people)}
        self._late: list[tuple[float, Write]] = []

    def fail(self, kind: str, error: ToolError, **how: Any) -> Fault:
        """Let the next requests of a kind go wrong."""
        self.faults.append(Fault(kind, error, **how))
        return self.faults[-1]

    # The contract

    def capabilities(self) -> Capabilities:
        """What was configured."""
        return Capabilities(batch=self.batch, parallel=1, settle=self.settle, feeds=self.feeds)

    def me(self) -> Person:
        """The account."""
        return Person("me", "syncd", "syncd@example.org")

    def people(self) -> Mapping[str, Person]:
        """Everyone who has an account."""
        return self._people

    def workspaces(self) -> Sequence[Choice]:
        """The one there is."""
        return [Choice("home", "Home", "")]

    def discover(self) -> Sequence[Choice]:
        """All containers."""
        return [Choice(key, board.container.name, board.container.url) for key, board in self.boards.boards.items()]

    def open(self, reference: str, *, by_name: bool = False, create: bool = False) -> Container:
        """The container, made if it is wanted."""
        self._request("open", reference)
        found = [key for key, board in self.boards.boards.items() if board.container.name == reference]
        if by_name and found and self.boards.boards[found[0]].container.archived:
            raise Invalid("the container of this name is archived", what=reference)
        if by_name and not found and create:
            return self.boards.add_board(reference)
        key = found[0] if by_name and found else reference
        if key not in self.boards.boards:
            raise NotFound("no such container", what=reference)
        container = self.boards.boards[key].container
        if create and container.marker_field is None:
            container = self.boards.boards[key].container = replace(container, marker_field="marker")
        return container

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The groups, those missing made."""
        self._request("ensure_groups", container.id)
        board = self._board(container)
        for title in titles:
            if title not in {group.title for group in board.container.groups}:
                self.boards.add_group(container.id, title)
        there = board.container.groups
        return tuple(
            sorted(there, key=lambda group: titles.index(group.title) if group.title in titles else len(titles))
        )

    def rename_group(
        self, container: Container, group: str, title: str, *, was: str | None = None
    ) -> tuple[Group, ...]:
        """The groups, one of them called anew."""
        self._request("rename_group", container.id)
        board = self._board(container)
        if group not in {known.id for known in board.container.groups}:
            raise NotFound("no such group", what=group)
        groups = tuple(
            replace(one, title=title) if one.id == group and was in (None, one.title) else one
            for one in board.container.groups
        )
        board.container = replace(board.container, groups=groups)
        return groups

    def changes(self, cursors: Mapping[str, str | None], *, sweep_since: datetime | None = None) -> Mapping[str, News]:
        """News of each container; those that fail are missing, and when all do, the error is raised."""
        news: dict[str, News] = {}
        trouble: ToolError | None = None
        for key, cursor in cursors.items():
            try:
                self._request("sweep" if sweep_since else "changes", key)
                if key not in self.boards.boards:
                    raise NotFound("no such container", what=key)
                news[key] = self._sweep(key, cursor, sweep_since) if sweep_since else self._news(key, cursor)
            except ToolError as error:
                trouble = error
        if trouble is not None and not news:
            raise trouble
        return news

    def read(self, container: Container, depth: Depth) -> Listing:
        """All tasks; a listing that breaks off raises."""
        self._request("read", container.id)
        self._board(container)
        tasks: dict[str, Task] = {}
        for row in self.boards.standing(container.id):
            tasks[row.task.id] = self._seen(row, container.id)
            below = [] if depth is Depth.TOP else self._below(row.task.id)
            if below:
                self._request("read", container.id)
            tasks.update({step.task.id: self._seen(step, container.id) for step in below})
            if depth is not Depth.TOP:
                tasks[row.task.id] = self._counted(row, container.id)
        if depth is Depth.STEPS:
            tasks = {key: self._counted(self.boards.rows[key], container.id) for key in tasks}
        return Listing.finished(container.id, tasks, depth)

    def read_all(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """One container after the other."""
        return one_by_one(self, wants)

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:
        """Each task, or its fate."""
        found: dict[str, Task | Fate] = {}
        for key in tasks:
            self._request("look", key)
            row = self.boards.rows.get(key)
            if row is None or not self.boards.alive(key):
                found[key] = Fate.DELETED
            elif row.hidden:
                found[key] = Fate.NO_ACCESS
            else:
                counts = depth is Depth.STEPS or (depth is Depth.SUBTASKS and row.task.parent is None)
                found[key] = self._counted(row, container.id) if counts else self._seen(row, container.id)
        return found

    def find(self, container: Container, marker: str, *, parent: str | None, since: datetime) -> Sequence[Task]:
        """The live tasks with the marker, never behind."""
        self._request("find", marker)
        if container.id not in self.boards.boards or (parent is not None and not self.boards.alive(parent)):
            raise NotFound("no such object", what=parent or container.id)
        rows = self._below(parent) if parent else self.boards.standing(container.id)
        recent = [row for row in rows if row.task.modified_at is None or row.task.modified_at >= since]
        return [self._seen(row, container.id) for row in recent if row.task.marker == marker]

    def write(self, writes: Sequence[Write]) -> Sequence[Written | ToolError]:
        """Each write, answered on its own."""
        assert 0 < len(writes) <= self.batch
        self._request("batch", "")
        self.moment("write sent")
        answers = [self._answer(write) for write in writes]
        self.moment("write done")
        return answers

    def requests(self) -> int:
        """How many requests were made."""
        return len(self.asked)

    def outcomes(self) -> Mapping[str, int]:
        """All were answered as they were meant."""
        return {OK: len(self.asked)}

    def spent(self, calls: int) -> None:
        """Nothing to do: no day is limited."""

    def reach(self) -> Reach:
        """Nothing is told."""
        return Reach(None)

    def budget(self) -> Budget | None:
        """None: no day is limited."""
        return None

    def learnt(self) -> Mapping[str, Fact]:
        """Nothing is found out."""
        return {}

    def probe(self) -> Probe:
        """Nothing is open."""
        return Probe(str, self.open, lambda _name: None, ())

    def goals(self) -> None:
        """There are none."""

    def hooks(self) -> None:
        """None: it tells nobody."""

    def close(self) -> None:
        """Nothing to give back."""

    # Within

    def _request(self, kind: str, what: str) -> None:
        self.moment(f"{kind} asked")
        self.asked.append(f"{kind} {what}".strip())
        self._arrive()
        self.busy(kind, what)
        if self.closed is not None:
            raise self.closed
        if fault := self._fault(kind, what):
            raise fault.error

    def _fault(self, kind: str, what: str) -> Fault | None:
        for fault in self.faults:
            if fault.meets(kind, what):
                fault.times -= 1
                return fault
        return None

    def _arrive(self) -> None:
        """Let late requests take effect whose time has come."""
        due = [write for at, write in self._late if at <= self.clock.monotonic()]
        self._late = [(at, write) for at, write in self._late if at > self.clock.monotonic()]
        for write in due:
            with suppress(ToolError):  # what cannot be done by now never takes effect, and nobody waits for an answer
                self._do(write)

    def _answer(self, write: Write) -> Written | ToolError:
        self.writes.append(write)
        self.meanwhile(write)
        fault = self._fault("write", self._title(write))
        if fault is None or fault.took_effect:
            try:
                done = self._do(write)
            except ToolError as error:
                return error
            self.afterwards(write)
            return fault.error if fault else done
        if fault.late is not None and isinstance(write, Create):
            self._late.append((self.clock.monotonic() + fault.late, write))
            return UnknownOutcome(LOST)
        return fault.error

    def _title(self, write: Write) -> str:
        """What the task of a write is called before it."""
        if isinstance(write, Update):
            return self.boards.rows[write.task].task.title
        return str(write.values.given.get("title"))

    def _do(self, write: Write) -> Written:
        team, self.boards.by = self.boards.by, "syncd@example.org"
        try:
            return self._create(write) if isinstance(write, Create) else self._update(write)
        finally:
            self.boards.by = team

    def _create(self, write: Create) -> Written:
        if write.parent is not None and not self.boards.alive(write.parent):
            raise NotFound("no such parent", what=write.parent)
        self._known_group(write.container, write.group)
        key = self.boards.new_id("T")
        blank = Task(key, "", "", f"https://tool/{key}", write.group, write.parent, write.marker)
        task, remarks = self._filled(blank, write.values)
        self.boards.put(task, "" if write.parent else write.container.id)
        return Written(self._seen(self.boards.rows[key], write.container.id), remarks)

    def _update(self, write: Update) -> Written:
        row = self.boards.rows[write.task]
        if not self.boards.alive(write.task):
            raise NotFound("no such task", what=write.task)
        if row.hidden:
            raise NoAccess("you may not see it", what=write.task)
        self._known_group(write.container, write.group)
        task, remarks = self._filled(row.task, write.values)
        if write.group is not None:
            task, row.board = replace(task, group=write.group), write.container.id
        if write.parent is not None:
            task = replace(task, parent=write.parent or None)
            row.board = row.board or ("" if write.parent else write.container.id)
        now = self.boards.tick()
        if row.task.parent and row.task.parent != task.parent:
            self.boards.touch(row.task.parent)
        closed = row.task.completed_at if row.task.completed else now
        row.task = replace(task, modified_at=now, completed_at=closed if task.completed else None)
        self.boards.touch(write.task)
        if write.after is not None:
            remarks += self._lined_up(write, write.after)
        return Written(self._seen(row, write.container.id), remarks)

    def _lined_up(self, write: Update, after: str) -> tuple[str, ...]:
        """Put the task behind another one of its parent or group; a remark where it cannot stand there."""
        rows, home = self.boards.rows, write.container.id
        unsaid = write.group is None and write.parent is None
        below = bool(write.parent) or (unsaid and rows[write.task].task.parent is not None)

        def place(task: str) -> object:
            row = rows[task]
            return row.task.parent if below else row.board == home and (row.task.group,)

        fits = not after or (after != write.task and self.boards.alive(after) and place(after) == place(write.task))
        if not place(write.task) or not fits:
            return ("its place in the order was left out",)
        self.boards.line_up(write.task, after)
        return ()

    def _board(self, container: Container) -> Board:
        if container.id not in self.boards.boards:
            raise NotFound("no such container", what=container.id)
        return self.boards.boards[container.id]

    def _known_group(self, container: Container, group: str | None) -> None:
        known = self._board(container).container.groups
        if group is not None and group not in {one.id for one in known}:
            raise Invalid("there is no such group", what=group)

    def _filled(self, task: Task, values: Values) -> tuple[Task, tuple[str, ...]]:
        given = dict(values.given)
        remarks: tuple[str, ...] = ()
        person = given.get("assignee")
        if person is not None and person not in self._people:
            del given["assignee"]
            remarks = (f"{person} has no account: nobody is assigned",)
        for text in ("title", "notes"):
            given |= {text: given[text] or ""} if text in given else {}
        sent: Task = replace(task, fields={**task.fields, **values.fields}, **given)  # type: ignore[arg-type]
        return self.keeps(sent), remarks

    def _below(self, parent: str) -> list[Row]:
        return [row for row in self.boards.below(parent) if not row.hidden]

    def _seen(self, row: Row, board: str) -> Task:
        here = row.board == board
        credit = Credit.DUPLICATE if row.merged and row.task.id in self.merged else row.task.credit
        place = {"container": board if here else "", "group": row.task.group if here else None}
        return replace(row.task, **place, credit=credit, steps=None, archived=self.boards.put_away(row.task.id))  # type: ignore[arg-type]

    def _counted(self, row: Row, board: str) -> Task:
        below = self._below(row.task.id)
        work = [step for step in (self._seen(each, board) for each in below) if step.credit is not Credit.DUPLICATE]
        return replace(self._seen(row, board), steps=(sum(step.done for step in work), len(work)))

    def _news(self, board: str, cursor: str | None) -> News:
        held = self.boards.boards[board]
        held.told = len(held.feed)
        fresh = str(held.told)
        if cursor is None or int(cursor) < held.forgotten:
            return News(frozenset(), fresh, lost=True)
        told = [event for event in held.feed[int(cursor) :] if event[0]]
        at: dict[str, datetime] = {}
        by: dict[str, dict[str, datetime]] = {}
        for task, moment, who in told:
            at[task] = max(moment, at.get(task, moment))
            by.setdefault(task, {})[who] = max(moment, by.get(task, {}).get(who, moment))
        self._told(at)
        return News(frozenset(at), fresh, at=at, by=by)

    def _sweep(self, board: str, cursor: str | None, since: datetime) -> News:
        rows = self.boards.standing(board)
        at = {
            row.task.id: row.task.modified_at for row in rows if row.task.modified_at and row.task.modified_at >= since
        }
        self._told(at)
        return News(frozenset(at), cursor, at=at)

    def _told(self, tasks: Iterable[str]) -> None:
        self.merged |= {task for task in tasks if self.boards.rows[task].merged}
