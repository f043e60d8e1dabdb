"""The observer: brings what is known of a container up to date, reading only what changed. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.contract import Connector
from connectors.errors import Invalid, Refused, ToolError, Transient
from connectors.hooks import Touched
from connectors.vocabulary import Capabilities, Container, Credit, Depth, Fate, Listing, News, Task, Want
from syncd.engine.differences import Difference, differences
from syncd.records import Seen, Shelf

SWEEP_EVERY = timedelta(hours=1)
"""How often the tool is asked for everything modified, in place of its feed, which may lose events."""
SWEEP_OVERLAP = timedelta(minutes=15)
FULL_EVERY = timedelta(hours=24)
"""After that long a full listing is due whatever the feed says."""
_NO_WORK = frozenset({Credit.DUPLICATE, Credit.CALLED_OFF})
_PAGE = 100
_ITSELF = 5


@dataclass(frozen=True, slots=True)
class Stand:
    """What is known of one container before a look at it, and what the mappings on it need.

    `linked` are the tasks that must never drop out of sight; `depth` is what the deepest of the mappings reads, and
    `below` says whether one of them makes subtasks.
    """

    shelf: Shelf
    seen: Mapping[str, Seen]
    linked: Collection[str]
    depth: Depth
    full: bool = False
    below: bool = False
    hints: Touched = field(default_factory=dict)
    """Tasks that the tool has pointed at of itself: looked at together with what its feed tells."""


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
    swept: bool = False
    """Only a sweep was asked: of subtasks that it does not know, it tells nothing."""
    trouble: ToolError | None = None
    logged: bool = False
    """The differences stand in the log already: another mapping on the container heard them first."""


def observe(connector: Connector, stands: Sequence[Stand], now: datetime) -> Iterator[Sight]:
    """Each container of one connection, brought up to date, in the order given.

    All news are asked for first, in one go, so that every cursor is older than what is read after it. A container
    that cannot be read comes back with its trouble and unchanged: unknown, never empty.
    """
    news = _news(connector, stands, now)
    heard = [(stand, _with_hints(news.get(stand.shelf.container.id, _SILENCE), stand.hints)) for stand in stands]
    listings = connector.read_all([_want(stand) for stand, told in heard if _is_whole(stand, told, now)])
    for stand, told in heard:
        try:
            if isinstance(told, ToolError):
                yield _troubled(stand, told)
            elif _is_whole(stand, told, now):
                yield _read(connector, stand, told, now, next(listings))
            else:
                yield _look(connector, stand, told, now)
        except ToolError as error:
            yield _troubled(stand, error)


_SILENCE = News(frozenset(), None, lost=True)
"""What is taken for news of a container that the feed passes over: reading it as a whole finds out why."""


def _news(connector: Connector, stands: Sequence[Stand], now: datetime) -> Mapping[str, News | ToolError]:
    """The news by container, or why the whole connection has none; a container that alone has none is missing."""
    unasked = [stand for stand in stands if _unasked(stand, now)]
    sweeping = [stand for stand in stands if _sweep_due(stand, now)]
    quiet = [stand for stand in stands if not _sweep_due(stand, now) and not _unasked(stand, now)]
    since = min((stand.shelf.swept_at or now for stand in sweeping), default=now) - SWEEP_OVERLAP
    news: dict[str, News | ToolError] = {
        stand.shelf.container.id: News(frozenset(), stand.shelf.cursor) for stand in unasked
    }
    for group, sweep_since in ((quiet, None), (sweeping, since)):
        cursors = {stand.shelf.container.id: stand.shelf.cursor for stand in group}
        if not cursors:
            continue
        try:
            news.update(connector.changes(cursors, sweep_since=sweep_since))
        except (Refused, Transient) as error:
            news.update(dict.fromkeys(cursors, error))
        except ToolError:
            continue
    return news


def _with_hints(told: News | ToolError, hints: Touched) -> News | ToolError:
    """The news, and beside them the tasks that were hinted at; without a moment they are looked at in any case."""
    if isinstance(told, ToolError):
        return told
    at = {task: moment for task, moment in told.at.items() if hints.get(task, moment) is not None}
    for task, moment in hints.items():
        if moment is not None and (task in at or task not in told.touched):
            at[task] = max(moment, at.get(task, moment))
    return replace(told, touched=told.touched | hints.keys(), at=at)


def _is_whole(stand: Stand, heard: News | ToolError, now: datetime) -> bool:
    """Whether the container is to be read as a whole."""
    return isinstance(heard, News) and (heard.lost or _full_due(stand, now))


def _want(stand: Stand) -> Want:
    """The whole of the container; what was never read was opened just now."""
    return Want(stand.shelf.container, stand.depth, anew=stand.shelf.read_at is not None)


def _unasked(stand: Stand, now: datetime) -> bool:
    """True if everything is read anyway, and a cursor is there to go on with that was good a while ago."""
    shelf = stand.shelf
    lately = shelf.looked_at is not None and not due(shelf.looked_at, SWEEP_EVERY, now)
    return lately and shelf.cursor is not None and _full_due(stand, now)


def _full_due(stand: Stand, now: datetime) -> bool:
    shelf = stand.shelf
    shallow = shelf.depth.level < stand.depth.level
    return stand.full or shelf.read_at is None or shallow or due(shelf.read_at, FULL_EVERY, now)


def _sweep_due(stand: Stand, now: datetime) -> bool:
    shelf = stand.shelf
    fed = shelf.cursor is not None and not _full_due(stand, now)
    return fed and shelf.swept_at is not None and due(shelf.swept_at, SWEEP_EVERY, now)


def due(last: datetime, every: timedelta, now: datetime) -> bool:
    """Whether something is due again; a last time that lies ahead was told by a clock that was wrong."""
    return not timedelta(0) <= now - last < every


def _troubled(stand: Stand, trouble: ToolError) -> Sight:
    return Sight(replace(stand.shelf, trouble=str(trouble)), stand.seen, trouble=trouble)


def require_usable(container: Container, able: Capabilities, *, below: bool) -> None:
    """Raises Invalid, with what to do, where nothing may be written into a container though the tool would take it.

    Either it is archived, or there is no place for the markers by which its tasks are found again; with `below` those
    of its subtasks as well.
    """
    if container.archived:
        raise Invalid(
            "it is archived, so syncd writes nothing into it",
            what=f"“{container.name}”",
            next_step="Take it out of the archive in the tool, or name another container in the mapping.",
        )
    if able.notes_mark:
        return
    if container.marker_field is None or (below and not container.marks_below):
        where = "it has" if container.marker_field is None else "the board of its subitems has"
        raise Invalid(
            f"{where} no text column “Plan ID”, and without it syncd would not find its tasks again",
            what=f"“{container.name}”",
            next_step="Run `syncd sync --create-columns` once, or make the column in the tool.",
        )


def _reopened(connector: Connector, stand: Stand) -> Stand:
    """The container as it is by now where it was not usable; else what is known of it stands until it is read whole."""
    shelf = stand.shelf
    try:
        require_usable(shelf.container, connector.capabilities(), below=stand.below)
    except Invalid:
        return replace(stand, shelf=replace(shelf, container=connector.open(shelf.container.id)))
    return stand


def _look(connector: Connector, stand: Stand, news: News, now: datetime) -> Sight:
    stand = _reopened(connector, stand)
    swept = _sweep_due(stand, now)
    if swept and _touched(stand, news):
        news, swept = _with_feed(connector, stand, news), False
    touched = _touched(stand, news)
    if news.lost or len(touched) > _cost_of_all(stand) * connector.capabilities().looks:
        return _read(connector, stand, news, now, next(connector.read_all([_want(stand)])))
    container = stand.shelf.container
    depth = _depth(stand)
    asked = _with_miscounted(stand, touched)
    found = dict(connector.look(container, asked, depth)) if asked else {}
    if _returned(stand, found):
        return _read(connector, stand, news, now, next(connector.read_all([_want(stand)])))
    uncounted = _with_miscounted(stand, _to_count(stand, found))
    if uncounted:
        found.update(connector.look(container, uncounted, depth))
    shelf = replace(stand.shelf, cursor=news.cursor, looked_at=now, trouble="")
    if _sweep_due(stand, now):
        shelf = replace(shelf, swept_at=now)
    return replace(_sight(stand, shelf, found, now, news), swept=swept)


def _touched(stand: Stand, news: News) -> list[str]:
    """The tasks that are to be read again."""
    return [task for task in sorted(news.touched) if _is_news(stand.seen.get(task), news.at.get(task))]


def _with_feed(connector: Connector, stand: Stand, swept: News) -> News:
    """A sweep's news and those of the feed, which alone tells whose doing they are, and of subtasks."""
    container = stand.shelf.container.id
    fed = connector.changes({container: stand.shelf.cursor}).get(container, _SILENCE)
    at = {task: max(moment, fed.at.get(task, moment)) for task, moment in swept.at.items()}
    return replace(fed, touched=swept.touched | fed.touched, at={**fed.at, **at})


