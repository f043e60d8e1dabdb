"""Where a figure comes from: its formula, every piece of work with its weight, every reading. Pure.

Every figure can be recomputed from what an explanation holds: a share is the sum of weight times share over the sum of
weights, of the lines that have a share; an attainment follows from the values in its formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from syncd.plan.model import Action, Kpi, Placed, Plan, Project, Status, Tier
from syncd.progress.aims import resolved
from syncd.progress.attainment import is_small, series
from syncd.progress.evidence import Evidence
from syncd.progress.leaf import label_of, stricter
from syncd.progress.pace import Frame, Verdict, action_pace, pace, work_pace
from syncd.progress.rollup import Line, Rollup, rollup
from syncd.progress.together import Stand, together
from syncd.scorecard.explanation import Explanation, ReadingLine, WorkLine, as_json, as_text
from syncd.scorecard.formulas import (
    RULE,
    SMALL,
    Value,
    attainment_formula,
    kpi_figures,
    reading_note,
    share_formula,
    work_sentence,
)
from syncd.scorecard.sentences import kpi_sentence, spread, together_sentence
from syncd.scorecard.words import sentence

__all__ = ["Explanation", "ReadingLine", "UnknownItem", "WorkLine", "as_json", "as_text", "explain"]


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
    return _Explainer(plan, evidence, as_of).explain(item_id)


class _Explainer:
    def __init__(self, plan: Plan, evidence: Mapping[str, Evidence], as_of: date) -> None:
        self._plan, self._evidence, self._as_of = resolved(plan), evidence, as_of
        self._rollup: Rollup = rollup(self._plan, evidence, as_of)
        self._frame = Frame.of(plan)

    def explain(self, name: str) -> Explanation:
        placed = self._plan.items[name]
        item = placed.item
        if isinstance(item, Kpi):
            return self._kpi(placed, item)
        if isinstance(item, Action):
            return self._action(placed, item)
        if isinstance(item, Project):
            return self._project(placed, item)
        return self._branch(placed)

    def _kpi(self, placed: Placed, kpi: Kpi) -> Explanation:
        line, rail = self._rollup.kpis[kpi.id], placed.tier is Tier.GUARDRAIL
        verdict = pace(kpi, self._as_of, self._frame, line)
        work = self._rollup.count(line.leaves)
        return Explanation(
            id=kpi.id,
            title=kpi.title,
            tier=placed.tier.value,
            figures=kpi_figures(kpi, verdict) | self._line_figures(line, "implementation"),
            formula="; ".join([*attainment_formula(kpi, verdict), share_formula("implementation", line)]),
            sentence=kpi_sentence(kpi, verdict, line.share, work, guardrail=rail),
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
            formula=share_formula("progress", line),
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
            formula="Work (progress) = the share that its own task gives, by the mapping's rule",
            sentence=work_sentence(standing, leaf.share, leaf.expected, finished=leaf.share == 1),
            work=self._lines({project.id: Fraction(1)}),
        )

    def _branch(self, placed: Placed) -> Explanation:
        below = [each for each in self._plan.items.values() if placed.item.id in each.path]
        leaves = [each.item.id for each in below if each.item.id in self._rollup.leaves]
        kpis, limits = self._stands(below, Tier.KPI), [each.pace for each in self._stands(below, Tier.GUARDRAIL)]
        found, rails, whole = spread(each.pace for each in kpis), spread(limits, "guardrail"), together(kpis)
        figures: dict[str, Value] = {"kpis": sum(many for _, many in found.counts)}
        figures.update({state.value: many for state, many in found.counts})
        if whole.overall is not None:
            figures |= {"together": whole.overall.value, "with_current_reading": whole.current, "awaited": whole.every}
        if rails.counts:
            figures["guardrails"] = sum(many for _, many in rails.counts)
        return Explanation(
            id=placed.item.id,
            title=placed.item.title,
            tier=placed.tier.value,
            figures=figures | self._work_figures(tuple(leaves)),
            formula=f"the KPIs below it counted by pace, for unlike things have no mean; {RULE}",
            sentence=" ".join(
                filter(
                    None,
                    (
                        sentence(found.sentence),
                        sentence(rails.sentence) if rails.counts else "",
                        together_sentence(whole),
                    ),
                )
            ),
            work=self._lines(dict.fromkeys(leaves)),
        )

    def _stands(self, below: Iterable[Placed], tier: Tier) -> list[Stand]:
        kpis = [each.item for each in below if each.tier is tier and isinstance(each.item, Kpi)]
        lines = [(kpi, self._rollup.kpis[kpi.id]) for kpi in kpis if kpi.id in self._rollup.kpis]
        verdicts = [pace(kpi, self._as_of, self._frame, line) for kpi, line in lines]
        return [Stand(verdict.pace, verdict.was) for verdict in verdicts]

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
                    read=leaf.read,
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
        names = ("total", "done", "cancelled", "on_hold", "deferred", "overdue", "unknown")
        return {f"work_{name}": getattr(work, name) for name in names}
