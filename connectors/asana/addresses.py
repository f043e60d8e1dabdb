"""Reads what people write to name a project: its id, or an address pasted from the browser."""

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


def _path(address: str) -> str:
    """The path of an address; "" where it is none at all."""
    try:
        return urlsplit(address if "://" in address else f"https://{address}").path
    except ValueError:
        return ""
