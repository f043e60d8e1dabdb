"""`syncd run`: the daemon, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, asked, quoted
from syncd.cli.output import tell
from syncd.cli.stopping import stoppable
from syncd.config import load_config
from syncd.exposure import READABLE, exposed
from syncd.service.daemon import run
from syncd.service.ending import beside, in_time

STOPPING = "Stopping: the pass under way is finished or left off safely. Once more (Ctrl-C) ends it at once."
_SHORT: Final = 16
"""Characters below which a secret can be guessed by trying."""
_log = logging.getLogger(__name__)

_EXAMPLES: Final = {
    "run": "with ./config.toml",
    "--config /etc/syncd/config.toml run": "with another one",
}


@click.command(cls=Command, examples=_EXAMPLES)
def command() -> int:
    """Run the daemon: passes by the clock, and the scorecard on the web, until Ctrl-C or SIGTERM."""
    with stoppable(STOPPING) as stopping, in_time(stopping.event), opened("info") as app, hung_up() as again:
        token = app.config.server.admin_token
        if token and len(token.get_secret_value()) < _SHORT:
            _log.warning("admin_token is shorter than %d characters: it can be guessed; make a longer one", _SHORT)
        for file in exposed(app.config):
            _log.warning("%s: %s; take that right away: chmod o-rwx %s", file, READABLE, quoted(str(file)))
        load = partial(load_config, asked().config)
        listening = partial(_listening, signed_in=token is not None)
        service = partial(run, app, stop=stopping.event, listening=listening, load=load, again=again)
        return beside(service, stopping.event)


@contextmanager
def hung_up() -> Iterator[threading.Event]:
    """Within it, SIGHUP sets the event; a system without that signal has none."""
    event, number = threading.Event(), getattr(signal, "SIGHUP", None)
    if number is None:
        yield event
        return
    before = signal.signal(number, lambda *_: event.set())
    try:
        yield event
    finally:
        signal.signal(number, before)


def _listening(address: str, *, signed_in: bool) -> None:
    tell(f"The scorecard is at {address} (Ctrl-C ends this).")
    full = f"All of it is at {address}/internal, with the admin token."
    without = "It shows what the plan marks as public. For all of it, at /internal, set SYNCD_SERVER__ADMIN_TOKEN."
    tell(full if signed_in else without)
