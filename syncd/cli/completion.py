"""syncd completion: what a shell needs to complete commands, mappings and items."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from syncd.cli.options import VARIABLE, Command

SHELLS: Final = ("bash", "zsh", "fish")
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
