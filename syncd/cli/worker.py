"""`syncd worker`: more hands for the daemons on a store in PostgreSQL, until it is told to stop."""

from __future__ import annotations

from functools import partial

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, asked
from syncd.cli.output import tell
from syncd.cli.run import STOPPING, hung_up
from syncd.cli.stopping import stoppable
from syncd.cluster.opening import lacking
from syncd.config import load_config
from syncd.errors import ConfigError
from syncd.service.daemon import work
from syncd.service.ending import beside, in_time


@click.command(cls=Command, examples={"worker": "with ./config.toml, as the daemon has it"})
def command() -> int:
    """Make the passes that running daemons say are due, beside them, until Ctrl-C or SIGTERM.

    As many of them as you like, on any machines, on one store in PostgreSQL. Without `syncd run` nothing is due.
    """
    with stoppable(STOPPING) as stopping, in_time(stopping.event), opened("info") as app, hung_up() as again:
        if reason := lacking(app.config.store.url):
            raise ConfigError([app.config.problem(reason, "store", "url")])
        tell("Making passes for the daemons on this store (Ctrl-C ends this).")
        load = partial(load_config, asked().config)
        return beside(partial(work, app, stop=stopping.event, load=load, again=again), stopping.event)
