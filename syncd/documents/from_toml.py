"""Reads TOML: values by tomllib, figures as exact decimals; where they stand by tree-sitter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from syncd.documents.path import LaterLines, Lines, Malformed, Path, exact

_BACKSLASH: Final = (
    r"write / in the place of \, as in C:/plan.toml (in a text, \ makes something else of what follows it)"
)
_HINTS: Final = {
    "Invalid value": "this is no value (text stands in straight quotes, a list in [ ])",
    "Invalid date or datetime": "there is no such day",
    "Cannot overwrite a value": "the same key stands twice",
    "Expected '=' after a key in a key/value pair": "after a key stands “=” and its value",
    "Expected newline or end of document after a statement": (
        "the value should end before this (a day is written 2026-06-30; text stands in quotes, without others in it, "
        "and so does a figure with a sign, such as 54 %)"
    ),
    "Unclosed inline table": "here should stand a comma or “}” (a figure with a sign, such as 54 %, stands in quotes)",
    "Invalid statement": "here should stand a key, as in title = …, or a table's name in brackets",
    "Unclosed array": "here should stand a comma or “]”",
    r"Illegal character '\n'": "the quotes at the end of a text are missing",
    "Unterminated string": "the quotes at the end of a text are missing",
    "Expected ']]' at the end of an array declaration": "this line should end with “]]”",
    "Expected ']' at the end of a table declaration": "this line should end with “]”",
    "Invalid hex value": _BACKSLASH,
    r"Unescaped '\' in a string": _BACKSLASH,
}
"""What people get wrong most, in their words."""
_TWICE: Final = re.compile(r"Cannot declare \((.+)\) twice")
_LONGEST: Final = 100
"""Characters of a whole number: a hexadecimal one would be read at any length, and could then not even be printed."""
_LONG: Final = re.compile(rf"\w{{{_LONGEST + 1}}}", re.ASCII)
_TOO_LONG: Final = "a number in it is too long to be read"
_BARE: Final = re.compile(r"\r(?!\n)")
_OLD_ENDS: Final = (
    "this line ends as on very old Macs (CR alone), which TOML does not know; save the file with the line ends of "
    "Unix or Windows (LF or CRLF)"
)
_DEEPEST: Final = 100
"""Tables and lists in one another: far more than a file for people has, and few enough to be walked through."""

_DOTTED: Final = re.compile(r"""(?<![\w-])(?>(?:(?>[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*+\.[ \t]*+)+)""", re.ASCII)
"""Names with dots between, as in a key; one go through the text finds all, for nothing is tried a second time."""
_MOST_DOTS: Final = 1000
"""More dots than any text for people has in a row; the time that tomllib takes for them grows with their square."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a header of its own, or the keys above all headers (`header` is None)."""

    path: Path
    header: Node | None
    pairs: tuple[Node, ...]


def read(text: str) -> tuple[Any, Lines]:
    """The values, and the line of each. Raises Malformed, and RecursionError for what is nested too deep."""
    if any(found[0].count(".") > _MOST_DOTS for found in _DOTTED.finditer(text)):
        raise RecursionError
    if bare := _BARE.search(text):
        raise Malformed(_OLD_ENDS, text.count("\n", 0, bare.start()) + 1)
    try:
        data = tomllib.loads(text, parse_float=exact)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(str(error), text) from None
    except ValueError:
        raise Malformed(_TOO_LONG) from None
    _refuse_depth(data, _DEEPEST)
    if _LONG.search(text):
        _refuse_long_numbers(text)
    return data, LaterLines(partial(_lines, text))


def sections(text: str) -> Iterator[Section]:
    """All tables of a valid document that have a header, in its order, and first the keys above them."""
    newest: dict[Path, int] = {}
    root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
    yield Section((), None, _pairs(root))
    for node in root.named_children:
        if node.type in ("table", "table_array_element"):
            header = node.named_children[0]
            here = _resolved(names(header), newest)
            if node.type == "table_array_element":
                newest[here] = newest.get(here, -1) + 1
                here = (*here, newest[here])
            yield Section(here, header, _pairs(node))


def names(key: Node) -> tuple[str, ...]:
    """The names in a key: bare, quoted, or several with dots between."""
    if key.type == "dotted_key":
        return tuple(name for part in key.named_children for name in names(part))
    text = (key.text or b"").decode()
    return (text,) if key.type == "bare_key" else (next(iter(tomllib.loads(f"{text} = 0"))),)


def members(value: Node) -> list[Node]:
    """The elements of a list, or the pairs of a table in braces."""
    return [child for child in value.named_children if child.type != "comment"]


def _lines(text: str) -> Lines:
    """The line of each key of a valid document; of one that only stands before a dot, the first where it does."""
    found: dict[Path, int] = {}
    for path, node in _nodes(text):
        found.setdefault(path, node.start_point.row + 1)
    for path, line in list(found.items()):
        for length in range(1, len(path)):
            found.setdefault(path[:length], line)
    return found


def _malformed(words: str, text: str) -> Malformed:
    """What tomllib says, with the place as a number and the commonest mistakes in plainer words."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", words)
    if found is None:
        return Malformed(words)
    plain = _hint(words[: found.start()])
    if found[1] is None:
        return Malformed(f"{plain} at the end of the file", text.count("\n") + 1)
    line, column = int(found[1]), int(found[2])
    here = text.split("\n")[line - 1][column - 1 : column]
    if here.isspace() and here not in " \t\r":
        plain = "here stands a blank of another kind, as word processors make them; type an ordinary one"
    return Malformed(f"{plain} (column {column})", line)


def _hint(words: str) -> str:
    """In people's words, where it is among what they get wrong most."""
    if twice := _TWICE.fullmatch(words):
        name = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return (
            f"there is something of that name already; each item of a list has two brackets around its name: [[{name}]]"
        )
    return _HINTS.get(words, words)


def _refuse_depth(held: Mapping[str, Any] | list[Any], room: int) -> None:
    if room == 0:
        raise RecursionError
    for each in held if isinstance(held, list) else held.values():
        if isinstance(each, dict | list):
            _refuse_depth(each, room - 1)


def _refuse_long_numbers(text: str) -> None:
    """Raise Malformed for the first whole number that is too long."""
    for _, node in _nodes(text):
        if node.type == "integer" and node.end_byte - node.start_byte > _LONGEST:
            raise Malformed(_TOO_LONG, node.start_point.row + 1)


def _pairs(node: Node) -> tuple[Node, ...]:
    return tuple(child for child in node.named_children if child.type == "pair")


def _resolved(parts: tuple[str, ...], newest: Mapping[Path, int]) -> Path:
    """A header's names with the number of the newest element after each list of tables above it."""
    path: Path = ()
    for name in parts:
        if path in newest:
            path = (*path, newest[path])
        path = (*path, name)
    return path


def _nodes(text: str) -> Iterator[tuple[Path, Node]]:
    """Every key, table, list element and value of a valid document with the node that it begins with."""
    for section in sections(text):
        if section.header is not None:
            yield section.path, section.header
            if isinstance(section.path[-1], int):
                yield section.path[:-1], section.header
        for pair in section.pairs:
            yield from _pair(pair, section.path)


def _pair(pair: Node, above: Path) -> Iterator[tuple[Path, Node]]:
    key, value = members(pair)[0], members(pair)[-1]
    path = above
    for name in names(key):
        path = (*path, name)
        yield path, key
    yield from _value(value, path)


def _value(value: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if value.type == "inline_table":
        for pair in members(value):
            yield from _pair(pair, path)
    elif value.type == "array":
        for number, element in enumerate(members(value)):
            yield (*path, number), element
            yield from _value(element, (*path, number))
    else:
        yield path, value
