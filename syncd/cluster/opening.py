"""Whether a store has a queue beside it: in PostgreSQL, with the extra `cluster`. Imports nothing heavy itself."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from syncd.store.errors import StoreError
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


def require_queue(url: str) -> None:
    """StoreError, with what to do, where there can be no second process."""
    if understand(url).path is not None:
        raise StoreError(
            "several workers need a store in PostgreSQL, and this one is a file",
            "Set [store] url to postgresql://user@host/database; `syncd run` alone is all that a file needs.",
        )
    if not installed():
        raise StoreError("what several workers need is not installed", "Install it: `pip install 'syncd[cluster]'`.")


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("procrastinate") is not None and find_spec("psycopg_pool") is not None
