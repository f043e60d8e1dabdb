"""`syncd init`: from a token and a plan to a configuration, with a look at what the first pass would do."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Final

import click

from connectors.clock import SystemClock
from connectors.errors import ToolError
from connectors.registry import kinds
from syncd import logs
from syncd.cli.asking import Asker
from syncd.cli.failures import in_words, tool_code
from syncd.cli.options import Command, asked, command_line
from syncd.cli.output import tell
from syncd.cli.questions import Questions
from syncd.config_files import NAME
from syncd.errors import FileError
from syncd.setting_up.answers import Answers, Keep, file_of
from syncd.setting_up.setup import Setup

_INTERRUPTED: Final = 130

_EXAMPLES: Final = {
    "init": "asks for everything",
    "init --tool monday --plan plan.toml": "asks for the rest",
    "init --replace": "asks anew, where there is a configuration",
    "init --tool asana --token-file t.txt --plan plan.toml --new-container Plan --yes": "asks for nothing",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--tool", type=click.Choice(kinds()), help="Where the teams work.")
@click.option("--base-url", metavar="URL", help="Another address of the tool, such as that of a sandbox.")
@click.option(
    "--token-file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="A file that holds the token; - reads it from a pipe. Otherwise it is asked for, unseen.",
)
@click.option("--workspace", metavar="ID", help="The workspace, where the account is in several.")
@click.option(
    "--plan", metavar="FILE", help="The plan: a file, an https address, a spreadsheet to make it of, or “example”."
)
@click.option("--columns", metavar="FILE", help="What the columns of a spreadsheet mean (else columns.toml).")
@click.option("--container", metavar="ID", help="The project or board that is to hold the tasks: its id.")
@click.option("--new-container", metavar="NAME", help="Instead: the name of one that the first sync makes.")
@click.option("--select", multiple=True, metavar="ID", help="Only this branch of the plan; may be repeated.")
@click.option("--group-by", type=click.Choice(["goal", "outcome", "action", "none"]), help="What becomes groups.")
@click.option("--action", type=click.Choice(["task", "none"]), help="What becomes of actions.")
@click.option("--project", type=click.Choice(["subtask", "task", "none"]), help="What becomes of projects.")
@click.option("--timezone", metavar="ZONE", help="Such as America/New_York.")
@click.option("--keep-token", "keep", type=click.Choice([each.value for each in Keep]), help="Where the token is kept.")
@click.option("--replace", is_flag=True, help="Write over a configuration that is there; a copy of it is kept.")
@click.option("--afresh", is_flag=True, help="Forget what was answered when this was stopped last time.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what was said here, and the proposal for the rest.")
def command(*, token_file: Any, replace: bool, afresh: bool, yes: bool, **given: Any) -> int:
    """Set syncd up: from a token and a plan to a configuration with comments.

    Asks for a tool, a token, a plan and a container, proposes how the plan goes there, and shows what the first pass
    would do. Nothing is written into the tool. It can be stopped at any question, and goes on there the next time.
    """
    logs.configure(asked().level or "error")
    place = asked().config or Path(os.environ.get("SYNCD_CONFIG") or NAME)
    setup = Setup(place / NAME if place.is_dir() else place, SystemClock(), os.environ)
    asker = Asker(by_hand=not yes and sys.stdin.isatty())
    questions = Questions(setup, asker)
    try:
        questions.overwrite(replace=replace)
        resume(setup, asker, afresh=afresh)
        setup.answer(**said(given))
        return questions.ask(_token(token_file) if token_file else "")
    except (click.Abort, KeyboardInterrupt):
        tell(f"\nStopped; no configuration was written.{_kept(setup)}")
        return _INTERRUPTED
    except (click.UsageError, FileError):
        if kept := _kept(setup):
            tell(kept.lstrip())
        raise
    except ToolError as error:
        tell(f"{in_words(error)}{_kept(setup)}")
        return tool_code(error)


def _token(file: Any) -> str:
    """The token that a file holds, which is one word. Raises UsageError."""
    try:
        held = str(file.read()).strip()
    except UnicodeDecodeError:
        raise click.UsageError(
            f"{file.name} is no text; --token-file names a file that holds the token alone"
        ) from None
    if len(held.split()) > 1:
        raise click.UsageError(f"{file.name} holds more than a token, which is one word; leave only that in it")
    if not held.isascii() or not held.isprintable():
        raise click.UsageError(f"{file.name} holds a character that no token has; copy the token into it once more")
    return held


def said(given: dict[str, Any]) -> dict[str, Any]:
    """What was said on the command line, as answers; a new container takes the place of one that is there."""
    answers = {name: value for name, value in given.items() if value not in (None, ())}
    if "container" in answers and "new_container" in answers:
        raise click.UsageError("--container and --new-container say the same thing twice; leave one of them out.")
    if "base_url" in answers and not re.match(r"https?://[^\s/]", answers["base_url"]):
        raise click.UsageError(f"--base-url {answers['base_url']} is no address; it begins with https:// or http://")
    if "keep" in answers:
        answers["keep"] = Keep(answers["keep"])
    other = {"container": "new_container", "new_container": "container"}
    return answers | {other[name]: None for name in other if name in answers}


def resume(setup: Setup, asker: Asker, *, afresh: bool) -> None:
    """Take up the answers of last time, and say so. Raises ConfigError."""
    if afresh or not asker.by_hand:
        setup.answers = Answers()
        return
    before = setup.resume().given
    if before:
        words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in before.items())
        tell(f"Going on from last time ({words}). To begin anew: `{command_line('init --afresh')}`.")


def _kept(setup: Setup) -> str:
    if not file_of(setup.config).exists():
        return ""
    return (
        f"\nYour answers, without the token, are kept in {file_of(setup.config)}; "
        f"`{command_line('init')}` goes on from there."
    )
