"""The daemon: passes by the clock and the scorecard on the web, until it is asked to stop.

APScheduler decides when. The passes of one connection run one after the other on a thread of its own, so that its
limiter is never fought over; what is late runs once, what is still running is not begun again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Final

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from syncd.app import App
from syncd.plan.model import Audience
from syncd.service.hooks import Hookup
from syncd.service.schedule import Passes, later, scheduled
from syncd.service.server import serve
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app
from syncd.service.webhooks import Inbox

GRACE: Final = 20.0
"""Seconds that passes under way get to end when the daemon is asked to stop."""
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
    token, inbox = app.config.server.admin_token, Inbox(app.clock.monotonic)
    web = make_app(
        LiveSite(app, watch),
        admin_token=token.get_secret_value() if token else None,
        front=front,
        inbox=inbox,
        version=lambda: watch.passes,
    )
    with serve(web, app.config.server.listen) as address:
        passes = Passes(app, watch, stop)
        schedule = scheduled(passes)
        passes.told = hookup = Hookup(app, watch, inbox, later(schedule), passes.hinted)
        schedule.start()
        hookup.start()
        _log.info("running", scorecard=address, mappings=len(app.config.mappings))
        listening(address)
        stop.wait()
        _log.info("stopping")
        hookup.stop()
        ended = _ended(schedule, grace)
        if ended:
            hookup.close()
    if not ended:
        # Every step of a pass is on disk before it is taken: the next one looks what arrived. Only this ends a thread
        # that waits for an answer.
        _log.warning("abandoned", message=f"a pass was still waiting for its tool after {grace:g} s")
        os._exit(0)
    _log.info("stopped")
    return 0


def _ended(schedule: BackgroundScheduler, grace: float) -> bool:
    """Shut the schedule down; whether what was under way ended in time."""
    waiting = threading.Thread(target=schedule.shutdown, kwargs={"wait": True}, daemon=True)
    waiting.start()
    waiting.join(grace)
    return not waiting.is_alive()
