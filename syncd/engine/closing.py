"""The end of a pass: what is newly gone is noted, what waits for a person is told, what needs nothing is forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from syncd.engine.agreement import GONE
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.recorder import Recorder
from syncd.engine.steps import WRITING
from syncd.records import Entry
from syncd.store.reader import Reader

_TOLD: Final = (Why.CONFLICT, Why.DUPLICATE)
"""The holds of which the log tells; of tasks that are gone it does as they are noted."""


def close(recorder: Recorder, waiting: Sequence[Change], resting: Collection[str]) -> None:
    """Put in the books what a pass leaves behind: `waiting` is still due, `resting` is set aside until later."""
    for change in waiting:
        if change.why is Why.GONE and change.fresh:
            _mark_gone(recorder, change)
    _tell(recorder, (change for change in waiting if change.kind is Kind.HOLD and change.why in _TOLD))
    _forget(recorder, waiting, resting)


def _mark_gone(recorder: Recorder, change: Change) -> None:
    books, link = recorder.books, recorder.books.links[change.item]
    marked = replace(link, agreed={**link.agreed, GONE: change.edits[0].after})
    with recorder.store.writing() as writer:
        books.link(writer, marked)
        writer.add_entries([recorder.entry(change, "hold", cause=change.reason)])


def _tell(recorder: Recorder, held: Iterable[Change]) -> None:
    """Put in the log which values and copies wait for a person, each once until something else is told of it."""
    lines = [_line(recorder, change) for change in held]
    with recorder.store.reading() as reader:
        fresh = [line for line in lines if line.cause != _newest_cause(reader, line)]
    if fresh:
        with recorder.store.writing() as writer:
            writer.add_entries(fresh)


def _line(recorder: Recorder, change: Change) -> Entry:
    line = recorder.entry(change, "hold", cause=change.reason)
    for edit in change.edits:
        line = replace(line, field=edit.field, before=edit.before, after=edit.after)
    return line


def _newest_cause(reader: Reader, line: Entry) -> str | None:
    """The cause in the newest line about the same field of the same task; a hold's cause says all there is to it."""
    newest = reader.log(item=line.item, field=line.field, mapping=line.mapping, limit=50)
    return next((told.cause for told in newest if told.task == line.task), None)


def _forget(recorder: Recorder, waiting: Iterable[Change], resting: Collection[str]) -> None:
    """Set nothing aside any longer for items that are wanted no more, or of which nothing is due."""
    books = recorder.books
    due = {change.item for change in waiting if change.kind in WRITING} | recorder.tally.failed.keys() | set(resting)
    there = books.links.keys() | recorder.desired.tasks.keys()
    for item in [item for item in books.aside if item not in there or item not in due]:
        with recorder.store.writing() as writer:
            writer.drop_set_aside(books.route.mapping, item)
        del books.aside[item]
