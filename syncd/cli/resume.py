"""`syncd resume MAPPING…`: passes by the clock again for mappings that were paused."""

from __future__ import annotations

from typing import Final

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command
from syncd.cli.output import show

_EXAMPLES: Final = {
    "resume academics": "",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("mappings", metavar="MAPPING...", nargs=-1, required=True)
def command(mappings: tuple[str, ...]) -> None:
    """Have the daemon look after these mappings again; its next look comes when it is due."""
    with opened() as app:
        changed = app.pause(mappings, paused=False)
    for mapping in dict.fromkeys(mappings):
        show(f"{mapping} {'goes on' if mapping in changed else 'was not paused'}.")
