"""Pages of all keys of the configuration and of a plan, by their names in the file; made from the schemas."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator, Mapping
from typing import Any, Final

from syncd.schemas import schema

TITLES: Final = {"config": "The configuration's keys", "plan": "A plan's keys"}
_TYPES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a table",
    "array": "a list",
}
_FORMATS: Final = {"date": "a day", "password": "a secret"}

Node = Mapping[str, Any]
"""A part of a schema."""


class Reference:
    """All tables of a file, each once, with every place where it may stand."""

    def __init__(self, name: str) -> None:
        self.title = TITLES[name]
        self._whole = schema(name)
        self._plan = name == "plan"
        self.tables: dict[str, tuple[Node, list[str]]] = {}
        self._walk("", self._whole, "At the top" if name == "config" else "")

    def page(self, opening: str) -> str:
        """The page; `opening` stands below its title."""
        parts = [f"# {self.title}\n\n{opening}"]
        for table, places in filter(operator.itemgetter(1), self.tables.values()):
            told = str(table.get("description", "")).split("\n\n")[0]
            parts.append(f"## {', '.join(places)}\n\n{told}\n\n| key | holds | left out |\n|---|---|---|")
            parts += [f"| `{key}` | {holds} | {left} |" for key, holds, left in self._rows(table)]
            parts.append("")
        return "\n".join(parts)

    def _rows(self, table: Node) -> Iterator[tuple[str, str, str]]:
        for key, node in table["properties"].items():
            yield key, self._holds(node), _left_out(node, needed=key in table.get("required", ()))

    def _walk(self, path: str, table: Node, place: str) -> None:
        """Note a table and those within it, where each may stand."""
        known = self.tables.setdefault(str(table["title"]), (table, []))
        if place and place not in known[1]:
            known[1].append(place)
        for key, node in table["properties"].items():
            here = f"{path}.{key}" if path else key
            for kind, free, below in self._within(node):
                within = f"{here}.NAME" if kind == "named" else here
                if free or (self._plan and "id" not in below.get("required", ())):
                    at = {"list": f"{key} = [{{ … }}]", "named": f"{key}.NAME = {{ … }}"}.get(kind, f"{key} = {{ … }}")
                else:
                    at = f"[[{within}]]" if kind == "list" else f"[{within}]"
                self._walk(within, below, f"`{at}`")

    def _within(self, node: Node) -> Iterator[tuple[str, bool, Node]]:
        """The tables that a key holds (one, a list, one by each name), and whether something else may stand there."""
        ways = _ways(node)
        for way in ways:
            for kind, held in (("one", way), ("list", way.get("items")), ("named", way.get("additionalProperties"))):
                choices = _ways(held) if isinstance(held, dict) else []
                free = len(choices) + len(ways) > 2
                yield from ((kind, free, each) for each in map(self._found, choices) if "properties" in each)

    def _found(self, node: Node) -> Node:
        """What a reference leads to; else the part itself."""
        return self._whole["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node

    def _holds(self, node: Node) -> str:
        """What may stand there, in words."""
        return " or ".join(dict.fromkeys(self._kind(self._found(way)) for way in _ways(node)))

    def _kind(self, node: Node) -> str:
        if "enum" in node:
            return ", ".join(f"`{json.dumps(value)}`" for value in node["enum"])
        if "const" in node:
            return f"`{json.dumps(node['const'])}`"
        if node.get("type") == "array":
            held = self._holds(node.get("items", {}))
            return "tables" if held == "a table" else f"a list: {held}"
        named = node.get("additionalProperties")
        if isinstance(named, dict):
            return f"by name: {self._holds(named)}"
        return _FORMATS.get(node.get("format", ""), _TYPES.get(node.get("type", ""), "")) + _bounds(node)


def _ways(node: Node) -> list[Node]:
    """What may stand in one place, but for nothing at all."""
    return [each for each in node.get("anyOf", [node]) if each.get("type") != "null"]


def _bounds(node: Node) -> str:
    least, most = node.get("minimum"), node.get("maximum", node.get("exclusiveMaximum"))
    if least is None and most is None:
        return ""
    return f" from {least:g}" + (f" up to {most:g}" if most is not None else "")


def _left_out(node: Node, *, needed: bool) -> str:
    default = node.get("default")
    if needed:
        return "must be there"
    return "" if default in (None, "", [], {}) or isinstance(default, dict) else f"`{json.dumps(default)}`"
