"""Reads what people write to name a project or a goal: its id, or an address pasted from the browser."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from connectors.errors import Invalid

_ID: Final = re.compile(r"[1-9]\d*")
_PATHS: Final = (
    re.compile(r"/1/\d+/project/([1-9]\d*)(?:/|$)"),
    re.compile(r"/0/([1-9]\d*)(?:/|$)"),
)
"""https://app.asana.com/1/<workspace>/project/<project>/… today, https://app.asana.com/0/<project>/… before."""


def project_of(reference: str) -> str:
    """The id of the project that an id or an address names. Raises Invalid for anything else."""
    text = reference.strip()
    if _ID.fullmatch(text):
        return text
    found = next((match for path in _PATHS if (match := path.match(_path(text)))), None)
    if found is None:
        raise Invalid(
            f"“{text}” is neither a project's id nor its address",
            what="finding the container",
            next_step='Open the project in Asana and copy the address from the browser, or name it: { name = "…" }.',
        )
    return found.group(1)


_GOALS: Final = (re.compile(r"/1/\d+/goal/([1-9]\d*)(?:/|$)"), re.compile(r"/0/goal/([1-9]\d*)(?:/|$)"))
"""https://app.asana.com/1/<workspace>/goal/<goal> today, https://app.asana.com/0/goal/<goal> before."""


def goal_of(reference: str) -> str:
    """The id of the goal that an id or an address names. Raises Invalid for anything else."""
    text = reference.strip()
    if _ID.fullmatch(text):
        return text
    found = next((match for path in _GOALS if (match := path.match(_path(text)))), None)
    if found is None:
        raise Invalid(
            f"“{text}” is neither a goal's id nor its address",
            what="finding the goal",
            next_step="Open the goal in Asana and copy the address from the browser.",
        )
    return found.group(1)


def _path(address: str) -> str:
    """The path of an address; "" where it is none at all."""
    try:
        return urlsplit(address if "://" in address else f"https://{address}").path
    except ValueError:
        return ""
