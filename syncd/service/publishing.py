"""Publishes the public scorecards as files, for a web server of the district to give out; writes only what is new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from syncd.app import App
from syncd.errors import FileError, Problem
from syncd.filing import put
from syncd.plan.model import Audience
from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.page import render_page
from syncd.scorecard.view import Scorecard


def publish(app: App, folder: Path) -> None:
    """Have the folder hold the public scorecard of the plan; of several plans, each in a folder that is called like it.

    Each file is there as a whole or as it was before. Raises PlanError, StoreError, FileError where one cannot be
    written, and Leak where something would be published that must not be: then that plan's files stay as they were.
    """
    for name in app.config.plans:
        card = app.scorecard(name, audience=Audience.PUBLIC)
        place = folder / name if len(app.config.plans) > 1 else folder
        try:
            place.mkdir(parents=True, exist_ok=True)
            for file, text in _files(card):
                if not (place / file).is_file() or (place / file).read_bytes() != text.encode():
                    put(text, place / file)
        except OSError as error:
            why = f"the scorecard cannot be published there ({error.strerror})"
            raise FileError([Problem(str(place), f"{why}; give syncd's account the right to write into it")]) from error


def _files(card: Scorecard) -> Iterator[tuple[str, str]]:
    yield "index.html", render_page(card)
    yield "scorecard.json", json.dumps(as_json(card), ensure_ascii=False, indent=2) + "\n"
    yield "scorecard.csv", f"\ufeff{as_csv(card)}"  # only by this mark Excel knows UTF-8
