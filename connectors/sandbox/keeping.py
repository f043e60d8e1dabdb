"""What the memories of all local tools have in common: one thread at a time, and things in an order of people's own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])


def locked(method: Method) -> Method:
    """Let one thread at a time into a method of a memory, by the `lock` that it has."""

    @functools.wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self.lock:
            return method(self, *args, **kwargs)

    return cast("Method", guarded)


def insert(order: list[str], key: str, before: str | None = None, after: str | None = None) -> None:
    """Put an id into an order: beside another one, else at the end. Raises ValueError where that is not in it."""
    if before:
        order.insert(order.index(before), key)
    elif after:
        order.insert(order.index(after) + 1, key)
    else:
        order.append(key)
