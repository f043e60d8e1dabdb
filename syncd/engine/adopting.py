"""Adopting: a person says that a task that people made is an item's; the next pass finds it linked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.clock import Clock
from connectors.vocabulary import FieldValue, Task
from mappings.fields import differing
from mappings.rules import Owner
from mappings.shape import Wanted
from syncd.engine.affected import Trees
from syncd.engine.books import Books, items_of_tasks
from syncd.engine.deciding import Side
from syncd.engine.planner import place_of
from syncd.engine.suggesting import LEAST, Known, Pair, Suggestion, owner_of, suggest
from syncd.records import Entry, Link, MappingState
from syncd.store.errors import StoreError
from syncd.store.reader import Reader
from syncd.store.store import Store
from syncd.store.writer import Writer

LINK: Final = "link"
"""The kind of the log's line about a task that a person linked."""
UNLINK: Final = "unlink"
"""The kind of the log's line about a link that a person took away."""
REJECT: Final = "reject"
"""The kind of the log's line about a pair that a person rejected."""
_STILL: Final = ("", "unseen")
"""What a task that may still be there has lost."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a pair that a person chose; `why` it was left as it is, "" where it was not.

    `renamed` is the task's own title where the plan's will take its place.
    """

    item: str
    task: str
    title: str = ""
    url: str = ""
    renamed: str = ""
    why: str = ""


