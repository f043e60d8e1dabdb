"""Where a figure comes from: its formula, every piece of work with its weight, every reading. Pure.

Every figure can be recomputed from what an explanation holds: a share is the sum of weight times share over the sum of
weights, of the lines that have a share; an attainment follows from the values in its formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from syncd.plan.model import Action, Kpi, Placed, Plan, Project, Status
from syncd.progress.attainment import is_small, series
from syncd.progress.evidence import Evidence
from syncd.progress.leaf import label_of, stricter
from syncd.progress.pace import Frame, Verdict, action_pace, pace, work_pace
from syncd.progress.rollup import Line, Rollup, rollup
from syncd.scorecard.data import number
from syncd.scorecard.formulas import (
    SMALL,
    Value,
    attainment_formula,
    exact,
    kpi_figures,
    reading_note,
    share_formula,
    work_sentence,
)
from syncd.scorecard.sentences import kpi_sentence, spread
from syncd.scorecard.words import day, sentence

_DIGITS = 12


class UnknownItem(LookupError):
    """The plan has no item of that id; the message names the nearest ones."""

    retryable = False

    def __init__(self, item: str, plan: Plan) -> None:
        self.item = item
        self.near = tuple(get_close_matches(item, plan.items, n=3, cutoff=0.5))
        hint = f"; did you mean {' or '.join(self.near)}?" if self.near else "; `syncd scorecard` shows all ids."
        super().__init__(f'There is no item "{item}" in the plan "{plan.id}"{hint}')

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One piece of work behind a figure. `share` is None where it is not part of the figure, whatever the reason.

    For an action, `weight` is the plan's; for a KPI, the part of the whole figure that hangs on it. A goal or an
    outcome has no share, and so its work no weight. `expected` is where the work should stand by its dates.
    """

    id: str
    title: str
    weight: Fraction | None
    state: str
    share: Fraction | None
    url: str
    expected: Fraction | None = None
    due: date | None = None
    completed_on: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One reading of a KPI; `used` marks the one that the figures come from. The value of a small group is None."""

    value: Decimal | None
    on: date
    window: str | None
    scope: str
    where: str
    n: int | None
    source: str
    note: str
    used: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """An item's figures with all they come from."""

    id: str
    title: str
    tier: str
    figures: Mapping[str, Value]
    formula: str
    sentence: str
    work: tuple[WorkLine, ...] = ()
    readings: tuple[ReadingLine, ...] = ()


def explain(plan: Plan, evidence: Mapping[str, Evidence], item_id: str, *, as_of: date) -> Explanation:
    """Where the figures of a KPI, action, project, outcome or goal come from on a day.

    Raises UnknownItem with the nearest ids.
    """
    placed = plan.items.get(item_id)
    if placed is None:
        raise UnknownItem(item_id, plan)
    title, tier = placed.item.title, placed.tier.value
    if placed.status is not Status.ADOPTED:
        why = f"This item is {placed.status.replace('_', ' ')}: only adopted work is counted."
        return Explanation(item_id, title, tier, {}, "no figure", why)
    return _Explainer(plan, evidence, as_of).explain(placed)


