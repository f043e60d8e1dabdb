"""What becomes of passes reaches the daemon that leads: in order, soon, and without many jobs for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from syncd.app import App
from syncd.cluster.hands import Do
from syncd.cluster.jobs import Job, Queue
from syncd.cluster.queue import PassQueue
from syncd.config import load_config
from syncd.service import jobs
from syncd.service.lending import tell
from syncd.service.spread import Spread
from syncd.service.watch import Watch
from tests.cluster.shared import Shared
from tests.cluster.test_passing import rescued
from tests.cluster.test_queue import Opened, abandon, raw
from tests.service.daemons import until


@contextmanager
def listening(queue: PassQueue, at_once: int, do: Do) -> Iterator[None]:
    """Reports are heard until the block ends."""
    hands = queue.serve(Queue.LEAD, at_once, do, poll=0.05)
    try:
        yield
    finally:
        hands.stop()
        hands.end()


def test_reports_of_a_connection_are_one_until_they_are_heard(opened: Opened, url: str) -> None:
    """A leading daemon that is busy finds one report of each connection, and not one of each pass."""
    queue = opened()
    for number in range(6):
        tell(queue, f"connection {number % 2}", [["spared", f"m{number}"]])
    with raw(url) as connection:
        waiting = connection.execute("SELECT args -> 'what' -> 'told' FROM procrastinate_jobs ORDER BY id").fetchall()
    assert waiting == [([["spared", f"m{number}"] for number in each],) for each in ((0, 2, 4), (1, 3, 5))]


def test_what_one_report_cannot_hold_is_heard_in_order_and_soon(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody says that a lock is free again: those that waited for it are looked for more often."""
    monkeypatch.setattr(jobs, "_MOST_TOLD", 3)
    queue, heard = opened(), list[Job]()
    for number in range(40):
        tell(queue, f"connection {number % 2}", [["spared", number]])
    with listening(queue, 8, lambda job, _over: heard.append(job)):
        until(lambda: sum(len(job.what["told"]) for job in heard) == 40)
    for odd in (0, 1):
        mine = [job for job in heard if job.lock == f"reports of connection {odd}"]
        assert [number for job in mine for _, number in job.what["told"]] == list(range(odd, 40, 2))


def test_what_a_dead_leader_was_about_to_hear_is_heard_first(district: Shared, opened: Opened, url: str) -> None:
    """Its report is put back, into the one that waits by now."""
    queue = opened()
    with App(load_config(district.config)) as app:
        app.open_store()
        watch = Watch(app)
        short = "it runs short"
        tell(queue, "connection asana", [["say", "quota of asana", short], ["say", "quota of monday", short]])
        abandon(url)
        tell(queue, "connection asana", [["say", "quota of asana", ""]])
        rescued(queue)
        leader = Spread(app, watch, queue, threading.Event())
        with listening(queue, 1, leader._do):
            until(lambda: watch._said.get("quota of asana") == "")
    assert watch._said["quota of monday"] == short


def test_what_is_short_does_not_go_before_what_did_not_fit(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that takes up no more takes up nothing from then on."""
    monkeypatch.setattr(jobs, "_MOST_TOLD", 3)
    queue, heard = opened(), list[int]()
    for batch in ([1, 2], [3, 4], [5, 6], [7]):
        tell(queue, "connection asana", [["spared", number] for number in batch])
    with listening(queue, 8, lambda job, _over: heard.extend(number for _, number in job.what["told"])):
        until(lambda: len(heard) == 7)
    assert heard == [1, 2, 3, 4, 5, 6, 7]


def test_what_cannot_be_made_out_stops_nothing_else(district: Shared, opened: Opened) -> None:
    """Another version of syncd told it, in one report with what this one understands."""
    queue = opened()
    with App(load_config(district.config)) as app:
        app.open_store()
        watch = Watch(app)
        tell(queue, "connection asana", [["ended", {"mapping": "academics"}]])
        tell(queue, "connection asana", [["say", "quota of asana", "it runs short"]])
        leader = Spread(app, watch, queue, threading.Event())
        with listening(queue, 1, leader._do):
            until(lambda: watch._said.get("quota of asana") == "it runs short")
