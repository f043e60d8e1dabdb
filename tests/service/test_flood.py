"""A flood of visitors: passes go through, every visitor is answered, and it leaves nothing behind."""

from __future__ import annotations

import sys

import pytest

from tests.cli.district import District
from tests.service.flooding import ADMIN, GROWTH, SLOWEST, flood

pytestmark = [pytest.mark.process, pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what it costs")]


def test_a_flood_of_visitors_keeps_nothing_from_being_done(district: District) -> None:
    """A few seconds of it: the edit of the plan arrives, memory and sockets stay, and the log is not flooded too."""
    done = flood(district, 2.5)
    assert done.passed
    assert done.code == 0
    assert set(done.statuses) == {200, 401, 404, 429}
    assert done.answers > 100
    assert done.slowest <= SLOWEST
    assert done.grown <= GROWTH
    assert done.files <= 2
    assert len(done.log.splitlines()) < 50
    assert not any(secret in done.log for secret in (ADMIN, district.token))
