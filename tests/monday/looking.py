"""Looks at one task, which must be there, and makes many at once."""

from __future__ import annotations

from connectors.contract import Connector
from connectors.vocabulary import Container, Create, Depth, Task, Values, Written


def look(connector: Connector, container: Container, task: str, depth: Depth = Depth.TOP) -> Task:
    """The task as it is now."""
    seen = connector.look(container, [task], depth)[task]
    assert isinstance(seen, Task)
    return seen


def creates(container: Container, count: int, *, parent: str | None = None) -> list[Create]:
    """Writes that make so many tasks, one for each of the items A0, A1 and so on."""
    return [
        Create(f"key {number}", container, f"syncd:p/A{number}", Values({"title": f"Title {number}"}), parent=parent)
        for number in range(count)
    ]


def made(answers: object) -> list[Written]:
    """Answers that must all be those of writes that were done."""
    assert isinstance(answers, list)
    assert all(isinstance(answer, Written) for answer in answers), answers
    return list(answers)
