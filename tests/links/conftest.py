"""Districts in which people work already, over Asana and over monday."""

from __future__ import annotations

from tests.cli.conftest import district, pushed, snapshot
from tests.monday_loop.conftest import fresh

__all__ = ["district", "fresh", "pushed", "snapshot"]
