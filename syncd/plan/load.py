"""Loads a plan from TOML, YAML or JSON with its readings files, and reports everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as Folder
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from syncd.checking import fit, in_order
from syncd.documents.document import FORMS, Document, Unreadable, parse
from syncd.documents.path import Path
from syncd.errors import PlanError, Problem
from syncd.plan import sources
from syncd.plan.checks import check_plan
from syncd.plan.joining import join
from syncd.plan.mending import STANDS_IN, mended
from syncd.plan.model import Goal, Plan

_SHEETS: Final = (".xlsx", ".xls", ".ods", ".csv")


class _File(BaseModel):
    """A plan's file: its head, and the goals."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: Plan
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class _Where:
    """Where each item stands in the file: the ids of all items, in its order, with their paths."""

    document: Document
    items: tuple[tuple[str, Path], ...]

    @cached_property
    def _first(self) -> Mapping[str, Path]:
        """Each id with its first place."""
        return dict(reversed(self.items))

    def problem(self, item: str, key: str, words: str) -> Problem:
        """Something that is wrong with a key of an item ("": of the plan itself)."""
        return self.document.problem((*self._first.get(item, ("plan",)), key), words, f"{item}.{key}" if item else key)


def load_plan(source: str, folder: Folder) -> Plan:
    """The plan in a file (a path relative to `folder`) or at an https address.

    Raises PlanError with everything that is wrong; what is merely unknown (TBD, blank) is not.
    """
    place = sources.locate(source, folder)
    document = _document(place)
    where = _Where(document, tuple(_items(document.data)))
    found = fit(_File, document)
    problems = [*found.problems, *_twice(where), *_misplaced(where)]
    file = found.model or fit(_File, replace(document, data=mended(document.data, found.places))).model
    plan = file.plan.model_copy(update={"goals": file.goals}) if file else None
    if plan is not None:
        faults = [*check_plan(plan)]
        plan, missing, more = join(plan, place)
        faults = [fault for fault in (*faults, *missing) if not fault[0].startswith(STANDS_IN)]
        problems += [*more, *(where.problem(*fault) for fault in faults)]
    if plan is None or problems:
        raise PlanError(in_order(problems, place))
    return plan


def _document(place: str) -> Document:
    ending = sources.ending(place)
    if ending not in FORMS:
        what = "spreadsheets are not read as plans yet" if ending in _SHEETS else "this is no plan file"
        advice = f"a plan is a file whose name ends in {', '.join(FORMS)}, like examples/riverbend/plan.toml"
        raise PlanError([Problem(place, f"{what}; {advice}")])
    try:
        return parse(sources.text(place), file=place, ending=ending)
    except (sources.NoText, Unreadable) as error:
        raise PlanError([error.problem]) from None


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


def _twice(where: _Where) -> Iterator[Problem]:
    """A problem for each id that stands more than once, at its later places."""
    first: dict[str, Path] = {}
    for name, path in where.items:
        if first.setdefault(name, path) != path:
            line = where.document.line((*first[name], "id"))
            words = f"the id “{name}” stands twice; it is also in line {line}. Ids are unique in the whole plan"
            yield where.document.problem((*path, "id"), words, f"{name}.id")


def _misplaced(where: _Where) -> Iterator[Problem]:
    """Goals that stand within [plan], where the model of the plan would take them."""
    head = where.document.data.get("plan")
    if isinstance(head, Mapping) and "goals" in head:
        yield where.problem("", "goals", "goals stand beside [plan], each as [[goals]], not within it")
