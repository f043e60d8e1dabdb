"""The worlds of the engine's tests."""

from __future__ import annotations

from tests.engine.conftest import folder, world

__all__ = ["folder", "world"]
