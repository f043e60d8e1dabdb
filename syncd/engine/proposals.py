"""Proposals: what teams set or made that the plan does not hold, from the store and the plan alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from connectors.vocabulary import FieldValue, Task
from mappings.rules import Unplanned as Rule
from mappings.shape import marker
from syncd.engine.books import Books
from syncd.engine.planner import Change, Kind
from syncd.engine.takeover import taken_over
from syncd.engine.teams import own_work, promised
from syncd.engine.unplanned import OwnWork, free_id, values_of
from syncd.engine.waiting import Waiting
from syncd.plan.edits import NewItem, PlanEdit, Unwritten
from syncd.store.reader import Reader


@dataclass(frozen=True, slots=True)
class NewValue:
    """What a team set in a shared field while the plan holds another value.

    `edit` is what would change in the plan, None where it cannot hold the value; `why` says what keeps it from being
    there, "" where nothing does.
    """

    mapping: str
    item: str
    title: str
    key: str
    plan: FieldValue
    tool: FieldValue
    task: Task
    edit: PlanEdit | None
    why: str

    @property
    def field(self) -> str:
        """The field as people call it."""
        return self.key.removeprefix("field:")


@dataclass(frozen=True, slots=True)
class NewWork:
    """What a team made of its own: the item that it would be in the plan, and the title of the item above it.

    `why` says what keeps it from being put there, "" where nothing does.
    """

    mapping: str
    edit: NewItem
    above: str
    task: Task
    why: str

    @property
    def item(self) -> str:
        """The id that it would have."""
        return self.edit.id

    @property
    def title(self) -> str:
        """The title that it would have."""
        return str(self.edit.values["title"])


Proposal = NewValue | NewWork


def proposals(reader: Reader, waits: Sequence[Waiting], ids: Mapping[str, Collection[str]]) -> list[Proposal]:
    """What waits in mappings to be taken into their plans; `ids` are those that each plan (by its id) ever used."""
    values = [_value(wait.books, change) for wait in waits for change in wait.changes if change.kind is Kind.WRITE_BACK]
    own = [
        (books, found)
        for books, found in own_work(reader, (wait.books for wait in waits))
        if books.route.rules.unplanned is Rule.PROPOSE
    ]
    taken: dict[str, set[str]] = {}
    promises: dict[str, str] = {}
    for books, found in own:
        if found:
            plan = books.route.rules.plan
            taken.setdefault(plan, set()).update(_used(reader, books))
            told = promised(reader, books.route.mapping)
            promises |= {task: id_ for task, id_ in told.items() if id_ not in ids[plan]}
    for plan, used in taken.items():
        used.update(ids[plan])
    return [*values, *(work for books, found in own for work in _work(books, found, taken, promises))]


def _value(books: Books, change: Change) -> NewValue:
    edit, route = change.edits[0], books.route
    told = (route.mapping, change.item, change.title, edit.field, edit.before, edit.after, books.seen[change.task].task)
    try:
        writable = replace(books, route=replace(route, unwritable=""))
        return NewValue(*told, taken_over(writable, change), route.unwritable)
    except ValueError as reason:
        return NewValue(*told, None, str(reason))


def _used(reader: Reader, books: Books) -> Iterator[str]:
    """Ids that once were an item's of the plan, or are to be: neither its task, its figures nor its log are another's.

    A task that syncd may not see any more carries its item's marker all the same.
    """
    plan = books.route.rules.plan
    yield from ((seen.task.marker or "").removeprefix(marker(plan, "")) for seen in books.seen.values())
    yield from reader.newest_points(plan, date.max)
    yield from reader.items_told(books.route.mapping)


def _work(
    books: Books, found: Iterable[OwnWork], taken: Mapping[str, set[str]], promises: Mapping[str, str]
) -> Iterator[NewWork]:
    route = books.route
    for one in found:
        used = taken[route.rules.plan]
        begun = (one.task.marker or "").removeprefix(marker(route.rules.plan, ""))
        id_ = begun or promises.get(one.task.id) or free_id(one.under, one.tier, route.items, used)
        used.add(id_)
        item = NewItem(id_, one.tier, one.under.id, values_of(route.rules, one.task, books.container))
        yield NewWork(route.mapping, item, str(one.under.values["title"]), one.task, route.unwritable)


Put = Callable[[Sequence[PlanEdit], Sequence[NewItem]], Sequence[Unwritten]]
"""Puts values and new items into a plan's text, as far as it can; what it could not, and why."""


def put_in(found: Sequence[Proposal], put: Put) -> list[tuple[Proposal, str]]:
    """Have all of them put into their plan's text; each with why it is not there, "" where it is."""
    values = [each.edit for each in found if isinstance(each.edit, PlanEdit)]
    works = [each.edit for each in found if isinstance(each.edit, NewItem)]
    reasons = {_key(left.what): left.reason for left in put(values, works)} if values or works else {}
    return [(each, each.why if each.edit is None else reasons.get(_key(each.edit), "")) for each in found]


def _key(edit: PlanEdit | NewItem) -> PlanEdit | str:
    """What two that are one have in common: what a plan answers may have been found out for an earlier question."""
    return edit if isinstance(edit, PlanEdit) else edit.id
