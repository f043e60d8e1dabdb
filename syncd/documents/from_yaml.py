"""Reads YAML by the words of version 1.2 (`no` stays a word, figures are exact); events come from PyYAML's libyaml.

What makes YAML hard to read for people is refused: anchors, tags, several documents, keys that stand twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml
from yaml.events import AliasEvent, CollectionStartEvent, DocumentStartEvent, Event, MappingStartEvent, ScalarEvent

from syncd.documents.path import Lines, Malformed, Path, exact, plain_ends

_PLAIN: Final[tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...]] = (
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), exact),
    (re.compile(r"\d{4}-\d\d-\d\d"), date.fromisoformat),
)
"""What a word without quotes may mean; anything else is text."""


def read(text: str) -> tuple[Any, Lines]:
    """The values, and the line of each. Raises Malformed."""
    text, builder = plain_ends(text), _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        words = " ".join(part for part in (error.context, error.problem) if part)
        mark = error.problem_mark or error.context_mark
        raise Malformed(words, min(mark.line, text.count("\n")) + 1 if mark else None) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise Malformed("it holds a character that no text file holds", _line_of(error, text)) from None
    return builder.root, builder.lines


def _line_of(error: Exception, text: str) -> int | None:
    at = getattr(error, "position", getattr(error, "start", None))
    return None if at is None else text.count("\n", 0, at) + 1


@dataclass
class _Open:
    """A table or a list that has not ended; `key` is the table's key whose value comes next."""

    held: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Builds plain values out of events."""

    def __init__(self) -> None:
        self.root: Any = {}
        self.lines: dict[Path, int] = {}
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        """Build on. Raises Malformed for what is not read here."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Malformed("a second document begins (---); there may be one only", line)
        elif isinstance(event, AliasEvent):
            raise Malformed(f"repeating by anchors (*{event.anchor}) is not read; write it out", line)
        elif isinstance(event, ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, CollectionStartEvent):
            _untagged(event.tag, line)
            opened = _Open({} if isinstance(event, MappingStartEvent) else [], self._path(line))
            self._put(opened.held)
            self._open.append(opened)
        elif self._open and isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        above = self._open[-1] if self._open else None
        if above is not None and isinstance(above.held, dict) and above.key is None:
            path = (*above.path, event.value)
            if event.value in above.held:
                raise Malformed(f"the key “{event.value}” stands twice; it is also in line {self.lines[path]}", line)
            above.key = event.value
            self.lines[path] = line
        else:
            _untagged(event.tag, line)
            self._path(line)
            self._put(_plain(event.value) if event.implicit[0] else event.value)

    def _path(self, line: int) -> Path:
        """The path of the value that begins now; elements of lists get their line here, others with their key."""
        if not self._open:
            return ()
        above = self._open[-1]
        if isinstance(above.held, list):
            path = (*above.path, len(above.held))
            self.lines[path] = line
            return path
        if above.key is None:
            raise Malformed("a key must be a word", line)
        return (*above.path, above.key)

    def _put(self, value: Any) -> None:
        if not self._open:
            self.root = value
            return
        above = self._open[-1]
        if isinstance(above.held, list):
            above.held.append(value)
        else:
            above.held[str(above.key)] = value
            above.key = None


def _untagged(tag: str | None, line: int) -> None:
    if tag is not None:
        raise Malformed(f"tags ({tag}) are not read; leave it out", line)


def _plain(word: str) -> Any:
    """What a word without quotes means; a number or a day that cannot be is text, and fits nowhere later."""
    for pattern, meaning in _PLAIN:
        if pattern.fullmatch(word):
            with suppress(ValueError):
                return meaning(word)
    return word
