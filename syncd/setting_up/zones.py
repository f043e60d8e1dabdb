"""Which time zone this machine is in, as far as it says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

USUAL: Final = "America/New_York"
_LINK: Final = Path("/etc/localtime")


def here(environment: str | None = None, link: Path = _LINK) -> str:
    """The zone that TZ or the system names; servers stand in none of their own, and get the usual one."""
    named = (environment if environment is not None else os.environ.get("TZ", "")).lstrip(":")
    try:
        linked = str(link.resolve()).partition("zoneinfo/")[2]
    except (OSError, RuntimeError):
        linked = ""
    for zone in (named, linked):
        if "/" in zone and not zone.startswith("Etc/") and zone in available_timezones():
            return zone
    return USUAL
