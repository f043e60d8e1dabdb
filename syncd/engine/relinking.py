"""Relinking: a person lets go of a link, says which of two marked tasks is right, or has lost markers written again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import ToolError
from connectors.vocabulary import Depth, Fate, FieldValue, Task, Update, Values, Written
from mappings.notes import embed, extract
from mappings.shape import Wanted
from syncd.engine.adopting import LINK, UNLINK, Answer, carriers
from syncd.engine.affected import Trees
from syncd.engine.books import Books
from syncd.engine.planner import place_of
from syncd.records import Entry, Link, Seen
from syncd.store.store import Store

_NO_LINK: Final = "it has no link"
_NEW_ID: Final = "it has a new id in the plan; run `syncd sync` first"


@dataclass(frozen=True, slots=True)
class Loss:
    """A link whose task is not where it was: deleted, moved, archived, no_access, or unseen."""

    item: str
    title: str
    task: str
    url: str
    loss: str


@dataclass(frozen=True, slots=True)
class Copies:
    """The tasks that carry one item's marker, where they are several; `linked` is the one that counts, "" for none."""

    item: str
    title: str
    linked: str
    tasks: tuple[str, ...]


@dataclass(slots=True)
class Relinker:
    """Changes links of one mapping, and the markers on its tasks, as `who` says.

    The books come from a look at the tool just now; nobody else may work with the mapping's connection meanwhile. A
    task is written to before its link changes: should this end in between, the link stays as it was.
    """

    books: Books
    store: Store
    connector: Connector
    clock: Clock
    new_key: Callable[[], str]
    who: str = ""
    trees: Trees = field(init=False)
    _stored: dict[str, Seen] = field(init=False)
    """Tasks as the store holds them, until something newer is kept: as far as that, the log tells of teams."""

    def __post_init__(self) -> None:
        self.trees = self.books.trees(self.books.intents)
        with self.store.reading() as reader:
            self._stored = reader.seen(self.books.route.connection, self.books.container.id)

    def drop(self, items: Iterable[str]) -> list[Answer]:
        """Let go of these items' tasks, and take markers and syncd's notes off them; each with why it was left."""
        answers: list[Answer] = []
        for item in items:
            link = self.books.links.get(item)
            if link is None:
                why = _NEW_ID if item in self.trees.agreed.links else _NO_LINK
                answers.append(self._answer(item, "", why))
                continue
            why = "" if self.trees.observed.loss(link.task) else self._clear(item, link.task)
            if not why:
                with self.store.writing() as writer:
                    self.books.unlink(writer, item)
                    writer.add_entries([self._line(UNLINK, item, link.task, "a person let go of it")])
            answers.append(self._answer(item, link.task, why))
        return answers

    def keep(self, item: str, task: str) -> Answer:
        """Have this one of the tasks that carry an item's marker be its task, and take the marker off the others."""
        wanted = self.trees.desired.tasks.get(item)
        link = self.books.links.get(item)
        own = [link.task] if link and not self.trees.observed.loss(link.task) else []
        there = list(dict.fromkeys([*own, *carriers(self.trees, wanted)])) if wanted else []
        if link is None and item in self.trees.agreed.links:
            return self._answer(item, task, _NEW_ID)
        if wanted is None or task not in there:
            return self._answer(
                item, task, f"it does not carry the marker of {item}; `syncd links duplicates` shows which do"
            )
        if others := [other for other, each in self.books.links.items() if each.task == task and other != item]:
            return self._answer(item, task, f"it is the task of {others[0]}")
        for other in there:
            if other != task and (why := self._clear(item, other)):
                return self._answer(item, task, f"another task keeps the marker: {why}")
        if link is None or link.task != task:
            self._relink(wanted, task, link)
        return self._answer(item, task)

    def mark(self) -> list[Answer]:
        """Write the marker again on each linked task that lost it; each with why it could not be."""
        return [
            self._answer(item, link.task, self._write(item, link.task, {"marker": wanted.marker}))
            for item, link, wanted in self._unmarked()
        ]

    def losses(self) -> Iterator[Loss]:
        """The links whose task is not where it was, in the plan's order."""
        for item, wanted in self.trees.desired.tasks.items():
            link = self.trees.agreed.links.get(item)
            if link and wanted.create and (loss := self.trees.observed.loss(link.task)):
                seen = self.trees.observed.tasks.get(link.task)
                yield Loss(item, wanted.title, link.task, seen.task.url if seen else "", loss)

    def copies(self) -> Iterator[Copies]:
        """The items of which several tasks carry the marker, in the plan's order."""
        yield from copies(self.trees)

    # Within

    def _unmarked(self) -> list[tuple[str, Link, Wanted]]:
        trees = self.trees
        linked = ((item, self.books.links.get(item), wanted) for item, wanted in trees.desired.tasks.items())
        return [
            (item, link, wanted)
            for item, link, wanted in linked
            if link and wanted.touch and not trees.observed.loss(link.task)
            if trees.observed.tasks[link.task].task.marker != wanted.marker
        ]

    def _relink(self, wanted: Wanted, task: str, before: Link | None) -> None:
        """Link the item to another task that carries its marker; what both sides last agreed on is not known."""
        seen = self.books.seen[task]
        link = Link(wanted.item, task, place_of(wanted, seen.task, self.trees.agreed.groups), self.clock.now())
        cause = "a person said that it is the item's, of those that carry its marker"
        with self.store.writing() as writer:
            self.books.link(writer, link)
            if before:
                writer.add_entries(
                    [self._line(UNLINK, wanted.item, before.task, "a person said that another task is right")]
                )
            writer.add_entries([replace(self._line(LINK, wanted.item, task, cause), after=seen.task.title)])

    def _clear(self, item: str, task: str) -> str:
        """Take marker and our part of the notes off a task; why the tool did not, "" where that is done.

        It is looked at right before: the notes are written as a whole, with a team's words in them.
        """
        try:
            now = self.connector.look(self.books.container, [task], Depth.TOP)[task]
        except ToolError as error:
            return error.in_full
        self._keep(item, task, now)
        held = self.books.seen[task].task
        ours = extract(held.notes) is not None
        if self.trees.observed.loss(task) or (held.marker is None and not ours):
            return ""
        return self._write(item, task, {"marker": None} | ({"notes": embed(held.notes, "")} if ours else {}))

    def _write(self, item: str, task: str, given: Mapping[str, FieldValue]) -> str:
        """Write to one task, and keep what the tool answers; why it did not, "" if it did."""
        try:
            [answer] = self.connector.write([Update(self.new_key(), self.books.container, task, Values(given))])
        except ToolError as error:
            answer = error
        if not isinstance(answer, Written):
            return answer.in_full
        self._keep(item, task, answer.task, given)
        return ""

    def _keep(self, item: str, task: str, now: Task | Fate, sent: Iterable[str] = ()) -> None:
        """Keep a task as answered; what was changed on an item's own since the log was told last goes into the log."""
        books, at = self.books, self.clock.now()
        books.seen[task] = self._stored.pop(task, books.seen[task])
        seen = books.answered(task, now, at)
        link = books.links.get(item)
        with self.store.writing() as writer:
            writer.add_entries(books.team_edits(item, seen, at, sent) if link and link.task == task else ())
            books.see(writer, seen)

    def _answer(self, item: str, task: str, why: str = "") -> Answer:
        wanted, seen = self.trees.desired.tasks.get(item), self.books.seen.get(task)
        title = wanted.title if wanted else seen.task.title if seen else ""
        return Answer(item, task, title, seen.task.url if seen else "", why=why)

    def _line(self, kind: str, item: str, task: str, cause: str) -> Entry:
        return Entry(self.clock.now(), None, self.books.route.mapping, item, task, kind, cause=cause, who=self.who)


def copies(trees: Trees) -> Iterator[Copies]:
    """The items of which several live tasks carry the marker, or one beside their own task; in the plan's order."""
    by_marker: dict[str, list[str]] = {}
    for id_, seen in trees.observed.tasks.items():
        if seen.task.marker and not trees.observed.loss(id_):
            by_marker.setdefault(seen.task.marker, []).append(id_)
    for item, wanted in trees.desired.tasks.items():
        found = [id_ for marker in (wanted.marker, *wanted.was) for id_ in by_marker.get(marker, ())]
        link = trees.agreed.links.get(item)
        own = [link.task] if link and not trees.observed.loss(link.task) else []
        tasks = tuple(dict.fromkeys([*own, *found]))
        if len(tasks) > 1:
            yield Copies(item, wanted.title, own[0] if own else "", tasks)
