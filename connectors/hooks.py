"""What a tool's webhooks are to syncd: a hint where to look, and nothing else.

Whoever receives a delivery finds out by its secret address which container it speaks of; the connector finds out
whether the tool sent it. What a delivery says of a task is never believed: the task is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

Touched = Mapping[str, datetime | None]
"""Tasks by id, each with when it was touched by the tool's own clock; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One subscription in the tool. `url` is "" where that is not told; `trouble` is why nothing may come of it."""

    id: str
    container: str
    url: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer to a delivery. `heard` are the tasks it points at: None if it is not the tool's, or says nothing.

    An empty `heard` is a sign of life.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    heard: Touched | None = None


TAKEN: Final = 200
MALFORMED: Final = Reply(400)
UNPROVEN: Final = Reply(401)
"""It does not bear the tool's proof."""
UNASKED: Final = Reply(403)
"""It wants to begin what we have not asked for."""


class Hooks(Protocol):
    """The webhooks of one connection. All methods but `receive` ask the tool; what goes wrong is a ToolError."""

    def subscribe(self, container: str, url: str) -> tuple[Hook, ...]:
        """Have the tool tell `url` what happens in a container; one with `trouble` stands for what it would not tell.

        The tool makes sure of the address before it answers: `receive` must be called meanwhile with what comes there.
        """

    def subscribed(self, containers: Sequence[str]) -> Sequence[Hook]:
        """The subscriptions to these containers that syncd's account can see; maybe others as well."""

    def drop(self, hooks: Sequence[Hook]) -> None:
        """End subscriptions; one that is gone already is no failure."""

    def receive(self, container: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """What to answer to what came to the container's address; asks nothing, raises nothing, keeps nobody waiting.

        The names of `headers` are in lower case. Nothing is parsed before the tool's proof was checked, where it has
        one.
        """


def parsed(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a delivery; None for anything else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
