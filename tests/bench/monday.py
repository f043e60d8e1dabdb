"""What whole trips over twenty boards cost against a local monday: requests, counted by the one that answers them."""

from __future__ import annotations

from tests.monday_loop.large import measure

__all__ = ["measure"]
