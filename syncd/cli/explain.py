"""`syncd explain ID`: where the figures of an item come from, down to each task and reading."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import click

from syncd.cli.moments import Day
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json
from syncd.cli.output import show, show_json
from syncd.scorecard import explain

_EXAMPLES: Final = {
    "explain G1.O1.K1": "a KPI: its readings, and the work that drives it",
    "explain G1.A1": "an action: its projects, their weights and tasks",
    "explain G1.A1 --as-of 2026-06-30": "as things were known then",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("item", metavar="ID")
@click.option("--plan", metavar="PLAN", help="Which plan, where several hold an item of that id.")
@click.option("--as-of", type=Day(), metavar="DATE", help="As things were known at the end of that day.")
@as_json
def command(item: str, plan: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Show where the figures of a KPI, action, project, outcome or goal come from.

    The formula, every task with its weight, state and address, and every reading.
    """
    with opened() as app:
        explanation = app.explain(item, plan=plan, as_of=as_of.date() if as_of else None)
    if as_json:
        show_json(explain.as_json(explanation))
    else:
        show(explain.as_text(explanation).rstrip("\n"))
