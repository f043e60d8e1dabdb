"""One request as it came in, and one answer that was not sent yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Recorded:
    """One request as it came in, and how it was answered; `status` 0 means that no reply was sent (yet).

    `started` and `ended` are seconds of the machine's own monotonic clock.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: Mapping[str, str]
    started: float
    ended: float | None = None
    status: int = 0
    reply: bytes = field(default=b"", repr=False)

    @property
    def writing(self) -> bool:
        """True for anything but a GET."""
        return self.method != "GET"

    def answer(self) -> Any:
        """The reply's JSON. Raises ValueError where it is something else."""
        return json.loads(self.reply)


@dataclass(slots=True)
class Reply:
    """An answer that was not sent yet."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def body_of(raw: bytes) -> Any:
    """The JSON of a request body; the text itself where it is none, None where there is no body."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
