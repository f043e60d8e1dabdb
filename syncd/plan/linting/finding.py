"""What rules find in a plan, as data: findings, how much they matter, and the waivers that let them pass. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: E must be corrected, W needs a look, I is advice."""

    ERROR = "E"
    WARNING = "W"
    ADVICE = "I"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding about an item that somebody has looked at and lets pass: why, and up to which day (None: for good)."""

    item: str
    rule: str
    reason: str
    until: date | None = None

    def holds(self, today: date) -> bool:
        """Whether it still counts."""
        return self.until is None or today <= self.until


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says about an item; `key` is the key in it that it is about.

    Without a severity or a fix of its own it has those of its rule.
    """

    item: str
    message: str
    key: str = ""
    severity: Severity | None = None
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark with its rule. `waiver` lets it pass; `ended` is one that did so until some day."""

    rule: str
    severity: Severity
    item: str
    message: str
    fix: str
    key: str = ""
    waiver: Waiver | None = None
    ended: Waiver | None = None

    @property
    def waived(self) -> bool:
        """Whether somebody lets it pass."""
        return self.waiver is not None
