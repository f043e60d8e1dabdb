"""The observer: brings what is known of a container up to date, reading only what changed. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.contract import Connector
from connectors.errors import ToolError
from connectors.vocabulary import Container, Depth, Fate, News, Task
from syncd.engine.trees import Seen, Shelf

SWEEP_EVERY = timedelta(hours=1)
"""How often the tool is asked for everything modified, in place of its feed, which may lose events."""
SWEEP_OVERLAP = timedelta(minutes=15)
FULL_EVERY = timedelta(hours=24)
"""After that long a full listing is due whatever the feed says."""
_DEPTHS = (Depth.TOP, Depth.SUBTASKS, Depth.STEPS)


@dataclass(frozen=True, slots=True)
class Stand:
    """What is known of one container before a look at it, and what the mappings on it need.

    `linked` are the tasks that must never drop out of sight; `depth` is what the deepest mapping reads.
    """

    shelf: Shelf
    seen: Mapping[str, Seen]
    linked: Collection[str]
    depth: Depth
    full: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that people changed on a linked task in the tool."""

    task: str
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Sight:
    """A container after a look at it: the whole of it, and what of that is new.

    With `full`, `seen` replaces whatever was kept; else `news` are the tasks read and `dropped` those to forget.
    `trouble` is why it could not be read: then everything is as before, and nothing may be planned.
    """

    shelf: Shelf
    seen: Mapping[str, Seen]
    news: tuple[Seen, ...] = ()
    dropped: frozenset[str] = frozenset()
    differences: tuple[Difference, ...] = ()
    full: bool = False
    trouble: ToolError | None = None


def observe(connector: Connector, stands: Sequence[Stand], now: datetime) -> Iterator[Sight]:
    """Each container of one connection, brought up to date, in the order given.

    All news are asked for first, in one go, so that every cursor is older than what is read after it. A container
    that cannot be read comes back with its trouble and unchanged: unknown, never empty.
    """
    sweeping = [stand for stand in stands if _sweep_due(stand, now)]
    quiet = [stand for stand in stands if stand not in sweeping]
    news: dict[str, News] = {}
    trouble: ToolError | None = None
    try:
        if quiet:
            news.update(connector.changes({stand.shelf.container.id: _cursor(stand) for stand in quiet}))
        if sweeping:
            since = min(stand.shelf.swept_at or now for stand in sweeping) - SWEEP_OVERLAP
            cursors = {stand.shelf.container.id: stand.shelf.cursor for stand in sweeping}
            news.update(connector.changes(cursors, sweep_since=since))
    except ToolError as error:
        trouble = error
    for stand in stands:
        heard = news.get(stand.shelf.container.id)
        try:
            yield _troubled(stand, trouble) if heard is None else _look(connector, stand, heard, now)
        except ToolError as error:
            yield _troubled(stand, error)


def _cursor(stand: Stand) -> str | None:
    """The cursor to ask with; None (which gives a fresh one) where a full listing is due anyway."""
    return None if _full_due(stand) else stand.shelf.cursor


def _full_due(stand: Stand) -> bool:
    shelf = stand.shelf
    return stand.full or shelf.read_at is None or _DEPTHS.index(shelf.depth) < _DEPTHS.index(stand.depth)


def _sweep_due(stand: Stand, now: datetime) -> bool:
    swept = stand.shelf.swept_at
    return not _full_due(stand) and stand.shelf.cursor is not None and swept is not None and now - swept >= SWEEP_EVERY


def _troubled(stand: Stand, trouble: ToolError | None) -> Sight:
    trouble = trouble or ToolError("the tool said nothing about it", what=f'"{stand.shelf.container.name}"')
    return Sight(replace(stand.shelf, trouble=str(trouble)), stand.seen, trouble=trouble)


