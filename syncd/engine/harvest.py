"""The harvest: what the linked tasks of a plan say about its work, for the roll-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from connectors.vocabulary import Container, Fate
from mappings import work
from syncd.engine.books import Books, Route
from syncd.progress.evidence import Evidence, Standing
from syncd.records import Link
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
        state = reader.mapping_state(route.mapping)
        shelf = reader.shelf(route.connection, state.container) if state else None
        if shelf is None:
            continue
        if shelf.looked_at is not None:
            looked.append(shelf.looked_at)
        for item, found in _evidence(Books.load(reader, route, shelf)).items():
            if item not in evidence or (evidence[item].standing in _LOST and found.standing not in _LOST):
                evidence[item] = found
    return evidence, min(looked, default=None)


def _evidence(books: Books) -> Mapping[str, Evidence]:
    return {
        item: _of_link(books, link, books.container) for item, link in books.links.items() if link.task in books.seen
    }


def _of_link(books: Books, link: Link, container: Container) -> Evidence:
    task = books.seen[link.task].task
    done = work.done(books.route.rules, task, container)
    standing, remark = _STANDINGS[done.standing], done.remark
    loss = books.observed().loss(link.task)
    if loss == Fate.NO_ACCESS:
        standing, remark = Standing.NOT_VISIBLE, "syncd's account may not see the task any more"
    elif loss:
        standing, remark = Standing.GONE, f"the task is gone ({loss}); this is its last known state"
    return Evidence(
        item=link.item,
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
