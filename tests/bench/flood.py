"""Half a minute of visitors, as fast as one client goes, while passes go on: what they get and what it costs."""

from __future__ import annotations

from tests.service.flooding import measure

__all__ = ["measure"]
