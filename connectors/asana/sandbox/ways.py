"""What Asana's documents leave open: how this one goes about it, for tests to change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Ways:
    """What the local Asana does in a create, and what it tells of what was done; `…_after` is in seconds."""

    group_in_create: bool = True
    fields_in_create: bool = True
    start_kept: bool = True
    listed_after: float = 0.0
    tells: bool = True
    calls_deleted: bool = True
    sweeps: bool = True
    shown_after: float = 0.0
    orders: bool = True
    groups_placed: bool = True
    told_beside: tuple[str, ...] | None = None
    """Which fields of their project its sections tell; None: all that are asked for."""
    days_kept: bool = True
    external_kept: bool = False
    hooks_here: bool = False
    """Asana itself tells no address on its own machine."""
