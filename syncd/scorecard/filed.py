"""The scorecard as a file, in each form that it is written in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.page import render_page
from syncd.scorecard.text import as_text
from syncd.scorecard.view import Scorecard


def indented(card: Scorecard) -> str:
    """JSON that people can read as well."""
    return json.dumps(as_json(card), ensure_ascii=False, indent=2) + "\n"


FILED: Final[dict[str, Callable[[Scorecard], str]]] = {
    "text": as_text,
    "html": render_page,
    "json": indented,
    "csv": lambda card: f"\ufeff{as_csv(card)}",
}
"""By form. Text is as wide as it is, and only by the mark at its beginning Excel knows that CSV is UTF-8."""
