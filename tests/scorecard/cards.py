"""A plan of every kind of item, with evidence, for the tests of the scorecard."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from syncd.plan.model import Audience, Plan
from syncd.progress.evidence import Evidence
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.view import KpiView, Scorecard
from tests.progress.plans import task, tasks

DAY = date(2026, 7, 1)
READ_AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
PEOPLE = ("owner@example.org", "Pat Example", "Lee Example", "Sam Example")
SECRETS = (*PEOPLE, "tool.example.org", "Secret", "G2.K1", "G1.A2")

SOURCE: dict[str, Any] = {
    "id": "district",
    "title": "Every Student Ready",
    "organization": "Riverbend Unified",
    "start": date(2025, 7, 1),
    "end": date(2029, 6, 30),
    "audience": "public",
    "goals": [
        {
            "id": "G1",
            "title": "Every child reads by grade three",
            "owner": "owner@example.org",
            "kpis": [
                {
                    "id": "G1.K1",
                    "title": "English learners who read",
                    "unit": "%",
                    "baseline": {"value": 40, "on": date(2025, 6, 30)},
                    "target": {"value": 60, "on": date(2029, 6, 30)},
                    "readings": [
                        {"value": 44, "on": date(2026, 6, 1), "scope": "group", "where": "English learners", "n": 7}
                    ],
                }
            ],
            "outcomes": [
                {
                    "id": "G1.O1",
                    "title": "Grade 3 proficiency rises in every school",
                    "kpis": [
                        {
                            "id": "G1.O1.K1",
                            "title": "Grade 3 ELA proficiency",
                            "unit": "%",
                            "owner": "owner@example.org",
                            "baseline": {"value": 54.0, "on": date(2025, 6, 30)},
                            "target": {"value": 70.0, "on": date(2029, 6, 30)},
                            "interim": [{"value": 62, "on": date(2026, 6, 30)}],
                            "readings": [
                                {"value": 50, "on": date(2026, 1, 31), "window": "middle"},
                                {"value": 60.4, "on": date(2026, 6, 20), "note": "Read by Pat Example"},
                                {"value": 70, "on": date(2026, 7, 2)},
                            ],
                            "driven_by": ["G1.A1", "G1.A2"],
                        },
                        {"id": "G1.O1.K9", "title": "Secret draft", "status": "draft"},
                    ],
                }
            ],
            "guardrails": [
                {
                    "id": "G1.R1",
                    "title": "Minutes of arts a week",
                    "unit": "min",
                    "direction": "between",
                    "target": {"low": 100, "high": 200},
                    "readings": [{"value": 120, "on": date(2026, 6, 1)}],
                }
            ],
            "actions": [
                {
                    "id": "G1.A1",
                    "title": "Adopt the curriculum",
                    "owner": "Lee Example",
                    "due": date(2027, 6, 30),
                    "projects": [
                        {"id": "G1.A1.P1", "title": "Train every K–3 teacher", "owner": "owner@example.org"},
                        {"id": "G1.A1.P2", "title": "=SUM(A1:A9) buy the books", "due": date(2026, 6, 1)},
                        {"id": "G1.A1.P3", "title": "Cancelled work", "state": "cancelled"},
                        {"id": "G1.A1.P4", "title": "Secret project", "audience": "internal"},
                    ],
                },
                {"id": "G1.A2", "title": "Secret action", "audience": "internal"},
            ],
        },
        {
            "id": "G2",
            "title": "Secret goal",
            "audience": "internal",
            "kpis": [{"id": "G2.K1", "title": "Secret KPI"}],
            "outcomes": [
                {
                    "id": "G2.O1",
                    "title": "Secret outcome",
                    "kpis": [
                        {"id": "G2.O1.K1", "title": "Published KPI", "audience": "public", "target": {"value": 5}}
                    ],
                }
            ],
        },
        {"id": "G3", "title": "Secret last goal", "audience": "internal"},
    ],
}


def sample() -> Plan:
    """The plan."""
    return Plan.model_validate(SOURCE)


def seen() -> dict[str, Evidence]:
    """What the tools say: one project done lately, one half done, one open, one action done."""
    url = "https://tool.example.org/0/1"
    return tasks(
        task("G1.A1.P1", done=True, url=url, title="Sam Example", completed_at=datetime(2026, 6, 25, tzinfo=UTC)),
        task(
            "G1.A1.P2", Fraction(1, 2), url=url, title="Sam Example", remark='its status is "Sam Example"', steps=(3, 6)
        ),
        task("G1.A1.P4", done=True, url=url, completed_at=datetime(2026, 6, 26, tzinfo=UTC)),
        task("G1.A2", done=True, url=url),
    )


def card(audience: Audience = Audience.INTERNAL, day: date = DAY) -> Scorecard:
    """The plan's scorecard."""
    return build_scorecard(sample(), seen(), audience=audience, as_of=day, tool_read_at=READ_AT)


def kpi_view(found: Scorecard, name: str) -> KpiView:
    """One KPI or guardrail of a scorecard."""
    views = [kpi for goal in found.goals for outcome in goal.outcomes for kpi in outcome.kpis]
    views += [kpi for goal in found.goals for kpi in goal.guardrails]
    return next(view for view in views if view.id == name)
