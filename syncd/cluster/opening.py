"""Whether a store has a queue beside it: in PostgreSQL, with the extra `cluster`. Imports nothing heavy itself."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from syncd.store.opening import understand

if TYPE_CHECKING:
    from syncd.cluster.queue import PassQueue


def queue_of(url: str) -> PassQueue | None:
    """The queue beside a store, still to be opened; None where one process makes all passes. Raises StoreError."""
    address = understand(url)
    if address.path is not None or not installed():
        return None
    from syncd.cluster.queue import PassQueue  # noqa: PLC0415 - it takes half a second, and one machine needs none

    return PassQueue(address)


def lacking(url: str) -> str:
    """Why a store has no queue beside it, and what to do; "" where it has one. Raises StoreError."""
    if understand(url).path is not None:
        return (
            "several workers need a store in PostgreSQL, and this one is a file: set it to "
            "postgresql://user@host/database (`syncd db move` takes the store there), or run `syncd run` alone"
        )
    return "" if installed() else "what several workers need is not installed: `pip install 'syncd[cluster]'`"


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("procrastinate") is not None and find_spec("psycopg_pool") is not None
