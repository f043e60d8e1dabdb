"""What systemd hears: that the daemon is ready, that it lives, and that it stops."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syncd.service.systemd import ALIVE, READY, STOPPING, notify
from tests.cli.district import District
from tests.service.daemons import running, until


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """A socket as systemd opens one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        heard.settimeout(5)
        yield heard


def test_words_go_to_the_socket(tmp_path: Path) -> None:
    """By its path, or by its name where it has none; the watchdog's only where there is one."""
    for address in (str(tmp_path / "notify"), "@syncd-test-notify"):
        with listening(address) as heard:
            environment = {"NOTIFY_SOCKET": address}
            notify(ALIVE, environment)
            notify(READY, environment)
            notify(ALIVE, {**environment, "WATCHDOG_USEC": "60000000"})
            assert [heard.recv(64).decode() for _ in range(2)] == [READY, ALIVE]


def test_nobody_listens(tmp_path: Path) -> None:
    """Without systemd, and with a socket that is gone, nothing is said and nothing fails."""
    notify(READY, {})
    notify(READY, {"NOTIFY_SOCKET": str(tmp_path / "gone")})


def test_the_daemon_says_how_it_is(district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ready once the pages answer, alive again and again, and stopping before it has stopped."""
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    with listening(address) as heard:
        with running(district) as daemon:
            until(lambda: daemon.said("running"))
            assert [heard.recv(64).decode() for _ in range(3)] == [READY, ALIVE, ALIVE]
        last = ""
        while last != STOPPING:
            last = heard.recv(64).decode()
