"""Lists whole boards: the first pages of many boards in one request, and what follows of all of them in the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.errors import ToolError, Transient
from connectors.failing import LostPage
from connectors.monday import documents, layout, shapes
from connectors.monday.answers import Answer, Raw
from connectors.monday.client import Client
from connectors.monday.containers import container
from connectors.monday.documents import Part
from connectors.monday.layout import Layout
from connectors.monday.layouts import Homes, Layouts, homes, required
from connectors.monday.people import People
from connectors.vocabulary import Container, Depth, Listing, Task, Want

PAGE: Final = 500
"""Items a page: the most there is."""
MOST: Final = 2000
"""Items that one request asks for at most: larger answers are known to fail."""
LEAST: Final = 50
"""Items that are at least asked for of a board of which nobody knows how many it has."""
RESTARTS: Final = 3
"""How often a listing is begun at most before it is given up."""
_EVERYTHING: Final = "allItems"


@dataclass(slots=True)
class _Reading:
    """One board being read. `left` items are to come, None where nobody knows; `cursor` is None at the start."""

    board: str
    rolled: bool
    left: int | None
    cursor: str | None = None
    finished: bool = False
    begun: int = 1
    raws: dict[str, Raw] = field(default_factory=dict)
    schema: Layout | None = None

    def part(self, alias: str, size: int) -> Part:
        """The question for its next page."""
        if self.cursor:
            return Part(alias, documents.NEXT.rolled(wanted=self.rolled), {"cursor": self.cursor, "limit": size})
        scope = {"scope": _EVERYTHING} if self.rolled else {}
        return Part(alias, documents.FIRST.rolled(wanted=self.rolled), {"ids": [self.board], "limit": size, **scope})

    def take(self, answer: Answer, alias: str) -> None:
        """Add a page. A cursor that has expired begins the board anew, for a few times."""
        if answer.silent(alias):
            return
        try:
            if self.cursor:
                rows, cursor = answer.page(alias)
            else:
                self.schema = required(
                    {one.board: one for one in map(layout.layout, answer.records(alias))}, self.board
                )
                rows, cursor = answer.page(alias, within="items_page")
        except LostPage:
            if self.begun == RESTARTS:
                raise
            self.begun, self.cursor, self.left = self.begun + 1, None, None
            self.raws.clear()
            return
        if cursor and (cursor == self.cursor or (rows and all(row["id"] in self.raws for row in rows))):
            raise Transient("the listing does not come to an end: a page came again", what=answer.what)
        self.raws |= {row["id"]: row for row in rows}
        self.cursor, self.finished = cursor, cursor is None
        self.left = None if self.left is None else max(0, self.left - len(rows))


@dataclass(slots=True)
class _Board:
    """One container whose listing is wanted, and the readings that it takes: of its board, and of its subitems'."""

    container: Container
    depth: Depth
    readings: list[_Reading] = field(default_factory=list)
    error: ToolError | None = None

    @property
    def open(self) -> bool:
        """Whether something of it is still to be read."""
        return self.error is None and not all(reading.finished for reading in self.readings)


