"""Reads TOML, YAML and JSON exactly, and tells at which line a key stands, so that errors can name it.

Figures come out as exact decimals. Lines are looked up only when there is something to complain about.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Final

import tree_sitter_toml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from tree_sitter import Language, Parser
from tree_sitter import Node as Branch

from syncd.errors import Problem

Path = tuple[str | int, ...]
"""The way to a key: names of tables, and numbers of the elements of lists."""

FORMS: Final = {".toml": "TOML", ".yaml": "YAML", ".yml": "YAML", ".json": "JSON"}
"""What can be read, by the ending of the file's name."""
DEEPEST: Final = 60
"""How many tables and lists may stand in one another."""
LARGEST: Final = 5_000_000
"""How many values a file may hold, those counted that YAML's aliases repeat."""


class Unreadable(Exception):
    """The text is not what its ending says; `problem` names the place."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Document:
    """A file's content and where in it things stand."""

    file: str
    form: str
    text: str = field(repr=False)
    data: Mapping[str, Any]

    def line(self, path: Path) -> int | None:
        """The line of a key, counted from 1; of the nearest key above it where it has no line of its own."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return None

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        if self.form == "TOML":
            return dict(_toml_lines(Parser(Language(tree_sitter_toml.language())).parse(self.text.encode()).root_node))
        try:
            return dict(_yaml_lines(YAML().compose(self.text), ()))
        except (YAMLError, RecursionError):
            return {}


def parse(text: str, *, file: str, form: str) -> Document:
    """The document in a text of the form TOML, YAML or JSON. Raises Unreadable with the place."""
    read = {"TOML": _toml, "YAML": _yaml, "JSON": _json}[form]
    try:
        data = read(text, file)
    except RecursionError:
        raise Unreadable(Problem(file, "too many tables and lists stand in one another")) from None
    if not isinstance(data, Mapping):
        raise Unreadable(Problem(file, f"this is no {form} document with keys at the top"))
    return Document(file, form, text, data)


# TOML


def _toml(text: str, file: str) -> Any:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        words, line = _at_line(str(error))
        raise Unreadable(Problem(file, f"this is not valid TOML: {words}", line)) from None
    except (ValueError, InvalidOperation):
        raise Unreadable(Problem(file, "a number in it cannot be read")) from None


def _at_line(words: str) -> tuple[str, int | None]:
    """What tomllib says without its place, and the line."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", words)
    if found is None:
        return words, None
    if found[1] is None:
        return f"{words[: found.start()]} at the end of the file", None
    return f"{words[: found.start()]} (column {found[2]})", int(found[1])


def _toml_lines(root: Branch) -> Iterator[tuple[Path, int]]:
    """Every key, table and list element of a valid TOML document with its line."""
    counts: dict[Path, int] = {}
    for branch in root.children:
        if branch.type == "pair":
            yield from _pair_lines(branch, ())
        elif branch.type in ("table", "table_array_element"):
            here = _resolved(_names(branch.named_children[0]), counts)
            if branch.type == "table_array_element":
                counts[here] = counts.get(here, -1) + 1
                here = (*here, counts[here])
            yield here, branch.start_point.row + 1
            for pair in branch.named_children[1:]:
                if pair.type == "pair":
                    yield from _pair_lines(pair, here)


def _resolved(names: tuple[str, ...], counts: Mapping[Path, int]) -> Path:
    """A header's names with the number of the newest element after each list of tables above it."""
    path: Path = ()
    for name in names:
        if path in counts:
            path = (*path, counts[path])
        path = (*path, name)
    return path


def _pair_lines(pair: Branch, above: Path) -> Iterator[tuple[Path, int]]:
    key, value = pair.named_children[0], pair.named_children[-1]
    path = above
    for name in _names(key):
        path = (*path, name)
        yield path, key.start_point.row + 1
    yield from _value_lines(value, path)


def _value_lines(value: Branch, path: Path) -> Iterator[tuple[Path, int]]:
    if value.type == "inline_table":
        for pair in value.named_children:
            if pair.type == "pair":
                yield from _pair_lines(pair, path)
    elif value.type == "array":
        elements = [child for child in value.named_children if child.type != "comment"]
        for number, element in enumerate(elements):
            yield (*path, number), element.start_point.row + 1
            yield from _value_lines(element, (*path, number))


def _names(key: Branch) -> tuple[str, ...]:
    """The names in a key: bare, quoted, or several with dots between."""
    if key.type == "dotted_key":
        return tuple(name for part in key.named_children for name in _names(part))
    text = (key.text or b"").decode()
    return (text,) if key.type == "bare_key" else (next(iter(tomllib.loads(f"{text} = 0"))),)


# JSON


def _json(text: str, file: str) -> Any:
    def refuse(word: str) -> Any:
        raise Unreadable(Problem(file, f"{word} is not a number"))

    try:
        return json.loads(text, parse_float=Decimal, parse_constant=refuse)
    except json.JSONDecodeError as error:
        words = f"this is not valid JSON: {error.msg} (column {error.colno})"
        raise Unreadable(Problem(file, words, error.lineno)) from None
    except ValueError:
        raise Unreadable(Problem(file, "a number in it cannot be read")) from None


# YAML


def _yaml(text: str, file: str) -> Any:
    try:
        root = YAML().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        place = f" (column {mark.column + 1})" if mark else ""
        raise Unreadable(Problem(file, f"this is not valid YAML: {words}{place}", mark and mark.line + 1)) from None
    except (YAMLError, ValueError) as error:
        words = " ".join(str(error).split())
        raise Unreadable(Problem(file, f"this is not valid YAML: {words}")) from None
    return {} if root is None else _Values(file).of(root, 0)


class _Values:
    """Makes plain values of YAML's nodes; figures exact, days as days."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def of(self, node: Node, depth: int) -> Any:
        self._count += 1
        if depth > DEEPEST or self._count > LARGEST:
            raise self._fail(node, "the document is too deep or too large")
        if isinstance(node, MappingNode):
            return self._table(node, depth)
        if isinstance(node, SequenceNode):
            return [self.of(element, depth + 1) for element in node.value]
        return self._scalar(node)

    def _table(self, node: MappingNode, depth: int) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.value == "<<":
                raise self._fail(key, "a key must be a word")
            if key.value in table:
                raise self._fail(key, f"the key “{key.value}” stands twice")
            table[key.value] = self.of(value, depth + 1)
        return table

    def _scalar(self, node: Node) -> Any:
        convert = _SCALARS.get(str(node.tag).rpartition(":")[2])
        try:
            return convert(node.value) if convert else node.value
        except (ValueError, InvalidOperation):
            raise self._fail(node, f"“{node.value}” cannot be read") from None

    def _fail(self, node: Node, words: str) -> Unreadable:
        return Unreadable(Problem(self._file, words, node.start_mark.line + 1))


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) <= len("2026-01-31") else datetime.fromisoformat(text)


_SCALARS: Final[Mapping[str, Callable[[str], Any]]] = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text.replace("_", ""), 0) if text.lstrip("+-0_") else 0,
    "float": lambda text: Decimal(text.replace("_", "")),
    "timestamp": _day,
}


def _yaml_lines(node: Node | None, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield (*path, str(key.value)), key.start_mark.line + 1
            yield from _yaml_lines(value, (*path, str(key.value)))
    elif isinstance(node, SequenceNode):
        for number, element in enumerate(node.value):
            yield (*path, number), element.start_mark.line + 1
            yield from _yaml_lines(element, (*path, number))
