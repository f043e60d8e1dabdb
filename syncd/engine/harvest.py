"""The harvest: what the tasks of a plan say about its work, and teams' own tasks beside it, for the roll-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.vocabulary import Fate, Task
from mappings import work
from mappings.rules import Unplanned
from mappings.shape import renamed
from syncd.engine.books import Books, Route
from syncd.engine.planner import ARCHIVED
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


@dataclass(frozen=True, slots=True)
class Harvest:
    """What the mappings of one plan say, as their tools were last seen.

    `evidence` is by plan item, `team` what teams made of their own where the mapping says that it counts; `read_at` is
    when a tool was last looked at, the oldest of them, None before the first look.
    """

    evidence: dict[str, Evidence]
    team: list[TeamWork]
    read_at: datetime | None


def harvest(reader: Reader, routes: Iterable[Route]) -> Harvest:
    """What the mappings of one plan say about its work.

    An item that several mappings push counts once, by the first of them whose task is alive.
    """
    known = [books for route in routes if (books := known_books(reader, route))]
    evidence: dict[str, Evidence] = {}
    for item, found in (each for books in known for each in _evidence(books)):
        if item not in evidence or (evidence[item].standing in _LOST and found.standing not in _LOST):
            evidence[item] = found
    looked = [books.shelf.looked_at for books in known if books.shelf.looked_at is not None]
    return Harvest(evidence, list(_team_work(reader, known)), min(looked, default=None))


def _team_work(reader: Reader, known: Iterable[Books]) -> Iterator[TeamWork]:
    for books, found in own_work(reader, known):
        if books.route.rules.unplanned is Unplanned.COUNT:
            yield from (TeamWork(one.under.id, _of_task(books, one.task, team_id(one.task.id))) for one in found)


def _evidence(books: Books) -> Iterator[tuple[str, Evidence]]:
    """The links are called as the plan calls their items by now, also where no pass could take that in yet."""
    now = renamed({item.id: item for item in books.route.items})
    for known, link in books.links.items():
        item = known if now.get(known) in books.links else now.get(known, known)
        if link.task in books.seen:
            yield item, _of_task(books, books.seen[link.task].task, item)


def _of_task(books: Books, task: Task, item: str) -> Evidence:
    done = work.done(books.route.rules, task, books.container)
    standing, remark = _STANDINGS[done.standing], done.remark
    loss = books.observed().loss(task.id)
    if loss == Fate.NO_ACCESS:
        standing, remark = Standing.NOT_VISIBLE, "syncd's account may not see the task any more"
    elif loss and not (loss == ARCHIVED and done.done):
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
