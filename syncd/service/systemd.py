"""Tells systemd how the daemon is, where systemd has started it and wants to know: one datagram a word."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


def notify(word: str, environment: Mapping[str, str] = os.environ) -> None:
    """Say one of these; ALIVE only where a watchdog waits for it. Nobody that listens is no failure."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address or (word == ALIVE and not environment.get("WATCHDOG_USEC")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(word.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
