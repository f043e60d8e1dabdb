"""Asks what happened in containers since the last time: Asana's event feed, and the sweep that covers its losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.asana.answers import Raw, understood
from connectors.asana.client import Client
from connectors.asana.failures import LostCursor
from connectors.asana.merges import Merges
from connectors.asana.shapes import instant
from connectors.errors import Quota, Refused, ToolError
from connectors.form import id_of
from connectors.vocabulary import News

MOST_PAGES: Final = 20
"""A feed with more pages of 100 events to tell is given up: a full listing is quicker."""
MOMENT: Final = timedelta(milliseconds=100)
"""An event may be noted that long after the change it tells of: without it, the echo of our own writes were news.

Of a deletion it is not taken off, for none is ours.
"""
_IDLE_TALK: Final = frozenset({"comment_added", "comment_liked", "attachment_added"})
"""What is told about a task without changing it."""


class Feed:
    """News of containers; tells Merges which tasks are worth a question."""

    def __init__(self, client: Client, merges: Merges) -> None:
        self._client = client
        self._merges = merges

    def changes(self, cursors: Mapping[str, str | None], sweep_since: datetime | None) -> Mapping[str, News]:
        """News per project id, as the contract of connectors has it: one that cannot be read is missing.

        When none can be read, or the whole credential is refused, the error is raised.
        """
        news: dict[str, News] = {}
        trouble: ToolError | None = None
        for project, cursor in cursors.items():
            try:
                news[project] = (
                    self._sweep(project, cursor, sweep_since) if sweep_since else self._news(project, cursor)
                )
            except ToolError as error:
                trouble = error
                if isinstance(error, (Refused, Quota)):
                    break
        if trouble is not None and not news:
            raise trouble
        return news

    def _news(self, project: str, cursor: str | None) -> News:
        """What the feed tells; to ask without a cursor is to be refused, with a fresh one."""
        rows: list[Raw] = []
        pages, more = 0, True
        try:
            while more:
                reply = self._client.events(project, cursor if pages < MOST_PAGES else None)
                rows.extend(reply["data"])
                cursor, more = reply["sync"], bool(reply.get("has_more"))
                pages += 1
        except LostCursor as lost:
            return News(frozenset(), lost.fresh, lost=True)
        return self._told(rows, cursor)

    def _told(self, rows: Sequence[Raw], cursor: str | None) -> News:
        at: dict[str, datetime] = {}
        by: dict[str, dict[str, datetime]] = {}
        events = list(map(event, rows))
        for one in events:
            for task in one.tasks:
                if one.touched:
                    _later(at, task, one.touched)
                    if one.who:
                        _later(by.setdefault(task, {}), one.who, one.touched)
        self._merges.suspect(task for one in events if one.merge for task in one.tasks)
        return News(frozenset(at), cursor, at=at, by=by)

    def _sweep(self, project: str, cursor: str | None, since: datetime) -> News:
        changed = self._client.changed_since(project, since)
        moments = {raw["gid"]: _moments(raw) for raw in changed}
        at = {task: touched for task, (touched, _) in moments.items() if touched}
        self._merges.suspect(task for task, (_, finished) in moments.items() if finished and finished >= since)
        return News(frozenset(at), cursor, at=at)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: the tasks it points at, when they were touched, whose doing it is, and whether it tells of a merge."""

    tasks: tuple[str, ...]
    touched: datetime | None
    who: str
    merge: bool


@understood("event")
def event(row: Raw) -> Event:
    """What a row of the feed, or of a webhook's delivery, tells. Raises Transient where it is malformed."""
    noted, echo = instant(row.get("created_at")), row.get("action") != "deleted"
    return Event(_tasks(row), noted - MOMENT if noted and echo else noted, _who(row), _tells_of_merge(row))


@understood("task")
def _moments(raw: Raw) -> tuple[datetime | None, datetime | None]:
    """When a task was changed, and when it was finished."""
    return instant(raw.get("modified_at")), instant(raw.get("completed_at"))


def _tasks(row: Raw) -> tuple[str, ...]:
    """The tasks that an event points at: its own; the one it tells a story about; the one that lost a subtask."""
    resource, parent = row.get("resource") or {}, row.get("parent") or {}
    kind = row.get("type") or resource.get("resource_type")
    above = (id_of(parent["gid"]),) if parent.get("resource_type") == "task" else ()
    if kind == "task" and "gid" in resource:
        return (id_of(resource["gid"]), *(above if row.get("action") in ("removed", "deleted") else ()))
    if kind == "story" and resource.get("resource_subtype") not in _IDLE_TALK:
        return above
    return ()


def _later(moments: dict[str, datetime], of: str, moment: datetime) -> None:
    """Note a moment of something, unless a later one is known."""
    moments[of] = max(moment, moments.get(of, moment))


def _who(row: Raw) -> str:
    """The address of the person whose doing an event is, else the name; "" where it is nobody's: a rule's, say."""
    user = row.get("user") or {}
    address, name = user.get("email") or "", user.get("name") or ""
    return address.strip().lower() or " ".join(name.split())


def _tells_of_merge(row: Raw) -> bool:
    """Whether an event is the note that a task was marked as a duplicate, or merged."""
    return "duplicate" in ((row.get("resource") or {}).get("resource_subtype") or "")
