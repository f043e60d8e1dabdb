"""What a look says when something is not as it must be, and what a person who sees everything would say of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.progress.evidence import Standing

if TYPE_CHECKING:
    from tests.soak.district import District


class Lost(AssertionError):
    """Something was lost or doubled, or does not settle."""


def must(holds: object, words: str) -> None:
    """Raise Lost, in these words, unless it holds."""
    if not holds:
        raise Lost(words)


def standing(d: District, task: str) -> Standing:
    """What a person who sees everything would say of a task."""
    row = d.boards.rows[task]
    if not d.boards.alive(task):
        return Standing.GONE
    if row.hidden:
        return Standing.NOT_VISIBLE
    if row.task.parent is not None:
        return standing(d, row.task.parent)
    return Standing.LIVE if row.board == d.board else Standing.GONE
