"""The walls around every test hold."""

from __future__ import annotations

import os
import socket
import time

import pytest

from tests.conftest import OutsideError


@pytest.mark.parametrize("host", ["192.0.2.1", "plan.example.org", "2001:db8::1", b"192.0.2.1"])
def test_no_test_reaches_another_machine(host: str | bytes) -> None:
    """Neither a name nor an address outside this machine can be looked up or connected to."""
    with pytest.raises(OutsideError, match="nothing but this machine"):
        socket.getaddrinfo(host, 80)
    with socket.socket() as one, pytest.raises(OutsideError):
        one.connect((host, 80))
    with socket.socket() as one, pytest.raises(OutsideError):
        one.connect_ex((host, 80))


def test_a_test_reaches_its_own_machine() -> None:
    """Servers on the loopback can be used, by number and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()
        with socket.socket() as one:
            assert one.connect_ex(("127.0.0.1", port)) == 0


def test_local_time_is_far_from_universal_time() -> None:
    """A mix-up of local and universal time shows, because they are fourteen hours apart."""
    assert os.environ["TZ"] == "Pacific/Kiritimati"
    assert time.timezone == -14 * 3600
