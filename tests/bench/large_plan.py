"""A plan of thousands of items that runs for four years already, for measurements.

Each goal has 2,500 items: 5 outcomes with 50 KPIs, and 94 actions with 2,350 projects. The same day gives the same
plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

PER_GOAL: Final = 2500
YEARS: Final = 4
OUTCOMES, KPIS, ACTIONS, PROJECTS = 5, 50, 94, 25
"""Of a goal; projects of an action."""
QUARTERS: Final = 4 * YEARS
_OFFICES: Final = 24
_SCHOOLS: Final = ("Lincoln", "Washington", "Roosevelt", "Jefferson")
_DIRECTIONS: Final = ("increase", "increase", "decrease", "at_least", "at_most", "between")


def source(goals: int, today: date) -> dict[str, Any]:
    """The plan as a file holds it."""
    start = start_of(today)
    offices = {f"office{number}@district.example": f"Office of Task {number}" for number in range(_OFFICES)}
    return {
        "plan": {
            "id": "district",
            "title": "Every Student Ready",
            "organization": "Large Unified",
            "start": start.isoformat(),
            "end": date(start.year + YEARS + 1, 6, 30).isoformat(),
            "audience": "public",
            "offices": offices,
        },
        "goals": [_goal(f"G{number}", number, start) for number in range(1, goals + 1)],
    }


def start_of(today: date) -> date:
    """The first day of a plan that runs for four years on that day."""
    return date(today.year - YEARS - (today.month < 7), 7, 1)


def _goal(name: str, number: int, start: date) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"Every student of level {number} thrives",
        "owner": _owner(number),
        "outcomes": [
            {
                "id": f"{name}.O{outcome}",
                "title": f"Outcome {outcome} of level {number} is reached in every school",
                "kpis": [_kpi(f"{name}.O{outcome}.K{each}", 10 * outcome + each, start) for each in range(10)],
            }
            for outcome in range(OUTCOMES)
        ],
        "actions": [_action(f"{name}.A{each}", each, start) for each in range(ACTIONS)],
    }


def _kpi(name: str, number: int, start: date) -> dict[str, Any]:
    direction = _DIRECTIONS[number % len(_DIRECTIONS)]
    end = date(start.year + YEARS + 1, 6, 30).isoformat()
    first, last = (70, 40) if direction == "decrease" else (40, 70)
    band = direction not in ("increase", "decrease")
    target: dict[str, Any] = {"low": 40, "high": 70} if direction == "between" else {"value": last}
    found: dict[str, Any] = {
        "id": name,
        "title": f"Share of students who reach level {number}",
        "why": "What families ask for first.",
        "unit": "%",
        "direction": direction,
        "baseline": {"value": first, "on": start.isoformat()},
        "target": {**target, "on": end},
        "cadence": "quarterly",
        "owner": _owner(number),
        "source": "Spring assessment",
        "readings": list(_readings(number, first, last, start)),
        "driven_by": [f"{name.partition('.')[0]}.A{(number + each) % ACTIONS}" for each in range(4)],
    }
    if not band:
        way = range(1, YEARS + 1)
        found["interim"] = [
            {"value": first + (last - first) * year // (YEARS + 1), "on": date(start.year + year, 6, 30).isoformat()}
            for year in way
        ]
    return found


def _readings(number: int, first: int, last: int, start: date) -> Iterator[dict[str, Any]]:
    """One a quarter, and of every fifth KPI one a year from each of some schools."""
    for quarter in range(QUARTERS):
        moved = Decimal(last - first) * (quarter + number % 3) / (QUARTERS + 6)
        value = float(round(first + moved, 1))
        yield {"value": value, "on": quarter_day(start, quarter).isoformat(), "n": 300}
    for year in range(YEARS) if number % 5 == 0 else ():
        on = date(start.year + year + 1, 5, 20).isoformat()
        for place, school in enumerate(_SCHOOLS):
            size = 9 if number % 25 == 0 and place == year else 60
            yield {"value": 45 + year + place, "on": on, "scope": "school", "where": school, "n": size}


def quarter_day(start: date, quarter: int) -> date:
    """The day on which KPIs are measured in a quarter of the plan."""
    return start + timedelta(days=91 * quarter + 80)


def _action(name: str, number: int, start: date) -> dict[str, Any]:
    begins = start + timedelta(days=11 * number)
    found: dict[str, Any] = {
        "id": name,
        "title": f"Initiative {number}",
        "owner": _owner(number),
        "start": begins.isoformat(),
        "due": (begins + timedelta(days=700)).isoformat(),
        "projects": [_project(f"{name}.P{each}", each, begins) for each in range(PROJECTS)],
    }
    return found | ({"weight": 2} if number % 7 == 0 else {})


def _project(name: str, number: int, begins: date) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": name,
        "title": f"Step {number} is planned and done",
        "owner": _owner(number),
        "start": (begins + timedelta(days=20 * number)).isoformat(),
        "due": _due(begins, number).isoformat(),
    }
    if number % 12 == 11:
        found["audience"] = "internal"
    return found | ({"weight": 3} if number % 8 == 0 else {})


def _due(begins: date, number: int) -> date:
    return begins + timedelta(days=28 * (number + 1))


def _owner(number: int) -> str:
    return f"office{number % _OFFICES}@district.example"
