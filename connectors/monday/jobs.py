"""One write on its way: the steps it takes, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.errors import ToolError, Transient, UnknownOutcome
from connectors.monday.answers import Raw
from connectors.monday.documents import Part, Piece
from connectors.monday.outgoing import Draft
from connectors.monday.shapes import Home
from connectors.text import cut
from connectors.vocabulary import Create, Task, Write

TOLD: Final = 100
"""Characters of a title that are told where something went wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """One deed of a write: its `values` (what it holds), its `group`, or its place in the `order`.

    `home` puts a new item into its group, where it came into another one.
    """

    name: str
    piece: Piece
    values: Mapping[str, Any]

    def part(self, alias: str) -> Part:
        """The deed as a part of a request."""
        return Part(alias, self.piece, self.values)


@dataclass(slots=True)
class Job:
    """A write, the home of its task, and the steps that are still to be sent.

    `now` is the task as it stood, None for a new one; `raw` is the item as monday answered last. `placed` says that its
    group was looked at after the create.
    """

    write: Write
    home: Home
    now: Task | None = None
    draft: Draft = field(default_factory=Draft)
    steps: list[Step] = field(default_factory=list)
    raw: Raw | None = None
    error: ToolError | None = None
    placed: bool = False

    def failed(self, error: ToolError) -> None:
        """Note what went wrong first; where a part of it was done, a failure for the moment leaves it unclear."""
        if self.raw is not None and isinstance(error, Transient):
            error = UnknownOutcome(f"it was done in part: {error.words}", what=error.what)
        if self.error is None or isinstance(error, UnknownOutcome):
            self.error = error


def about(write: Write) -> str:
    """In words what a write does."""
    if isinstance(write, Create):
        return f"making item “{cut(str(write.values.given.get('title') or ''), TOLD)}”"
    return f"changing item {write.task}"