class _Explainer:
    def __init__(self, plan: Plan, evidence: Mapping[str, Evidence], as_of: date) -> None:
        self._plan, self._evidence, self._as_of = plan, evidence, as_of
        self._rollup: Rollup = rollup(plan, evidence, as_of)
        self._frame = Frame.of(plan)

    def explain(self, placed: Placed) -> Explanation:
        item = placed.item
        if isinstance(item, Kpi):
            return self._kpi(placed, item)
        if isinstance(item, Action):
            return self._action(placed, item)
        if isinstance(item, Project):
            return self._project(placed, item)
        return self._branch(placed)

    def _kpi(self, placed: Placed, kpi: Kpi) -> Explanation:
        line, verdict = self._rollup.kpis[kpi.id], pace(kpi, self._as_of, self._frame)
        work = self._rollup.count(line.leaves)
        return Explanation(
            id=kpi.id,
            title=kpi.title,
            tier=placed.tier.value,
            figures=kpi_figures(kpi, verdict) | self._line_figures(line, "implementation"),
            formula="; ".join([*attainment_formula(kpi, verdict), share_formula("implementation", line.share)]),
            sentence=kpi_sentence(kpi, verdict, line.share, work),
            work=self._lines(self._parts(line)),
            readings=self._readings(kpi, verdict),
        )

    def _action(self, placed: Placed, action: Action) -> Explanation:
        line = self._rollup.actions[action.id]
        state = stricter(action.state, label_of(self._evidence.get(action.id)))
        standing = action_pace(line, state, self._as_of, action.start, self._plan.pace)
        figures: dict[str, Value] = {"pace": standing.value}
        return Explanation(
            id=action.id,
            title=action.title,
            tier=placed.tier.value,
            figures=figures | self._line_figures(line, "progress"),
            formula=share_formula("progress", line.share),
            sentence=work_sentence(standing, line.share, line.expected, finished=line.complete),
            work=self._lines({term.item: term.weight for term in line.terms}),
        )

    def _project(self, placed: Placed, project: Project) -> Explanation:
        leaf = self._rollup.leaves[project.id]
        action = self._plan.items[placed.parent].item if placed.parent is not None else None
        start = project.start or (action.start if isinstance(action, Action) else None)
        standing = work_pace(leaf, self._as_of, start, self._plan.pace)
        figures: dict[str, Value] = {"progress": leaf.share, "expected": leaf.expected, "pace": standing.value}
        return Explanation(
            id=project.id,
            title=project.title,
            tier=placed.tier.value,
            figures=figures | {"tasks_done": leaf.tasks[0], "tasks": leaf.tasks[1]},
            formula="progress = the share that its own task gives, by the mapping's rule",
            sentence=work_sentence(standing, leaf.share, leaf.expected, finished=leaf.share == 1),
            work=self._lines({project.id: Fraction(1)}),
        )

    def _branch(self, placed: Placed) -> Explanation:
        below = [each for each in self._plan.items.values() if placed.item.id in each.path]
        kpis = [each.item for each in below if isinstance(each.item, Kpi) and each.item.id in self._rollup.kpis]
        leaves = [each.item.id for each in below if each.item.id in self._rollup.leaves]
        found = spread(pace(kpi, self._as_of, self._frame).pace for kpi in kpis)
        figures: dict[str, Value] = {"kpis": len(kpis)}
        figures.update({state.value: many for state, many in found.counts})
        return Explanation(
            id=placed.item.id,
            title=placed.item.title,
            tier=placed.tier.value,
            figures=figures | self._work_figures(tuple(leaves)),
            formula="the KPIs below it counted by pace; unlike things have no mean",
            sentence=sentence(found.sentence),
            work=self._lines(dict.fromkeys(leaves)),
        )

    def _parts(self, line: Line) -> dict[str, Fraction]:
        """For each leaf, the part of a KPI's figure that hangs on it; those of the known ones add up to 1."""
        known = [term for term in line.terms if term.counts and term.share is not None]
        total = sum((term.weight for term in known), Fraction(0))
        parts = dict.fromkeys(line.leaves, Fraction(0))
        for term in known if total else []:
            part, action = term.weight / total, self._rollup.actions.get(term.item)
            if action is None:
                parts[term.item] += part
                continue
            fit = [each for each in action.terms if each.counts and each.share is not None]
            whole = sum((each.weight for each in fit), Fraction(0))
            for each in fit:
                parts[each.item] += part * each.weight / whole
        return parts

    def _lines(self, weights: Mapping[str, Fraction | None]) -> tuple[WorkLine, ...]:
        lines = []
        for name, weight in weights.items():
            leaf = self._rollup.leaves[name]
            lines.append(
                WorkLine(
                    id=name,
                    title=leaf.title,
                    weight=weight,
                    state=leaf.state.value,
                    share=leaf.share if leaf.counts else None,
                    url=leaf.url,
                    expected=leaf.expected if leaf.counts else None,
                    due=leaf.due,
                    completed_on=leaf.completed_at.date() if leaf.completed_at is not None else None,
                    remark=leaf.remark,
                )
            )
        return tuple(lines)

    def _readings(self, kpi: Kpi, verdict: Verdict) -> tuple[ReadingLine, ...]:
        fit = set(map(id, series(kpi, self._as_of)))
        lines = []
        for reading in sorted(kpi.readings, key=lambda reading: reading.on):
            small = is_small(reading, self._plan.minimum_group, strict=False)
            if reading.on > self._as_of:
                continue
            lines.append(
                ReadingLine(
                    value=None if small else reading.value,
                    on=reading.on,
                    window=reading.window.value if reading.window is not None else None,
                    scope=reading.scope.value,
                    where=reading.where,
                    n=None if small else reading.n,
                    source=reading.source,
                    note=SMALL if small else reading_note(kpi, reading, fits=id(reading) in fit),
                    used=reading is verdict.measured.reading,
                )
            )
        return tuple(lines)

    def _line_figures(self, line: Line, name: str) -> dict[str, Value]:
        done, every = self._rollup.tasks(line.leaves)
        figures: dict[str, Value] = {name: line.share, "coverage": line.coverage, "work_expected": line.expected}
        return figures | {"tasks_done": done, "tasks": every} | self._work_figures(line.leaves)

    def _work_figures(self, leaves: tuple[str, ...]) -> dict[str, Value]:
        work = self._rollup.count(leaves)
        names = ("total", "done", "cancelled", "on_hold", "deferred", "overdue")
        return {f"work_{name}": getattr(work, name) for name in names}


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values; weights and shares to twelve digits, what is unknown is null."""
    return {
        "id": explanation.id,
        "figures": {name: _plain(value) for name, value in explanation.figures.items()},
        "formula": explanation.formula,
        "work": [
            {
                "id": line.id,
                "title": line.title,
                "weight": number(line.weight, _DIGITS),
                "state": line.state,
                "share": number(line.share, _DIGITS),
                "url": line.url or None,
            }
            for line in explanation.work
        ],
        "readings": [
            {name: _plain(getattr(line, name)) for name in ReadingLine.__slots__} for line in explanation.readings
        ],
    }


def as_text(explanation: Explanation) -> str:
    """The explanation for a terminal; shares stand as exact fractions, so that a reader can check each figure."""
    lines = [f"{explanation.id}  {explanation.title}  ({explanation.tier})", explanation.sentence, ""]
    lines += [part.strip() for part in explanation.formula.split(";")]
    lines += ["", *(f"  {name.replace('_', ' '):<16} {exact(value)}" for name, value in explanation.figures.items())]
    if explanation.work:
        lines += ["", "Work", *(text for line in explanation.work for text in _work_text(line))]
    if explanation.readings:
        lines += ["", "Readings", *(_reading_text(line) for line in explanation.readings)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _work_text(line: WorkLine) -> list[str]:
    weight = f"weight {line.weight}, " if line.weight is not None else ""
    facts = [f"{weight}share {exact(line.share)}", line.state.replace("_", " ")]
    facts += [f"expected {exact(line.expected)}"] if line.expected is not None else []
    facts += [f"due {day(line.due)}"] if line.due is not None else []
    facts += [f"done on {day(line.completed_on)}"] if line.completed_on is not None else []
    facts += [line.remark] if line.remark else []
    text = [f"  {line.id}  {line.title}", f"      {', '.join(facts)}"]
    return [*text, f"      {line.url}"] if line.url else text


def _reading_text(line: ReadingLine) -> str:
    facts = [line.window, line.scope if line.scope != "district" else "", line.where, line.source, line.note]
    said = ", ".join(fact for fact in facts if fact)
    mark = "→" if line.used else " "
    return f"{mark} {day(line.on)}  {exact(line.value)}{f'  ({said})' if said else ''}"


def _plain(value: object) -> Any:
    if isinstance(value, Fraction | Decimal):
        return number(value, _DIGITS)
    return value.isoformat() if isinstance(value, date) else value
