"""The books: what the engine knows of one mapping; whoever changes them in the store changes them here as well."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from connectors.vocabulary import Container, Fate, FieldValue, Task
from mappings.rules import Rules
from mappings.shape import Desired, PlanItem, desire
from syncd.engine.affected import Trees
from syncd.engine.agreement import without
from syncd.engine.delays import waits
from syncd.engine.differences import differences, team_edit, told_as
from syncd.engine.guard import Limits
from syncd.engine.planner import Agreed, Observed
from syncd.engine.settling import rename, renamed
from syncd.plan.edits import PlanEdit
from syncd.records import Entry, GroupLink, Intent, Link, Seen, SetAside, Shelf
from syncd.store.reader import Reader
from syncd.store.writer import Writer


@dataclass(frozen=True)
class Route:
    """One mapping, ready to run: which plan items go where, by which rules, within which limits.

    `reference` names the container as the configuration does: an id, a pasted address, or (by_name) a name.
    `unwritable` says why the plan cannot take over what teams set, "" if it can; `refused` which of these values it
    would not, and why.
    """

    mapping: str
    connection: str
    rules: Rules
    items: tuple[PlanItem, ...]
    reference: str
    by_name: bool = False
    limits: Limits = field(default_factory=Limits)
    unwritable: str = "nothing is written into this plan"
    refused: Callable[[Sequence[PlanEdit]], Mapping[PlanEdit, str]] = field(default=lambda _edits: {}, compare=False)

    def item(self, id_: str) -> PlanItem | None:
        """The plan's item of that id."""
        return self._by_id.get(id_)

    @cached_property
    def _by_id(self) -> Mapping[str, PlanItem]:
        return {item.id: item for item in self.items}

    def with_values(self, values: Mapping[tuple[str, str], FieldValue]) -> Route:
        """The route with these values of its plan, by item and the plan's key, in place of what it held."""
        by_item: dict[str, dict[str, FieldValue]] = {}
        for (item, key), value in values.items():
            by_item.setdefault(item, {})[key] = value
        return replace(
            self, items=tuple(replace(one, values={**one.values, **by_item.get(one.id, {})}) for one in self.items)
        )

    @property
    def scope(self) -> str:
        """What the container was found by: once it was found, its id is kept as long as this stays the same."""
        return f"{'name' if self.by_name else 'id'}:{self.reference}"


def shelf_of(reader: Reader, route: Route) -> Shelf | None:
    """What is kept of the container that a mapping found, as long as it is to be found by the same."""
    state = reader.mapping_state(route.mapping)
    if state is None or state.scope != route.scope:
        return None
    return reader.shelf(route.connection, state.container)


def opened_shelf(reader: Reader, route: Route, container: Container) -> Shelf:
    """What is kept of a container that was opened just now, and nothing but itself where it is new."""
    held = reader.shelf(route.connection, container.id)
    return replace(held, container=container) if held else Shelf(container)


