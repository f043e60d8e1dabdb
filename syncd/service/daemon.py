"""The daemon: passes by the clock and the scorecard on the web, until it is asked to stop.

APScheduler decides when. The passes of one connection run one after the other on a thread of its own, so that its
limiter is never fought over; what is late runs once, what is still running is not begun again.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from syncd.app import App
from syncd.errors import FileError
from syncd.plan.model import Audience
from syncd.service.server import serve
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app
from syncd.store.errors import StoreError

GRACE: Final = 20.0
"""Seconds that passes under way get to end when the daemon is asked to stop."""
NIGHT: Final = 2
"""The hour, in the district's time zone, from which on everything is read in full."""
_JITTER: Final = 0.1
"""The part of its interval by which a quiet pass may come later."""
_log = structlog.get_logger(__name__)


def run(
    app: App,
    *,
    stop: threading.Event,
    front: Audience = Audience.PUBLIC,
    listening: Callable[[str], None] = lambda _address: None,
    grace: float = GRACE,
) -> int:
    """Run until `stop` is set; the exit code. `front` is the audience that the front page is for.

    `listening` hears the address of the web surface. A pass that does not end within `grace` seconds after `stop` is
    abandoned: the process ends there. Raises StoreError or FileError if it cannot even begin, and PortTaken; later
    troubles are logged and tried again by the clock.
    """
    app.open_store()
    app.routes()
    watch = Watch(app)
    app.on_bad_plan = lambda name, error: watch.say(f"plan {name}", f"the last good one stays in force: {error}")
    token = app.config.server.admin_token
    web = make_app(LiveSite(app, watch), admin_token=token.get_secret_value() if token else None, front=front)
    with serve(web, app.config.server.listen) as address:
        schedule = _scheduled(_Passes(app, watch, stop))
        schedule.start()
        _log.info("running", scorecard=address, mappings=len(app.config.mappings))
        listening(address)
        stop.wait()
        _log.info("stopping")
        ended = _ended(schedule, grace)
    if not ended:
        # Every step of a pass is on disk before it is taken: the next one looks what arrived. Only this ends a thread
        # that waits for an answer.
        _log.warning("abandoned", message=f"a pass was still waiting for its tool after {grace:g} s")
        os._exit(0)
    _log.info("stopped")
    return 0


class _Passes:
    """The jobs of the schedule."""

    def __init__(self, app: App, watch: Watch, stop: threading.Event) -> None:
        self.app, self._watch, self._stop = app, watch, stop

    def one(self, mapping: str, *, full: bool) -> None:
        """One pass; whatever goes wrong is said, and tried again by the clock."""
        if self._stop.is_set():
            return
        try:
            for report in self.app.sync([mapping], full=full, stopping=self._stop.is_set):
                self._watch.ended(report)
        except FileError as error:
            self._watch.failed(mapping, str(error))
        except StoreError as error:
            self._watch.failed(mapping, f"{error}. {error.next_step}")
        except Exception as error:  # noqa: BLE001  a fault in one pass must not end the schedule
            self._watch.failed(mapping, f"{type(error).__name__}: {error}", exc_info=True)
        else:
            self._watch.say(f"passes of {mapping}", "")
            self._plans_well()

    def _plans_well(self) -> None:
        for name in self.app.config.plans:
            if self.app.plans.good(name):
                self._watch.say(f"plan {name}", "")


def _scheduled(passes: _Passes) -> BackgroundScheduler:
    """The schedule: for each mapping a quiet pass now and then, and every night a full one."""
    config = passes.app.config
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    executors = {name: ThreadPoolExecutor(1) for name in config.connections}
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    schedule = BackgroundScheduler(executors=executors, job_defaults=defaults, timezone=config.zone)
    now = datetime.now(config.zone)
    for number, (name, mapping) in enumerate(config.mappings.items()):
        seconds = mapping.every.total_seconds()
        schedule.add_job(
            passes.one,
            IntervalTrigger(seconds=int(seconds), jitter=int(seconds * _JITTER) or None, timezone=config.zone),
            args=[name],
            kwargs={"full": False},
            id=f"quiet {name}",
            executor=mapping.connection,
            next_run_time=now + timedelta(seconds=0.1 * number),
        )
        schedule.add_job(
            passes.one,
            CronTrigger(hour=NIGHT, minute=number % 60, jitter=600, timezone=config.zone),
            args=[name],
            kwargs={"full": True},
            id=f"full {name}",
            executor=mapping.connection,
        )
    return schedule


def _ended(schedule: BackgroundScheduler, grace: float) -> bool:
    """Shut the schedule down; whether what was under way ended in time."""
    waiting = threading.Thread(target=schedule.shutdown, kwargs={"wait": True}, daemon=True)
    waiting.start()
    waiting.join(grace)
    return not waiting.is_alive()
