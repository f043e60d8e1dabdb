"""Webhooks where passes come out of the queue: as quick as on one machine, and nothing is asked without a reason."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from syncd.service import jobs
from tests.cluster.test_queue import Opened, raw
from tests.service.daemons import until
from tests.service.hooked import LIAISON, TEACHERS, done, hooked, timed


def test_what_a_team_ticks_is_told_and_else_nothing_is_asked(tmp_path: Path, url: str, opened: Opened) -> None:
    """A tick in each tool is on the scorecard soon; a quiet pass of what the daemon is told of costs no request."""
    with hooked(tmp_path) as place:
        text = place.district.config.read_text(encoding="utf-8")
        place.district.config.write_text(text.replace("sqlite:///syncd.db", url), encoding="utf-8")
        with place.running() as daemon:
            queue = opened()
            for title in (TEACHERS, LIAISON):
                assert done(daemon, title) is False
                place.tick(title)
                seconds = timed(partial(done, daemon, title))
                sys.stdout.write(f"\n{title}: on the scorecard {seconds:.2f} s after the tick\n")
            place.settled(daemon)
            before, well = place.asked(), daemon.get("/healthz").json()["passes"]
            for connection, mapping in (("asana", "academics"), ("monday", "families")):
                assert queue.put(jobs.by_clock(connection, [mapping]))
            with raw(url) as connection_:
                until(lambda: connection_.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,))
            place.settled(daemon)
            assert place.asked() == before
            assert daemon.get("/healthz").json()["passes"] == well
