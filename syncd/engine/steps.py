"""A step: everything that one task needs, sent in one write. Pure data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from connectors.vocabulary import FieldValue
from mappings.rules import Rules
from syncd.engine.agreement import REPLACED, SENDING
from syncd.engine.planner import Change, Kind
from syncd.records import Intent

PLACE: Final = ("group", "parent")
"""The keys of edits that move a task; their values are plan ids."""
WRITING: Final = frozenset({Kind.CREATE, Kind.UPDATE, Kind.MOVE, Kind.ARCHIVE})
"""The kinds of change that write in the tool."""


@dataclass(frozen=True, slots=True)
class Step:
    """The changes of one task. `intent` is set for creates only.

    `behind` is the item right behind which its task is to stand where it is moved to, "" for the first place; `after`
    is the task of that item.
    """

    changes: tuple[Change, ...]
    intent: Intent | None = None
    behind: str | None = None
    after: str | None = None

    @property
    def item(self) -> str:
        """The plan item."""
        return self.changes[0].item

    @property
    def task(self) -> str:
        """The tool's id, "" for a task still to be made."""
        return self.changes[0].task

    @property
    def kind(self) -> Kind:
        """What it does first of all."""
        return self.changes[0].kind

    @property
    def moves(self) -> bool:
        """Whether it puts a task that is there into another group or below another parent."""
        return any(change.kind is Kind.MOVE for change in self.changes)

    @property
    def edits(self) -> dict[str, FieldValue]:
        """What an existing task is to hold afterwards, by field."""
        return {edit.field: edit.after for change in self.changes for edit in change.edits}


def sending(step: Step, rules: Rules) -> dict[str, FieldValue]:
    """What a link notes of a step while it is sent: without that, our own value could be taken for a team's."""
    if step.kind not in (Kind.UPDATE, Kind.MOVE):
        return {}
    edits = [edit for change in step.changes for edit in change.edits if rules.rule(edit.field)]
    way = {SENDING + edit.field: edit.after for edit in edits}
    return {**way, **{REPLACED + edit.field: edit.before for edit in edits}}


def steps_of(changes: Iterable[Change]) -> list[Step]:
    """One step a task, in the order of the changes: an update and a move of the same task go out together."""
    merged: dict[str, tuple[Change, ...]] = {}
    for change in changes:
        if change.kind in WRITING:
            merged[change.item] = (*merged.get(change.item, ()), change)
    return [Step(changes) for changes in merged.values()]
