"""The versions of the API: which one answers a request."""

from __future__ import annotations

import re

from connectors.monday.sandbox.problems import Stop

VERSIONS = (
    {"kind": "release_candidate", "value": "2027-01", "display_name": "Release candidate"},
    {"kind": "current", "value": "2026-10", "display_name": "Current"},
    {"kind": "maintenance", "value": "2026-07", "display_name": "Maintenance"},
)
_OLDEST = "2025-04"


def answering(asked: str | None) -> str:
    """The version that answers; without a word the current one. Raises Stop for what is no version at all.

    A version that has ended is answered by the oldest that is kept, one that never was by the current one: both
    without a word, except in the `API-Version` header.
    """
    if asked is None:
        return "2026-10"
    if not re.fullmatch(r"\d{4}-\d{2}", asked):
        raise Stop(200, "InvalidVersionException", f"{asked} is no API version")
    if asked in ("2027-01", "2026-10", "2026-07"):
        return asked
    quarter = asked[5:] in ("01", "04", "07", "10")
    return "2026-07" if quarter and asked < _OLDEST else "2026-10"
