"""Writes values as TOML, YAML and JSON in many styles, and remembers on which line each key and element was written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CALM = re.compile(r"(?!(?i:no|yes|true|false|null|on|off|y|n)\b)[^\W\d_]\w*( \w+)*")
"""Words that mean themselves in YAML, with or without quotes."""
_INDENT = "  "


class Writer:
    """A text that grows; `lines` holds the line of every path that was marked.

    `random` chooses between styles, and between the quotes of a whole text ("": as few as possible).
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: dict[Path, int] = {}
        self.quote = random.choice(["", "'", '"'])
        self._parts: list[str] = []
        self._line = 1

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self._parts)

    def put(self, text: str) -> None:
        """Write on."""
        self._parts.append(text)
        self._line += text.count("\n")

    def mark(self, path: Path) -> None:
        """Remember that this stands on the line that is being written."""
        self.lines[path] = self._line

    def maybe(self) -> bool:
        """One of two styles."""
        return self.random.random() < 0.5


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class Toml(Writer):
    """TOML: tables with headers, dotted keys or in braces; lists in one line or several, or as [[tables]]."""

    def document(self, data: Mapping[str, Any]) -> None:
        """Write it all."""
        self._table(data, (), ())

    def _table(self, data: Mapping[str, Any], path: Path, names: tuple[str, ...]) -> None:
        later = []
        for key, value in data.items():
            tables = isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
            if (tables or isinstance(value, dict)) and self.maybe():
                later.append((key, value))
            else:
                self._noise()
                self._pair(key, value, path, self.random.choice(["\n", "\n", "  # a remark = more\n"]))
        for key, value in later:
            below = (*names, key)
            if isinstance(value, dict):
                self._header("[", below, "]", (*path, key))
                self._table(value, (*path, key), below)
            for number, each in enumerate(value if isinstance(value, list) else ()):
                self._header("[[", below, "]]", (*path, key, number))
                self._table(each, (*path, key, number), below)

    def _header(self, left: str, names: tuple[str, ...], right: str, path: Path) -> None:
        self._noise()
        self.mark(path)
        self.put(f"{left}{'.'.join(map(self._name, names))}{right}\n")

    def _noise(self) -> None:
        self.put(self.random.choice(["", "", "\n", "# [no] table = 1\n", "\n\n"]))

    def _name(self, name: str) -> str:
        return name if _BARE.fullmatch(name) and self.maybe() else _quoted(name)

    def _pair(self, key: str, value: Any, path: Path, end: str) -> None:
        path = (*path, key)
        self.mark(path)
        self.put(self._name(key))
        while isinstance(value, dict) and len(value) == 1 and self.maybe():
            (name, value), *_ = value.items()
            path = (*path, name)
            self.mark(path)
            self.put(f".{self._name(name)}")
        self.put(" = ")
        self._value(value, path)
        self.put(end)

    def _value(self, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            self.put("{ ")
            for number, (key, each) in enumerate(value.items()):
                self.put(", " if number else "")
                self._pair(key, each, path, "")
            self.put(" }")
        elif isinstance(value, list):
            broken = self.maybe()
            self.put("[")
            for number, each in enumerate(value):
                self.put("\n  # a remark, [and] = more\n  " if broken else " ")
                self.mark((*path, number))
                self._value(each, (*path, number))
                self.put(",")
            self.put("\n]" if broken else " ]")
        else:
            self.put(self._scalar(value))

    def _scalar(self, value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str) and "\n" in value:
            return f'"""\n{_quoted(value)[1:-1]}"""'.replace("\\n", "\n")
        if self.quote == "'" and isinstance(value, str) and not re.search(r"['\t]", value):
            return f"'{value}'"
        return _quoted(value) if isinstance(value, str) else str(value)


class Json(Writer):
    """JSON: in one line, or broken with tabs or blanks. Days are texts."""

    def document(self, data: Mapping[str, Any]) -> None:
        """Write it all."""
        self._break = self.random.choice([" ", "\n", "\n\t", "\n    ", "\r\n\t\t"])
        self._value(data, ())

    def _value(self, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            self._members("{", [(key, f"{_quoted(key)} : ", each) for key, each in value.items()], "}", path)
        elif isinstance(value, list):
            self._members("[", [(number, "", each) for number, each in enumerate(value)], "]", path)
        elif isinstance(value, date):
            self.put(_quoted(value.isoformat()))
        elif isinstance(value, Decimal):
            self.put(str(value))
        else:
            self.put(json.dumps(value, ensure_ascii=self.maybe()))

    def _members(self, left: str, members: list[tuple[str | int, str, Any]], right: str, path: Path) -> None:
        self.put(left)
        for number, (part, before, value) in enumerate(members):
            self.put(("," if number else "") + self._break)
            self.mark((*path, part))
            self.put(before)
            self._value(value, (*path, part))
        self.put(self._break + right)


class Yaml(Writer):
    """YAML: in blocks or in braces; texts quoted, or in blocks of their own."""

    def document(self, data: Mapping[str, Any]) -> None:
        """Write it all."""
        self.put(self.random.choice(["", "---\n", "# a remark: [no list\n"]))
        self._block(data, (), "")

    def _block(self, value: Any, path: Path, indent: str) -> None:
        """A value on lines of its own, or behind the "- " that stands already."""
        if isinstance(value, dict) and value:
            for number, (key, each) in enumerate(value.items()):
                self.put(indent if number else "")
                self.mark((*path, key))
                self.put(f"{self._name(key)}:")
                self._behind(each, (*path, key), indent + _INDENT)
        elif isinstance(value, list) and value:
            for number, each in enumerate(value):
                self.put(indent if number else "")
                self.mark((*path, number))
                self.put("- ")
                self._block(each, (*path, number), indent + _INDENT)
        else:
            self._flow(value, path)
            self.put("\n")

    def _behind(self, value: Any, path: Path, indent: str) -> None:
        """A key's value."""
        if isinstance(value, dict | list) and value and self.maybe():
            self.put(f"   # a remark: yes\n{indent}")
            self._block(value, path, indent)
        elif isinstance(value, str) and re.fullmatch(r"(\w[^\n]*\n)+", value) and self.maybe():
            self.put(" |\n" + "".join(f"{indent}{line}\n" for line in value.splitlines()))
        else:
            self.put(" ")
            self._flow(value, path)
            self.put("\n")

    def _flow(self, value: Any, path: Path) -> None:
        if isinstance(value, dict | list):
            members = list(value.items() if isinstance(value, dict) else enumerate(value))
            self.put("{ " if isinstance(value, dict) else "[ ")
            for number, (part, each) in enumerate(members):
                self.put((", " if number else "") + self.random.choice(["", "\n" + _INDENT * 12]))
                self.mark((*path, part))
                self.put(f"{self._name(part)}: " if isinstance(part, str) else "")
                self._flow(each, (*path, part))
            self.put(" }" if isinstance(value, dict) else " ]")
        elif isinstance(value, str):
            self.put(self._text(value))
        else:
            self.put("null" if value is None else str(value).lower() if isinstance(value, bool) else str(value))

    def _text(self, text: str) -> str:
        if self.quote == "'" and not re.search(r"[\t\n]", text):
            return "'{}'".format(text.replace("'", "''"))
        return text if not self.quote and _CALM.fullmatch(text) else _quoted(text)

    def _name(self, name: str) -> str:
        return name if re.fullmatch(r"[a-z][a-z0-9_]*", name) and self.maybe() else _quoted(name)
