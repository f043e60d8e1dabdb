"""A plan's text as it stands, and the step to one with other values, which is checked before it is taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from syncd.documents.document import Document, Unreadable, parse
from syncd.documents.path import Path
from syncd.errors import PlanError
from syncd.plan.edits import WRITABLE, NewItem, PlanChange, PlanEdit
from syncd.plan.fitting import fitted
from syncd.plan.model import Action, Item, Plan, Project
from syncd.plan.rewriting.adding import added, around
from syncd.plan.rewriting.changing import changed
from syncd.plan.rewriting.form import Form, Value
from syncd.plan.rewriting.in_json import Json
from syncd.plan.rewriting.in_toml import Toml
from syncd.plan.rewriting.in_yaml import Yaml
from syncd.plan.rewriting.meaning import Unwritable, held, same, shown, values_of
from syncd.plan.rewriting.page import Page, Splice, Tangled, spliced

_FORMS: Final[Mapping[str, Form]] = {".toml": Toml(), ".yaml": Yaml(), ".yml": Yaml(), ".json": Json()}
_KINDS: Final[Mapping[str, tuple[type[Item], str]]] = {"action": (Action, "actions"), "project": (Project, "projects")}
_BY_HAND: Final = "the file is written there in a way that is not safe to change; please change it by hand"


@dataclass(frozen=True, slots=True)
class Task:
    """What a change comes to: the values of the item whose table stands, or is to stand, at a path in the data."""

    change: PlanChange
    item: str
    path: Path
    values: Mapping[str, Value | None]

    @property
    def under(self) -> str | None:
        """The id of the item that a new one is to stand below."""
        return self.change.under if isinstance(self.change, NewItem) else None

    @property
    def given(self) -> dict[str, Value]:
        """The values without those that are to go."""
        return {key: value for key, value in self.values.items() if value is not None}

    @property
    def touched(self) -> list[Path]:
        """The places in the data that are to change: a new item's list, where there was none."""
        if self.under is None:
            return [(*self.path, key) for key in self.values]
        return [self.path if self.path[-1] else self.path[:-1]]


@dataclass(frozen=True)
class Draft:
    """A text that holds a plan, and where in its data each item stands."""

    text: str
    ending: str
    data: Mapping[str, Any]
    plan: Plan
    places: Mapping[str, Path]

    def task(self, change: PlanChange) -> Task | None:
        """What is to be written for a change, None if it is there already. Raises Unwritable."""
        return self._edit(change) if isinstance(change, PlanEdit) else self._addition(change)

    def stepped(self, tasks: Sequence[Task]) -> Draft:
        """The draft with all that written, and nothing else changed. Raises Unwritable."""
        try:
            text = spliced(self.text, self._splices(tasks))
            document = parse(text, file="", ending=self.ending)
        except (Tangled, Unreadable):
            raise Unwritable(_BY_HAND) from None
        touched = [path for task in tasks for path in task.touched]
        if _without(self.data, touched) != _without(document.data, touched):
            raise Unwritable(_BY_HAND)
        try:
            after = _drafted(text, self.ending, document)
        except PlanError as error:
            wrong = error.problems[0]
            raise Unwritable(f"the plan would not be right with it: {wrong.key}: {wrong.message}") from None
        if not all(map(after.holds, tasks)):
            raise Unwritable(_BY_HAND)
        return after

    def _edit(self, edit: PlanEdit) -> Task | None:
        placed = self.plan.items.get(edit.item)
        if placed is None:
            raise Unwritable(f"there is no “{edit.item}” in the plan's file any more")
        kind, values = type(placed.item), values_of(type(placed.item), {edit.key: edit.after})
        now = held(placed.item, edit.key)
        if same(kind, edit.key, now, edit.after):
            return None
        if not same(kind, edit.key, now, edit.before):
            raise Unwritable(
                f"it was edited meanwhile: the plan's file holds {shown(now)} there, not {shown(edit.before)}"
            )
        return Task(edit, edit.item, self.places[edit.item], values)

    def _addition(self, new: NewItem) -> Task | None:
        if new.tier not in _KINDS:
            raise Unwritable("only actions and projects are put into a plan")
        kind, key = _KINDS[new.tier]
        there, above = self.plan.items.get(new.id), self.plan.items.get(new.under)
        alike = there is not None and same(kind, "title", there.item.title, new.values.get("title"))
        if there is not None and alike and (there.parent, there.tier) == (new.under, new.tier):
            return None
        if there is not None:
            raise Unwritable(f"the plan has another “{new.id}” already; choose another id")
        if above is None:
            raise Unwritable(f"there is no “{new.under}” in the plan's file any more, below which it could stand")
        if key not in type(above.item).model_fields:
            raise Unwritable(f"no {new.tier} can stand below “{new.under}” ({above.tier.value})")
        values = values_of(kind, {"title": None, **new.values})
        path = self.places[new.under]
        count = len(_at(self.data, path).get(key, ()))
        return Task(new, new.id, (*path, key, count), {"id": new.id, **values})

    def _splices(self, tasks: Sequence[Task]) -> Iterator[Splice]:
        """What makes this text hold what the tasks ask for."""
        edits: dict[Path, dict[str, Value | None]] = {}
        new = [task for task in tasks if task.under is not None]
        for task in tasks:
            if task.under is None:
                edits.setdefault(task.path, {}).update(task.values)
        form = _FORMS[self.ending]
        wanted = [*edits, *(path for task in new for path in around(task.path) if path)]
        page = Page(self.text, form.tables(self.text, wanted))
        for path, values in edits.items():
            in_order = dict(sorted(values.items(), key=lambda pair: WRITABLE.index(pair[0])))
            yield from changed(form, page, page.table(path), in_order)
        for task in new:
            yield from added(form, page, task.path, task.given)

    def holds(self, task: Task) -> bool:
        """Whether the plan holds what a task asks for."""
        placed = self.plan.items.get(task.item)
        return (
            placed is not None
            and task.under in (None, placed.parent)
            and all(_says(placed.item, key, value) for key, value in task.values.items())
        )


def _says(item: Item, key: str, value: Value | None) -> bool:
    now = held(item, key)
    return same(type(item), key, now, None) if value is None else bool(now == value)


def _at(data: Any, path: Path) -> Any:
    return reduce(lambda here, part: here[part], path, data)


def read(text: str, ending: str) -> Draft:
    """The draft that a text is. Raises Unreadable, PlanError, and Unwritable for a form that is not written."""
    if ending not in _FORMS:
        raise Unwritable(f"values are written into {', '.join(_FORMS)} files only")
    return _drafted(text, ending, parse(text, file="", ending=ending))


def _drafted(text: str, ending: str, document: Document) -> Draft:
    found = fitted(document)
    if found.plan is None or found.problems:
        raise PlanError(found.problems)
    return Draft(text, ending, document.data, found.plan, found.where.first)


def _without(held: Any, gone: Iterable[Path]) -> Any:
    """The data without what stands at the paths."""
    ways: dict[str | int, list[Path]] = {}
    for first, *rest in gone:
        ways.setdefault(first, []).append(tuple(rest))
    if not ways or not isinstance(held, dict | list):
        return held
    parts = enumerate(held) if isinstance(held, list) else held.items()
    left = {part: _without(each, ways.get(part, ())) for part, each in parts if () not in ways.get(part, ())}
    return list(left.values()) if isinstance(held, list) else left
