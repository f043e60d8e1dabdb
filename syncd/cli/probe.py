"""`syncd probe CONNECTION`: asks the tool itself what its documents leave open, and says what holds here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from syncd.cli.codes import Code
from syncd.cli.failures import in_words, tool_code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json
from syncd.cli.output import show, show_json, tell
from syncd.cli.stopping import stoppable
from syncd.probing import Asked, Probed
from syncd.scorecard.words import count

_STOPPING = "Stopping: the question under way is finished, in two minutes at most; then what was made is removed."
_ASK = (
    "This makes a container in the tool of “{}”, with some twenty tasks, and deletes it when it is done; "
    "it takes about eighty requests and touches nothing else. Go on?"
)

_EXAMPLES: Final = {
    "probe asana": "asks before it makes anything there",
    "probe asana --yes": "does not ask",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("connection")
@click.option("--yes", is_flag=True, help="Do not ask before something is made in the tool.")
@as_json
def command(connection: str, yes: bool, as_json: bool) -> int:
    """Find out what holds for this account where the tool's documents leave it open.

    A container is made for that, and removed again. What is found is kept, and every later pass goes by it.
    """
    with opened() as app:
        if not yes and connection in app.config.connections:  # of any other the probe says so
            click.confirm(_ASK.format(connection), abort=True, err=True)
        with stoppable(_STOPPING) as stopping:
            done = app.probe(
                connection, stopping=stopping.event.is_set, told=lambda asked: None if as_json else show(line(asked))
            )
    if as_json:
        show_json(for_programs(done))
    else:
        show("\n".join(lines(done)))
    if done.trouble:
        tell(in_words(done.trouble))
    return stopping.code if stopping.by else ending(done)


def ending(done: Probed) -> Code:
    """The exit code."""
    if done.trouble:
        return tool_code(done.trouble)
    all_hold = not done.unasked and all(asked.answer and asked.answer.holds for asked in done.asked)
    return Code.DONE if all_hold else Code.FINDINGS


def line(asked: Asked) -> str:
    """One question and its answer, for people."""
    answer, question = asked.answer, asked.question
    if answer is None:
        return f"open     {question.words}\n             {asked.trouble}"
    if answer.holds:
        return f"holds    {question.words}"
    return f"differs  {question.words}\n             Here: {answer.found}.\n             {question.instead}"


def lines(done: Probed) -> Iterator[str]:
    """How the account stands, and what was removed."""
    if done.cleared:
        yield f"An earlier probe was cut off: “{done.cleared}”, which it had left, is removed."
    answers = [asked.answer for asked in done.asked if asked.answer]
    differing = sum(not answer.holds for answer in answers)
    if done.me:
        holding = "all of them" if not differing else f"{len(answers) - differing} of them"
        tried = f"{count(len(answers), 'assumption')} tried, {holding} hold" if answers else "nothing was tried"
        rest = f"; {done.unasked} more were not asked" if answers and done.unasked else ""
        yield f"{done.connection}, signed in as {done.me}: {tried}{rest}."
    if any(not answer.holds and answer.fact is not None for answer in answers):
        yield "Every later pass goes by that, those of a running daemon too."
    elif differing:
        yield "No pass has to go by that: each looks at what comes back."


def for_programs(done: Probed) -> dict[str, Any]:
    """What was found, for other programs."""
    return {
        "connection": done.connection,
        "account": done.me,
        "cleared": done.cleared or None,
        "assumptions": [
            {
                "key": asked.question.key,
                "assumption": asked.question.words,
                "holds": asked.answer.holds if asked.answer else None,
                "found": asked.answer.found if asked.answer else str(asked.trouble),
                "kept": asked.answer.fact if asked.answer else None,
                "instead": asked.question.instead if asked.answer and not asked.answer.holds else None,
            }
            for asked in done.asked
        ],
        "unasked": done.unasked,
        "ok": ending(done) == Code.DONE,
    }
