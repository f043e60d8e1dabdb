"""The harvest: what the tasks of a plan say about its work, and teams' own tasks beside it, for the roll-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from connectors.vocabulary import Fate, Task
from mappings import work
from mappings.rules import Unplanned
from syncd.engine.books import Books, Route
from syncd.engine.teams import own_work
from syncd.engine.waiting import known_books
from syncd.progress.evidence import Evidence, Standing, team_id
from syncd.progress.team import TeamWork
from syncd.store.reader import Reader

_STANDINGS: Final = {
    work.Standing.COUNTS: Standing.LIVE,
    work.Standing.EXCLUDED: Standing.EXCLUDED,
    work.Standing.CANCELLED: Standing.CANCELLED,
    work.Standing.DEFERRED: Standing.DEFERRED,
}

_LOST: Final = frozenset({Standing.GONE, Standing.NOT_VISIBLE})


def harvest(reader: Reader, routes: Iterable[Route]) -> tuple[dict[str, Evidence], datetime | None]:
    """The evidence of one plan's mappings by plan item, and when the tool was last looked at (the oldest of them).

    An item that several mappings push counts once, by the first of them whose task is alive.
    """
    evidence: dict[str, Evidence] = {}
    looked: list[datetime] = []
    for route in routes:
        books = known_books(reader, route)
        if books is None:
            continue
        if books.shelf.looked_at is not None:
            looked.append(books.shelf.looked_at)
        for item, found in _evidence(books).items():
            if item not in evidence or (evidence[item].standing in _LOST and found.standing not in _LOST):
                evidence[item] = found
    return evidence, min(looked, default=None)


def harvest_team_work(reader: Reader, routes: Iterable[Route]) -> list[TeamWork]:
    """What teams made of their own, where the mapping says that it counts."""
    minding = [route for route in routes if route.rules.unplanned is not Unplanned.IGNORE]
    known = (books for route in minding if (books := known_books(reader, route)))
    return [
        TeamWork(one.under.id, _of_task(books, one.task, team_id(one.task.id)))
        for books, found in own_work(reader, known)
        if books.route.rules.unplanned is Unplanned.COUNT
        for one in found
    ]


def _evidence(books: Books) -> Mapping[str, Evidence]:
    return {
        item: _of_task(books, books.seen[link.task].task, item)
        for item, link in books.links.items()
        if link.task in books.seen
    }


def _of_task(books: Books, task: Task, item: str) -> Evidence:
    done = work.done(books.route.rules, task, books.container)
    standing, remark = _STANDINGS[done.standing], done.remark
    loss = books.observed().loss(task.id)
    if loss == Fate.NO_ACCESS:
        standing, remark = Standing.NOT_VISIBLE, "syncd's account may not see the task any more"
    elif loss:
        standing, remark = Standing.GONE, f"the task is gone ({loss}); this is its last known state"
    return Evidence(
        item=item,
        share=done.share,
        done=done.done,
        standing=standing,
        task=task.id,
        title=task.title,
        url=task.url,
        due=task.due,
        completed_at=task.completed_at if done.done else None,
        steps=task.steps if books.route.rules.progress == "subtasks" else None,
        remark=remark,
    )
