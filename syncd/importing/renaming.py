"""Tells of a heading that nobody knows, where a column that the columns file names is gone: it may be that one. Pure.

What such a column is, only a person can say; until then it is not put into the columns file as a mere remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from syncd.errors import Problem
from syncd.importing.columns import Guess, Use
from syncd.importing.columns_file import lines_of
from syncd.importing.days import Calendar, stretches
from syncd.importing.gathering import Table
from syncd.importing.headings import Role, heading
from syncd.importing.importer import Proposal, Settings, tables

_IDLE: Final = frozenset({Role.NOTES, Role.SKIP})
"""What nobody misses."""


def doubts(proposal: Proposal, settings: Settings, file: str) -> dict[str, Problem]:
    """What to ask of each new column that may be one which the columns file knows by another heading."""
    gone = _gone(proposal, settings)
    found: dict[str, Problem] = {}
    for sheet, table in tables(proposal):
        lost = _lost(table, gone)
        for guess in _unknown(table, settings) if lost else ():
            line = table.block.lines[0].number if table.block.lines else 1
            words = _words(guess.column.name, lost, file)
            found.setdefault(guess.column.name, sheet.problem(words, line, guess.column.at, guess.column.name))
    return found


def _gone(proposal: Proposal, settings: Settings) -> dict[str, Use]:
    """The columns of the file that stand nowhere in the sheets, and whose headings do not change with the days."""
    here = {guess.column.name for _, table in tables(proposal) for guess in table.guesses}
    return {
        name: use
        for name, use in settings.columns.items()
        if name not in here and use.role not in _IDLE and not _dated(name, use, settings.calendar)
    }


def _dated(name: str, use: Use, calendar: Calendar) -> bool:
    return use.on is not None or bool(stretches(name, calendar))


def _lost(table: Table, gone: Mapping[str, Use]) -> dict[str, Use]:
    """Those whose work no other column of this table does."""
    done = {guess.use.role for guess in table.guesses}
    return {name: use for name, use in gone.items() if use.role not in done}


def _unknown(table: Table, settings: Settings) -> Iterator[Guess]:
    """The columns of which neither the file, nor their heading, nor what stands in them says what they are."""
    for guess in table.guesses:
        name = guess.column.name
        if guess.use.role is Role.NOTES and name not in settings.columns and not heading(name, settings.calendar).word:
            yield guess


def _words(name: str, lost: Mapping[str, Use], file: str) -> str:
    several = len(lost) > 1
    known = ", ".join(f"“{each}” ({use.role})" for each, use in lost.items())
    these = " or ".join(f"`{line}`" for use in dict.fromkeys(lost.values()) for line in lines_of({name: use}))
    other = lines_of({name: Use(Role.NOTES)})[0]
    return (
        f"what this column is, is not known, and {known} of {file} {'are' if several else 'is'} not in this sheet. "
        f"If it is {'one of these' if several else 'that one'} under another name, write {these} into {file}, "
        f"below [columns]; else `{other}`"
    )
