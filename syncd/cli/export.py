"""`syncd export`: the plan and its progress as an Excel workbook or CSV."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from syncd.cli.moments import Day
from syncd.cli.opening import opened
from syncd.cli.options import Command
from syncd.cli.output import deliver, tell
from syncd.cli.targets import require_no_source
from syncd.filing import put
from syncd.plan.model import Audience
from syncd.scorecard.sheets import as_csv, as_xlsx
from syncd.scorecard.tables import tables

_TABLES: Final = ("plan", "kpis", "readings")

_EXAMPLES: Final = {
    "export --out plan.xlsx": "a workbook: plan, KPIs, readings",
    "export --out public.xlsx --audience public": "only what everybody may see",
    "export --format csv --table readings --out readings.csv": "",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--plan", metavar="PLAN", help="Which plan, where the configuration has several.")
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), help="Else what --out ends with, or xlsx.")
@click.option("--table", type=click.Choice(_TABLES), help="Of CSV, which holds one table: which.  [default: plan]")
@click.option(
    "--audience",
    type=click.Choice(Audience, case_sensitive=False),
    default=Audience.INTERNAL,
    show_default="internal",
    help="Public holds only what is marked public, and nobody's name.",
)
@click.option("--as-of", type=Day(), metavar="DATE", help="As things were known at the end of that day.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", help="Write it to this file.")
def command(
    *,
    plan: str | None,
    form: str | None,
    table: str | None,
    audience: Audience,
    as_of: datetime | None,
    out: Path | None,
) -> None:
    """Write the plan and its progress for a spreadsheet: tiers, KPIs, readings; with days and numbers as such."""
    form = form or ("csv" if table or (out and out.suffix.lower() == ".csv") else "xlsx")
    if table and form != "csv":
        raise click.UsageError("a workbook holds all tables; --table is for --format csv")
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is nothing to read in a terminal: name a file with --out")
    if out is not None and out.suffix.lower() != f".{form}":
        raise click.UsageError(f"{out} is to hold {form}, so that Excel opens it: give it the ending .{form}")
    with opened() as app:
        require_no_source(app, out)
        card = app.scorecard(plan, audience=audience, as_of=as_of.date() if as_of else None)
    made = tables(card)
    if form == "csv":
        deliver(as_csv(made[_TABLES.index(table or "plan")]), out)
    elif out is None:
        sys.stdout.buffer.write(as_xlsx(made))
    else:
        put(as_xlsx(made), out)
    if out is not None:
        tell(f"Written to {out}.")
