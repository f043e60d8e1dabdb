"""Makes sure of what must not be made twice: an unanswered request is resolved by looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connectors.errors import UnknownOutcome

Made = TypeVar("Made")


def certain(make: Callable[[], Made], look: Callable[[], Made | None], wait: Callable[[], None]) -> Made:
    """What `make` made; without an answer, what `look` finds, at once or when the request can no longer arrive.

    `wait` lets that time pass. Raises UnknownOutcome where nothing is found then either.
    """
    try:
        return make()
    except UnknownOutcome:
        found = look()
        if found is None:
            wait()
            found = look()
        if found is None:
            raise
        return found
