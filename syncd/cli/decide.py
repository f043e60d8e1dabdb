"""`syncd decide ITEM FIELD plan|tool`: a person says whose value stands; the next pass carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from syncd.cli.account import account
from syncd.cli.codes import Code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, command_line, copyable, quoted
from syncd.cli.output import show, show_json, tell
from syncd.cli.values import said
from syncd.engine.deciding import TASK, Choice, NoChoice, Side, Verdict
from syncd.views.values import plain

_FEW: Final = 5
"""So many things to decide are named."""

_EXAMPLES: Final = {
    "decide G1.A1.P2 due tool": "the team's day goes into the plan",
    "decide G1.A1.P2 due plan": "the plan's day goes back onto the task",
    "decide G1.A1.P2 task plan": "a task that was deleted is made anew",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("item", metavar="ITEM")
@click.argument("field", metavar="FIELD")
@click.argument("side", metavar="plan|tool", type=click.Choice([side.value for side in Side]))
@click.option("--mapping", metavar="MAPPING", help="In this mapping, where several hold the item.")
@as_json
def command(item: str, field: str, side: str, mapping: str | None, as_json: bool) -> int:
    """Let the plan's value or the tool's stand where they differ.

    FIELD is the field's name as `syncd status` shows it: with `field:` before it for a custom field that is called
    like another one; `task` for a task that was deleted: with `plan` it is made anew.
    """
    with opened() as app:
        try:
            choice = app.decide(Verdict(item, field, Side(side), account()), mapping)
        except NoChoice as none:
            tell(_nothing(item, field, none.choices))
            return Code.WRONG
    if as_json:
        show_json(for_programs(choice) | {"stands": side})
        return Code.DONE
    show(f"{choice.item}  {choice.title}")
    show("\n".join(_came_of_it(choice, side)))
    return Code.DONE


def _came_of_it(choice: Choice, side: str) -> Iterator[str]:
    """What stands, and what happens next."""
    if choice.why:
        yield f"  {choice.field}: {said(choice.tool)} stays on the task, and the plan keeps {said(choice.plan)}"
        yield f"  The plan cannot take it over: {copyable(choice.why)}"
        yield f"  It waits as a proposal: {command_line('proposals')}"
        return
    if choice.field == TASK:
        yield f"  The next pass makes its task anew: {command_line(f'sync --mapping {choice.mapping}')}"
        return
    kept, other = (choice.plan, choice.tool) if side == Side.PLAN else (choice.tool, choice.plan)
    yield f"  {choice.field}: the {side}'s {said(kept)} stands, in place of {said(other)}"
    yield f"  The next pass carries it out: {command_line(f'sync --mapping {choice.mapping}')}"


def for_programs(choice: Choice) -> dict[str, object]:
    """Something to decide, for other programs."""
    return {
        "mapping": choice.mapping,
        "item": choice.item,
        "title": choice.title,
        "field": choice.field,
        "plan": plain(choice.plan),
        "tool": plain(choice.tool),
        "why": choice.why or None,
    }


def _nothing(item: str, field: str, choices: tuple[Choice, ...]) -> str:
    """What can be decided instead, and how."""
    mine = [choice for choice in choices if choice.item == item]
    there = mine or choices[:_FEW]
    if not there:
        return (
            f"nothing waits for a decision, of {item} or of any other item; `{command_line('status')}` shows what waits"
        )
    head = f"“{field}” of {item} waits for no decision" if mine else f"{item} waits for no decision"
    lines = [f"  {command_line(_call(choice))}   ({_values(choice)})" for choice in there]
    return "\n".join([f"{head}; what does (say plan, or tool):", *lines])


def _call(choice: Choice) -> str:
    return f"decide {choice.item} {quoted(choice.field)} plan"


def _values(choice: Choice) -> str:
    return f"plan {said(choice.plan)}, tool {said(choice.tool)}"
