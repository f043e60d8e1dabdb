"""Reads what people write to name a board: its id, or an address pasted from the browser."""

from __future__ import annotations

import re
from typing import Final

from connectors.errors import Invalid

_ID: Final = re.compile(r"[1-9]\d*")
_ADDRESS: Final = re.compile(r"(?:https?://)?[^/?#\s]+/boards/([1-9]\d*)(?:[/?#].*)?")
"""https://<account>.monday.com/boards/<board>, with views or an item behind it."""


def board_of(reference: str) -> str:
    """The id of the board that an id or an address names. Raises Invalid for anything else."""
    text = reference.strip()
    if _ID.fullmatch(text):
        return text
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise Invalid(
            f"“{text}” is neither a board's id nor its address",
            what="finding the container",
            next_step='Open the board in monday and copy the address from the browser, or name it: { name = "…" }.',
        )
    return found.group(1)
