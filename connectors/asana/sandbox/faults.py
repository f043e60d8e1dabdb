"""Faults on demand: the kinds that every sandbox has, and those of Asana's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from connectors.sandbox import faults


@dataclass(slots=True)
class Fault(faults.Fault):
    """One fault, for requests in which `match` is found: "METHOD /path?query", the path below /api/1.0.

    Kinds of its own: drop_events: the newest `rows` events are lost first. stale: a list lacks its `rows` newest
    records. expire_offset: all offset tokens grow too old first.
    """

    kinds: ClassVar[tuple[str, ...]] = (*faults.Fault.kinds, "drop_events", "stale", "expire_offset")
