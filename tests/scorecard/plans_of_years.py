"""Plans that are edited over the years, for the tests of their history: a sample to edit, and any plan at all."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from hypothesis import strategies as st

from syncd.plan.model import Plan

_SOURCE: dict[str, Any] = {
    "id": "district",
    "title": "Every Student Ready",
    "start": "2025-07-01",
    "end": "2029-06-30",
    "audience": "public",
    "goals": [
        {
            "id": "G1",
            "title": "Every child reads",
            "outcomes": [
                {
                    "id": "G1.O1",
                    "title": "Reading rises in every school",
                    "kpis": [
                        {
                            "id": "G1.O1.K1",
                            "title": "Grade 3 reading",
                            "unit": "%",
                            "baseline": {"value": 54, "on": "2025-06-30"},
                            "target": {"value": 70, "on": "2029-06-30"},
                            "interim": [{"value": 58, "on": "2026-06-30"}],
                            "readings": [{"value": "55.5", "on": "2026-01-31", "window": "middle"}],
                        },
                        {"id": "G1.O1.K2", "title": "A draft", "status": "draft"},
                    ],
                }
            ],
            "guardrails": [
                {
                    "id": "G1.R1",
                    "title": "Minutes of arts",
                    "direction": "between",
                    "target": {"low": 100, "high": 200},
                }
            ],
            "actions": [
                {
                    "id": "G1.A1",
                    "title": "Adopt the curriculum",
                    "projects": [
                        {"id": "G1.A1.P1", "title": "Train every teacher"},
                        {"id": "G1.A1.P2", "title": "Choose the books", "state": "on_hold"},
                        {"id": "G1.A1.P3", "title": "Buy the books", "due": "2026-12-01"},
                    ],
                }
            ],
        },
        {
            "id": "G2",
            "title": "Every family is heard",
            "kpis": [{"id": "G2.K1", "title": "Families who answer", "unit": "%", "audience": "internal"}],
        },
    ],
}


def source() -> dict[str, Any]:
    """A small plan of every tier, mostly public, as its file holds it."""
    return copy.deepcopy(_SOURCE)


def edited(plan: dict[str, Any], *changes: tuple[str, Any]) -> dict[str, Any]:
    """The plan with other values at these paths; None takes out what stands there, a list's end takes one more."""
    found: Any = copy.deepcopy(plan)
    for path, value in changes:
        *above, last = path.split(".")
        place = found
        for key in above:
            place = place[int(key) if isinstance(place, list) else key]
        if isinstance(place, list) and int(last) == len(place):
            place.append(value)
        elif value is None:
            place.pop(int(last) if isinstance(place, list) else last)
        else:
            place[int(last) if isinstance(place, list) else last] = value
    result: dict[str, Any] = found
    return result


_days = st.dates(date(2025, 7, 1), date(2026, 6, 30))
_figures = st.decimals(-999, 999, places=2)
_audiences = st.sampled_from([None, "public", "internal"])
_statuses = st.sampled_from([None, None, None, "draft"])


def _item(name: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {"id": st.just(name), "title": st.sampled_from(["One", "Two", "Three"]), "audience": _audiences}
    return st.fixed_dictionaries(fields | {"status": _statuses, "owner": st.sampled_from([None, "Pat"])} | more)


def _some(items: list[st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Some of these items."""
    chosen = [st.none() | item for item in items]
    return st.tuples(*chosen).map(lambda found: [each for each in found if each])


def _kpi(name: str) -> st.SearchStrategy[dict[str, Any]]:
    mark = st.fixed_dictionaries({"value": st.none() | _figures, "on": st.none() | _days})
    reading = st.fixed_dictionaries(
        {"value": st.none() | _figures, "on": _days, "n": st.sampled_from([None, 3, 30])},
        optional={"scope": st.just("school"), "window": st.sampled_from(["middle", "end"])},
    )
    return _item(
        name,
        baseline=st.none() | mark,
        target=st.none() | mark,
        direction=st.sampled_from(["increase", "decrease", "at_least"]),
        readings=st.lists(reading, max_size=4, unique_by=lambda each: (each["on"], each.get("scope"))),
        interim=st.lists(mark, max_size=2, unique_by=lambda each: each["on"]),
    )


def _work(name: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    states = st.sampled_from(["active", "on_hold", "deferred", "cancelled"])
    return _item(name, state=states, due=st.none() | _days, weight=st.integers(0, 3), **more)


def plans() -> st.SearchStrategy[Plan]:
    """Any small plan out of a handful of items, so that two of them have much in common."""
    actions = [
        _work(f"A{number}", projects=_some([_work(f"A{number}.P{each}") for each in (1, 2)])) for number in (1, 2)
    ]
    outcome = _item("O1", kpis=_some([_kpi("K1")]), actions=_some(actions[1:]))
    goal = _item(
        "G1",
        outcomes=_some([outcome]),
        kpis=_some([_kpi("K2")]),
        guardrails=_some([_kpi("R1")]),
        actions=_some(actions[:1]),
    )
    whole = {"id": st.just("district"), "title": st.just("Plan"), "audience": _audiences.filter(bool)}
    return st.fixed_dictionaries(whole | {"goals": _some([goal, _item("G2")])}).map(Plan.model_validate)
