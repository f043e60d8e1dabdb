"""The schedule: when passes are due, on whose thread, and how few at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

from syncd.app import App
from syncd.config import load_config
from syncd.service.daemon import NIGHT, _Passes, _scheduled
from syncd.service.watch import Watch
from tests.cli.district import District

ZONE = ZoneInfo("America/New_York")


@contextmanager
def scheduled(district: District) -> Iterator[BackgroundScheduler]:
    """The schedule of a district with two mappings, waiting to begin."""
    families = '[mappings.families]\nplan = "district"\nconnection = "asana"\nselect = ["G2"]\ncontainer = "1201"\n'
    district.write_config(mapping='every = "10m"\nselect = ["G1"]', more=families)
    with App(load_config(district.config)) as app:
        app.open_store()
        schedule = _scheduled(_Passes(app, Watch(app), threading.Event()))
        schedule.start(paused=True)
        yield schedule
        schedule.shutdown()


def due_after(job: Job, moment: datetime, times: int = 1) -> list[datetime]:
    """When a job is due, one time after the other."""
    due: list[datetime] = []
    for _ in range(times):
        due.append(job.trigger.get_next_fire_time(due[-1] if due else None, due[-1] if due else moment))
    return due


def test_what_is_due(district: District) -> None:
    """Each mapping has a quiet pass and a nightly one; late runs count once, none begins while one is running."""
    with scheduled(district) as schedule:
        jobs = {job.id: job for job in schedule.get_jobs()}
        assert jobs.keys() == {"quiet academics", "full academics", "quiet families", "full families"}
        for name, job in jobs.items():
            kind, mapping = name.split()
            assert (job.args, job.kwargs) == ((mapping,), {"full": kind == "full"})
            assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


def test_one_thread_for_a_connection(district: District) -> None:
    """All passes of a connection share one thread, so they never run at once."""
    with scheduled(district) as schedule:
        assert {job.executor for job in schedule.get_jobs()} == {"asana"}
        assert schedule._executors["asana"]._pool._max_workers == 1


def test_quiet_passes_come_at_once_and_then_with_jitter(district: District) -> None:
    """The first is due right away; the next ones after the interval, up to a tenth of it later."""
    with scheduled(district) as schedule:
        job = schedule.get_job("quiet academics")
        now = datetime.now(ZONE)
        assert job.next_run_time < now + timedelta(seconds=1)
        nexts = [job.trigger.get_next_fire_time(now, now) - now for _ in range(50)]
    assert timedelta(minutes=10) <= min(nexts) < max(nexts) <= timedelta(minutes=11)


@pytest.mark.parametrize(
    ("day", "what"),
    [((2026, 11, 25), "an ordinary night"), ((2027, 3, 14), "clocks go forward"), ((2026, 11, 1), "clocks go back")],
)
def test_a_full_read_every_night(district: District, day: tuple[int, int, int], what: str) -> None:
    """Once a night in the district's time zone, also when an hour is missing or comes twice."""
    with scheduled(district) as schedule:
        [first, second] = due_after(schedule.get_job("full academics"), datetime(*day, tzinfo=ZONE), 2)
    assert first.astimezone(ZONE).date() == datetime(*day, tzinfo=ZONE).date(), what
    assert first.astimezone(ZONE).hour in (NIGHT, NIGHT + 1)
    assert second.astimezone(ZONE).date() == first.astimezone(ZONE).date() + timedelta(days=1)


def test_nothing_begins_once_it_is_asked_to_stop(district: District) -> None:
    """A pass that was waiting for its turn when the daemon stops is not begun."""
    stop = threading.Event()
    stop.set()
    with App(load_config(district.config)) as app:
        app.open_store()
        _Passes(app, Watch(app), stop).one("academics", full=False)
    assert district.box.requests == []
