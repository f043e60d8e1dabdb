"""A site for tests of the web surface that shows the sample scorecard, and a browser that looks at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import httpx

from syncd.chronicle import NothingKnown
from syncd.plan.model import Audience
from syncd.scorecard.changes import Changes
from syncd.scorecard.view import Scorecard
from syncd.views import log
from tests.scorecard.page_sample import TODAY, sample

TOKEN = "let-me-in-123456"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    seconds: float = 1_000_000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.seconds


@dataclass
class FakeSite:
    """A site that shows the sample, counts how often it was asked, and breaks when told to."""

    card: Scorecard = field(default_factory=sample)
    asked: int = 0
    broken: bool = False
    is_ready: bool = True
    begins: date | None = date(2025, 7, 1)
    """The first day of which anything is known."""
    may_build: threading.Event | None = None
    """Until this is set, a scorecard takes its time."""

    def plans(self) -> Sequence[str]:
        """One."""
        return ["district"]

    def scorecard(self, audience: Audience, plan: str | None = None, as_of: date | None = None) -> Scorecard:
        """The sample for this audience."""
        self.asked += 1
        if self.may_build:
            self.may_build.wait(20)
        if self.broken:
            raise RuntimeError("secret inside: token=abc")
        return replace(self.card, audience=audience)

    def today(self) -> date:
        """The day of the sample."""
        return TODAY

    def changes(
        self, audience: Audience, plan: str | None = None, since: date | None = None, until: date | None = None
    ) -> Changes:
        """A win, since a day of which something is known."""
        self.asked += 1
        if self.broken:
            raise RuntimeError("secret inside: token=abc")
        if self.begins is None or (since and since < self.begins):
            raise NothingKnown("district", since or TODAY, self.begins)
        card = replace(self.card, audience=audience, as_of=until or TODAY)
        return Changes(card, since or self.begins, self.card.wins, (), (), (), ())

    def status(self) -> Mapping[str, Any]:
        """Nothing, or a breakdown."""
        if self.broken:
            raise RuntimeError("secret inside: token=abc")
        return {}

    def log(self, asked: log.Asked) -> Mapping[str, Any]:
        """What was asked for."""
        return {"asked": str(asked)}

    def explain(self, item: str, plan: str | None, as_of: date | None) -> Mapping[str, Any]:
        """What was asked for."""
        return {"asked": [item, plan, str(as_of)]}

    def health(self) -> Mapping[str, object]:
        """A fact."""
        return {"ok": True}

    def ready(self) -> Mapping[str, object]:
        """As told."""
        return {"ready": self.is_ready, "store": {"trouble": "a detail"}}

    def metrics(self) -> str:
        """One metric."""
        return "syncd_up 1\n"


@dataclass
class Visit:
    """A site, its clock and a browser that looks at it over HTTP."""

    site: FakeSite
    clock: Clock
    browser: httpx.Client


Visitor = Callable[..., Visit]
