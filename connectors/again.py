"""Sends a request again that certainly did nothing: a few times, and further and further apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from connectors.clock import Clock
from connectors.errors import Quota, Transient
from connectors.failing import Distrusted, LostPage, Throttled
from connectors.limiter import PATIENCE

TRIES: Final = 4
"""How often a request is sent at most."""
BACK_OFF: Final = 1.0
"""Seconds before it is sent again; doubled each time."""

Reply = TypeVar("Reply")


def again(send: Callable[[], Reply], clock: Clock, *, final: tuple[type[Transient], ...] = ()) -> Reply:
    """What `send` gives in the end. Raises the error that stays; failures of the `final` kinds are not tried again."""
    tried = 0
    while True:
        try:
            return send()
        except Transient as error:
            wait = None if isinstance(error, final) else _wait(error, tried)
            tried += 1
            if wait is None or tried == TRIES:
                raise
            if wait:
                clock.sleep(wait)


def _wait(error: Transient, tried: int) -> float | None:
    """How long to wait before another try; None where there is none. A limit's pause is waited out in the limiter."""
    if isinstance(error, Quota):
        return 0.0 if isinstance(error, Throttled) and error.wait <= PATIENCE else None
    if isinstance(error, LostPage | Distrusted):
        return None
    return BACK_OFF * float(2**tried)
