"""The entry point: finds the command, runs it, and turns how it ended into an exit code."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from syncd.cli.options import CONTEXT, VARIABLE, Asked, common, in_use, program

COMMANDS: Final = {
    "demo": "See the whole trip: a plan, a team's board, the scorecard.",
    "init": "Set syncd up: asks for tool, token, plan and container, and writes the configuration.",
    "import": "Make a plan of a district's spreadsheet, or bring one up to date with its next version.",
    "check": "Look through configuration and plan; with --online, the tools too.",
    "lint": "Look through how a plan is written, and say what to do about it.",
    "schema": "Print the JSON Schema of the configuration or of a plan, for editors.",
    "discover": "Show what there is in a tool: containers, groups, fields, people, to paste.",
    "diff": "Show what a pass would do. Writes nothing anywhere.",
    "sync": "Bring the tools in line with the plan, one pass for each mapping.",
    "scorecard": "Print the scorecard as text, HTML, JSON or CSV.",
    "export": "Write the plan and its progress as an Excel workbook or CSV.",
    "changes": "Show what changed between two days, and why.",
    "publish": "Write the public scorecard into a folder for a web server, with a snapshot of each day.",
    "explain": "Show where the figures of an item come from.",
    "status": "Show how each mapping and connection stands.",
    "decide": "Let the plan's value or the tool's stand where they differ.",
    "proposals": "List what teams set or made that the plan does not hold, and put it there.",
    "links": "List, adopt, drop and repair the links between plan items and tasks.",
    "retry": "Have what is set aside tried again by the next pass.",
    "pause": "Have the daemon leave mappings alone for a while.",
    "resume": "Have the daemon look after paused mappings again.",
    "log": "Show what happened to an item, or to all of them.",
    "undo": "Take back what a pass did, where nobody touched it since.",
    "run": "Run the daemon: passes by the clock, and the scorecard on the web.",
    "worker": "Make passes beside running daemons, on one store in PostgreSQL.",
    "authorize": "Sign in to a tool once, instead of making a token (OAuth).",
    "probe": "Ask the tool itself what its documents leave open; makes and removes a container there.",
    "db": "Look after the store: upgrade, check, backup, move.",
    "completion": "Print what has bash, zsh or fish complete commands, mappings and items.",
}
"""Every command with its short help, so that `syncd --help` needs to import none of them."""

_CODES: Final = """\
Exit codes: 0 done; 1 done, with something to look at; 2 wrong usage, configuration or plan; 3 stopped by the guard
until you approve; 4 a tool or the store could not be reached, or refuses us; 70 a fault in syncd."""
_HUNG_UP: Final = 141
"""128 + SIGPIPE: whoever read our output has had enough."""


class Lazy(click.Group):
    """A group whose commands are imported when they are called, and not before."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += common()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which people meet them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command of that name. Raises NoSuchCommand, which names the nearest."""
        if cmd_name not in COMMANDS:
            raise click.exceptions.NoSuchCommand(cmd_name, possibilities=COMMANDS, ctx=ctx)
        return _imported(f"syncd.cli.{cmd_name}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, without importing them; else the options."""
        found = [CompletionItem(name, help=told) for name, told in COMMANDS.items() if name.startswith(incomplete)]
        return found if not incomplete.startswith("-") else click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; before click sees it, what was thrown becomes words and a code."""
        ctx.ensure_object(Asked)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            return _hang_up()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the one place where everything ends
            return import_module("syncd.cli.failures").explained(error)


def _imported(module: str) -> click.Command:
    """The command of a module, which is imported with all that it works with if it was not yet."""
    if module not in sys.modules:
        # Nothing of that is garbage, and looking for some takes a twelfth of the time: not now, and not among it later.
        collecting = gc.isenabled()
        gc.disable()
        try:
            import_module(module)
        finally:
            gc.freeze()
            if collecting:
                gc.enable()
    command: click.Command = sys.modules[module].command
    return command


@click.group("syncd", cls=Lazy, context_settings=CONTEXT, epilog=_CODES)
@click.version_option(package_name="syncd", message="%(prog)s %(version)s")
def cli() -> None:
    """Keep a strategic plan and the tasks that carry it out in step, and see how the plan stands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments (else those of the process) name; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    if os.environ.get(VARIABLE, "").endswith("_complete"):
        return int(import_module("syncd.cli.completing").answer(cli, program()))
    try:
        code = cli.main(arguments, prog_name=program(), complete_var=VARIABLE, standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.UsageError) and (example := in_use(error.ctx, error.format_message())):
            click.echo(f"For example: {example}", err=True)
        return error.exit_code
    except click.Abort:
        click.echo("\nStopped; nothing was done.", err=True)
        return 130
    except BrokenPipeError:
        return _hang_up()
    return int(code or 0)


def _hang_up() -> int:
    """Let what is still to be written go nowhere, so that nothing complains at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _HUNG_UP