def _cost_of_all(stand: Stand) -> int:
    """How many requests a full read takes, about: pages, parents with subtasks, and the container itself."""
    parents = {seen.task.parent for seen in stand.seen.values()} if stand.depth is not Depth.TOP else set()
    return len(stand.seen) // _PAGE + len(parents) + _ITSELF


def _depth(stand: Stand) -> Depth:
    """How deep to look at a single task: its steps are counted where a mapping lives by them, on this container.

    What the container was last read with counts as well: not every run has all of its mappings.
    """
    return Depth.STEPS if Depth.STEPS in (stand.depth, stand.shelf.depth) else Depth.TOP


def _is_news(seen: Seen | None, touched_at: datetime | None) -> bool:
    """False if the task was answered after it was touched: our own writes come back as news."""
    if seen is None or seen.fate is not None or touched_at is None or seen.task.modified_at is None:
        return True
    return touched_at > seen.task.modified_at


def _to_count(stand: Stand, found: Mapping[str, Task | Fate]) -> list[str]:
    """Tasks whose steps were never counted, or may have changed because one of them did."""
    if _depth(stand) is not Depth.STEPS:
        return []
    above = {task.parent for task in found.values() if isinstance(task, Task) and task.parent}
    above |= {seen.task.parent for id_ in found if (seen := stand.seen.get(id_)) and seen.task.parent}
    never = {id_ for id_, seen in stand.seen.items() if seen.task.steps is None and seen.fate is None}
    return sorted(task for task in above | never if task in stand.seen and task not in found)


