"""The files of an import: the sheet, the plan, and beside that what was imported last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from connectors.network import DIRECT
from syncd.errors import PlanError, Problem
from syncd.filing import put
from syncd.importing.bringing import Brought, Existing, existing
from syncd.importing.columns_file import read_columns, write_columns
from syncd.importing.importer import Proposal, Settings, tables
from syncd.plan.keeping import FilePlace, Unwritable
from syncd.plan.sources import NoText
from syncd.plan.sources import content as source
from syncd.plan.sources import text as text_of

ENDINGS: Final = (".csv", ".tsv", ".xlsx", ".xls")
"""What files are called that are imported; of the last kind it is said what to do with it."""


def sheet(file: Path) -> bytes:
    """What the sheet's file holds. Raises PlanError."""
    try:
        return source(str(file))
    except NoText as error:
        raise PlanError([error.problem]) from None


def settings(file: Path | None) -> Settings:
    """What a columns file says; nothing where it is not there yet. Raises PlanError."""
    if file is None or not file.exists():
        return Settings()
    return read_columns(_text(file), str(file))


def keep_columns(proposal: Proposal, known: Settings, file: Path) -> None:
    """Write down what the columns of a proposal mean, for the next version of its file. Raises OSError."""
    uses = {guess.column.name: guess.use for _, table in tables(proposal) for guess in table.guesses}
    put(write_columns(replace(known, columns={**known.columns, **uses})), file)


def plan(out: Path) -> Existing | None:
    """The plan that is there, None where there is none. Raises PlanError."""
    if out.suffix.lower() != ".toml":
        raise PlanError([Problem(str(out), "a plan is imported into a .toml file; name one with --out")])
    if not out.exists():
        return None
    try:
        text = FilePlace(out).read()
    except Unwritable as error:
        raise PlanError([Problem(str(out), str(error))]) from None
    beside = memory(out)
    return existing(text, _text(beside) if beside.exists() else "", str(out), str(beside))


def memory(out: Path) -> Path:
    """Where it stands what was imported last into a plan."""
    return out.with_suffix(".imported.json")


def write(brought: Brought, out: Path, there: Existing | None) -> None:
    """Write the plan, whole or not at all; the one that was there stays beside it. Raises PlanError, OSError."""
    if there is None and out.exists():
        raise PlanError([Problem(str(out), "somebody made this file meanwhile; import once more")])
    if there is None:
        put(brought.text, out)
    elif brought.text != there.text:
        place = FilePlace(out)
        try:
            why = place.why_not()
            done = not why and place.swap(there.text, brought.text)
        except Unwritable as error:
            why, done = str(error), False
        if not done:
            raise PlanError([Problem(str(out), why or "somebody edited the plan meanwhile; import once more")])
    put(brought.memory, memory(out))


def _text(file: Path) -> str:
    try:
        return text_of(str(file), DIRECT)
    except NoText as error:
        raise PlanError([error.problem]) from None