def _look(connector: Connector, stand: Stand, news: News, now: datetime) -> Sight:
    if news.lost or _full_due(stand):
        return _read(connector, stand, news, now)
    touched = [task for task in sorted(news.touched) if _is_news(stand.seen.get(task), news.at.get(task))]
    container = stand.shelf.container
    found = dict(connector.look(container, touched, stand.depth)) if touched else {}
    above = _parents_to_count(stand, found)
    if above:
        found.update(connector.look(container, above, stand.depth))
    shelf = replace(stand.shelf, cursor=news.cursor, looked_at=now, trouble="")
    if _sweep_due(stand, now):
        shelf = replace(shelf, cursor=stand.shelf.cursor, swept_at=now)
    return _sight(stand, shelf, found, now)


def _is_news(seen: Seen | None, touched_at: datetime | None) -> bool:
    """False if the task was answered after it was touched: our own writes come back as news."""
    if seen is None or seen.fate is not None or touched_at is None or seen.task.modified_at is None:
        return True
    return touched_at > seen.task.modified_at


def _parents_to_count(stand: Stand, found: Mapping[str, Task | Fate]) -> list[str]:
    """Tasks whose count of steps may have changed because a step below them did."""
    if stand.depth is not Depth.STEPS:
        return []
    above = {task.parent for task in found.values() if isinstance(task, Task) and task.parent}
    above |= {seen.task.parent for id_ in found if (seen := stand.seen.get(id_)) and seen.task.parent}
    return sorted(task for task in above if task in stand.seen and task not in found)


def _read(connector: Connector, stand: Stand, news: News, now: datetime) -> Sight:
    """A full read: the container's own settings, every task, and by id each linked task that the listing lacks."""
    container = connector.open(stand.shelf.container.id)
    listing = connector.read(container, stand.depth)
    missing = sorted(task for task in stand.linked if task not in listing.tasks)
    found: dict[str, Task | Fate] = dict(listing.tasks)
    if missing:
        found.update(connector.look(container, missing, stand.depth))
    shelf = Shelf(container, news.cursor, stand.depth, read_at=now, looked_at=now, swept_at=now)
    return _sight(stand, shelf, found, now, full=True)


def _sight(stand: Stand, shelf: Shelf, found: Mapping[str, Task | Fate], now: datetime, *, full: bool = False) -> Sight:
    news: list[Seen] = []
    dropped: set[str] = set()
    for task_id, answer in found.items():
        before = stand.seen.get(task_id)
        if isinstance(answer, Task):
            news.append(Seen(answer, now))
        elif before is not None and task_id in stand.linked:
            news.append(Seen(before.task, before.at, answer))
        else:
            dropped.add(task_id)
    kept = {} if full else {task: seen for task, seen in stand.seen.items() if task not in dropped}
    merged = kept | {seen.task.id: seen for seen in news}
    differences = tuple(_differences(stand, merged, (seen.task.id for seen in news)))
    return Sight(shelf, merged, tuple(news), frozenset(dropped), differences, full)


_WATCHED = ("completed", "title", "start", "due", "assignee", "status", "group", "parent")


def _differences(stand: Stand, merged: Mapping[str, Seen], tasks: Iterable[str]) -> Iterator[Difference]:
    """What changed on linked tasks since they were last seen, field by field."""
    for task in tasks:
        before, after = stand.seen.get(task), merged[task]
        if before is None or task not in stand.linked:
            continue
        if before.fate != after.fate:
            yield Difference(task, "gone", before.fate and before.fate.value, after.fate and after.fate.value)
        for name in _WATCHED:
            old, new = getattr(before.task, name), getattr(after.task, name)
            if old != new:
                yield Difference(
                    task, name, _title(stand.shelf.container, name, old), _title(stand.shelf.container, name, new)
                )


def _title(container: Container, name: str, value: object) -> object:
    """A group by its title: ids say nothing to people who read the log."""
    if name != "group":
        return value
    return next((group.title for group in container.groups if group.id == value), value)
