"""Reads tasks: whole boards, many at once, single items, and items by their marker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.errors import ToolError
from connectors.monday import shapes
from connectors.monday.answers import Raw
from connectors.monday.client import Client
from connectors.monday.layout import Layout
from connectors.monday.layouts import Homes, Layouts
from connectors.monday.listing import Listings
from connectors.monday.logs import gone
from connectors.monday.people import People
from connectors.monday.shapes import Home
from connectors.vocabulary import Container, Depth, Fate, Listing, Task, Want


class Reader:
    """Tasks of boards, complete or not at all."""

    def __init__(self, client: Client, layouts: Layouts, people: People) -> None:
        self._client = client
        self._layouts = layouts
        self._people = people
        self._listings = Listings(client, layouts, people)

    def task(self, raw: Raw, home: Home) -> Task:
        """An item's record as a task of its home."""
        return shapes.task(raw, home, self._people.address)

    def read(self, container: Container, depth: Depth) -> Listing:
        """All tasks of one board."""
        ((_, found),) = self.read_all([Want(container, depth)])
        if isinstance(found, ToolError):
            raise found
        return found

    def read_all(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """All tasks of many boards in few requests; each board as it is now, and what came of it."""
        return self._listings.read(wants)

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:
        """Each task by id, or why it cannot be read; with its steps where that depth needs them."""
        wanted = list(dict.fromkeys(tasks))
        homes = self._layouts.homes(container.id)
        raws = self.items(homes, wanted, below=depth is not Depth.TOP)
        found = self.homes_of(homes, raws)
        fates = self.fates(homes, [id_ for id_ in wanted if id_ not in raws])
        return {id_: self._seen(raws[id_], found[id_], depth) if id_ in raws else fates[id_] for id_ in wanted}

    def items(self, homes: Homes, ids: Sequence[str], *, below: bool = False) -> dict[str, Raw]:
        """Items by id as records; those that monday does not answer are missing."""
        what = f"reading items of board {homes.top.layout.board}"
        return self._client.items(ids, below=below, rolled=homes.top.layout.multi_level, what=what) if ids else {}

    def homes_of(self, homes: Homes, raws: Mapping[str, Raw]) -> Mapping[str, Home]:
        """Where each of these items stands; what stands on a strange board was moved away, and is read by its columns.

        A board that is not known yet may be the container's own for its subitems, made since.
        """
        boards = {id_: shapes.board_of(raw) for id_, raw in raws.items()}
        strange = {board for board in boards.values() if homes.of(board) is None}
        if strange:
            top = homes.top.layout.board
            self._layouts.again([top])
            homes = self._layouts.homes(top)
        layouts = self._layouts.of(board for board in strange if homes.of(board) is None)
        away = {board: Home("", known) for board, known in layouts.items()}
        unseen = Home("", Layout(""))
        return {id_: homes.of(board) or away.get(board, unseen) for id_, board in boards.items()}

    def fates(self, homes: Homes, ids: Sequence[str]) -> Mapping[str, Fate]:
        """What became of items that are not answered: deleted where the activity log says so, else out of our sight."""
        if not ids:
            return {}
        boards = [home.layout.board for home in (homes.top, homes.below) if home]
        deleted = gone(self._client.history(list(dict.fromkeys(boards)), ids))
        return {id_: Fate.DELETED if id_ in deleted else Fate.NO_ACCESS for id_ in ids}

    def find(self, container: Container, marker: str, parent: str | None) -> Sequence[Task]:
        """The live tasks that carry exactly this marker: monday's own search does not tell A from a."""
        homes = self._layouts.homes(container.id)
        if parent and homes.below is None:
            self._layouts.again([container.id])
            homes = self._layouts.homes(container.id)
        home = homes.below if parent else homes.top
        if home is None:
            return []
        marked = home.layout.marker
        if marked:
            raws = self._client.marked(home.layout.board, marked.id, marker, rolled=home.layout.multi_level)
        else:
            raws = self._client.children(parent) if parent else []
        seen = (self.task(raw, home) for raw in raws)
        return [task for task in seen if (task.marker, task.parent) == (marker, parent)]

    def _seen(self, raw: Raw, home: Home, depth: Depth) -> Task | Fate:
        if shapes.deleted(raw):
            return Fate.DELETED
        task = self.task(raw, home)
        counts = depth is Depth.STEPS or (depth is Depth.SUBTASKS and task.parent is None)
        if not counts or task.steps is not None or not task.container:
            return task
        below = None if task.parent else self._layouts.homes(home.container).below
        return replace(task, steps=shapes.steps(raw, (below or home).layout))
