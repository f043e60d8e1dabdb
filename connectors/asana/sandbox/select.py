"""Which fields of a record a reply shows: `opt_fields` as Asana reads them ("Input/output options")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Tree = dict[str, "Tree"]
"""Field names, each with the tree of what is asked for below it (empty: the bare thing)."""

_GROUP = re.compile(r"\(([^()]*)\)")
_COMMA = re.compile(r",(?![^()]*\))")


def parse(paths: Iterable[str]) -> Tree:
    """Dotted paths as a tree; `this.` means the record itself, `(a|b)` both."""
    tree: Tree = {}
    for path in paths:
        for plain in _expand(path.strip()):
            node = tree
            for name in plain.removeprefix("this.").split("."):
                node = node.setdefault(name, {})
    return tree


def split(text: str) -> list[str]:
    """The comma-separated paths of a query's `opt_fields`."""
    return [path for path in _COMMA.split(text) if path.strip()]


def _expand(path: str) -> Iterator[str]:
    group = _GROUP.search(path)
    if group is None:
        yield path
        return
    for choice in group[1].split("|"):
        yield from _expand(path[: group.start()] + choice + path[group.end() :])
