"""`syncd retry [ITEM…]`: what is set aside is tried again by the next pass, whatever its delay."""

from __future__ import annotations

from typing import Final

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, command_line
from syncd.cli.output import show, show_json
from syncd.engine.retrying import NotAside
from syncd.views.near import instead

_EXAMPLES: Final = {
    "retry": "all that is set aside",
    "retry G1.A1.P2": "only this item",
    "retry --mapping academics": "all of this mapping",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("items", metavar="[ITEM]...", nargs=-1)
@click.option("--mapping", "mappings", multiple=True, metavar="MAPPING", help="Only in this mapping; may be repeated.")
@as_json
def command(items: tuple[str, ...], mappings: tuple[str, ...], as_json: bool) -> None:
    """Have what is set aside tried again by the next pass: these items, or all of them.

    `syncd status` shows what is set aside, and why.
    """
    with opened() as app:
        try:
            due = app.retry(items, mappings)
        except NotAside as stranger:
            unknown = next(item for item in items if item not in stranger.there)
            hint = instead(unknown, stranger.there) or "nothing is"
            raise click.UsageError(f"{stranger}; {hint}") from None
    if as_json:
        show_json({"due": [{"mapping": mapping, "item": each.item} for mapping, each in due]})
        return
    for mapping, each in due:
        show(f"{mapping}  {each.item}  {each.message}")
    show(f"The next pass tries it again; one now: {command_line('sync')}" if due else "Nothing is set aside.")
