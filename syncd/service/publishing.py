"""Publishes the public scorecards by the clock, as `syncd publish` does by hand."""

from __future__ import annotations

from pathlib import Path

from syncd.app import App
from syncd.publishing.publish import publish as publish_each


def publish(app: App, folder: Path) -> None:
    """Have the folder hold what is public of every plan; writes nothing anew where nothing changed. Raises as that."""
    for _ in publish_each(app, folder):
        pass
