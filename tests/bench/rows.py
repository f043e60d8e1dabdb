"""What a measurement says: one row of the benchmark's table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One budget: what was measured, what came out, what is allowed, and whether it holds."""

    what: str
    measured: str
    budget: str
    holds: bool
