"""`syncd import`: a plan from a district's own spreadsheet, and next month's version of it into the same plan."""

# ruff: noqa: N999  the command is called so

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Final

import click

from syncd.cli.asking import Asker
from syncd.cli.codes import Code
from syncd.cli.confirming import agreed, brought, told
from syncd.cli.options import Command, as_json
from syncd.cli.output import tell
from syncd.importing import places
from syncd.importing.bringing import Brought, Existing
from syncd.importing.columns_file import lines_of
from syncd.importing.importer import Proposal, Settings, propose

_EXAMPLES: Final = {
    "import plan.xlsx --out plan.toml": "shows what the columns mean, and asks",
    "import plan.xlsx --out plan.toml --dry-run": "writes nothing",
    "import plan.xlsx --out plan.toml --columns columns.toml": "keeps what the columns mean",
    "import plan.xlsx --out plan.toml --columns columns.toml --yes": "next month's version, without asking",
}


@click.command("import", cls=Command, examples=_EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("plan.toml"),
    show_default=True,
    metavar="PLAN",
    help="The plan: made, or brought up to date if it is there.",
)
@click.option(
    "--columns",
    "columns_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the columns mean; written if it is not there yet.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: take the columns and the changes as they are shown.")
@click.option("--dry-run", is_flag=True, help="Only show what would be; write nothing.")
@as_json
def command(*, file: Path, out: Path, columns_file: Path | None, yes: bool, dry_run: bool, as_json: bool) -> int:
    """Make a plan of a spreadsheet (.csv or .xlsx), or bring a plan up to date with the next version of it.

    Every line is accounted for: it became an item, it was skipped for a reason, or it is named with what is wrong.
    """
    held = places.sheet(file)
    asker = Asker(by_hand=not yes and not dry_run and sys.stdin.isatty())
    if not (yes or dry_run or asker.by_hand):
        raise click.UsageError("there is no terminal to ask at: look with --dry-run, then say --yes")
    there = places.plan(out)
    settings = places.settings(columns_file)
    proposal = propose(held, str(file), settings)
    proposal = agreed(proposal, settings, asker, columns_file)
    done = brought(proposal, settings, there, asker, out)
    told(done, as_json=as_json)
    if not dry_run:
        _write(done, out, there, asker)
        _keep_columns(proposal, settings, columns_file, asker)
    elif columns_file is not None and columns_file.exists() and _tell_new(proposal, settings, columns_file):
        tell(f"Without --dry-run they are put into {columns_file}.")
    return Code.FINDINGS if done.imported.found.problems else Code.DONE


def _write(done: Brought, out: Path, there: Existing | None, asker: Asker) -> None:
    """Write the plan, unless a person does not want that. Raises Abort."""
    question = f"Write {out}?" if there is None else f"Put this into {out}? What it holds now stays beside it."
    asked = there is None or (done.update is not None and done.update.writes)
    if asked and asker.by_hand and not asker.yes(question, default=there is None):
        raise click.Abort
    places.write(done, out, there)
    if asked:
        tell(f"Written to {out}. Look through it; `syncd lint {shlex.quote(str(out))}` says what it still needs.")


def _keep_columns(proposal: Proposal, settings: Settings, file: Path | None, asker: Asker) -> None:
    """Write what the columns mean into a file, where one was named, or a person wants one; it is asked first."""
    if file is None and asker.by_hand and not settings.columns:
        said = asker.text("Keep what the columns mean for next time, in a file (its name, or Enter for no)", "", "")
        file = None if said.casefold() in ("", "n", "no") else Path(said)
    if file is None:
        return
    if not file.exists():
        places.keep_columns(proposal, settings, file)
        tell(f"Written to {file}: name it with --columns next time.")
    elif _tell_new(proposal, settings, file) and asker.yes(f"Put that into {file}?", default=True):
        done = places.keep_columns(proposal, settings, file)
        by_hand = "It is written in a way that is not safe to change: put these lines into it by hand, below [columns]."
        tell(f"Put into {file}." if done else by_hand)


def _tell_new(proposal: Proposal, settings: Settings, file: Path) -> bool:
    """Tell which headings a columns file does not know, or knows otherwise; whether there are any."""
    new = lines_of(places.new_columns(proposal, settings))
    if new:
        tell("\n".join([f"{file} does not say so yet:", *(f"  {line}" for line in new)]))
    return bool(new)
