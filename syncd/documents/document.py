"""A file's content, and where in it (or elsewhere) each value stands, so that errors can name the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from syncd.documents import from_json, from_toml, from_yaml
from syncd.documents.path import Lines, Malformed, Path
from syncd.errors import Problem

FORMS: Final[Mapping[str, tuple[str, Callable[[str], tuple[Any, Lines]]]]] = {
    ".toml": ("TOML", from_toml.read),
    ".yaml": ("YAML", from_yaml.read),
    ".yml": ("YAML", from_yaml.read),
    ".json": ("JSON", from_json.read),
}
"""What can be read, by the ending of the file's name."""


class Unreadable(Exception):
    """The text is not what its ending says; `problem` names the place."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Document:
    """A file's content. `elsewhere` says where values come from that do not stand in the file.

    Of several files joined, `homes` says which one holds what does not stand in `file`.
    """

    file: str
    data: Mapping[str, Any]
    lines: Lines = field(default_factory=dict, repr=False)
    elsewhere: Mapping[Path, str] = field(default_factory=dict, repr=False)
    homes: Mapping[Path, str] = field(default_factory=dict, repr=False)

    def line(self, path: Path) -> int | None:
        """The line of a key, counted from 1; of the nearest key above it where it has no line of its own."""
        return next((self.lines[above] for above in _upwards(path) if above in self.lines), None)

    def problem(self, path: Path, message: str, key: str) -> Problem:
        """Something that is wrong with the value at a path, which people know as `key`."""
        for above in _upwards(path):
            if above in self.elsewhere:
                return Problem(self.elsewhere[above], message, key=key)
        return Problem(self.home(path), message, self.line(path), key)

    def home(self, path: Path) -> str:
        """The file in which what is at a path stands, or would stand."""
        return next((self.homes[above] for above in _upwards(path) if above in self.homes), self.file)


def parse(text: str, *, file: str, ending: str) -> Document:
    """The document in a text of the form that the ending (one of FORMS) stands for. Raises Unreadable."""
    form, read = FORMS[ending]
    try:
        data, lines = read(text)
    except Malformed as error:
        raise Unreadable(Problem(file, f"this is not valid {form}: {error}", error.line)) from None
    except RecursionError:
        raise Unreadable(Problem(file, "too many tables and lists stand in one another")) from None
    if not isinstance(data, Mapping):
        raise Unreadable(Problem(file, f"this is no {form} document with keys at the top"))
    return Document(file, data, lines)


def _upwards(path: Path) -> list[Path]:
    """The path, then the paths to all that it stands in, nearest first."""
    return [path[:length] for length in range(len(path), 0, -1)]
