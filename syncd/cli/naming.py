"""An item of the plan as people know it: its id with its title."""

from __future__ import annotations

from syncd.cli.values import said
from syncd.views.titles import Titles


def named(known: Titles, mapping: str, id_: str) -> str:
    """An item as people know it: its id with its title, `G1.A2 “Train every teacher”`; the id where there is none."""
    title = known.get((mapping, id_))
    return f"{id_} {said(title)}" if title else id_
