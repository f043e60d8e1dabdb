"""Writes what a tool has no field for as words, `due=2026-09-01 plan=syncd:P/1`, and reads it from a text again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote, unquote

from connectors.vocabulary import Task

_TAGS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "done": ("completed_at", datetime.fromisoformat),
    "due": ("due", date.fromisoformat),
    "id": ("id", str),
    "plan": ("marker", str),
    "start": ("start", date.fromisoformat),
    "who": ("assignee", str),
}
"""What of a task each word holds, and how it is read."""


def tags(task: Task) -> str:
    """What a task holds of it, parted by single blanks, of which no value has one."""
    values = {name: getattr(task, part) for name, (part, _) in _TAGS.items()}
    return " ".join(
        f"{name}={quote(value.isoformat() if isinstance(value, date) else value, safe=':/@+')}"
        for name, value in values.items()
        if value
    )


def tagged(text: str) -> dict[str, Any]:
    """The values of such words, by their names in a `Task`; a word that was spoilt by hand is left out."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r"(\w+)=(\S+)", text):
        with suppress(KeyError, ValueError):
            part, read = _TAGS[name]
            found[part] = read(unquote(value))
    return found