@dataclass(slots=True)
class Adopter:
    """Links tasks of one mapping to its items, as `who` says. The books come from a look at the tool just now.

    Nothing is sent: the next pass treats what is linked here like any other link, writes the marker, and makes nothing
    for the item. Nobody else may work with the mapping's connection meanwhile.
    """

    books: Books
    store: Store
    clock: Clock
    who: str = ""
    trees: Trees = field(init=False)

    def __post_init__(self) -> None:
        self.trees = self.books.trees(self.books.intents)

    def suggestions(self, least: int = LEAST) -> tuple[Suggestion, ...]:
        """The pairs that may belong together and that no person rejected yet."""
        with self.store.reading() as reader:
            claimed = items_of_tasks(reader, self.books.container.id)
            rejected = frozenset(self._rejected(reader))
        return suggest(self.trees, Known(claimed.keys(), rejected), least)

    def adopt(self, pairs: Iterable[Pair], stands: Side | None = None) -> list[Answer]:
        """Link these pairs, all in one transaction; those that cannot be are left, and say why.

        `stands` says whose values stand in shared fields that differ: as nobody knows who changed them, both are held
        without it. Raises StoreError.
        """
        answers: list[Answer] = []
        with self.store.writing(whole=True) as writer:  # a mapping of another connection may be on the container too
            self._require_place(writer)
            claimed = items_of_tasks(writer, self.books.container.id)
            known = writer.seen(self.books.route.connection, self.books.container.id)
            for item, task in pairs:
                why = self._why_not(item, task, claimed)
                answers.append(self._answer(item, task, why))
                if not why:
                    self._link(writer, item, task, stands)
                    self._see(writer, () if task in known else [task])
                    claimed[task] = [(self.books.route.mapping, item)]
            if done := {(answer.item, answer.task) for answer in answers if not answer.why}:
                self._keep_rejected(writer, (pair for pair in self._rejected(writer) if pair not in done))
                self._keep_place(writer)
        return answers

    def reject(self, pairs: Sequence[Pair]) -> None:
        """Remember that these do not belong together. Raises StoreError."""
        with self.store.writing() as writer:
            self._keep_rejected(writer, [*self._rejected(writer), *pairs])
            cause = "a person said that this task is not the item's"
            writer.add_entries(self._line(REJECT, item, task, cause) for item, task in pairs)

    # Within

    def _link(self, writer: Writer, item: str, task: str, stands: Side | None) -> None:
        books, mapping, now = self.books, self.books.route.mapping, self.clock.now()
        wanted, seen = self.trees.desired.tasks[item], books.seen[task]
        before = books.links.get(item)
        link = Link(item, task, self._base(wanted, seen.task, stands), now)
        books.link(writer, link)
        writer.drop_set_aside(mapping, item)
        if before:
            writer.add_entries([self._line(UNLINK, item, before.task, "its task is gone, and a person linked another")])
        told = replace(self._line(LINK, item, task, "a person said that it is the item's"), after=seen.task.title)
        writer.add_entries([told])
        self.trees = replace(
            self.trees, agreed=replace(self.trees.agreed, links={**self.trees.agreed.links, item: link})
        )

    def _see(self, writer: Writer, tasks: Iterable[str]) -> None:
        """Keep tasks as they were seen just now, of which the store knew nothing."""
        books = self.books
        writer.put_seen(books.route.connection, books.container.id, [books.seen[task] for task in tasks])

    def _base(self, wanted: Wanted, task: Task, stands: Side | None) -> Mapping[str, FieldValue]:
        """What both sides are taken to have agreed on in shared fields that differ.

        Where one holds nothing, that: the other's value goes there, and none is lost. Else nobody knows, unless a
        person says whose value stands.
        """
        base = place_of(wanted, task, self.trees.agreed.groups)
        for rule, have in differing(self.trees.desired.rules, task, self.books.container, wanted.values):
            want = wanted.values[rule.key]
            if rule.owner is not Owner.SHARED:
                continue
            if have is None or want is None:
                base[rule.key] = None
            elif stands is not None:
                base[rule.key] = have if stands is Side.PLAN else want
        return base

    def _answer(self, item: str, task: str, why: str) -> Answer:
        wanted, seen = self.trees.desired.tasks.get(item), self.books.seen.get(task)
        if wanted is None or seen is None:
            return Answer(item, task, wanted.title if wanted else "", why=why)
        rule = self.trees.desired.rules.rule("title")
        renamed = bool(rule and rule.owner is Owner.PLAN) and seen.task.title != wanted.title
        return Answer(item, task, wanted.title, seen.task.url, seen.task.title if renamed else "", why)

    def _why_not(self, item: str, task: str, claimed: Mapping[str, Sequence[tuple[str, str]]]) -> str:
        """Why a task cannot become an item's, in words; "" if it can."""
        wanted, seen = self.trees.desired.tasks.get(item), self.books.seen.get(task)
        if wanted is None:
            return "the mapping has no task for it: look at the id, and at `select` and the shape of the mapping"
        if not (wanted.create and wanted.touch):
            return "it needs no task: it is cancelled, put off, not adopted yet, or withheld; change that in the plan"
        if seen is None or self.trees.observed.loss(task):
            return f"there is no task {task} in “{self.books.container.name}”; copy its address from the browser"
        if others := claimed.get(task):
            told = ", ".join(f"{other} ({mapping})" for mapping, other in others)
            return f"it is linked already: {told}; `syncd links drop {others[0][1]}` lets go of it there"
        if (marker := owner_of(self.trees.desired, seen.task)) not in ("", wanted.marker, *wanted.was):
            return f"it carries the marker of another item ({marker}); take that off the task if it is wrong"
        return self._why_not_item(wanted, task) or self._why_not_there(wanted, task)

    def _why_not_item(self, wanted: Wanted, task: str) -> str:
        item, link = wanted.item, self.trees.agreed.links.get(wanted.item)
        if item in self.books.intents:
            return "its task is being made, and it is not known yet what came of it; run `syncd sync` first"
        if link is not None and (self.trees.observed.loss(link.task) in _STILL or item not in self.books.links):
            return f"it has a task already ({link.task}); `syncd links drop {item}` lets go of that one"
        others = [one for one in carriers(self.trees, wanted) if one != task]
        if others:
            return (
                f"another task carries its marker ({others[0]}); `syncd links keep {item} TASK` says which one is right"
            )
        return ""

    def _why_not_there(self, wanted: Wanted, task: str) -> str:
        """Tasks stand below each other as their items do, or elsewhere, but never the other way round."""
        route, above = self.books.route, set(_above(self.trees, task))
        path = set(item.path) if (item := route.item(wanted.item)) else set()
        for other, link in self.trees.agreed.links.items():
            planned = route.item(other)
            if planned and wanted.item in planned.path and link.task in above:
                return (
                    f"it stands below the task of {other}, which belongs below the item; move one of them in the tool"
                )
            if other in path and task in _above(self.trees, link.task):
                return f"the task of {other}, to which the item belongs, stands below it; move one of them in the tool"
        return ""

    def _require_place(self, reader: Reader) -> None:
        """Raises StoreError where links would not be of the container that the mapping names."""
        state = reader.mapping_state(self.books.route.mapping)
        if not self.books.container.id:
            raise StoreError(
                f"there is no “{self.books.container.name}” yet, and so no task to adopt",
                "Make it in the tool, or name one that is there in the mapping.",
            )
        if state is not None and state.container not in ("", self.books.container.id):
            raise StoreError(
                f"the mapping {self.books.route.mapping} was pointed to another container",
                "Run `syncd sync` first: it says what becomes of the links to the old one.",
            )

    def _keep_place(self, writer: Writer) -> None:
        """Keep where the links are; of a container that nobody ever read, all that was read just now."""
        route, shelf = self.books.route, self.books.shelf
        before = writer.mapping_state(route.mapping) or MappingState(route.mapping)
        writer.put_mapping_state(
            replace(before, connection=route.connection, container=shelf.container.id, scope=route.scope)
        )
        if writer.shelf(route.connection, shelf.container.id) is None:
            writer.put_shelf(route.connection, shelf)
            writer.replace_seen(route.connection, shelf.container.id, self.books.seen.values())

    def _rejected(self, reader: Reader) -> list[Pair]:
        """The pairs that a person rejected, called as the plan calls its items by now."""
        now = self.trees.desired.renamed
        held: Collection[Sequence[str]] = reader.facts(self.books.route.connection, self._key) or ()
        return [(now.get(item, item), task) for item, task in held]

    def _keep_rejected(self, writer: Writer, pairs: Iterable[Pair]) -> None:
        held = [list(pair) for pair in dict.fromkeys(pairs)]
        if held != [list(pair) for pair in self._rejected(writer)]:
            writer.put_facts(self.books.route.connection, self._key, held)

    @property
    def _key(self) -> str:
        """The key under which the store keeps the pairs that a person rejected."""
        return f"rejected links of {self.books.route.mapping}"

    def _line(self, kind: str, item: str, task: str, cause: str) -> Entry:
        return Entry(self.clock.now(), None, self.books.route.mapping, item, task, kind, cause=cause, who=self.who)


def carriers(trees: Trees, wanted: Wanted) -> list[str]:
    """The live tasks, linked or not, that carry an item's marker or one that it had before."""
    markers = (wanted.marker, *wanted.was)
    return [
        id_
        for id_, seen in trees.observed.tasks.items()
        if seen.task.marker in markers and not trees.observed.loss(id_)
    ]


def _above(trees: Trees, task: str) -> Iterator[str]:
    """The tasks above a task, each once."""
    met: set[str] = set()
    while (seen := trees.observed.tasks.get(task)) and (parent := seen.task.parent) and parent not in met:
        met.add(parent)
        yield parent
        task = parent
