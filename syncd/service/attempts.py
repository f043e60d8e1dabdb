"""Limits how often a wrong token may be tried: by one address, and by all together."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

WINDOW: Final = 300.0
"""Seconds for which a wrong token is remembered."""
EACH: Final = 10
"""So many wrong tokens within the window, and an address must wait."""
ALL: Final = 100
"""The same for all addresses together: many machines guess no faster."""
_REMEMBERED: Final = 1000
"""Of so many addresses something is kept, the newest."""


class Attempts:
    """Remembers wrong tokens; thread-safe. `now` gives seconds that only grow.

    An address that brought the right token is kept out by its own errors alone, not by those of others.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = Lock()
        self._all: deque[float] = deque(maxlen=ALL)
        self._each: OrderedDict[str, deque[float]] = OrderedDict()
        self._trusted: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str) -> float:
        """For how many seconds this address must not try; 0 where it may."""
        place = _network(address)
        with self._lock:
            own = _left(self._each.get(place, deque(maxlen=EACH)), self._now())
            return own if place in self._trusted else max(own, _left(self._all, self._now()))

    def wrong(self, address: str) -> None:
        """Note that this address brought a wrong token."""
        place = _network(address)
        with self._lock:
            times = self._each.setdefault(place, deque(maxlen=EACH))
            self._each.move_to_end(place)
            times.append(self._now())
            self._all.append(self._now())
            if len(self._each) > _REMEMBERED:
                self._each.popitem(last=False)

    def right(self, address: str) -> None:
        """Note that this address brought the right token."""
        place = _network(address)
        with self._lock:
            self._trusted[place] = None
            self._trusted.move_to_end(place)
            if len(self._trusted) > _REMEMBERED:
                self._trusted.popitem(last=False)


def _left(times: deque[float], now: float) -> float:
    """How long it takes until the oldest of a full list of times is forgotten."""
    return max(0.0, times[0] + WINDOW - now) if len(times) == times.maxlen else 0.0


def _network(address: str) -> str:
    """The address; of IPv6 the network that one customer gets, who has all addresses of it.

    A socket that listens for both kinds writes those of IPv4 as IPv6: they are not one network.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or int(found) >> 64)
    return str(found)
