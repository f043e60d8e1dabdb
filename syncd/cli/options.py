"""The options that every command takes, before its name or after it, and the one for JSON."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

VARIABLE: Final = "_SYNCD_COMPLETE"
"""By this, a shell asks for completions."""
COMPLETED: Final = {
    "mapping": "mappings",
    "mappings": "mappings",
    "item": "items",
    "items": "items",
    "connection": "connections",
}
"""Arguments and options whose words stand in the configuration, with what looks them up."""
_OPTION: Final = re.compile(r"--[a-z-]+")
CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@dataclass(slots=True)
class Asked:
    """What was said for any command: which configuration, and from which level on the log is shown (None: as usual)."""

    config: Path | None = None
    level: str | None = None


def asked() -> Asked:
    """What was said for the command that runs."""
    context = click.get_current_context(silent=True)
    return context.ensure_object(Asked) if context else Asked()


def command_line(words: str) -> str:
    """A command for people to copy, with the program and the configuration as they were named for this one."""
    config = asked().config
    return " ".join([program(), *(["--config", quoted(str(config))] if config else []), words])


def in_use(context: click.Context | None, mistake: str) -> str:
    """A right call of the command that was called wrongly, to copy; "" where it gives no example."""
    command = context.command if context else None
    example = command.example(mistake) if isinstance(command, _Taught) else ""
    if not (context and example):
        return ""
    with context.scope(cleanup=False):
        return command_line(example)


def copyable(words: str, item: str = "") -> str:
    """A sentence in which each command, such as `syncd sync`, stands as it can be copied; ITEM in it is the `item`."""
    told = words.replace("`syncd ", f"`{command_line('')}")
    return told.replace(" decide ITEM ", f" decide {item} ") if item else told


def quoted(text: str) -> str:
    """A word of a command line; with blanks in it, in quotes."""
    return f'"{text}"' if " " in text else text


def program() -> str:
    """What to type: the name where the shell found it by that, else the path by which it was called.

    Who typed a path means that program: what the shell calls `syncd` may be another one, with other settings.
    """
    called = Path(sys.argv[0])
    if called.stem != "syncd" or (called.is_absolute() and shutil.which("syncd")):
        return "syncd"
    path, here = called.absolute(), Path.cwd()
    if not path.is_relative_to(here):
        return quoted(str(path))
    near = str(path.relative_to(here))
    return quoted(near if os.sep in near else f"{os.curdir}{os.sep}{near}")


def common() -> list[click.Parameter]:
    """The options that every command takes."""
    return [
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            expose_value=False,
            callback=_config,
            help="The configuration, a file or a folder of them (else $SYNCD_CONFIG, else ./config.toml).",
        ),
        _level("--verbose", "debug", "Show what happens, in detail."),
        _level("--quiet", "error", "Show nothing but errors in the log."),
    ]


def _level(name: str, level: str, help_: str) -> click.Option:
    def note(context: click.Context, _: click.Parameter, given: bool) -> None:
        if given:
            context.ensure_object(Asked).level = level

    return click.Option([name], is_flag=True, expose_value=False, callback=note, help=help_)


def _config(context: click.Context, _: click.Parameter, path: Path | None) -> None:
    if path is not None:
        context.ensure_object(Asked).config = path


class _Taught(click.Command):
    """What every command has: the common options, and examples, each a right call of it with what that does."""

    def __init__(self, *args: Any, examples: Mapping[str, str] = MappingProxyType({}), **settings: Any) -> None:
        settings.setdefault("context_settings", CONTEXT)
        self.examples = examples
        super().__init__(*args, **settings)
        self.params += common()

    def example(self, mistake: str) -> str:
        """The first of them with an option that the mistake names, else the first of all, for who called it wrongly."""
        named = set(_OPTION.findall(mistake))
        fitting = (words for words in self.examples if not named.isdisjoint(words.split()))
        return next(fitting, next(iter(self.examples), ""))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, then whatever else the help ends with."""
        if self.examples:
            rows = [(f"syncd {words}", told) for words, told in self.examples.items()]
            with formatter.section("Examples"):
                formatter.write_dl(rows, col_max=44)
        super().format_epilog(ctx, formatter)


class Command(_Taught):
    """A command."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        for parameter in self.params:
            if looked_up := COMPLETED.get(parameter.name or ""):
                parameter._custom_shell_complete = _later(looked_up)  # noqa: SLF001  click asks for it when it is made


class Group(_Taught, click.Group):
    """A command that has others below it."""


def _later(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What looks words up, imported when a shell asks."""

    def look_up(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        found: list[CompletionItem] = import_module("syncd.cli.completing").looked_up(kind, context, begun)
        return found

    return look_up


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
