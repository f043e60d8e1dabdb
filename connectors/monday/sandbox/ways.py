"""What monday's documents leave open: how this one goes about it, for tests to change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Ways:
    """What the local monday does in a create, and what it tells of what was done; `…_after` is in seconds.

    Where names are not kept, one blank of a group's name stands for several.
    """

    group_in_create: bool = True
    replays: bool = True
    write_cost: int = 30_000
    start_kept: bool = True
    found_after: float = 0.0
    tells: bool = True
    calls_deleted: bool = True
    alone: bool = True
    most_ids: int = 100
    sweeps: bool = True
    shown_after: float = 0.0
    orders: bool = True
    groups_placed: bool = True
    names_kept: bool = True
