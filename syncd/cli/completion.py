"""syncd completion: what a shell needs to complete commands, mappings and items, and what it is then answered."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem, get_completion_class

from syncd.cli.options import VARIABLE, Asked, Command, asked
from syncd.config import Config, load_config
from syncd.plan.load import load_plan

SHELLS = ("bash", "zsh", "fish")

_EXAMPLES: Final = {
    "completion bash": "",
}


@click.command("completion", cls=Command, examples=_EXAMPLES)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print what has a shell complete commands, options, mappings and items.

    In bash, put this into ~/.bashrc: eval "$(syncd completion bash)". In zsh, the same with zsh into ~/.zshrc. In
    fish: syncd completion fish > ~/.config/fish/completions/syncd.fish
    """
    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(click.Command("syncd"), {}, "syncd", VARIABLE).source())


def mappings(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """The mappings of the configuration, which is none of the words while it cannot be read."""
    config = _config(context)
    return [CompletionItem(name) for name in (config.mappings if config else ()) if name.startswith(begun)]


def items(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """The items of all plans in files, with their titles."""
    config = _config(context)
    found: list[CompletionItem] = []
    for plan in config.plans.values() if config else ():
        if "://" not in plan.source:
            with suppress(Exception):
                held = load_plan(plan.source, Path(config.folder if config else "."))
                found += [CompletionItem(each.item.id, help=each.item.title) for each in held.walk()]
    return [item for item in found if item.value.startswith(begun)]


def _config(context: click.Context) -> Config | None:
    with suppress(Exception):
        named = context.find_object(Asked) or asked()
        return load_config(named.config, os.environ)
    return None
