"""Reads TOML: values by tomllib, figures as exact decimals; lines by tree-sitter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from syncd.documents.path import Lines, Malformed, Path, exact

_HINTS: Final = {
    "Invalid value": "this is no value (text stands in quotes, a list in [ ])",
    "Cannot overwrite a value": "the same key stands twice",
    "Expected '=' after a key in a key/value pair": "after a key stands “=” and its value",
    "Expected newline or end of document after a statement": "the value should end before this",
}
_LONGEST: Final = 100
"""Characters of a whole number: a hexadecimal one would be read at any length, and could then not even be printed."""


def read(text: str) -> tuple[Any, Lines]:
    """The values, and the line of each. Raises Malformed."""
    try:
        data = tomllib.loads(text, parse_float=exact)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(str(error), text) from None
    except ValueError:
        raise Malformed("a number in it is too long to be read") from None
    root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
    lines: dict[Path, int] = {}
    for path, line in _lines(root):
        lines.setdefault(path, line)
    return data, lines


def _malformed(words: str, text: str) -> Malformed:
    """What tomllib says, with the place as a number and the commonest mistakes in plainer words."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", words)
    if found is None:
        return Malformed(words)
    plain = words[: found.start()]
    plain = _HINTS.get(plain, plain)
    if found[1] is None:
        return Malformed(f"{plain} at the end of the file", text.count("\n") + 1)
    return Malformed(f"{plain} (column {found[2]})", int(found[1]))


def _lines(root: Node) -> Iterator[tuple[Path, int]]:
    """Every key, table and list element of a valid document with its line."""
    newest: dict[Path, int] = {}
    for node in root.named_children:
        if node.type == "pair":
            yield from _pair(node, ())
        elif node.type in ("table", "table_array_element"):
            here = _resolved(_names(node.named_children[0]), newest)
            if node.type == "table_array_element":
                newest[here] = newest.get(here, -1) + 1
                yield here, node.start_point.row + 1
                here = (*here, newest[here])
            yield here, node.start_point.row + 1
            for pair in node.named_children[1:]:
                if pair.type == "pair":
                    yield from _pair(pair, here)


def _resolved(names: tuple[str, ...], newest: Mapping[Path, int]) -> Path:
    """A header's names with the number of the newest element after each list of tables above it."""
    path: Path = ()
    for name in names:
        if path in newest:
            path = (*path, newest[path])
        path = (*path, name)
    return path


def _pair(pair: Node, above: Path) -> Iterator[tuple[Path, int]]:
    key, value = pair.named_children[0], pair.named_children[-1]
    path = above
    for name in _names(key):
        path = (*path, name)
        yield path, key.start_point.row + 1
    yield from _value(value, path)


def _value(value: Node, path: Path) -> Iterator[tuple[Path, int]]:
    if value.type == "integer" and value.end_byte - value.start_byte > _LONGEST:
        raise Malformed("a number in it is too long to be read", value.start_point.row + 1)
    if value.type == "inline_table":
        for pair in value.named_children:
            if pair.type == "pair":
                yield from _pair(pair, path)
    elif value.type == "array":
        elements = [child for child in value.named_children if child.type != "comment"]
        for number, element in enumerate(elements):
            yield (*path, number), element.start_point.row + 1
            yield from _value(element, (*path, number))


def _names(key: Node) -> tuple[str, ...]:
    """The names in a key: bare, quoted, or several with dots between."""
    if key.type == "dotted_key":
        return tuple(name for part in key.named_children for name in _names(part))
    text = (key.text or b"").decode()
    return (text,) if key.type == "bare_key" else (next(iter(tomllib.loads(f"{text} = 0"))),)
