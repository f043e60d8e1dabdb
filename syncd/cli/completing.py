"""What a shell is told while a command is being typed.

Names and ids are found without what the commands work with, which takes longer to import than anybody waits for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem, get_completion_class

from syncd.cli.options import VARIABLE, Asked, asked
from syncd.documents.document import parse

FIRST: Final = {
    "explain": "items",
    "log": "items",
    "decide": "items",
    "authorize": "connections",
    "discover": "connections",
    "probe": "connections",
    "links keep": "items",
}
"""By command, what its first word is."""
EACH: Final = {
    "retry": "items",
    "pause": "mappings",
    "resume": "mappings",
    "links adopt": "items",
    "links reject": "items",
    "links drop": "items",
    "proposals apply": "items",
}
"""By command, what each of its words is."""
_FLAGS: Final = frozenset({"--json", "--verbose", "--quiet"})
"""What may stand before them and takes no value."""


def answer(cli: click.Command, program: str) -> int:
    """Tell the shell that asks, by the environment, how the word may go on; the exit code."""
    shell = os.environ.get(VARIABLE, "").partition("_")[0]
    kind = get_completion_class(shell)
    if kind is None:
        return 1
    asking = kind(cli, {}, program, VARIABLE)
    words, begun = asking.get_completion_args()
    found = _known(words, begun)
    shown = asking.get_completions(words, begun) if found is None else found
    click.echo("\n".join(map(asking.format_completion, shown)).encode())
    return 0


def looked_up(kind: str, context: click.Context, begun: str) -> list[CompletionItem]:
    """How such a word goes on where the command itself had to be asked for."""
    return _beginning(kind, (context.find_object(Asked) or asked()).config, begun)


def _known(words: list[str], begun: str) -> list[CompletionItem] | None:
    """How the word after these goes on; None where the command itself must be asked."""
    if begun.startswith("-"):
        return None
    left, config = [word for word in words if word not in _FLAGS], None
    while "--config" in left[:-1]:
        at = left.index("--config")
        config = Path(left[at + 1])
        del left[at : at + 2]
    if left[1:] and left[-1] == "--mapping":
        return _beginning("mappings", config, begun)
    if any(word.startswith("-") for word in left):
        return None
    many = next((name for name in EACH if left[: len(name.split())] == name.split()), "")
    kind = EACH.get(many) or FIRST.get(" ".join(left))
    return _beginning(kind, config, begun) if kind else None


def _beginning(kind: str, config: Path | None, begun: str) -> list[CompletionItem]:
    """The items, mappings or connections that begin so; none while the configuration cannot be read."""
    path = config or Path(os.environ.get("SYNCD_CONFIG") or "config.toml")
    names: dict[str, str | None] = {}
    with suppress(Exception):
        # Of a folder it takes more to tell what belongs together.
        several = path.is_dir()
        held = import_module("syncd.config_files").pieces(path).whole.data if several else _read(path)
        names = (
            dict(_items(path if several else path.parent, held))
            if kind == "items"
            else dict.fromkeys(held.get(kind, ()))
        )
    return [CompletionItem(name, help=told) for name, told in names.items() if name.startswith(begun)]


def _items(folder: Path, config: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The items of all plans in files, with their titles."""
    for plan in config.get("plans", {}).values():
        with suppress(Exception):
            yield from _below(_read(folder / plan["source"]).get("goals"))


def _below(held: Any) -> Iterator[tuple[str, str | None]]:
    """Every item of a list, with what stands below it."""
    for item in held if isinstance(held, list) else ():
        if isinstance(item.get("id"), str) and isinstance(item.get("title"), str):
            yield item["id"], item["title"]
        for key in ("outcomes", "kpis", "guardrails", "actions", "projects"):
            yield from _below(item.get(key))


def _read(path: Path) -> Mapping[str, Any]:
    """What a file holds. Raises whatever is wrong with it."""
    return parse(path.read_text(encoding="utf-8-sig"), file=str(path), ending=path.suffix.lower()).data
