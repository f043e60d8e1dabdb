"""`syncd demo`: the whole trip on this machine, with a local Asana or monday and an example plan."""

from __future__ import annotations

from pathlib import Path

import click

from syncd import logs
from syncd.cli.codes import Code
from syncd.cli.options import Command, asked
from syncd.cli.output import show
from syncd.cli.stopping import stoppable
from syncd.demo.play import play_on, play_once
from syncd.demo.stage import PARTS


@click.command(cls=Command)
@click.option(
    "--tool",
    type=click.Choice(list(PARTS)),
    default="asana",
    show_default=True,
    help="Where the teams work; with both, the academic goals are in Asana and the others in monday.",
)
@click.option("--once", is_flag=True, help="Play the story without staying: print what moved, write the page, end.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where --once writes the page.",
)
def command(tool: str, once: bool, out: Path) -> int:
    """See the whole trip: a plan becomes tasks, a team works, the scorecard moves. Needs no account anywhere."""
    logs.configure(asked().level or "warning")
    if once:
        play_once(tool, out, show)
        return Code.DONE
    with stoppable("Ending the demo. Nothing of it stays on this machine.") as stopping:
        play_on(tool, show, stopping.event)
    return Code.DONE
