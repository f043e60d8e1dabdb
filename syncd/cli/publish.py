"""`syncd publish`: the public scorecard as a folder of files, replaced at once, with a snapshot of the day."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json
from syncd.cli.output import show, show_json
from syncd.publishing.publish import Published, publish
from syncd.scorecard.words import count


@click.command(cls=Command, example="publish --out /srv/www/plan")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder to be published."
)
@click.option("--plan", metavar="PLAN", help="Only this plan, where the configuration has several.")
@as_json
def command(out: Path, plan: str | None, as_json: bool) -> None:
    """Publish what is public as a folder of files for any web server: pages, data, and a snapshot of each day.

    The folder is replaced at once. It needs no script and no syncd to be read.
    """
    with opened() as app:
        done = list(publish(app, out.absolute(), plan))
    if as_json:
        show_json({"published": [for_programs(each) for each in done], "ok": True})
        return
    for each in done:
        show(in_words(each))


def in_words(done: Published) -> str:
    """What was done, for people."""
    what = "published in" if done.new else "nothing new since what is published in"
    kept = (
        f"the snapshot of {done.day} is {done.digest}" if done.kept else f"the snapshot of {done.day} stays as it was"
    )
    return f"{done.plan}: {what} {done.place}; {kept} ({count(done.snapshots, 'snapshot')})."


def for_programs(done: Published) -> dict[str, Any]:
    """What was done, for other programs."""
    return asdict(done) | {"place": str(done.place)}
