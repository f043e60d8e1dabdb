"""What connectors of simple tools need not write themselves: their news, and the counting of steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from connectors.basics import Basics, with_steps
from connectors.vocabulary import Container, Task

BOARD = "board"


class Kept:
    """As much of a connector as news are made of: a listing."""

    def __init__(self) -> None:
        self.tasks = [Task(id_, BOARD, "Buy books", "") for id_ in ("AAMk==", "two words", "“3”")]

    def listed(self, _container: Container) -> list[Task]:
        """All tasks."""
        return self.tasks


def test_news_of_tasks_with_any_ids() -> None:
    """A tool may call its tasks what it likes, with the signs of Base64 or with blanks: what changed is found."""
    kept = Kept()
    basics = cast("Any", kept)
    first = Basics.changes(basics, {BOARD: None})[BOARD]
    assert (first.touched, first.lost) == (frozenset(), True)
    again = Basics.changes(basics, {BOARD: first.cursor})[BOARD]
    assert (again.touched, again.lost) == (frozenset(), False)
    kept.tasks = [replace(kept.tasks[0], completed=True), *kept.tasks[1:]]
    assert Basics.changes(basics, {BOARD: again.cursor})[BOARD].touched == {"AAMk=="}


def test_steps_are_counted_one_level_down() -> None:
    """A step of a step is none of the task's own."""
    parents = {"top": None, "done": "top", "open": "top", "deep": "open"}
    tasks = [Task(id_, BOARD, "", "", parent=up, completed=id_ == "done") for id_, up in parents.items()]
    steps = {id_: task.steps for id_, task in with_steps(tasks).items()}
    assert steps == {"top": (1, 2), "done": (0, 0), "open": (0, 1), "deep": (0, 0)}
