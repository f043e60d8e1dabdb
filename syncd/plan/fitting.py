"""Fits a document to the model of a plan, and finds everything that is wrong in it, each with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from syncd.characters import outline
from syncd.checking import fit
from syncd.documents.document import Document
from syncd.documents.path import Path
from syncd.errors import Problem
from syncd.plan.checks import Fault, check_plan
from syncd.plan.mending import STANDS_IN, mended
from syncd.plan.model import Goal, Plan


class File(BaseModel):
    """A plan's file: its head, and the goals."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: Plan
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Where:
    """Where each item stands in the file: the ids of all items, in its order, with their paths."""

    document: Document
    items: tuple[tuple[str, Path], ...]

    @classmethod
    def of(cls, document: Document) -> Where:
        """The places in a document."""
        return cls(document, tuple(_items(document.data)))

    @cached_property
    def first(self) -> Mapping[str, Path]:
        """Each id with its first place."""
        return dict(reversed(self.items))

    def problem(self, item: str, key: str, words: str) -> Problem:
        """Something that is wrong with a key of an item ("": of the plan itself)."""
        return self.document.problem((*self.first.get(item, ("plan",)), key), words, f"{item}.{key}" if item else key)

    def problems(self, faults: Iterable[Fault]) -> list[Problem]:
        """What is wrong with items; nothing about those that only stand in for others."""
        return [self.problem(*fault) for fault in faults if not fault[0].startswith(STANDS_IN)]


@dataclass(frozen=True)
class Fitted:
    """The plan, as far as it can be made out (None: not at all), all that is wrong with it, and where its items stand.

    The readings that stand in files of their own are not among it.
    """

    plan: Plan | None
    problems: tuple[Problem, ...]
    where: Where


def fitted(document: Document) -> Fitted:
    """The plan that a document holds."""
    where = Where.of(document)
    found = fit(File, document)
    problems = [*found.problems, *_twice(where), *_misplaced(where)]
    file = found.model or fit(File, replace(document, data=mended(document.data, found.places))).model
    plan = file.plan.model_copy(update={"goals": file.goals}) if file else None
    if plan is not None:
        problems += where.problems(check_plan(plan))
    return Fitted(plan, tuple(problems), where)


def _items(data: Any, path: Path = ()) -> Iterator[tuple[str, Path]]:
    """Every table with an id, however deep, with its path; but not the plan itself, and not the drivers of a KPI."""
    if isinstance(data, Mapping):
        if isinstance(data.get("id"), str) and path:
            yield data["id"], path
        for key, below in data.items():
            if key != "driven_by" and (path or key != "plan"):
                yield from _items(below, (*path, key))
    elif isinstance(data, list):
        for number, below in enumerate(data):
            yield from _items(below, (*path, number))


def _twice(where: Where) -> Iterator[Problem]:
    """A problem for each id that stands more than once, or looks like another one, at its later places."""
    first: dict[str, tuple[str, Path]] = {}
    for name, path in where.items:
        other, before = first.setdefault(outline(name), (name, path))
        if before != path:
            line = where.document.line((*before, "id"))
            also = (
                f"it is also in line {line}" if other == name else f"the one in line {line} is spelled in other letters"
            )
            words = f"the id “{name}” stands twice; {also}. Ids are unique in the whole plan"
            yield where.document.problem((*path, "id"), words, f"{name}.id")


def _misplaced(where: Where) -> Iterator[Problem]:
    """Goals that stand within [plan], where the model of the plan would take them."""
    head = where.document.data.get("plan")
    if isinstance(head, Mapping) and "goals" in head:
        yield where.problem("", "goals", "goals stand beside [plan], each as [[goals]], not within it")
