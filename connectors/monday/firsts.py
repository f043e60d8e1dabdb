"""Makes the first subitem of a board: only with it does the hidden board come about that could hold its marker.

Until that board has its columns the subitem's name is its marker, so that it is found again whatever happens between.
"""

from __future__ import annotations

from connectors.monday import documents, shapes
from connectors.monday.answers import Raw
from connectors.monday.client import Client
from connectors.monday.columns import Columns
from connectors.monday.documents import Part
from connectors.monday.jobs import about
from connectors.monday.layouts import Layouts, homes, required
from connectors.monday.shapes import Home
from connectors.vocabulary import Create


class Firsts:
    """Makes first subitems."""

    def __init__(self, client: Client, layouts: Layouts, columns: Columns) -> None:
        self._client = client
        self._layouts = layouts
        self._columns = columns

    def make(self, create: Create) -> tuple[Home, Raw]:
        """The new subitem, which has nothing but its marker for a name, and its home with all columns."""
        values = {"parent": create.parent, "name": create.marker}
        part = Part("w0_values", documents.CREATE_SUBITEM, values)
        what = f"{about(create)}, the first subitem of its board"
        raw = self._client.ask("Write", [part], what=what, keys=[create.key]).made("w0_values")
        below = self._columns.furnish_below(shapes.board_of(raw))
        board = create.container.id
        found = homes(required(self._layouts.again([board]), board), below)
        return found.below or found.top, raw
