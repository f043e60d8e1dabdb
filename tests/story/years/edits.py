"""What becomes of Riverbend's plan in four school years, edit by edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

Plan = dict[str, Any]
Deed = Callable[[Plan], None]
TIERS = ("outcomes", "kpis", "guardrails", "actions", "projects")


def lists(item: Plan) -> Iterator[list[Plan]]:
    """All lists of items below one."""
    for tier in TIERS:
        if tier in item:
            yield item[tier]
            for each in item[tier]:
                yield from lists(each)


def place(plan: Plan, name: str) -> tuple[list[Plan], int]:
    """Where an item stands."""
    for several in [plan["goals"], *(found for goal in plan["goals"] for found in lists(goal))]:
        for number, item in enumerate(several):
            if item["id"] == name:
                return several, number
    raise KeyError(name)


def item_of(plan: Plan, name: str) -> Plan:
    """An item by its id."""
    several, number = place(plan, name)
    return several[number]


def having(name: str, **values: Any) -> Deed:
    """Give an item these values; None takes one away."""

    def deed(plan: Plan) -> None:
        item = item_of(plan, name)
        item.update(values)
        for key in [key for key, value in values.items() if value is None]:
            del item[key]

    return deed


def head(**values: Any) -> Deed:
    """Give the plan itself these values."""
    return lambda plan: plan["plan"].update(values)


def added(above: str, tier: str, *items: Plan) -> Deed:
    """New items below one."""
    return lambda plan: item_of(plan, above).setdefault(tier, []).extend(dict(item) for item in items)


def dropped(name: str) -> Deed:
    """Take an item out of the plan."""

    def deed(plan: Plan) -> None:
        several, number = place(plan, name)
        del several[number]

    return deed


def moved(name: str, above: str, tier: str) -> Deed:
    """Put an item below another one."""

    def deed(plan: Plan) -> None:
        several, number = place(plan, name)
        item_of(plan, above).setdefault(tier, []).append(several.pop(number))

    return deed


def corrected(name: str, on: str, value: str) -> Deed:
    """Another value for a reading of the district."""

    def deed(plan: Plan) -> None:
        item = item_of(plan, name)
        found = [each for each in item["readings"] if each["on"] == on and not each.get("where")]
        assert found, (name, on)
        found[0]["value"] = value

    return deed


def mirrored(name: str, baseline: str, target: str) -> Deed:
    """A KPI that counts the others from now on: readings and all interim targets are what is left of 100."""

    def deed(plan: Plan) -> None:
        kpi = item_of(plan, name)
        kpi["direction"] = {"increase": "decrease", "decrease": "increase"}[kpi["direction"]]
        kpi["baseline"]["value"], kpi["target"]["value"] = baseline, target
        for each in [*kpi["readings"], *kpi.get("interim", ())]:
            each["value"] = str(100 - Decimal(each["value"]))

    return deed


def project(name: str, title: str, due: str, **more: Any) -> Plan:
    """A new project."""
    return {"id": name, "title": title, "due": due, **more}


SCHOOL = {
    "id": "G1.O1.K9",
    "title": "Lincoln Elementary: grade 3 students who learn English and read",
    "unit": "%",
    "decimals": 1,
    "direction": "increase",
    "cadence": "yearly",
    "window": "end",
    "baseline": {"value": "31.0", "on": "2025-06-30"},
    "target": {"value": "60.0", "on": "2029-06-30"},
    "readings": [
        {
            "value": "35.5",
            "on": "2026-06-10",
            "window": "end",
            "scope": "school",
            "where": "Lincoln Elementary",
            "n": 24,
        }
    ],
    "driven_by": ["G1.A5"],
}
"""A KPI of one school, in whose second year too few children are tested."""
LATER_AT_SCHOOL = (
    {"value": "37.5", "on": "2027-06-09", "window": "end", "scope": "school", "where": "Lincoln Elementary", "n": 8},
    {"value": "50.0", "on": "2028-06-07", "window": "end", "scope": "school", "where": "Lincoln Elementary", "n": 22},
    {"value": "61.9", "on": "2029-06-06", "window": "end", "scope": "school", "where": "Lincoln Elementary", "n": 21},
)
_ALSO = {"on": "2027-06-09", "window": "end", "scope": "school"}
ALL_SCHOOLS = (
    {**_ALSO, "value": "42.9", "where": "River Academy", "n": 7},
    {**_ALSO, "value": "38.0", "where": "Eastside Middle School", "n": 221},
)
"""With these, the readings of a year hold all schools: the small one must not be what is left of the whole."""
WORK = {
    "id": "G4.O3.K9",
    "title": "The safety audit is carried out in every school",
    "kind": "implementation",
    "driven_by": ["G4.A1", {"id": "G4.A2", "weight": "2"}],
}
"""A KPI that is the work itself."""
FRESH = {
    "id": "G2.A9",
    "title": "Give every eleventh grader a mentor",
    "status": "draft",
    "start": "2026-12-01",
    "projects": [
        project("G2.A9.P1", "Find 120 mentors", "2027-03-31"),
        project("G2.A9.P2", "Bring each pair together twice", "2027-10-29", weight="2.5"),
    ],
}
THREE = (
    project("G1.A2.P7", "Give each coach a room", "2026-03-31"),
    project("G1.A2.P8", "Agree on what a coach writes down", "2026-05-29"),
    project("G1.A2.P9", "Let the coaches visit each other", "2026-10-30", start="2026-08-24"),
)
CLAIM = {"state": "on_track", "note": "The cohort report is late.", "by": "superintendent@riverbend.example"}

EDITS: tuple[tuple[date, Deed], ...] = (
    (date(2025, 9, 15), having("G1.A1.P2", title="Train every K–3 teacher, four days each", weight="3")),
    (date(2025, 10, 16), corrected("G3.O1.K1", "2025-09-30", "21.9")),
    (date(2025, 11, 4), added("G1.A2", "projects", *THREE)),
    (date(2025, 12, 1), having("G2.O2.K4", baseline={"value": "61.0", "on": "2025-11-28"})),
    (date(2026, 1, 12), having("G2.A1.P2", state="on_hold")),
    (date(2026, 2, 2), having("G2.A4.P1", state="cancelled")),
    (date(2026, 3, 2), having("G3.A2.P3", state="deferred")),
    (date(2026, 3, 16), corrected("G2.O2.K2", "2026-01-31", "35.9")),
    (date(2026, 4, 13), having("G2.A1.P2", state=None)),
    (date(2026, 5, 4), having("G1.O1.K1", target={"value": "72.0", "on": "2029-06-30"})),
    (date(2026, 7, 13), having("G1.O2.K1", baseline={"value": "36.5", "on": "2025-06-30"})),
    (date(2026, 9, 7), mirrored("G1.O3.K2", "81.6", "90.0")),
    (date(2026, 10, 5), having("G4.O3.K2", state="retired")),
    (date(2026, 10, 12), having("G3.A2.P3", state=None, due="2028-02-28")),
    (date(2026, 11, 2), added("G2", "actions", FRESH)),
    (date(2027, 1, 11), having("G2.A9", status="adopted")),
    (date(2027, 2, 1), added("G1.O1", "kpis", SCHOOL)),
    (date(2027, 3, 1), moved("G1.A3.P5", "G1.A4", "projects")),
    (date(2027, 4, 5), having("G2.A1.P3", id="G2.A1.P30", was=["G2.A1.P3"])),
    (date(2027, 5, 3), having("G2.O1.K1", pace={"on_track": "5", "at_risk": "12.5"})),
    (date(2027, 6, 14), having("G2.O1.K1", override={**CLAIM, "on": "2027-06-20", "until": "2027-12-31"})),
    (date(2027, 9, 6), having("G4.O1.K2", target={"change": "+10 points", "on": "2029-06-30"})),
    (date(2027, 10, 4), added("G4.O3", "kpis", WORK)),
    (date(2027, 11, 1), moved("G4.O1.K1", "G4", "kpis")),
    (date(2028, 1, 10), having("G4.O2.K1", audience="internal")),
    (date(2028, 2, 7), having("G4.A4", state="cancelled")),
    (date(2028, 2, 7), having("G3.A1", state="on_hold")),
    (date(2028, 3, 6), dropped("G1.A3.P4")),
    (date(2028, 4, 3), having("G3.O2.K2", cadence="monthly", step=True)),
    (date(2028, 5, 1), having("G4.O2.K1", audience=None)),
    (date(2028, 6, 5), having("G2.A3", override={**CLAIM, "until": "2028-09-30", "by": "Chief of Schools"})),
    (date(2028, 8, 7), head(minimum_group=15)),
    (date(2028, 10, 2), having("G2.O2.K3", state="paused")),
    (date(2028, 11, 6), dropped("G4.A5")),
    (date(2028, 12, 4), head(pace={"on_track": "8", "at_risk": "20"})),
    (date(2029, 1, 8), having("G2.O2.K3", state=None)),
    (date(2029, 2, 5), having("G3.O1", audience="internal")),
    (date(2029, 3, 5), having("G1.A1.P5", weight="0")),
)
"""Each with the day from which it is typed in."""
