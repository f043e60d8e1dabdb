"""The scorecard as data for other programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from syncd.plan.bounds import Over, Under
from syncd.plan.model import KpiKind
from syncd.progress.pace import Pace
from syncd.progress.together import Together
from syncd.scorecard.coding import AtLeast, AtMost
from syncd.scorecard.view import (
    ActionView,
    ClaimView,
    GoalView,
    KpiView,
    OutcomeView,
    PartView,
    Point,
    ProjectView,
    Scorecard,
    WorkCount,
)

_DIGITS = 6
_KEPT = {
    Pace.ACHIEVED: "kept",
    Pace.ON_TRACK: "kept",
    Pace.AT_RISK: "at_risk",
    Pace.OFF_TRACK: "breached",
    Pace.MISSED: "breached",
}
"""How a guardrail that has a current reading stands."""
_BOUNDS = {AtLeast: "at_least", AtMost: "at_most", Over: "over", Under: "under"}
"""Which end of what was measured a figure is, where no more is told."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WORK = ("total", "done", "cancelled", "on_hold", "deferred", "overdue")
COLUMNS = (
    *("tier", "id", "title", "goal", "outcome", "action", "unit", "direction"),
    *("baseline", "baseline_on", "target", "target_on", "low", "high", "measured", "measured_on", "attainment"),
    *("progress", "expected", "pace", *_WORK, "due", "url", "owner", "sentence"),
    *("kind", "target_change", "override", "override_until", "measured_bound"),
    *("scope", "where", "window"),
)
"""The columns of the CSV; `progress` is a KPI's implementation, or the share done of an action or a project."""


def number(value: Decimal | Fraction | None, digits: int = _DIGITS) -> int | float | None:
    """A figure as a JSON number: whole ones without decimals, others rounded to so many digits; None stays."""
    if value is None:
        return None
    exact = Fraction(value)
    return int(exact) if exact.denominator == 1 else round(float(exact), digits)


def as_json(scorecard: Scorecard) -> dict[str, Any]:
    """The scorecard as plain JSON values; shares are numbers from 0 to 1 (attainment raw), what is absent is null.

    A KPI of direction `between` has no single target: it carries `low` and `high` beside it. A goal with guardrails
    carries them as `guardrails`, in the shape of KPIs.
    """
    return {
        "plan": scorecard.plan,
        "as_of": scorecard.as_of.isoformat(),
        "goals": [_goal(goal) for goal in scorecard.goals],
    }


def _goal(goal: GoalView) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": goal.id,
        "title": goal.title,
        "outcomes": [_outcome(outcome) for outcome in goal.outcomes],
        "actions": [_action(action) for action in goal.actions],
        "together": _together(goal.together),
    }
    if goal.guardrails:
        found["guardrails"] = [_kpi(kpi) for kpi in goal.guardrails]
    return found


def _outcome(outcome: OutcomeView) -> dict[str, Any]:
    kpis = [_kpi(kpi) for kpi in outcome.kpis]
    return {"id": outcome.id, "title": outcome.title, "kpis": kpis, "together": _together(outcome.together)}


def _together(found: Together | None) -> dict[str, Any] | None:
    """How KPIs stand together: their state, and how many of those awaited have a current reading."""
    if found is None or found.overall is None:
        return None
    return {"state": found.overall.value, "current": found.current, "awaited": found.every}


def _kpi(kpi: KpiView) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": kpi.id,
        "title": kpi.title,
        "unit": kpi.unit,
        "direction": kpi.direction.value,
        "baseline": _value(kpi.baseline),
        "target": _value(kpi.target),
        "measured": number(kpi.measured),
        "measured_on": _day(kpi.measured_on),
        "attainment": number(kpi.attainment),
        "implementation": number(kpi.implementation),
        "expected": number(kpi.expected),
        "pace": kpi.pace.value,
        "work": _work(kpi.work),
    }
    if kpi.kind is not KpiKind.LAGGING:
        found["kind"] = kpi.kind.value
    if bound := _bound(kpi.measured):
        found["measured_bound"] = bound
    if kpi.guardrail:
        found["guardrail"] = _KEPT.get(kpi.pace)
    if kpi.change:
        found["target_change"] = kpi.change
    if kpi.claim is not None:
        found["override"] = _claim(kpi.claim)
    if kpi.parts:
        found["parts"] = [_part(part) for part in kpi.parts]
    if kpi.low is not None or kpi.high is not None:
        found |= {"low": number(kpi.low), "high": number(kpi.high)}
    return found


def _part(part: PartView) -> dict[str, Any]:
    """What was last measured in a school or group; `measured` is null where it must not be shown."""
    found = {"scope": part.scope.value, "where": part.where, "measured": number(part.value)}
    found |= {"measured_on": _day(part.on), "window": part.window.value if part.window else None}
    return found | ({"measured_bound": bound} if (bound := _bound(part.value)) else {})


