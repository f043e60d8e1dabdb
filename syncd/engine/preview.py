"""The preview: what a pass would do, found out without writing anything anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import NotFound, ToolError
from connectors.vocabulary import Container, FieldValue
from mappings.fields import missing_fields
from syncd.engine.affected import Trees
from syncd.engine.books import Books, Route, items_of_tasks, opened_shelf, shelf_of
from syncd.engine.groups import Retitle, called, retitles
from syncd.engine.guard import Stop, guard, leaving
from syncd.engine.observer import Stand, observe, require_usable
from syncd.engine.ordering import moves, with_moves
from syncd.engine.planner import Agreed, Change, Kind, Observed, place_of
from syncd.engine.planning import Planning
from syncd.engine.standing import Standing, standing
from syncd.engine.takeover import judge
from syncd.engine.teams import all_unsaid
from syncd.records import Link, Shelf
from syncd.store.store import Store


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pass of one mapping would do; `stop` is set where the guard would stop it.

    `groups` are those that would be called anew, `undone` is what differs since an undo and stays so. `proposals` says,
    by item and field, why the plan cannot take over what the team set there. `trouble` is the error that keeps all of
    this from being known; `wrong` says what of the mapping does not fit the container.
    """

    mapping: str
    changes: tuple[Change, ...] = ()
    stop: Stop | None = None
    groups: tuple[Retitle, ...] = ()
    undone: tuple[Standing, ...] = ()
    proposals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    trouble: ToolError | None = None


def preview(route: Route, store: Store, connector: Connector, clock: Clock) -> Preview:
    """What a pass would do now, from a fresh look at the tool. Neither the tool nor the store is written to."""
    try:
        books = look(route, store, connector, clock)
    except ToolError as error:
        return Preview(route.mapping, trouble=error)
    if wrong := tuple(missing_fields(route.rules, books.container)):
        return Preview(route.mapping, wrong=wrong)
    with store.reading() as reader:
        state = reader.mapping_state(route.mapping)
    stop = None
    if state is not None and state.container not in ("", books.container.id) and books.links:
        stop = leaving(len(books.links), state.container, route.scope)
        books.start_anew()
    trees = books.trees()
    waiting = books.waiting(clock.now(), trees.desired)
    trees = replace(trees, agreed=replace(trees.agreed, blocked=waiting))
    with store.reading() as reader:
        unsaid = all_unsaid(reader, books, trees)
    foresight = foresee(trees, order=books.order, unsaid=unsaid)
    still, judged = there(foresight.links, trees.observed), judge(books, foresight.changes)
    surprising = judged.surprising(foresight.changes)
    groups = retitles(trees.desired, books.container, trees.agreed.groups) if books.links else ()
    stop = stop or guard(surprising, len(foresight.links), route.limits, there=still, groups=called(groups))
    with store.reading() as reader:
        undone = standing(reader, route.mapping, trees)
    return Preview(route.mapping, foresight.changes, stop, groups, undone, judged.untaken)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What all rounds of a pass would do, and the links that it begins with, adopted tasks among them."""

    changes: tuple[Change, ...]
    links: Mapping[str, Link]


def foresee(
    trees: Trees,
    planning: Planning | None = None,
    order: Sequence[str] = (),
    unsaid: Mapping[str, Mapping[str, FieldValue]] = MappingProxyType({}),
) -> Foresight:
    """Plan as if everything that is planned succeeds; `planning` may know some of it already. Pure.

    `order` is the plan's order that the tasks last followed; `unsaid` is what is agreed on of tasks to be adopted.
    """
    planning = planning or Planning()
    links, observed = trees.agreed.links, trees.observed
    released: dict[str, Link] = {}
    adoptions: list[Change] = []
    coming: set[str] = set()
    while True:
        due = planning.due(replace(trees, agreed=replace(trees.agreed, links=links, coming=coming)))
        links = due.trees.agreed.links
        released.update({link.item: link for link in due.settlement.released})
        adopted = [change for change in due.changes if change.kind is Kind.ADOPT]
        made = {change.item for change in due.changes if change.kind is Kind.CREATE} - coming
        if not adopted and not made:
            left = (_release(link, observed) for link in released.values())
            changes = with_moves(
                (*left, *adoptions, *due.changes),
                moves(trees.desired, observed, Agreed(links, trees.agreed.groups), order),
            )
            return Foresight(changes, {**links, **released})
        adoptions += adopted
        coming |= made
        links = {**links, **{change.item: _adopted(trees, change, unsaid) for change in adopted}}


def _adopted(trees: Trees, change: Change, unsaid: Mapping[str, Mapping[str, FieldValue]]) -> Link:
    wanted, seen = trees.desired.tasks[change.item], trees.observed.tasks[change.task]
    base = {**place_of(wanted, seen.task, trees.agreed.groups), **unsaid.get(change.task, {})}
    return Link(change.item, change.task, base, seen.at)


def there(links: Mapping[str, Link], observed: Observed) -> bool:
    """True if any of the linked tasks still is in the container."""
    return any(not observed.loss(link.task) for link in links.values())


def _release(link: Link, observed: Observed) -> Change:
    """An item that the mapping no longer reaches, as a change: nothing is written, but a person should know."""
    seen = observed.tasks.get(link.task)
    reason = "the mapping no longer reaches it; its task stays as it is, and is followed no longer"
    return Change(Kind.ARCHIVE, link.item, seen.task.title if seen else link.item, link.task, reason=reason)


def look(
    route: Route, store: Store, connector: Connector, clock: Clock, *, writing: bool = True, full: bool = False
) -> Books:
    """The books after a fresh look, in memory only; a container that is still to be made is an empty one.

    With `writing`, one into which nothing may be written is Invalid; with `full`, the container is read as a whole.
    Raises ToolError, StoreError.
    """
    with store.reading() as reader:
        known = shelf_of(reader, route)
        try:
            reference, by_name = (known.container.id, False) if known else (route.reference, route.by_name)
            opened = connector.open(reference, by_name=by_name)
        except NotFound:
            if not by_name or reader.links(route.mapping):
                raise
            return Books(route, Shelf(Container("", route.reference, "")))
        if writing:
            require_usable(opened, connector.capabilities(), below=route.rules.project_is_subtask)
        shelf = opened_shelf(reader, route, opened)
        books = Books.load(reader, route, shelf)
        linked = items_of_tasks(reader, opened.id)
    stand = Stand(shelf, books.seen, linked, route.rules.depth, full)
    sight = next(iter(observe(connector, [stand], clock.now())))
    if sight.trouble is not None:
        raise sight.trouble
    books.shelf, books.seen = sight.shelf, dict(sight.seen)
    return books
