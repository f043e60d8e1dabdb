"""Shows a person what an import makes of a spreadsheet, and asks whether that is what the spreadsheet means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from syncd.cli.asking import Asker
from syncd.cli.output import show, show_json, tell
from syncd.errors import PlanError, Problem
from syncd.importing.bringing import Brought, Existing, bring
from syncd.importing.columns import Use
from syncd.importing.headings import MEANINGS, Role
from syncd.importing.importer import Proposal, Settings, chosen, tables
from syncd.importing.renaming import doubts
from syncd.importing.telling import changes, columns, report
from syncd.importing.updating import ByHand


def agreed(proposal: Proposal, settings: Settings, asker: Asker, file: Path | None) -> Proposal:
    """The proposal with the columns as a person wants them; with what only a person can say, where none is asked.

    `file` is the columns file, if there is one.
    """
    known = all(guess.column.name in settings.columns for _, each in tables(proposal) for guess in each.guesses)
    while not known:
        for sheet, table in tables(proposal):
            tell("\n".join(columns(sheet, table)))
        unsure = doubts(proposal, settings, str(file))
        if not asker.by_hand:
            return replace(proposal, problems=(*proposal.problems, *unsure.values()), unsure=frozenset(unsure))
        for problem in unsure.values():
            tell(f"! {problem}")
        if asker.yes("Are the columns right?", default=True):
            return proposal
        proposal = chosen(proposal, _corrected(proposal))
    return proposal


def _corrected(proposal: Proposal) -> Mapping[str, Use]:
    """What a person says of each column: one of the words that are listed, or Enter for what was guessed."""
    uses: dict[str, Use] = {}
    tell("\n".join(f"  {role:<12} {meaning}" for role, meaning in MEANINGS.items()))
    names = click.Choice([role.value for role in MEANINGS])
    for _, table in tables(proposal):
        for guess in table.guesses:
            name, use = guess.column.name, guess.use
            if name not in uses:
                said = click.prompt(f"“{name}” is", default=use.role.value, type=names, show_choices=False, err=True)
                uses[name] = replace(use, role=Role(said))
    return uses


def brought(proposal: Proposal, settings: Settings, there: Existing | None, asker: Asker, out: Path) -> Brought:
    """What the import comes to; whether what has another title now is the same, a person is asked. Raises PlanError."""
    try:
        done = bring(proposal, settings, there)
        distinct = frozenset(
            each.id
            for each in done.renamed
            if not asker.yes(f"{each.id}: is “{each.after}” the same as “{each.before}”?", default=True)
        )
        return bring(proposal, settings, there, distinct) if distinct else done
    except ByHand as error:
        raise PlanError([Problem(str(out), str(error))]) from None


def told(done: Brought, *, as_json: bool = False) -> None:
    """Show what was found, what became of the lines, and what changes in a plan that is there."""
    if as_json:
        show_json(done.imported.report())
        for line in changes(done):
            tell(line)
        return
    for line in report(done.imported):
        show(line)
    for line in changes(done):
        show(line)
    if done.update is not None and not done.update.writes:
        show("Nothing in the plan is to change.")
