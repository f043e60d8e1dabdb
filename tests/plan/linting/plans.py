"""A plan with nothing to find in it, and the same with changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from syncd.plan.linting.lint import lint
from syncd.plan.linting.subject import Bounds, Subject
from syncd.plan.model import Plan

TODAY = date(2026, 3, 1)


def kpi(**more: Any) -> dict[str, Any]:
    """A KPI as it should be."""
    whole = {
        "id": "K",
        "title": "Grade 3 students proficient in reading",
        "owner": "Director of Literacy",
        "unit": "%",
        "source": "State assessment",
        "baseline": {"value": 54, "on": "2025-06-30"},
        "target": {"value": 70, "on": "2029-06-30"},
        "interim": [{"value": 58, "on": "2026-06-30"}],
    }
    return whole | more


def early(**more: Any) -> dict[str, Any]:
    """A KPI that is measured often."""
    return kpi(id="L", title="Third graders who read a book a week", cadence="monthly") | more


def project(**more: Any) -> dict[str, Any]:
    """A project as it should be."""
    return {"id": "P", "title": "Train every teacher", "owner": "Director of Talent", "due": "2026-06-15"} | more


def action(**more: Any) -> dict[str, Any]:
    """An action as it should be."""
    whole = {"id": "A", "title": "Adopt one curriculum", "owner": "Chief Academic Officer", "due": "2027-06-30"}
    return whole | {"start": "2025-08-01", "projects": [project()]} | more


def goal(**more: Any) -> dict[str, Any]:
    """A goal as it should be; `kpis` and `actions` are those of its outcome."""
    kpis, actions = more.pop("kpis", [kpi(), early()]), more.pop("actions", [action()])
    outcome = {"id": "O", "title": "More third graders read at grade level", "kpis": kpis, "actions": actions}
    whole = {"id": "G", "title": "Every child reads", "owner": "Superintendent", "outcomes": [outcome]}
    return whole | more


def plan(*goals: dict[str, Any], **more: Any) -> Plan:
    """A plan as it should be, or with these goals."""
    whole: dict[str, Any] = {"id": "district", "title": "Every Student Ready", "start": "2025-07-01"}
    return Plan.model_validate(whole | {"end": "2029-06-30", "goals": goals or (goal(),)} | more)


def found(held: Plan, rule: str, *, pushed: frozenset[str] = frozenset(), bounds: Bounds | None = None) -> list[str]:
    """What a rule finds in a plan: severity, item and message."""
    linted = lint(Subject(held, TODAY, bounds or Bounds(), pushed))
    return [f"{each.severity.value} {each.item} {each.message}" for each in linted.findings if each.rule == rule]