@dataclass(slots=True)
class Books:
    """Links, groups, intents and what is set aside of one mapping, and the tasks of its container."""

    route: Route
    shelf: Shelf
    seen: dict[str, Seen] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    groups: dict[str, GroupLink] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    aside: dict[str, SetAside] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    """The plan's order that the tasks last followed; empty before they did."""

    @classmethod
    def load(cls, reader: Reader, route: Route, shelf: Shelf) -> Books:
        """The books of a mapping as the store holds them."""
        return cls(
            route=route,
            shelf=shelf,
            seen=reader.seen(route.connection, shelf.container.id),
            links=reader.links(route.mapping),
            groups=reader.group_links(route.mapping),
            intents={intent.item: intent for intent in reader.intents(route.mapping)},
            aside=reader.set_aside(route.mapping),
            order=tuple(reader.facts(route.connection, order_key(route.mapping)) or ()),
        )

    @property
    def container(self) -> Container:
        """The container as last opened."""
        return self.shelf.container

    def observed(self) -> Observed:
        """The observed tree, as the planner wants it."""
        return Observed(self.container, self.seen)

    def agreed(self, blocked: Collection[str]) -> Agreed:
        """The agreed tree, as the planner wants it; items whose create is in doubt wait as well."""
        return Agreed(self.links, self.groups, {*blocked, *self.intents})

    def trees(self, blocked: Collection[str] = ()) -> Trees:
        """The three trees as plan and books stand now, with everything called what the plan calls it by now."""
        desired = desire(self.route.rules, self.route.items, self.container)
        agreed = Agreed(self.links, self.groups, blocked)
        return Trees(desired, self.observed(), renamed(agreed, rename(desired, agreed)))

    def task(self, item: str | None) -> Task | None:
        """The task that an item is linked to, as last seen."""
        link = self.links.get(item) if item else None
        seen = self.seen.get(link.task) if link else None
        return seen.task if seen else None

    def place(self, edits: Mapping[str, FieldValue]) -> tuple[str | None, str | None]:
        """The tool's ids of the group and parent that edits name; None leaves it where it is, "" takes it out."""
        group, parent = edits.get("group"), edits.get("parent")
        home = self.task(str(parent)) if parent else None
        leave = None if "parent" not in edits else ""
        return (self.groups[str(group)].group if group else None), (home.id if home else leave)

    def see(self, writer: Writer, seen: Seen) -> None:
        """Keep a task as answered; where it stands elsewhere or is worth something else, steps are counted anew."""
        before = self.seen.get(seen.task.id)
        fresh = [seen]
        if before and _as_step(before) != _as_step(seen):
            homes = {before.task.parent, seen.task.parent}
            counted = [above for id_ in homes if (above := self.seen.get(id_ or "")) and above.task.steps]
            fresh.extend(replace(above, task=replace(above.task, steps=None)) for above in counted)
        writer.put_seen(self.route.connection, self.container.id, fresh)
        self.seen |= {each.task.id: each for each in fresh}

    def answered(self, id_: str, now: Task | Fate, at: datetime) -> Seen:
        """A task as the tool answers: steps that it does not count stay as counted until they are read again."""
        if isinstance(now, Fate):
            return replace(self.seen[id_], fate=now)
        before = self.seen.get(id_)
        task = before.recalled(now) if before else now
        counted = before.task.steps if before else (0, 0)
        return Seen(replace(task, steps=counted) if task.steps is None else task, at)

    def team_edits(
        self, item: str, seen: Seen, at: datetime, sent: Iterable[str] = (), pass_id: int | None = None
    ) -> list[Entry]:
        """The log's lines about what a team changed on an item's task until it was seen so, beside what was `sent`."""
        before = self.seen.get(seen.task.id)
        if before is None:
            return []
        ours = told_as(self.route.rules, self.container, sent)
        found = [each for each in differences(self.container, before, seen) if each.key not in ours]
        return [team_edit(each, item, self.route.mapping, pass_id, at) for each in found]

    def link(self, writer: Writer, link: Link) -> None:
        """Keep a link."""
        writer.put_link(self.route.mapping, link)
        self.links[link.item] = link

    def agree(
        self, writer: Writer, item: str, field: str, over: Iterable[str], values: Mapping[str, FieldValue]
    ) -> None:
        """Put values among what both sides agree on, without what stands there of the field under these prefixes."""
        link = self.links[item]
        self.link(writer, replace(link, agreed={**without(link.agreed, field, over), **values}))

    def unlink(self, writer: Writer, item: str) -> None:
        """Keep an item's link no longer."""
        writer.drop_link(self.route.mapping, item)
        del self.links[item]

    def waiting(self, now: datetime, desired: Desired) -> set[str]:
        """The items that are set aside until later."""
        return {item for item, aside in self.aside.items() if waits(aside, now, digest(desired, item))}

    def start_anew(self) -> None:
        """Know nothing of the container that the mapping wrote into before."""
        for kept in (self.links, self.groups, self.intents, self.aside):
            kept.clear()
        self.order = ()


def _as_step(seen: Seen) -> tuple[str | None, bool, bool, Fate | None]:
    """What a task is for the one above it: tools count as done whatever is closed, also what was called off."""
    return seen.task.parent, seen.task.completed, seen.task.done, seen.fate


def digest(desired: Desired, item: str) -> str:
    """Stands for what is wanted of an item; "" where nothing is."""
    wanted = desired.tasks.get(item)
    return wanted.digest if wanted else ""


def order_key(mapping: str) -> str:
    """The key under which the store keeps the order that a mapping's tasks last followed."""
    return f"order of {mapping}"


def items_of_tasks(reader: Reader, container: str) -> dict[str, list[tuple[str, str]]]:
    """The tasks of a container that any mapping is linked to, by whatever connection, each with (mapping, item)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for mapping in reader.mapping_states(container):
        for link in reader.links(mapping).values():
            found.setdefault(link.task, []).append((mapping, link.item))
    return found
