"""Says what there is instead of what somebody named."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

_FEW: Final = 5


def some(items: Sequence[str], few: int = _FEW) -> str:
    """The first few of many: "A1, A2, A3 and 9 more"."""
    rest = len(items) - few
    return ", ".join(items[:few]) + (f" and {rest:,} more" if rest > 0 else "")


def instead(name: str, there: Sequence[str]) -> str:
    """The nearest of these, else the first few: "did you mean G1.A1?", "there is: G1, G2"; "" without any."""
    near = get_close_matches(name, there, n=1)
    return f"did you mean {near[0]}?" if near else f"there is: {some(there)}" if there else ""
