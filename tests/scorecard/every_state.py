"""A scorecard with data of every state, and the files and pages that anybody ever sees of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from syncd.plan.load import load_plan
from syncd.plan.model import Audience, Plan
from syncd.progress.evidence import Evidence, Standing
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.burnup import with_trends
from syncd.scorecard.view import Scorecard

FILE: Final = Path(__file__).with_name("every_state.toml")
TODAY: Final = date(2026, 11, 24)
READ: Final = datetime(2026, 11, 24, 15, 52, tzinfo=UTC)


def done(item: str, on: date) -> Evidence:
    """A task that was completed on a day."""
    at = datetime(on.year, on.month, on.day, 15, tzinfo=UTC)
    return Evidence(item, Fraction(1), True, completed_at=at, url=f"https://app.asana.com/0/1203/{item}")


def begun(item: str, share: Fraction, standing: Standing = Standing.LIVE) -> Evidence:
    """A task of which a share is done."""
    return Evidence(item, share, False, standing, url=f"https://app.asana.com/0/1203/{item}")


WORK: Final = {
    each.item: each
    for each in (
        done("A1.P1", date(2026, 11, 12)),
        begun("A1.P2", Fraction(2, 5)),
        begun("A1.P3", Fraction(1, 250)),
        begun("A1.P4", Fraction(1, 2)),
        begun("A1.P5", Fraction(0)),
        begun("A1.P8", Fraction(0)),
        done("A2.P1", date(2026, 11, 1)),
        begun("A3.P1", Fraction(0)),
        begun("A4.P1", Fraction(997, 1000), Standing.GONE),
    )
}
"""What the tools say of the work."""


def plan() -> Plan:
    """The plan as its file has it."""
    return load_plan(str(FILE), FILE.parent)


def card(audience: Audience = Audience.PUBLIC) -> Scorecard:
    """The scorecard for an audience."""
    return with_trends(build_scorecard(plan(), WORK, audience=audience, as_of=TODAY, tool_read_at=READ), ())
