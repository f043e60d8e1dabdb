"""`syncd db`: looks after the store."""

from __future__ import annotations

from pathlib import Path

import click

from syncd import logs
from syncd.cli.bars import Bars
from syncd.cli.opening import opened
from syncd.cli.options import Command, Group, as_json, copyable
from syncd.cli.output import show, show_json
from syncd.cluster.opening import queue_of
from syncd.config import Config
from syncd.errors import Problem
from syncd.settings import absolute_store
from syncd.store.errors import StoreError
from syncd.store.moving import Moved, Unfit
from syncd.store.moving import move as move_store
from syncd.store.opening import understand


@click.group(cls=Group, examples={"db check": "", "db backup": ""})
def command() -> None:
    """Look after the store: upgrade, check, backup, move."""


@command.command(cls=Command, examples={"db upgrade": ""})
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


@command.command(cls=Command, examples={"db check": "whether all of it can be read"})
@as_json
def check(as_json: bool) -> None:
    """See whether the store is sound.

    Reads through all of it, and looks whether its schema is the one that this syncd needs, and whether this account
    may write there; in PostgreSQL also whether it may use the queue of passes.
    """
    with opened() as app:
        app.store.check()
        app.store.require_writable()
        if queue := queue_of(app.config.store.url):
            queue.check()
        schema = app.store.current()
    if as_json:
        show_json({"schema": schema, "ok": True})
    else:
        show(f"The store is sound; it has schema {schema}.")


@command.command(cls=Command, examples={"db backup": "beside the configuration", "db backup /srv/copies/syncd.db": ""})
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


@command.command(cls=Command, examples={"db move postgresql://syncd@db.example.org/syncd": ""})
@click.argument("url", metavar="URL")
@as_json
def move(url: str, as_json: bool) -> None:
    """Take the store to PostgreSQL, and compare all of it.

    URL is the address of an empty database, as [store] takes it; sqlite:///FILE takes a store back, where FILE is
    relative to the folder you are in. The daemon must not run. The store is only read and stays as it was; the copy
    counts only if every row in it is the same.
    """
    try:
        password = understand(url).place.password
    except StoreError as error:
        raise click.BadParameter(error.in_full) from error
    if password:
        logs.hide(password)
    url = absolute_store(url, Path.cwd())
    with opened() as app, Bars() as bars:
        try:
            moved = move_store(
                app.config.store.url, url, app.config.connections, expect=bars.expect, progress=bars.progress
            )
        except Unfit as error:
            raise click.UsageError(error.in_full) from error
        before, line = understand(app.config.store.url).place.name, app.config.problem("", "store", "url")
    if as_json:
        place = {"file": line.file, "line": line.line, "key": "store.url"}
        show_json({"from": before, "to": moved.to, "rows": moved.total, "tables": dict(moved.rows), "set": place})
    else:
        _told(moved, before, "that address" if password else url, line, app.config)


def _told(moved: Moved, before: str, url: str, line: Problem, config: Config) -> None:
    """What was moved, which line is to name it from now on, and what becomes of the store as it was."""
    show(
        f"The store is moved to {moved.to}: {moved.total} rows in {len(moved.rows)} tables, all compared and the same."
    )
    if config.origin("store", "url") != str(config.path):
        show(f"Now set the {line.file} to {url}; syncd works with the store as it was until then.")
    else:
        where = line.file if line.line is None else f"{line.file}:{line.line}"
        show(f"Now write {url} into {where} as url in [store]; syncd works with the store as it was until then.")
    show(copyable("Then run `syncd db check`, and start the daemon again."))
    show(f"{before} is as it was. Keep it until you have seen that all is well.")
