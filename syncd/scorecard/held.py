"""Events, and what was known of work, as the store keeps them: by name, without what goes without saying. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any

from syncd.plan.model import Audience, Tier
from syncd.progress.evidence import Evidence, Standing
from syncd.progress.team import TeamWork
from syncd.scorecard.events import Event, Kind

_UNDER = "under"
"""The plan's item below which a team's own work counts."""


def event_held(event: Event) -> dict[str, Any]:
    """The event as it is kept."""
    return _given(event)


def to_event(held: Mapping[str, Any]) -> Event:
    """The event that is kept. Raises ValueError, TypeError or KeyError for anything else."""
    kinds = {"kind": Kind(held["kind"]), "tier": Tier(held["tier"]), "audience": Audience(held["audience"])}
    return Event(**{**held, **kinds})


def evidence_held(evidence: Evidence) -> dict[str, Any]:
    """What a task says about an item of the plan, as it is kept."""
    return _given(evidence)


def work_held(work: TeamWork) -> dict[str, Any]:
    """A team's own work, as it is kept."""
    return {**_given(work.evidence), _UNDER: work.under}


def to_evidence(held: Mapping[str, Any]) -> Evidence | TeamWork:
    """What is kept of an item. Raises ValueError, TypeError or KeyError for anything else."""
    rest = {name: value for name, value in held.items() if name != _UNDER}
    found = Evidence(**{**rest, "standing": Standing(held.get("standing", Standing.LIVE))})
    return TeamWork(held[_UNDER], found) if _UNDER in held else found


def _given(record: Event | Evidence) -> dict[str, Any]:
    """The fields of a record that are not at their default."""
    values = {each.name: (getattr(record, each.name), each.default) for each in fields(record)}
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, (value, default) in values.items()
        if default is MISSING or value != default
    }
