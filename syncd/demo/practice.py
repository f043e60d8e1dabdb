"""A local tool to practise on: empty but for people, with a token of its own, until somebody ends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from connectors.clock import SystemClock
from syncd.demo.stage import BOARD_PORT, free
from syncd.demo.towns import TOWNS, Town
from syncd.examples import example
from syncd.plan.load import load_plan

TOKEN: Final = "sandbox"  # noqa: S105  of a tool on this machine that holds nothing
PORTS: Final = {"asana": BOARD_PORT, "monday": BOARD_PORT + 1}


@contextmanager
def practice(kind: str, port: int | None = None) -> Iterator[Town]:
    """A running tool of a kind, at its usual port, or any that is free where that one is taken.

    Everyone who owns something in the small example plan has an account. Raises OSError where a named port is taken.
    """
    town = TOWNS[kind](SystemClock(), free(PORTS[kind]) if port is None else port, TOKEN)
    owners = (placed.item.owner for placed in load_plan("plan.toml", example("small")).items.values())
    for address in dict.fromkeys(filter(None, owners)):
        town.welcome(address.partition("@")[0].replace(".", " ").title(), address)
    with town.box:
        yield town
