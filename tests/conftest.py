"""What holds for every test: no way out of this machine, one time zone, and nothing left of the one before."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

from syncd import logs

# Far from UTC on purpose: whoever mixes up local and universal time is a day off here.
os.environ["TZ"] = "Pacific/Kiritimati"
time.tzset()

settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


class OutsideError(RuntimeError):
    """A test tried to reach another machine."""


def is_here(host: object) -> bool:
    """Whether a host, as sockets take it, is this machine's loopback."""
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return text == "localhost"


def guard(address: Any) -> None:
    """Refuse a socket address that is not on this machine; Unix sockets (paths) may be used.

    Raises:
        OutsideError: It names another machine.
    """
    if isinstance(address, tuple) and not is_here(address[0]):
        raise OutsideError(f"Tests reach nothing but this machine; one tried {address[0]}.")


def _wall_off() -> None:
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *rest: Any, **named: Any) -> Any:
        guard((host,))
        return resolve(host, *rest, **named)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guarded_resolve


_wall_off()


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what was loaded: looking through that takes a twentieth of all time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Leave logging as it was, and no secret known: the next test in this process may look at what is logged."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    logs.forget()
