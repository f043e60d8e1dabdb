"""`syncd pause MAPPING…`: no passes by the clock for these mappings, until they are resumed."""

from __future__ import annotations

from typing import Final

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, command_line
from syncd.cli.output import show

_EXAMPLES: Final = {
    "pause academics": "until `syncd resume academics`",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("mappings", metavar="MAPPING...", nargs=-1, required=True)
def command(mappings: tuple[str, ...]) -> None:
    """Have the daemon leave these mappings alone until `syncd resume`; a pass under way is finished.

    Tasks and plan stay as they are, and what people change meanwhile is taken in afterwards.
    """
    with opened() as app:
        changed = app.pause(mappings, paused=True)
    for mapping in dict.fromkeys(mappings):
        since = "is paused" if mapping in changed else "was paused already"
        show(f"{mapping} {since}. It goes on after: {command_line(f'resume {mapping}')}")
