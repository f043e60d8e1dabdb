"""Brings the items of a sheet together with the plan that is there, if one is, and says what changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.documents.document import Unreadable, parse
from syncd.errors import PlanError
from syncd.importing.comparing import Placed, Update, compare, known, placed
from syncd.importing.importer import Imported, Proposal, Settings, build, written
from syncd.importing.matching import Renamed, match
from syncd.importing.memory import Recalled, recall, remember
from syncd.importing.numbering import number
from syncd.importing.updating import updated
from syncd.plan.fitting import fitted


@dataclass(frozen=True)
class Existing:
    """A plan that is there, and what was imported last."""

    text: str
    items: Mapping[str, Placed]
    recalled: Mapping[str, Recalled]


@dataclass(frozen=True)
class Brought:
    """What an import comes to: the report, and what it does to the plan (None: it makes a new one)."""

    imported: Imported
    update: Update | None
    text: str
    memory: str

    @property
    def renamed(self) -> list[Renamed]:
        """The items that were found again by a title that is only like the one they had."""
        return self.update.renamed if self.update else []


def existing(text: str, memory: str, file: str, memory_file: str) -> Existing:
    """The plan in a file, with what was imported last ("" for nothing). Raises PlanError."""
    try:
        document = parse(text, file=file, ending=".toml")
    except Unreadable as error:
        raise PlanError([error.problem]) from None
    if problems := fitted(document).problems:
        raise PlanError(problems)
    return Existing(text, placed(document.data), recall(memory, memory_file) if memory else {})


def bring(
    proposal: Proposal, settings: Settings, there: Existing | None, distinct: frozenset[str] = frozenset()
) -> Brought:
    """The items of a sheet, as a new plan or put into the one that is there. Raises ByHand, PlanError.

    Ids that are `distinct` are no items of the sheet under new titles: a person said so.
    """
    imported = build(proposal, settings)
    if there is None:
        imported.found.problems += number(imported.found.goals, set())
        text = written(imported)
        _require_plan(text, proposal.file)
        return Brought(imported, None, text, remember(imported.found.things(), {}))
    renamed = match(imported.found.things(), known(there.items, there.recalled), distinct)
    imported.found.problems += number(imported.found.goals, {*there.items, *there.recalled})
    update = compare(imported.found.goals, there.items, there.recalled, renamed)
    text = updated(there.text, there.items, update) if update.writes else there.text
    return Brought(imported, update, text, remember(imported.found.things(), there.recalled))


def _require_plan(text: str, file: str) -> None:
    """Make sure that what is about to be written is a plan. Raises PlanError."""
    if problems := fitted(parse(text, file=f"the plan made from {file}", ending=".toml")).problems:
        raise PlanError(problems)
