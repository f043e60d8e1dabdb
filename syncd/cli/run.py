"""`syncd run`: the daemon, until it is told to stop."""

from __future__ import annotations

import logging
from typing import Final

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command
from syncd.cli.output import tell
from syncd.cli.stopping import stoppable
from syncd.service.daemon import run

_STOPPING = "Stopping: the pass under way is finished or left off safely. Once more (Ctrl-C) ends it at once."
_SHORT: Final = 16
"""Characters below which a secret can be guessed by trying."""
_log = logging.getLogger(__name__)


@click.command(cls=Command)
def command() -> int:
    """Run the daemon: passes by the clock, and the scorecard on the web, until Ctrl-C or SIGTERM."""
    with opened("info") as app, stoppable(_STOPPING) as stopping:
        token = app.config.server.admin_token
        if token and len(token.get_secret_value()) < _SHORT:
            _log.warning("admin_token is shorter than %d characters: it can be guessed; make a longer one", _SHORT)
        return run(app, stop=stopping.event, listening=_listening)


def _listening(address: str) -> None:
    tell(f"The scorecard is at {address} (Ctrl-C ends this).")
