"""Loads a plan from TOML, YAML or JSON with its readings files, and reports everything that is wrong at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from syncd.checking import fit, near
from syncd.documents import FORMS, Document, Unreadable, parse
from syncd.documents import Path as Place
from syncd.errors import PlanError, Problem
from syncd.plan import sources
from syncd.plan.checks import check_plan
from syncd.plan.model import Goal, Kpi, Plan, Reading
from syncd.plan.readings import read_readings

_SHEETS: Final = (".xlsx", ".xls", ".csv")


class _File(BaseModel):
    """A plan's file: its head, and the goals."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: Plan
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class _Where:
    """Where each item stands in the file: the ids of all items, in its order, with their places."""

    document: Document
    items: tuple[tuple[str, Place], ...]

    def problem(self, item: str, key: str, words: str) -> Problem:
        """Something that is wrong with an item."""
        above = next((place for name, place in self.items if name == item), ("plan",))
        return Problem(self.document.file, words, self.document.line((*above, key)), f"{item}.{key}" if item else key)


def load_plan(source: str, folder: Path) -> Plan:
    """The plan in a file (a path relative to `folder`) or at an https address.

    Raises PlanError with everything that is wrong; what is merely unknown (TBD, blank) is not.
    """
    place = source if sources.is_address(source) else str(folder / source)
    document = _document(place)
    file, problems = fit(_File, document.data, document)
    where = _Where(document, tuple(_walk(document.data)))
    problems += _twice(where)
    head = document.data.get("plan")
    if isinstance(head, Mapping) and "goals" in head:
        problems.append(where.problem("", "goals", "goals stand beside [plan], each as [[goals]], not within it"))
    if file is None or problems:
        raise PlanError(sorted(problems, key=lambda problem: problem.line or 0))
    plan, problems = _with_readings(file.plan.model_copy(update={"goals": file.goals}), place, where)
    problems += [where.problem(*fault) for fault in check_plan(plan)]
    if problems:
        raise PlanError(problems)
    return plan


def _document(place: str) -> Document:
    form = FORMS.get(sources.ending(place))
    if form is None:
        what = (
            "spreadsheets cannot be read as plans yet" if sources.ending(place) in _SHEETS else "this is no plan file"
        )
        raise PlanError([Problem(place, f"{what}; a plan is a file that ends in {', '.join(FORMS)}")])
    try:
        return parse(sources.text(place), file=place, form=form)
    except (sources.NoText, Unreadable) as error:
        raise PlanError([error.problem]) from None


def _walk(data: Any, place: Place = ()) -> Iterator[tuple[str, Place]]:
    """Every table with an id, however deep, with its place; but not the plan itself, and not the drivers of a KPI."""
    if isinstance(data, Mapping):
        if isinstance(data.get("id"), str) and place:
            yield data["id"], place
        for key, below in data.items():
            if key != "driven_by" and (place or key != "plan"):
                yield from _walk(below, (*place, key))
    elif isinstance(data, list):
        for number, below in enumerate(data):
            yield from _walk(below, (*place, number))


def _twice(where: _Where) -> list[Problem]:
    """A problem for each id that stands more than once, at its later places."""
    many = {name for name, times in Counter(name for name, _ in where.items).items() if times > 1}
    first: dict[str, int | None] = {}
    problems = []
    for name, place in where.items:
        line = where.document.line((*place, "id")) if name in many else None
        if name in many and name in first:
            words = f"the id “{name}” stands twice; it is also in line {first[name]}"
            problems.append(Problem(where.document.file, words, line, f"{name}.id"))
        first.setdefault(name, line)
    return problems


def _with_readings(plan: Plan, place: str, where: _Where) -> tuple[Plan, list[Problem]]:
    """The plan with what its readings files hold joined to the readings of its KPIs."""
    kpis = [placed.item for placed in plan.walk() if isinstance(placed.item, Kpi) and placed.item.readings_from]
    files = dict.fromkeys(str(kpi.readings_from) for kpi in kpis)
    held: dict[str, dict[str, list[Reading]]] = {}
    problems: list[Problem] = []
    for name in files:
        named = [kpi.id for kpi in kpis if kpi.readings_from == name]
        try:
            at = sources.beside(place, name)
            held[name], found = read_readings(sources.text(at), at)
        except sources.NoText as error:
            problems.append(where.problem(named[0], "readings_from", str(error)))
            continue
        problems += found
        for kpi in held[name]:
            if kpi not in named and (kpi or len(named) > 1):
                words = f"it has readings of “{kpi}”, which does not read from it{near(kpi, named)}"
                problems.append(Problem(at, words if kpi else "the column “kpi” is missing: several KPIs read from it"))

    def joined(kpi: Kpi) -> Kpi:
        rows = held.get(str(kpi.readings_from), {})
        return kpi.model_copy(update={"readings": (*kpi.readings, *rows.get(kpi.id, ()), *rows.get("", ()))})

    return _mapped(plan, joined), problems


def _mapped(plan: Plan, change: Callable[[Kpi], Kpi]) -> Plan:
    """The plan with every KPI changed that reads from a file."""

    def kpis(held: tuple[Kpi, ...]) -> tuple[Kpi, ...]:
        return tuple(change(kpi) if kpi.readings_from else kpi for kpi in held)

    goals = tuple(
        goal.model_copy(
            update={
                "kpis": kpis(goal.kpis),
                "guardrails": kpis(goal.guardrails),
                "outcomes": tuple(each.model_copy(update={"kpis": kpis(each.kpis)}) for each in goal.outcomes),
            }
        )
        for goal in plan.goals
    )
    return plan.model_copy(update={"goals": goals})
