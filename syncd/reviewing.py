"""Puts a draft before those who decide on it: beside the plan that is adopted, with what the plan rules find."""

from __future__ import annotations

from collections.abc import Callable

from syncd.chronicle import Chronicle
from syncd.linting import Linting
from syncd.plan.adoption import adopted_part
from syncd.plan.model import Plan
from syncd.scorecard.review import Base, Review, review
from syncd.scorecard.words import day


class Reviewing:
    """The plans of a configuration under review; `plan` gives one as it stands by its name."""

    def __init__(self, linting: Linting, chronicle: Chronicle, plan: Callable[[str], Plan]) -> None:
        self._linting, self._chronicle, self._plan = linting, chronicle, plan

    def of(self, name: str, against: str | None = None) -> Review:
        """A plan under review, beside its own last adopted version or another plan. Raises PlanError and StoreError."""
        plan = self._plan(name)
        base = self._beside(against) if against is not None else self._earlier(plan)
        return review(plan, base, self._linting.of(name), self._linting.today)

    def _beside(self, name: str) -> Base:
        other = self._plan(name)
        return Base(other, f"The adopted part of the plan {name}, “{other.title}”.")

    def _earlier(self, plan: Plan) -> Base | None:
        found = self._chronicle.before_review(plan)
        if found is None:
            words = "What of the plan itself is adopted: nothing was noted of it before."
            return Base(plan, words) if adopted_part(plan).goals else None
        held, on = found
        return Base(held, f"The adopted plan, as it was last noted on {day(on)}.")
