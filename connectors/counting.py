"""Counts the requests of one credential by what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Final

from connectors.errors import (
    Invalid,
    NoAccess,
    NotFound,
    PlanTier,
    Quota,
    Refused,
    ToolError,
    Transient,
    UnknownOutcome,
)

OK: Final = "ok"
"""What a request is called that the tool answered as it was meant."""
KINDS: Final[Mapping[type[ToolError], str]] = {
    Quota: "quota",
    Transient: "transient",
    UnknownOutcome: "unknown_outcome",
    Refused: "refused",
    NoAccess: "no_access",
    NotFound: "not_found",
    PlanTier: "plan_tier",
    Invalid: "invalid",
}
"""What the others are called; a limit that was hit comes before what else can be tried again."""


class Requests:
    """Counts requests when they go out, and again when they have ended; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sent = 0
        self._ended: Counter[str] = Counter()

    @property
    def sent(self) -> int:
        """How many went out, refused ones included."""
        return self._sent

    def outcomes(self) -> Mapping[str, int]:
        """How many ended in which way; those under way are not among them."""
        with self._lock:
            return dict(self._ended)

    @contextmanager
    def one(self, meant: tuple[type[ToolError], ...] = ()) -> Iterator[list[ToolError]]:
        """One request, sent within the block; what it raises, or puts into the list first, says how it ended.

        An error that is `meant` is an answer like any other.
        """
        errors: list[ToolError] = []
        with self._lock:
            self._sent += 1
        try:
            yield errors
        except ToolError as error:
            errors[:] = [] if isinstance(error, meant) else [error]
            raise
        finally:
            kind = _kind(errors[0]) if errors else OK
            with self._lock:
                self._ended[kind] += 1


def _kind(error: ToolError) -> str:
    return next((word for kind, word in KINDS.items() if isinstance(error, kind)), "other")
