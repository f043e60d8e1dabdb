"""A machine whose clock is wrong: it is said wherever people look, until it is right again."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from connectors.clock import SystemClock
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.service import clocks
from syncd.service.daemon import Daemon
from syncd.service.readiness import readiness
from syncd.service.troubles import headline
from tests.cluster.shared import Shared
from tests.service.daemons import PATIENCE


class Wrong(SystemClock):
    """Ahead of all others."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """The instant it shows."""
        return super().now() + self.ahead


@pytest.mark.parametrize(
    ("leads", "ahead", "words"),
    [(True, timedelta(minutes=5), "5 minutes ahead of"), (False, timedelta(hours=-3), "3 hours behind")],
    ids=["daemon", "worker"],
)
def test_a_clock_that_is_wrong(
    district: Shared, monkeypatch: pytest.MonkeyPatch, leads: bool, ahead: timedelta, words: str
) -> None:
    """A daemon and a worker say so at once, with what to do; and that it is well again, once it is."""
    monkeypatch.setattr(clocks, "COMPARE_EVERY", 0.0)
    clock = Wrong(ahead)
    with App(load_config(district.config), clock) as app, capture_logs() as lines:
        running = Daemon(app, Audience.INTERNAL, None, threading.Event(), leads=leads)

        def said() -> list[str]:
            return [line["event"] for line in lines if line.get("about") == "clock"]

        for _ in range(2):
            running.look()
        assert said() == ["trouble"]
        told = readiness(app, running._watch)
        assert words in str(told["clock"]["trouble"])
        assert not told["ready"]
        assert "clock" in running._watch.troubles._entries, "no notice would come"
        clock.ahead = timedelta(seconds=50)
        running.look()
        assert said() == ["trouble", "well_again"]
        assert readiness(app, running._watch)["clock"] == {"ready": True, "trouble": None}
        assert running.end(PATIENCE)
    assert headline("clock") == "The machine's clock is wrong"
