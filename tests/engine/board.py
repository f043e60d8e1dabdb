"""What the tests' own tool holds: containers with a feed of events, tasks, and what a team does with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.vocabulary import Container, Field, Group, Task
from tests.engine.clock import HandClock

TICK = timedelta(milliseconds=10)


@dataclass(slots=True)
class Board:
    """One container: what it is, and its feed of (task, when it was touched, by whom).

    `forgotten` events are no longer told.
    """

    container: Container
    feed: list[tuple[str, datetime, str]] = field(default_factory=list)
    forgotten: int = 0
    told: int = 0


@dataclass(slots=True)
class Row:
    """One task as the tool keeps it; `board` is "" for one that stands in no container itself."""

    task: Task
    board: str
    deleted: bool = False
    hidden: bool = False
    archived: bool = False
    merged: bool = False
    """Closed because it was merged into another task: only the feed ever tells."""


class Boards:
    """The tool's own memory, and the team at work in it. Every change is told in the feed of its container."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.boards: dict[str, Board] = {}
        self.bin: dict[str, Board] = {}
        """Containers that were deleted, with everything in them."""
        self.rows: dict[str, Row] = {}
        self.skew = timedelta(0)
        """How far the tool's own clock is ahead of ours."""
        self.by = "ann@example.org"
        """Who is at work."""
        self._ids = 0

    # Containers

    def add_board(self, name: str, *, id_: str = "", fields: tuple[Field, ...] = (), marker: bool = True) -> Container:
        """A new container."""
        key = id_ or self.new_id("B")
        container = Container(key, name, f"https://tool/{key}", (), fields, "marker" if marker else None)
        self.boards[key] = Board(container)
        return container

    def add_group(self, board: str, title: str) -> Group:
        """A new group in a container."""
        group = Group(self.new_id("S"), title)
        container = self.boards[board].container
        self.boards[board].container = replace(container, groups=(*container.groups, group))
        return group

    def delete_board(self, board: str) -> None:
        """Delete a container, with everything in it."""
        self.bin[board] = self.boards.pop(board)

    def restore_board(self, board: str) -> None:
        """Take a container out of the bin, with everything in it."""
        self.boards[board] = self.bin.pop(board)

    def forget_events(self, board: str) -> None:
        """Every cursor of the container is too old from now on."""
        self.boards[board].feed.append(("", self.clock.now(), ""))
        self.boards[board].forgotten = len(self.boards[board].feed)

    def lose_events(self, board: str, number: int = 1) -> set[str]:
        """The feed will never tell of the last so many things that happened, as it tells once at most: their tasks."""
        feed = self.boards[board].feed
        first = len(feed) - number
        lost = {task for task, _, _ in feed[first:]}
        feed[first:] = [("", at, "") for _, at, _ in feed[first:]]
        return lost

    def repeat_events(self, board: str, number: int) -> None:
        """The feed will tell once more of the last so many things: a feed may deliver twice."""
        feed = self.boards[board].feed
        feed.extend(feed[len(feed) - number :])

    def mix_events(self, board: str, number: int) -> None:
        """The feed will tell of the last so many things in another order."""
        held = self.boards[board]
        first = max(held.told, len(held.feed) - number)
        held.feed[first:] = held.feed[first:][::-1]

    # Tasks

    def new_id(self, kind: str) -> str:
        """An id that was never given before."""
        self._ids += 1
        return f"{kind}{self._ids}"

    def put(self, task: Task, board: str) -> Task:
        """A new task."""
        now = self.tick()
        made = replace(task, created_at=now, modified_at=now)
        self.rows[task.id] = Row(made, board)
        self.touch(task.id)
        return made

    def tick(self) -> datetime:
        """A moment later: no two things happen at the same instant."""
        self.clock.pass_by(seconds=TICK.total_seconds())
        return self.now()

    def now(self) -> datetime:
        """The time by the tool's own clock."""
        return self.clock.now() + self.skew

    def touch(self, task: str) -> None:
        """Tell that a task changed, in the feed of the container it hangs in."""
        home = self.home(task)
        if home in self.boards:
            self.boards[home].feed.append((task, self.now(), self.by))

    def home(self, task: str) -> str:
        """The container that a task stands in, itself or by its parents; "" for none."""
        row = self.rows[task]
        if row.board or row.task.parent is None:
            return row.board
        return self.home(row.task.parent)

    def alive(self, task: str) -> bool:
        """Whether the task and everything above it is still there."""
        row = self.rows.get(task)
        if row is None or row.deleted or row.board in self.bin:
            return False
        return row.task.parent is None or self.alive(row.task.parent)

    def below(self, task: str) -> list[Row]:
        """The live direct subtasks."""
        return [
            row
            for row in self.rows.values()
            if row.task.parent == task and self.alive(row.task.id) and not self.put_away(row.task.id)
        ]

    def put_away(self, task: str) -> bool:
        """Whether the task or anything above it is archived."""
        row = self.rows.get(task)
        return row is not None and (row.archived or self.put_away(row.task.parent or ""))

    def standing(self, board: str) -> list[Row]:
        """The live tasks that stand in the container themselves and can be seen."""
        there = ((key, row) for key, row in self.rows.items() if row.board == board and not row.hidden)
        return [row for key, row in there if self.alive(key) and not self.put_away(key)]

    def line_up(self, task: str, after: str) -> None:
        """Put a task right behind another one, "" for before all others."""
        order = [key for key in self.rows if key != task]
        order.insert(order.index(after) + 1 if after else 0, task)
        self.rows = {key: self.rows[key] for key in order}

    def live(self) -> Iterator[Task]:
        """Every task that was not deleted."""
        return (row.task for key, row in self.rows.items() if self.alive(key))

    def by_title(self, title: str) -> Task:
        """The one live task of that title."""
        [found] = [task for task in self.live() if task.title == title]
        return found

    def marked(self, item: str) -> list[Task]:
        """The live tasks whose marker ends with the plan item's id."""
        return [task for task in self.live() if (task.marker or "").endswith(f"/{item}")]

    def of(self, item: str) -> Task:
        """The one live task of a plan item."""
        [found] = self.marked(item)
        return found

    # What a team does

    def edit(self, task: str, **values: object) -> Task:
        """Change a task by the names of `Task`."""
        now = self.tick()
        row = self.rows[task]
        row.task = replace(row.task, modified_at=now, **values)  # type: ignore[arg-type]
        self.touch(task)
        return row.task

    def complete(self, task: str, *, done: bool = True) -> None:
        """Tick a task off, or not; one that is opened again is no duplicate any more."""
        self.rows[task].merged = self.rows[task].merged and done
        self.edit(task, completed=done, completed_at=self.now() if done else None)

    def merge(self, task: str) -> None:
        """Close a task as a duplicate of another one."""
        self.rows[task].merged = True
        self.complete(task)

    def delete(self, task: str) -> None:
        """Delete a task, with everything below it."""
        self.tick()
        self.touch(task)
        if parent := self.rows[task].task.parent:
            self.touch(parent)
        self.rows[task].deleted = True

    def restore(self, task: str) -> None:
        """Take a task out of the bin."""
        self.rows[task].deleted = False
        self.edit(task)

    def archive(self, task: str, *, archived: bool = True) -> None:
        """Put a task away, or take it out again, with everything below it."""
        self.tick()
        self.touch(task)
        self.rows[task].archived = archived

    def move_out(self, task: str, board: str) -> None:
        """Move a task to another container."""
        self.tick()
        self.touch(task)
        row = self.rows[task]
        row.board, row.task = board, replace(row.task, group=None, parent=None, modified_at=self.now())
        self.touch(task)

    def hide(self, task: str, *, hidden: bool = True) -> None:
        """Keep a task from syncd's account, or show it again."""
        self.tick()
        self.touch(task)
        self.rows[task].hidden = hidden

    def duplicate(self, task: str) -> Task:
        """Copy a task, marker and all, as people do."""
        row = self.rows[task]
        return self.put(replace(row.task, id=self.new_id("T"), title=f"Copy of {row.task.title}"), row.board)

    def add_step(self, parent: str, title: str, *, done: bool = False) -> Task:
        """Add a subtask that is no work of the plan."""
        key = self.new_id("T")
        return self.put(Task(key, "", title, f"https://tool/{key}", parent=parent, completed=done), "")

    def add_task(self, board: str, title: str) -> Task:
        """Add a task that is no work of the plan."""
        key = self.new_id("T")
        return self.put(Task(key, board, title, f"https://tool/{key}"), board)
