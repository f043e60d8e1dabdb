"""`syncd db`: looks after the store."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, Group, as_json
from syncd.cli.output import show, show_json


@click.group(cls=Group)
def command() -> None:
    """Look after the store: upgrade, check, backup."""


@command.command(cls=Command)
def upgrade() -> None:
    """Make the store, or bring its schema up to date."""
    with opened() as app:
        before = app.store.current()
        copy = app.open_store()
        after = app.store.current()
    if before is None:
        show(f"The store is made, with schema {after}.")
    else:
        show(f"The store has schema {after}{', as before' if before == after else f'; it had {before}'}.")
    if copy:
        show(f"A copy of it as it was is in {copy}.")


@command.command(cls=Command)
@as_json
def check(as_json: bool) -> None:
    """See whether the store is sound.

    Reads through all of it, and looks whether its schema is the one that this syncd needs.
    """
    with opened() as app:
        app.store.check()
        schema = app.store.current()
    if as_json:
        show_json({"schema": schema, "ok": True})
    else:
        show(f"The store is sound; it has schema {schema}.")


@command.command(cls=Command)
@click.argument("target", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
def backup(target: Path | None) -> None:
    """Copy the store into a new file while it is in use.

    Without FILE, into one beside the configuration that is named after the moment.
    """
    with opened() as app:
        moment = app.clock.now().astimezone(app.config.zone)
        file = target or app.config.folder / f"syncd-{moment:%Y-%m-%d-%H%M%S}.db"
        if file.exists():
            raise click.UsageError(f"{file} exists already; name a file that does not exist yet")
        app.store.backup(file)
    show(f"The store is copied to {file}.")
