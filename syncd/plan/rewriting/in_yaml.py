"""Where the tables of a YAML text stand, and how YAML writes words and tables. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import yaml
from yaml.events import CollectionEndEvent, MappingStartEvent, NodeEvent, ScalarEvent, SequenceStartEvent

from syncd.documents import from_yaml
from syncd.documents.path import Malformed, Path
from syncd.plan.rewriting.changing import braced_like
from syncd.plan.rewriting.form import HEAD_REMARK, Form, Style, Value, style_of
from syncd.plan.rewriting.page import Entry, Page, Splice, Table

_STEP: Final = "  "
_RARE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What means something else, or nothing, where it is not escaped."""
_LAST_LINES: Final = re.compile(r"(?:\r?\n[ \t]*)+\Z")
_KEPT: Final = re.compile(r"[|>]\d?\+")
"""A block whose last lines count though they are blank."""


class Yaml(Form):
    """Tables stand in blocks, or in braces over as many lines as they like."""

    gap = ": "
    braces = ("{", "}")

    def tables(self, text: str, wanted: Collection[Path]) -> Mapping[Path, Table]:
        """Those of the wanted tables that are found in a valid text."""
        return _Finder(text, wanted).found

    def words(self, words: str, style: Style, old: str) -> str:
        """Words plain or quoted as the old ones or their neighbours are; several lines as a block, unless in braces.

        A remark in the first line of an old block stays there, or behind the new words.
        """
        first, *below = self._words(words, style, old).split(style.newline, 1)
        remark = HEAD_REMARK.match(old)
        return style.newline.join([first + (remark[1] if remark else ""), *below])

    def _words(self, words: str, style: Style, old: str) -> str:
        if not style.braces and _fits_block(words) and (style.ended or not words.endswith("\n")):
            return _block(words, style, old)
        quote = _quote((old, *style.tokens.values()))
        if not quote and _plain(words, in_braces=style.braces):
            return words
        if quote == "'" and not re.search(r"[\t\n]", words) and not _RARE.search(words):
            return "'{}'".format(words.replace("'", "''"))
        return _RARE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(words, ensure_ascii=False))

    def below(self, page: Page, parent: Table, sibling: Table | None, key: str, values: Mapping[str, Value]) -> Splice:
        """An element with a dash like its sibling's, or below the key with a dash of its own."""
        style = style_of(self, page, sibling or parent)
        if sibling is None:
            line, pairs = (
                f"{page.newline}{style.indent}",
                _pairs(replace(style, indent=style.indent + 2 * _STEP), values),
            )
            at = page.behind(parent.end)
            return Splice(at, at, f"{line}{style.quote}{key}{style.quote}:{line}{_STEP}- {pairs}")
        dash = page.text.rfind("-", 0, sibling.start)
        lead = page.text[page.line_start(dash) : sibling.start]
        if lead.strip() != "-":  # a remark stands between
            lead = f"{style.indent.removesuffix(_STEP)}- "
        pairs = braced_like(self, page, sibling, values) if sibling.braces else _pairs(style, values)
        at = page.behind(sibling.end)
        return Splice(at, at, f"{page.newline * (1 + page.apart(dash))}{lead}{pairs}")


def _pairs(style: Style, values: Mapping[str, Value]) -> str:
    return f"{style.newline}{style.indent}".join(style.pair(name, value) for name, value in values.items())


def _quote(values: Sequence[str]) -> str:
    """The quotes around the first text that could as well have none; "" if there are none around it."""
    for value in values:
        quote = value[:1] if value[:1] in ("'", '"') else ""
        with suppress(Malformed):
            meant = from_yaml.read(value)[0] if value[:1] not in ("", "|", ">") else None
            if isinstance(meant, str) and (not quote or _plain(meant, in_braces=False)):
                return quote
    return ""


def _plain(words: str, *, in_braces: bool) -> bool:
    """Whether words mean themselves without quotes: here, and by the older rules, in which `no` is false."""
    dumped = yaml.safe_dump(
        [words] if in_braces else words, default_flow_style=True, allow_unicode=True, width=math.inf
    )
    if dumped != (f"[{words}]\n" if in_braces else f"{words}\n...\n"):
        return False
    return bool(from_yaml.read(words)[0] == words)


def _fits_block(words: str) -> bool:
    """Whether words are several lines that a block holds as they are, with no more than a sign behind the bar."""
    return (
        "\n" in words.strip("\n") and not words[0].isspace() and not words.endswith("\n\n") and not _RARE.search(words)
    )


def _block(words: str, style: Style, old: str) -> str:
    """Several lines below a bar, as far from the edge as the old ones were."""
    inside = re.match(r"[|>][^\n]*\n(?:[ \t]*\r?\n)*( +)", old)
    indent = inside[1] if inside and len(inside[1]) > len(style.indent) else style.indent + _STEP
    lines = [
        f"{style.newline}{indent}{line}" if line else style.newline for line in words.removesuffix("\n").split("\n")
    ]
    return ("|" if words.endswith("\n") else "|-") + "".join(lines)


def _closes(event: Any) -> bool:
    return isinstance(event, CollectionEndEvent)


class _Finder:
    """Looks for tables among the events of a text."""

    def __init__(self, text: str, wanted: Collection[Path]) -> None:
        self.found: dict[Path, Table] = {}
        self._text, self._wanted = text, frozenset(wanted)
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._end(next(each for each in self._events if isinstance(each, NodeEvent)), ())

    def _end(self, event: Any, path: Path) -> int:
        """Where the value ends that begins with an event; takes its events, and keeps the wanted tables in it."""
        if isinstance(event, SequenceStartEvent):
            return self._list(event, path)
        if isinstance(event, MappingStartEvent):
            return self._table(event, path)
        start, end = event.start_mark.index, event.end_mark.index
        block = self._text[start:end]
        if _KEPT.match(block):
            return int(end - (len(block) - len(block.removesuffix("\n").removesuffix("\r"))))
        if block[:1] not in ("|", ">"):
            return int(end)
        # From the last word on: tried from every blank line before it, this would take hours.
        last = _LAST_LINES.search(block, len(block.rstrip(" \t\r\n")))
        return int(start + last.start() if last else end)

    def _list(self, event: Any, path: Path) -> int:
        end = number = 0
        while not _closes(element := next(self._events)):
            end = self._end(element, (*path, number))
            number += 1
        return element.end_mark.index if event.flow_style else end

    def _table(self, event: Any, path: Path) -> int:
        entries: list[Entry] = []
        while not _closes(key := next(self._events)):
            value = next(self._events)
            places = (key.start_mark.index, key.end_mark.index, value.start_mark.index)
            entries.append(
                Entry(key.value, *places, self._end(value, (*path, key.value)), isinstance(value, ScalarEvent))
            )
        end = key.end_mark.index if event.flow_style else entries[-1].end
        if path in self._wanted:
            self.found[path] = Table(event.start_mark.index, end, bool(event.flow_style), tuple(entries))
        return end
