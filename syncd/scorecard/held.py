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


def to_event(kept: Mapping[str, Any]) -> Event:
    """The event that is kept. Raises ValueError, TypeError or KeyError for anything else."""
    kinds = {
        "kind": Kind(kept["kind"]),
        "tier": kept["tier"] and Tier(kept["tier"]),
        "audience": Audience(kept["audience"]),
    }
    return Event(**{**kept, **kinds})


def held(work: Evidence | TeamWork) -> dict[str, Any]:
    """What a task says about an item of the plan, or a team's own work, as it is kept."""
    return {**_given(work.evidence), _UNDER: work.under} if isinstance(work, TeamWork) else _given(work)


def to_evidence(kept: Mapping[str, Any]) -> Evidence | TeamWork:
    """What is kept of an item. Raises ValueError, TypeError or KeyError for anything else."""
    rest = {name: value for name, value in kept.items() if name != _UNDER}
    found = Evidence(**{**rest, "standing": Standing(kept.get("standing", Standing.LIVE))})
    return TeamWork(kept[_UNDER], found) if _UNDER in kept else found


def _given(record: Event | Evidence) -> dict[str, Any]:
    """The fields of a record that are not at their default."""
    values = {each.name: (getattr(record, each.name), each.default) for each in fields(record)}
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, (value, default) in values.items()
        if default is MISSING or value != default
    }
