"""What commands do about proposals: list what waits, judge it by the plans' texts, and put it into the plans."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from syncd.app import App
from syncd.engine.books import Books
from syncd.engine.including import Included, Includer, include
from syncd.engine.proposals import Proposal, Put, proposals, put_in
from syncd.engine.waiting import Waiting, known_books, waiting
from syncd.errors import ConfigError, PlanError
from syncd.plan import sources
from syncd.plan.edits import NewItem, PlanEdit, Unwritten
from syncd.plan.model import Plan
from syncd.plan.rewriting import Rewritten, rewrite
from syncd.store.errors import StoreError

Choose = Callable[[Sequence[Proposal]], Sequence[Proposal]]
"""Says which of all that is proposed is meant."""


def open_matters(app: App, only: Sequence[str] = ()) -> tuple[list[Waiting], list[Proposal]]:
    """What waits for a person in all mappings, or in those named, and what is proposed to their plans.

    Raises ConfigError, PlanError, StoreError.
    """
    routes = app.routes(only)
    ids: dict[str, set[str]] = {}
    for plan in [app.plan(app.config.mappings[route.mapping].plan) for route in routes]:
        ids.setdefault(plan.id, set()).update(_ids(plan))
    with app.known_store().reading() as reader:
        waits = waiting(reader, routes)
        found = proposals(reader, waits, ids)
    return waits, [each for name, mine in _by_plan(app, found) for each in _judged(app, name, mine)]


def put_into_plans(app: App, choose: Choose, who: str, copy: Callable[[str], None] | None = None) -> list[Included]:
    """Put the proposals that are chosen into their plans; each with why it is not there, "" where it is.

    They are listed and chosen while nobody else works with the mappings' connections. With `copy`, the plan (of a
    single one) stays as it is, and its text with them in it goes there. Raises what `choose` does, ConfigError,
    PlanError, and StoreError while a pass runs; but nothing any more once a plan took some of them.
    """
    outcomes: list[Included] = []
    with _alone(app):
        _, found = open_matters(app)
        for plan, mine in _by_plan(app, choose(found)):
            try:
                outcomes += _into_plan(app, plan, mine, who, copy)
            except (ConfigError, PlanError, StoreError) as error:
                if not outcomes:
                    raise
                outcomes += [(each, str(error)) for each in mine]
    return outcomes


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """Be the only one that works with the connections of all mappings. Raises StoreError."""
    with ExitStack() as turns:
        for connection in sorted({mapping.connection for mapping in app.config.mappings.values()}):
            turns.enter_context(app.known_store().turn(connection))
        yield


def _into_plan(
    app: App, plan: str, mine: Sequence[Proposal], who: str, copy: Callable[[str], None] | None
) -> list[Included]:
    routes = app.routes([each.mapping for each in mine])
    with app.store.reading() as reader:
        known = [books for route in routes if (books := known_books(reader, route))]
    workers = {books.route.mapping: _includer(app, books, who) for books in known}
    return include(workers, mine, _put(app, plan, copy), copy=copy is not None)


def _includer(app: App, books: Books, who: str) -> Includer:
    connector = app.connector(books.route.connection)
    return Includer(books, app.store, connector, app.clock, lambda: uuid.uuid4().hex, who)


def _put(app: App, plan: str, copy: Callable[[str], None] | None) -> Put:
    """What puts values and new items into a plan's own file, or hands its text with them in it to `copy`."""

    def into_file(values: Sequence[PlanEdit], works: Sequence[NewItem]) -> Sequence[Unwritten]:
        return app.keep(plan, values, works).unwritten

    def into_copy(values: Sequence[PlanEdit], works: Sequence[NewItem]) -> Sequence[Unwritten]:
        found = _rewritten(app, plan, values, works)
        if copy and found.done:
            copy(found.text)
        return found.unwritten

    return into_copy if copy else into_file


def _rewritten(app: App, plan: str, values: Sequence[PlanEdit], works: Sequence[NewItem]) -> Rewritten:
    """The plan's text with values and new items in it, as far as they go in. Raises PlanError."""
    source = sources.locate(app.config.plans[plan].source, app.config.folder)
    try:
        return rewrite(sources.text(source, app.config.outgoing), sources.ending(source), values, works)
    except sources.NoText as none:
        raise PlanError([none.problem]) from None


def _judged(app: App, plan: str, found: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals for a plan that can be written, each with what else keeps it from going in."""
    if any(each.edit and not each.why for each in found):
        outcomes = put_in(found, lambda values, works: _rewritten(app, plan, values, works).unwritten)
        yield from (replace(each, why=each.why or why) for each, why in outcomes)
    else:
        yield from found


def _by_plan(app: App, found: Sequence[Proposal]) -> Iterator[tuple[str, list[Proposal]]]:
    """The proposals of each plan, by its name in the configuration."""
    by_plan: dict[str, list[Proposal]] = {}
    for each in found:
        by_plan.setdefault(app.config.mappings[each.mapping].plan, []).append(each)
    yield from by_plan.items()


def _ids(plan: Plan) -> Iterator[str]:
    """Every id that stands in a plan, earlier ones too."""
    for placed in plan.items.values():
        yield from (placed.item.id, *placed.item.was)