def _returned(stand: Stand, found: Mapping[str, Task | Fate]) -> bool:
    """Whether a task is back that was gone. What came back with it, below it, no news tell.

    One that was in the bin and may not be seen by now is back as well.
    """
    before = {task: seen.fate or seen.task for task in found if (seen := stand.seen.get(task))}
    hidden = any(before[task] is Fate.DELETED and found[task] is Fate.NO_ACCESS for task in before)
    return hidden or any(_is_gone(before[task]) and not _is_gone(found[task]) for task in before)


def _is_gone(answer: Task | Fate) -> bool:
    if isinstance(answer, Fate):
        return True
    return answer.archived or not (answer.container or answer.parent)


def _with_miscounted(stand: Stand, tasks: Sequence[str]) -> list[str]:
    """Tasks whose steps are counted, and those of their steps that tools may count as done, and that are no done work.

    These were merged into others, or closed because they left the plan.
    """
    known: list[str] = []
    if tasks and _depth(stand) is Depth.STEPS:
        closed = (seen.task for seen in stand.seen.values() if seen.task.credit in _NO_WORK)
        known = [task.id for task in closed if task.parent in tasks and task.id not in tasks]
    return [*tasks, *known]


def _read(
    connector: Connector, stand: Stand, news: News, now: datetime, whole: tuple[Container, Listing | ToolError]
) -> Sight:
    """A full read: the container's own settings, every task, and by id each linked task that the listing lacks."""
    container, listing = whole
    if isinstance(listing, ToolError):
        raise listing
    missing = sorted(task for task in stand.linked if task not in listing.tasks)
    found: dict[str, Task | Fate] = dict(listing.tasks)
    if missing:
        found.update(connector.look(container, missing, stand.depth))
    shelf = Shelf(container, news.cursor, stand.depth, read_at=now, looked_at=now, swept_at=now)
    return _sight(stand, shelf, found, now, news, full=True)


def _sight(
    stand: Stand, shelf: Shelf, found: Mapping[str, Task | Fate], now: datetime, heard: News, *, full: bool = False
) -> Sight:
    news: list[Seen] = []
    dropped: set[str] = set()
    miscounted: Counter[str | None] = Counter()
    for task_id, answer in found.items():
        before = stand.seen.get(task_id)
        if isinstance(answer, Task):
            task = before.recalled(answer) if before else answer
            miscounted[task.parent] += answer.done and not task.done
            news.append(Seen(task, now))
        elif before is not None and task_id in stand.linked:
            news.append(Seen(before.task, before.at, answer))
        else:
            dropped.add(task_id)
    news = [Seen(_recounted(seen.task, miscounted[seen.task.id]), now) if seen.fate is None else seen for seen in news]
    kept = {} if full else {task: seen for task, seen in stand.seen.items() if task not in dropped}
    merged = kept | {seen.task.id: seen for seen in news}
    changed = (
        replace(difference, who=_who(before, heard.by.get(after.task.id, {})))
        for after in news
        if after.task.id in stand.linked and (before := stand.seen.get(after.task.id))
        for difference in differences(shelf.container, before, after)
    )
    return Sight(shelf, merged, tuple(news), frozenset(dropped), tuple(changed), full)


def _recounted(task: Task, miscounted: int) -> Task:
    """The task without those of its steps that the tool counted as done, though nobody did them."""
    if not miscounted or task.steps is None:
        return task
    done, every = task.steps
    return replace(task, steps=(done - miscounted, every - miscounted))


def _who(before: Seen, touched: Mapping[str, datetime]) -> str:
    """Who may have changed a task since it was seen: what they did before that, or we ourselves, was seen then."""
    return " or ".join(who for who, at in touched.items() if _is_news(before, at))
