"""The files of an import: the sheet, the plan, and beside that what was imported last.

What was imported is put beside the plan before the plan is written, with the mark of the plan that it goes with. So an
import that is killed in between leaves nothing that the next one does not know what to do with.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from connectors.network import DIRECT
from syncd.errors import PlanError, Problem
from syncd.filing import put
from syncd.importing.bringing import Brought, Existing, existing
from syncd.importing.columns import Use
from syncd.importing.columns_file import read_columns, with_columns, write_columns
from syncd.importing.importer import Proposal, Settings, tables
from syncd.plan.keeping import FilePlace, Unwritable
from syncd.plan.sources import NoText
from syncd.plan.sources import content as source
from syncd.plan.sources import text as text_of

ENDINGS: Final = (".csv", ".tsv", ".xlsx", ".xls")
"""What files are called that are imported; of the last kind it is said what to do with it."""
_EDITED: Final = "somebody edited the plan meanwhile; import once more"


def sheet(file: Path) -> bytes:
    """What the sheet's file holds. Raises PlanError."""
    try:
        return source(str(file))
    except NoText as error:
        raise PlanError([error.problem]) from None


def settings(file: Path | None) -> Settings:
    """What a columns file says; nothing where it is not there yet. Raises PlanError."""
    if file is not None and not file.parent.is_dir():
        raise PlanError([Problem(str(file), f"there is no folder {file.parent}; make it, or name another file")])
    if file is None or not _is_there(file):
        return Settings()
    return read_columns(_text(file), str(file))


def new_columns(proposal: Proposal, known: Settings) -> dict[str, Use]:
    """By heading, what columns of a proposal mean of which that is not known yet, or was known otherwise.

    Without those of which only a person can say what they are.
    """
    uses = {guess.column.name: guess.use for _, table in tables(proposal) for guess in table.guesses}
    return {name: use for name, use in uses.items() if known.columns.get(name) != use and name not in proposal.unsure}


def keep_columns(proposal: Proposal, known: Settings, file: Path) -> bool:
    """Write down what the columns of a proposal mean, for the next version of its file.

    What else stands in a file that is there stays; False where it is written in a way that is not safe to change.
    Raises PlanError, OSError.
    """
    new = new_columns(proposal, known)
    if not _is_there(file):
        put(write_columns(replace(known, columns={**known.columns, **new})), file)
    elif new:
        text = with_columns(_text(file), new)
        if text is None:
            return False
        put(text, file.resolve())
    return True


def plan(out: Path) -> Existing | None:
    """The plan that is there, None where there is none. Raises PlanError."""
    if out.suffix.lower() != ".toml":
        raise PlanError([Problem(str(out), "a plan is imported into a .toml file; name one with --out")])
    if memory(out).is_dir():
        words = "this is a folder, and what is imported is kept in a file of that name; move it, or name another plan"
        raise PlanError([Problem(str(memory(out)), words)])
    if not _is_there(out):
        return None
    try:
        text = FilePlace(out).read()
    except Unwritable as error:
        raise PlanError([Problem(str(out), str(error))]) from None
    beside = memory(out)
    return existing(text, _begun(out, text) or (_text(beside) if beside.exists() else ""), str(out), str(beside))


def _is_there(file: Path) -> bool:
    """Whether there is such a file. Raises PlanError where a link by that name leads to none."""
    if file.is_symlink() and not file.exists():
        words = f"this is a link to {file.readlink()}, which is not there; remove the link, or make what it leads to"
        raise PlanError([Problem(str(file), words)])
    return file.exists()


def memory(out: Path) -> Path:
    """Where it stands what was imported last into a plan."""
    return out.with_suffix(".imported.json")


def _beginning(out: Path) -> Path:
    """Where it stands what an import that is under way brings into a plan."""
    return out.with_name(f".{memory(out).name}.new")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _begun(out: Path, text: str) -> str:
    """What an import brought into a plan that was killed as soon as the plan was written; "" where there was none."""
    place = _beginning(out)
    mark, _, held = _text(place).partition("\n") if place.exists() else ("", "", "")
    return held if mark == _mark(text) else ""


def write(brought: Brought, out: Path, there: Existing | None) -> None:
    """Write the plan, whole or not at all; the one that was there stays beside it. Raises PlanError, OSError."""
    beginning = _beginning(out)
    put(f"{_mark(brought.text)}\n{brought.memory}", beginning)
    try:
        why = _not_written(brought.text, out, there)
    except (OSError, PlanError):
        beginning.unlink()
        raise
    if why:
        beginning.unlink()
        raise PlanError([Problem(str(out), why)])
    put(brought.memory, memory(out))
    beginning.unlink()


def _not_written(text: str, out: Path, there: Existing | None) -> str:
    """Write a plan's text; why it could not be, "" if it could. Raises OSError."""
    if there is None and _is_there(out):
        return "somebody made this file meanwhile; import once more"
    if there is None:
        put(text, out)
    elif text != there.text:
        place = FilePlace(out)
        try:
            why = place.why_not()
            return why or ("" if place.swap(there.text, text) else _EDITED)
        except Unwritable as error:
            return str(error)
    return ""


def _text(file: Path) -> str:
    try:
        return text_of(str(file), DIRECT)
    except NoText as error:
        raise PlanError([error.problem]) from None
