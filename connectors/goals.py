"""Goals: things in a tool that show one figure of their own, outside every container. Not every tool has them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure on its way: from `start` to `target`, at `value` by now; `unit` as people write it ("%", "days")."""

    value: Decimal
    start: Decimal | None
    target: Decimal | None
    unit: str = ""
    decimals: int = 0


class Goals(Protocol):
    """What sets the figures of goals that people made in the tool."""

    def show(self, goal: str, measure: Measure) -> str:
        """Have a goal, by its id or address, show a figure; the goal's title. Sends nothing that it shows already.

        Asked again after any error it ends as if it had been asked once. Raises ToolError: Invalid where the goal's
        figure is not for us to set or the tool would not take it, PlanTier where the account has no goals.
        """
