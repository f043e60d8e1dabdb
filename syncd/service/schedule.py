"""When passes are due: APScheduler's jobs, one for all mappings of a connection that are looked at equally often."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from syncd.config import Config
from syncd.service.chores import Chores
from syncd.service.passes import Passes

NIGHT: Final = 2
"""The hour, in the district's time zone, from which on everything is read in full."""
FETCH_EVERY: Final = 60
"""Seconds between two looks whether something that comes from an address is due."""
Later = Callable[[str, float, Callable[[], None]], None]
"""Runs something once, on a connection's thread, so many seconds from now or when that is free."""
PUBLISH_EVERY: Final = 300
"""Seconds between two looks whether there is a newer scorecard to publish."""
DEFAULTS: Final = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""What is late runs once, and what still runs is not begun again."""
CHORES: Final = "(chores)"
"""The thread of the chores; no connection can have that name."""
_JITTER: Final = 0.1
"""The part of its interval by which a quiet pass may come later."""


def together(config: Config) -> dict[tuple[str, timedelta], list[str]]:
    """The mappings that are looked at in one go: those of one connection and one interval."""
    found: dict[tuple[str, timedelta], list[str]] = {}
    for name, mapping in config.mappings.items():
        found.setdefault((mapping.connection, mapping.every), []).append(name)
    return found


def scheduled(passes: Passes, chores: Chores) -> BackgroundScheduler:
    """The schedule: for each connection quiet passes now and then, and every night a full one of each mapping.

    The chores are due at once and then every day after that; what comes from addresses is looked at every minute, and
    where scorecards are published as files, every five minutes whether there is anything new.
    """
    config = passes.app.config
    schedule = blank(config, dict.fromkeys((*config.connections, CHORES), 1))
    now = datetime.now(config.zone)
    for number, ((connection, every), mappings) in enumerate(together(config).items()):
        seconds = int(every.total_seconds())
        schedule.add_job(
            passes.quiet,
            IntervalTrigger(seconds=seconds, jitter=int(seconds * _JITTER) or None, timezone=config.zone),
            args=[tuple(mappings)],
            id=f"quiet {connection} {seconds}",
            executor=connection,
            next_run_time=now + timedelta(seconds=0.1 * number),
        )
        schedule.add_job(
            passes.some,
            CronTrigger(hour=NIGHT, minute=number % 60, jitter=600, timezone=config.zone),
            args=[tuple(mappings)],
            kwargs={"full": True},
            id=f"full {connection} {seconds}",
            executor=connection,
        )
    add_chores(schedule, chores, config)
    return schedule


def blank(config: Config, threads: Mapping[str, int]) -> BackgroundScheduler:
    """A schedule without anything in it, which has so many threads of each name."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    executors = {name: ThreadPoolExecutor(many) for name, many in threads.items()}
    return BackgroundScheduler(executors=executors, job_defaults=DEFAULTS, timezone=config.zone)


def add_chores(schedule: BackgroundScheduler, chores: Chores, config: Config) -> None:
    """Have the chores done by the thread of that name."""
    now = datetime.now(config.zone)
    daily = CronTrigger(hour=NIGHT + 1, timezone=config.zone)
    schedule.add_job(chores.daily, daily, id="daily", executor=CHORES, next_run_time=now)
    schedule.add_job(chores.fetch, IntervalTrigger(seconds=FETCH_EVERY), id="fetch", executor=CHORES)
    if config.schedule.publish:
        often = IntervalTrigger(seconds=PUBLISH_EVERY)
        schedule.add_job(chores.publish, often, id="publish", executor=CHORES, next_run_time=now)


def reckon_anew(schedule: BackgroundScheduler) -> None:
    """After the clock was set: nothing waits for a time that it has left again, and what is late by now runs once."""
    now = datetime.now(schedule.timezone)
    for job in schedule.get_jobs():
        due = job.trigger.get_next_fire_time(None, now) if isinstance(job.trigger, CronTrigger) else now
        if due < job.next_run_time:
            job.modify(next_run_time=due)
    schedule.wakeup()


def later(schedule: BackgroundScheduler) -> Later:
    """What puts something into the schedule, to be done once."""

    def run(connection: str, seconds: float, job: Callable[[], None]) -> None:
        at = datetime.now(schedule.timezone) + timedelta(seconds=seconds)
        schedule.add_job(job, DateTrigger(at), executor=connection)

    return run
