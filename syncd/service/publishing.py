"""Publishes the public scorecards as files, for a web server of the district to give out; writes only what is new."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from syncd.app import App
from syncd.errors import FileError, Problem
from syncd.filing import put
from syncd.plan.model import Audience
from syncd.scorecard.filed import FILED

FILES: Final = {"index.html": "html", "scorecard.json": "json", "scorecard.csv": "csv"}
"""What is published, with the form that each file has."""


def publish(app: App, folder: Path) -> None:
    """Have the folder hold the public scorecard of the plan; of several plans, each in a folder that is called like it.

    Each file is there as a whole or as it was before, and the web server may read it. Raises PlanError, StoreError,
    FileError where one cannot be written, and Leak where something would be published that must not be: then that
    plan's files stay as they were.
    """
    for name in app.config.plans:
        card = app.scorecard(name, audience=Audience.PUBLIC)
        place = folder / name if len(app.config.plans) > 1 else folder
        try:
            _make(place)
            for file, form in FILES.items():
                text = FILED[form](card)
                if not (place / file).is_file() or (place / file).read_bytes() != text.encode():
                    put(text, place / file, 0o644)
        except OSError as error:
            why = f"the scorecard cannot be published there ({error.strerror})"
            raise FileError([Problem(str(place), f"{why}; give syncd's account the right to write into it")]) from error


def _make(place: Path) -> None:
    """Make a folder where there is none, open to others: what is public is for them, whatever our own files are."""
    if not place.is_dir():
        _make(place.parent)
        place.mkdir()
        place.chmod(0o755)
