"""`syncd demo`: the whole trip on this machine, with a local Asana or monday and an example plan; or just the tool."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from syncd import logs
from syncd.cli.codes import Code
from syncd.cli.options import Command, asked, program
from syncd.cli.output import show
from syncd.cli.stopping import stoppable
from syncd.demo.play import play_on, play_once
from syncd.demo.practice import PORTS, TOKEN, practice
from syncd.demo.stage import PARTS
from syncd.service.ending import listen

_EXAMPLES: Final = {
    "demo": "watch a district's plan at work, and take part",
    "demo --tool both --once": "the same in both tools, as text",
    "demo --sandbox asana": "an empty local Asana, to set syncd up with",
}


@click.command(cls=Command, examples=_EXAMPLES)
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
@click.option(
    "--sandbox",
    type=click.Choice(list(PORTS)),
    help="Play nothing: only run a local tool to practise on, and say its address and token.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="Where --sandbox listens; 0 takes a free port.")
def command(tool: str, once: bool, out: Path, sandbox: str | None, port: int | None) -> int:
    """See the whole trip: a plan becomes tasks, a team works, the scorecard moves. Needs no account anywhere."""
    logs.configure(asked().level or "warning")
    if sandbox:
        return practise(sandbox, port)
    if once:
        play_once(tool, out, show)
        return Code.DONE
    with stoppable("Ending the demo. Nothing of it stays on this machine.") as stopping:
        play_on(tool, show, stopping.event)
    return Code.DONE


def practise(kind: str, port: int | None) -> Code:
    """Run a local tool until it is told to stop."""
    ending = f"Ending the local {kind}. Nothing of it stays on this machine."
    try:
        with stoppable(ending) as stopping, practice(kind, port) as town:
            show(
                f"A local {town.title} is running; it is empty, and forgets everything when you end it (Ctrl-C).\n"
                f"  Boards    {town.box.root}/\n"
                f"  Address   {town.box.base_url}\n"
                f"  Token     {TOKEN}\n"
                f"Set syncd up with it in a second window:\n"
                f"  {program()} init --tool {kind} --base-url {town.box.base_url}"
            )
            listen(stopping.event)
    except OSError as error:
        raise click.UsageError(f"Port {port} cannot be had: {error.strerror}. Choose another --port.") from None
    return Code.DONE
