"""Turns writes into the deeds that monday knows, after a look at the items that they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.errors import Invalid, NoAccess, NotFound, ToolError
from connectors.monday import documents, outgoing, shapes
from connectors.monday.answers import Raw
from connectors.monday.client import Client, cells
from connectors.monday.failures import BadCell
from connectors.monday.firsts import Firsts
from connectors.monday.jobs import Job, Step, about
from connectors.monday.layouts import Homes, Layouts
from connectors.monday.ordering import Place, ordered
from connectors.monday.outgoing import Draft
from connectors.monday.people import People
from connectors.monday.reading import Reader
from connectors.monday.shapes import Home
from connectors.vocabulary import Create, Fate, Update, Write

NO_MARKER: Final = "the board{below} has no text column “Plan ID”, and without it the item could not be found again"
NO_MARKER_NEXT: Final = "Run `syncd sync --create-columns` once, or add the column in monday."
NO_MOVE: Final = "monday's API puts no item below another one, and makes no subitem an item of its own"
NO_MOVE_NEXT: Final = (
    "Move it by hand in monday, or change its place in the plan back. If the plan means new work, give it a new id."
)


@dataclass(slots=True)
class _Seen:
    """The items that some updates are about, and those that they are to stand behind."""

    raws: Mapping[str, Raw] = field(default_factory=dict)
    homes: Mapping[str, Home] = field(default_factory=dict)
    fates: Mapping[str, Fate] = field(default_factory=dict)
    siblings: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Drafter:
    """Prepares writes."""

    def __init__(self, client: Client, layouts: Layouts, people: People, reader: Reader, firsts: Firsts) -> None:
        self._client = client
        self._layouts = layouts
        self._people = people
        self._reader = reader
        self._firsts = firsts

    def jobs(self, writes: Sequence[Write]) -> list[Job]:
        """A job for each write, with what already went wrong with it."""
        seen = {board: self._see(board, writes) for board in dict.fromkeys(write.container.id for write in writes)}
        return [self._job(write, seen[write.container.id]) for write in writes]

    def without(self, job: Job, refused: BadCell) -> bool:
        """Prepare a job anew without the value that was refused; False where there is none such in it."""
        layout = job.home.layout
        column = refused.column or (layout.owner.id if layout.owner else "")
        known = layout.columns.get(column)
        if column not in job.draft.cells or (layout.marker and column == layout.marker.id):
            return False
        del job.draft.cells[column]
        job.draft.leave_out(f"“{known.title if known else column}”", refused.words)
        self._layouts.forget([job.write.container.id])
        job.steps = [self._create(job, job.write)] if isinstance(job.write, Create) else self._change(job)
        return True

    def _see(self, board: str, writes: Sequence[Write]) -> _Seen:
        """Look at what the updates of this board are about, in one request; none where there are only creates."""
        updates = [write for write in writes if isinstance(write, Update) and write.container.id == board]
        if not updates:
            return _Seen()
        homes = self._layouts.homes(board)
        wanted = list(dict.fromkeys(id_ for update in updates for id_ in (update.task, update.after) if id_))
        raws = self._reader.items(homes, wanted)
        fates = self._reader.fates(homes, [update.task for update in updates if update.task not in raws])
        firsts = [one.task for one in updates if one.after == "" and one.task in raws]
        firsts = [task for task in firsts if shapes.parent_of(raws[task])]
        return _Seen(raws, self._reader.homes_of(homes, raws), fates, self._client.siblings(firsts))

    def _job(self, write: Write, seen: _Seen) -> Job:
        homes = self._layouts.homes(write.container.id)
        job = Job(write, homes.top)
        try:
            if isinstance(write, Create):
                self._prepare_create(job, write, homes)
            else:
                self._prepare_update(job, write, seen)
        except ToolError as error:
            job.steps, job.error = [], error
        return job

    def _prepare_create(self, job: Job, create: Create, homes: Homes) -> None:
        what = about(create)
        if homes.top.layout.marker is None:
            raise Invalid(NO_MARKER.format(below=""), what=what, next_step=NO_MARKER_NEXT)
        if create.parent and homes.below is None:
            job.home, job.raw = self._firsts.make(create)
        elif create.parent and homes.below:
            job.home = homes.below
        if job.home.layout.marker is None:
            raise Invalid(NO_MARKER.format(below=" of the subitems"), what=what, next_step=NO_MARKER_NEXT)
        job.draft = self._draft(job, create)
        job.draft.cells[job.home.layout.marker.id] = create.marker
        job.steps = self._after_first(job) if job.raw else [self._create(job, create)]

    def _after_first(self, job: Job) -> list[Step]:
        """Give the first subitem of a board its name and values, now that there are columns for them."""
        job.draft.cells["name"] = _name(job.write)
        return self._change(job)

    def _create(self, job: Job, create: Create) -> Step:
        values: dict[str, Any] = {"name": _name(create), "cells": cells(job.draft.cells)}
        rolled = job.home.layout.multi_level
        if create.parent:
            piece = documents.CREATE_SUBITEM.rolled(wanted=rolled)
            return Step("values", piece, values | {"parent": create.parent})
        group = {"group": create.group} if create.group else {}
        return Step(
            "values", documents.CREATE_ITEM.rolled(wanted=rolled), values | {"board": create.container.id} | group
        )

    def _prepare_update(self, job: Job, update: Update, seen: _Seen) -> None:
        what = about(update)
        raw, home = self._there(update, seen, what)
        job.home, job.now = home, self._reader.task(raw, home)
        if job.now.archived:
            raise Invalid(
                "the item is archived in monday",
                what=what,
                next_step="Restore it in monday if the work goes on, or cancel it in the plan.",
            )
        if not home.container:
            job.draft.remarks.append("it no longer stands on the board: nothing was changed, its order neither")
            return
        if update.parent is not None and (update.parent or None) != job.now.parent:
            raise Invalid(NO_MOVE, what=what, next_step=NO_MOVE_NEXT)
        job.draft = self._draft(job, update, raw)
        place = Place(job.now, update.group if job.now.parent is None else None, update.after)
        job.steps = [*self._change(job), *ordered(place, job.draft, seen.raws, seen.siblings)]

    def _there(self, update: Update, seen: _Seen, what: str) -> tuple[Raw, Home]:
        """The item's record and its home. Raises NotFound or NoAccess."""
        raw = seen.raws.get(update.task)
        if raw is None and seen.fates.get(update.task) is Fate.NO_ACCESS:
            raise NoAccess("monday shows no such item to syncd's account", what=what)
        if raw is None or shapes.deleted(raw):
            raise NotFound("the item was deleted", what=what)
        return raw, seen.homes[update.task]

    def _change(self, job: Job) -> list[Step]:
        """The step that writes the draft's cells, where there are any."""
        id_ = job.now.id if job.now else str(job.raw["id"]) if job.raw else ""
        values = {"board": job.home.layout.board, "item": id_, "cells": cells(job.draft.cells)}
        piece = documents.CHANGE.rolled(wanted=job.home.layout.multi_level)
        return [Step("values", piece, values)] if job.draft.cells else []

    def _draft(self, job: Job, write: Write, raw: Raw | None = None) -> Draft:
        roll_up = raw is not None and shapes.is_roll_up(raw, job.home.layout.status)
        return outgoing.draft(write.values, job.home, self._people.find, now=job.now, roll_up=roll_up)


def _name(write: Write) -> str:
    return outgoing.fitting(str(write.values.given.get("title") or ""))
