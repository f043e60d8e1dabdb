"""The columns that hold what every task has: made on a board, and on the hidden one of its subitems, where missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.errors import Invalid, NoAccess
from connectors.monday import documents
from connectors.monday.client import Client
from connectors.monday.documents import Piece
from connectors.monday.layout import DUE, MARKER, NOTES, OWNER, START, STATUS, Layout, arranged, column
from connectors.monday.layouts import Layouts, required

_MARKED: Final = "The item of the strategic plan that this item carries out. Written by syncd; please leave it."
_LABELS: Final = (
    ("Not started", "american_gray", False),
    ("Working on it", "working_orange", False),
    ("Stuck", "stuck_red", False),
    ("Done", "done_green", True),
)

Wish = tuple[Piece, Mapping[str, Any]]
"""A column to be made, and with what."""


class Columns:
    """Makes columns."""

    def __init__(self, client: Client, layouts: Layouts) -> None:
        self._client = client
        self._layouts = layouts

    def furnish(self, container: str) -> bool:
        """See to it that a board and that of its subitems have all columns that are missing; True when done.

        Raises NoAccess or Invalid where not even that for the marker can be made; the others can be done without.
        """
        top = required(self._layouts.of([container]), container)
        made = [] if top.below or top.multi_level else [_plain("Subitems", "subtasks")]
        top = self._complete(top, [*missing(top), *made])
        if made and not top.below:
            top = required(self._layouts.again([container]), container)
        if top.below and top.below != top.board:
            self.furnish_below(top.below)
        return True

    def furnish_below(self, board: str) -> Layout:
        """The hidden board of subitems, after its missing columns were made."""
        below = required(self._layouts.of([board]), board)
        return self._complete(below, missing(below))

    def _complete(self, known: Layout, wishes: list[Wish]) -> Layout:
        """The board after these columns were made on it."""
        if not wishes:
            return known
        self._layouts.forget([known.board])
        try:
            made = self._client.create_columns(known.board, wishes)
        except (NoAccess, Invalid):
            there = required(self._layouts.of([known.board]), known.board)
            if not there.marker:
                raise
            return there
        there = arranged(known, [*known.columns.values(), *map(column, made)])
        self._layouts.keep(there)
        return there


def missing(known: Layout) -> list[Wish]:
    """The columns that a board lacks; a timeline does for the dates, and a checkbox for the status."""
    dates = known.timeline is not None
    wishes: list[tuple[bool, Wish]] = [
        (known.marker is None, _plain(MARKER, "text", _MARKED)),
        (known.notes is None, _plain(NOTES, "long_text")),
        (known.start is None and not dates, _plain(START, "date")),
        (known.due is None and not dates, _plain(DUE, "date")),
        (known.owner is None, _plain(OWNER, "people")),
        (known.status is None and known.checkbox is None, _status()),
    ]
    return [wish for lacks, wish in wishes if lacks]


def _plain(title: str, type_: str, text: str | None = None) -> Wish:
    return documents.CREATE_COLUMN, {"title": title, "type": type_} | ({"text": text} if text else {})


def _status() -> Wish:
    labels = [
        {"label": label, "color": color, "index": index, "is_done": done}
        for index, (label, color, done) in enumerate(_LABELS)
    ]
    return documents.CREATE_STATUS, {"title": STATUS, "labels": {"labels": labels}}
