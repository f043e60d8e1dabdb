"""`syncd changes --since DATE`: what changed between two days, as a board asks it."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import Final

import click

from syncd.cli.moments import Day
from syncd.cli.opening import opened
from syncd.cli.options import Command
from syncd.cli.output import show, show_json
from syncd.plan.model import Audience
from syncd.scorecard.changes_told import as_json, as_text

_WIDEST: Final = 110

_EXAMPLES: Final = {
    "changes --since 2026-06-10": "the last weeks, up to now",
    "changes --since 2026-01-01 --until 2026-06-30 --audience public": "",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--since", type=Day(), required=True, metavar="DATE", help="Since the end of that day.")
@click.option("--until", type=Day(), metavar="DATE", help="Up to the end of that day, else up to now.")
@click.option("--plan", metavar="PLAN", help="Which plan, where the configuration has several.")
@click.option(
    "--audience",
    type=click.Choice(Audience, case_sensitive=False),
    default=Audience.INTERNAL,
    show_default="internal",
    help="Public holds only what is marked public, and nobody's name.",
)
@click.option("--json", "form", flag_value="json", help="Print JSON for other programs.")
def command(since: datetime, until: datetime | None, plan: str | None, audience: Audience, form: str | None) -> None:
    """Show what changed between two days: wins, states and figures with the reasons, readings, edits of the plan.

    Both days are taken as things were known at their end.
    """
    with opened() as app:
        today = app.figures.today()
        last = until.date() if until else today
        if last > today:
            raise click.UsageError(f"{last} lies in the future; leave --until out for up to now")
        if since.date() > last:
            raise click.UsageError(f"--since {since.date()} is after {last}; name an earlier day")
        found = app.figures.changes(plan or app.plan_name(), audience=audience, since=since.date(), until=last)
    if form == "json":
        show_json(as_json(found))
    else:
        show(as_text(found, min(shutil.get_terminal_size().columns, _WIDEST)).rstrip("\n"))