class Listings:
    """Reads all items of boards."""

    def __init__(self, client: Client, layouts: Layouts, people: People) -> None:
        self._client = client
        self._layouts = layouts
        self._people = people

    def read(self, wants: Sequence[Want]) -> Iterator[tuple[Container, Listing | ToolError]]:
        """Each board as it is now, and its listing or what went wrong: one request for all, and one a round."""
        every = [_Board(want.container, want.depth) for want in wants]
        try:
            self._begin(every)
            while pending := [want for want in every if want.open]:
                self._round(pending)
        except ToolError as error:
            for want in every:
                want.error = want.error or (error if want.open or not want.readings else None)
        for want in every:
            found = self._told(want)  # after that, the container is known as it is now
            yield want.container, found

    def _begin(self, wants: Sequence[_Board]) -> None:
        found = self._layouts.again(dict.fromkeys(want.container.id for want in wants))
        for want in wants:
            try:
                top = required(found, want.container.id)
            except ToolError as error:
                want.error = error
                continue
            want.container = container(top)
            want.readings = [_Reading(top.board, top.multi_level, top.items)]
            if top.below and top.below != top.board and want.depth is not Depth.TOP:
                want.readings.append(_Reading(top.below, rolled=False, left=None))

    def _round(self, pending: Sequence[_Board]) -> None:
        """Ask for the next page of as many boards as fit into one request."""
        waiting = [(want, reading) for want in pending for reading in want.readings if not reading.finished]
        asked = _sizes([reading for _, reading in waiting])
        parts = [reading.part(f"board_{number}", size) for number, (reading, size) in enumerate(asked)]
        names = ", ".join(dict.fromkeys(reading.board for reading, _ in asked))
        answer = self._client.ask("Pages", parts, what=f"listing the items of board {names}")
        owners = {id(reading): want for want, reading in waiting}
        for part, (reading, _) in zip(parts, asked, strict=True):
            try:
                reading.take(answer, part.alias)
            except ToolError as error:
                owners[id(reading)].error = error

    def _told(self, want: _Board) -> Listing | ToolError:
        if want.error:
            return want.error
        try:
            return self._listing(want)
        except ToolError as error:
            return error

    def _listing(self, want: _Board) -> Listing:
        """The listing of boards that were read to their ends."""
        schemas = [reading.schema for reading in want.readings if reading.schema]
        for schema in schemas:
            self._layouts.keep(schema)
        top = schemas[0]
        below = schemas[1] if len(schemas) > 1 else top if top.below == top.board else None
        want.container = container(top, below)
        tasks = [
            task
            for number, reading in enumerate(want.readings)
            for task in self._tasks(reading, homes(top, below), number)
        ]
        order = {group.id: at for at, group in enumerate(top.groups)}
        firsts = sorted(
            (task for task in tasks if task.parent is None), key=lambda task: order.get(task.group or "", -1)
        )
        return Listing.finished(want.container.id, _deep(firsts, tasks, want.depth), want.depth)

    def _tasks(self, reading: _Reading, at: Homes, number: int) -> list[Task]:
        home = at.below if number and at.below else at.top
        return [shapes.task(raw, home, self._people.address) for raw in reading.raws.values()]


def _sizes(readings: Sequence[_Reading]) -> list[tuple[_Reading, int]]:
    """As many of these as fit into one request, each with the size of its next page.

    Those of known length are taken as they come; the others share what is left.
    """
    chosen: list[_Reading] = []
    room = MOST
    unknown = [reading for reading in readings if reading.left is None]
    for reading in readings:
        expected = LEAST if reading.left is None else min(PAGE, reading.left or 1)
        if chosen and expected > room:
            break
        chosen.append(reading)
        room -= expected
    strangers = sum(reading.left is None for reading in chosen)
    share = min(PAGE, LEAST + max(0, room) // strangers) if unknown and strangers else PAGE
    return [(reading, share if reading.left is None else PAGE) for reading in chosen]


def _deep(firsts: Sequence[Task], tasks: Sequence[Task], depth: Depth) -> dict[str, Task]:
    """The tasks that this depth reads, with their steps where it counts those."""
    if depth is Depth.TOP:
        return {task.id: task for task in firsts}
    below: dict[str, list[Task]] = {}
    for task in tasks:
        if task.parent:
            below.setdefault(task.parent, []).append(task)
    seconds = [step for task in firsts for step in below.get(task.id, [])]
    counted = [*firsts, *(seconds if depth is Depth.STEPS else [])]
    steps = {task.id: shapes.counted(below.get(task.id, [])) for task in counted}
    return {task.id: replace(task, steps=steps[task.id]) if task.id in steps else task for task in (*firsts, *seconds)}