def _bound(value: Decimal | None) -> str | None:
    """Which end a value is that is only known as a bound."""
    return next((side for kind, side in _BOUNDS.items() if isinstance(value, kind)), None)


def _claim(claim: ClaimView) -> dict[str, Any]:
    """What a person says of how something stands; `over` once its last day is past."""
    said = {"state": claim.pace.value, "note": claim.note, "by": claim.by}
    return {**said, "until": claim.until.isoformat(), "over": claim.over}


def _action(action: ActionView) -> dict[str, Any]:
    found = {
        "id": action.id,
        "title": action.title,
        "progress": number(action.progress),
        "pace": action.pace.value,
        "projects": [_project(project) for project in action.projects],
    }
    return found | ({"override": _claim(action.claim)} if action.claim is not None else {})


def _project(project: ProjectView) -> dict[str, Any]:
    return {
        "id": project.id,
        "title": project.title,
        "progress": number(project.progress),
        "done": project.done,
        "due": _day(project.due),
        "url": project.url,
    }


def _work(work: WorkCount) -> dict[str, int]:
    return {name: getattr(work, name) for name in _WORK}


def _value(point: Point | None) -> int | float | None:
    return number(point.value) if point is not None else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def as_csv(scorecard: Scorecard) -> str:
    """One line for each KPI, guardrail, action and project, as RFC 4180 asks, with a header; unknown is empty.

    Below a KPI stand its schools and groups ("kpi_part").

    Text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    return "".join(csv_lines(scorecard))


def csv_lines(scorecard: Scorecard) -> Iterator[str]:
    """The same, line by line."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for row in _rows(scorecard):
        writer.writerow({name: cell(value) for name, value in row.items()})
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def json_lines(scorecard: Scorecard) -> Iterator[str]:
    """What `as_json` gives, as text, a line for each goal: nothing larger is held at once."""
    head = as_json(replace(scorecard, goals=()))
    del head["goals"]
    yield json.dumps(head, ensure_ascii=False).removesuffix("}") + ', "goals": [\n'
    for number, goal in enumerate(scorecard.goals):
        yield (",\n" if number else "") + json.dumps(_goal(goal), ensure_ascii=False)
    yield "\n]}\n"


def _rows(scorecard: Scorecard) -> Iterator[dict[str, object]]:
    for goal in scorecard.goals:
        place = {"goal": goal.id}
        for outcome in goal.outcomes:
            for kpi in outcome.kpis:
                yield place | {"tier": "kpi", "outcome": outcome.id} | _kpi_row(kpi)
                yield from (place | {"tier": "kpi_part", "outcome": outcome.id} | row for row in _part_rows(kpi))
        for kpi in goal.guardrails:
            yield place | {"tier": "guardrail"} | _kpi_row(kpi)
            yield from (place | {"tier": "guardrail_part"} | row for row in _part_rows(kpi))
        for action in goal.actions:
            yield place | {"tier": "action"} | _action_row(action)
            for project in action.projects:
                row = _project(project) | {"pace": project.pace.value, "owner": project.owner}
                yield place | {"tier": "project", "action": action.id} | row | {"done": int(project.done)}


def _kpi_row(kpi: KpiView) -> dict[str, object]:
    row = _kpi(kpi)
    work, progress = row.pop("work"), row.pop("implementation")
    return {
        **{name: value for name, value in row.items() if name in COLUMNS},
        **_claimed(kpi.claim),
        "progress": progress,
        "baseline_on": _day(kpi.baseline.on) if kpi.baseline else None,
        "target_on": _day(kpi.target.on) if kpi.target else None,
        "owner": kpi.owner,
        "sentence": kpi.sentence,
        **work,
    }


def _part_rows(kpi: KpiView) -> Iterator[dict[str, object]]:
    """A line for each school and group of a KPI."""
    yield from ({"id": kpi.id, "title": kpi.title, "unit": kpi.unit, **_part(part)} for part in kpi.parts)


def _action_row(action: ActionView) -> dict[str, object]:
    row = _action(action)
    del row["projects"]
    more = {"expected": number(action.expected), "due": _day(action.due), "url": action.url, "owner": action.owner}
    return {**row, **more, **_claimed(action.claim), "sentence": action.sentence, **_work(action.work)}


def _claimed(claim: ClaimView | None) -> dict[str, object]:
    """What a person says of how something stands, as long as it holds."""
    if claim is None or claim.over:
        return {"override": None, "override_until": None}
    return {"override": claim.pace.value, "override_until": claim.until.isoformat()}


def cell(value: object) -> object:
    """A value as it stands in a CSV: unknown is empty, and what a spreadsheet would take for a formula is text."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
