"""`syncd undo PASS`: takes back what a pass did where nobody touched it since, and says what it left and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any, Final

import click

from syncd.cli.account import account
from syncd.cli.bars import Bars
from syncd.cli.codes import Code
from syncd.cli.failures import in_words, tool_code
from syncd.cli.log import NUMBER
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, command_line, copyable
from syncd.cli.output import show, show_json, tell
from syncd.cli.stopping import stoppable
from syncd.cli.values import at, differing, long, said
from syncd.engine.restoring import Undoing, Undone
from syncd.engine.reversing import Left
from syncd.engine.undo import NoPass
from syncd.scorecard.words import count
from syncd.views.log import no_pass
from syncd.views.near import some
from syncd.views.values import plain

_STOPPING = "Stopping: what is under way is finished, nothing more is begun. Undo the pass again to go on."

_EXAMPLES: Final = {
    "undo 1 --dry-run": "what would be put back",
    "undo 1": "put it back",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("number", metavar="PASS", type=NUMBER)
@click.option("--dry-run", is_flag=True, help="Only show what would be put back.")
@as_json
def command(number: int, dry_run: bool, as_json: bool) -> int:
    """Put back what syncd changed in a pass, where nobody touched it since.

    `syncd log` shows the numbers of the passes. What is put back stays until the plan or the team changes it anew. What
    people put into the plan with `syncd proposals apply` belongs to no pass: change it in the plan's file.
    """
    with opened() as app, stoppable(_STOPPING) as stopping, Bars() as bars:
        try:
            undoing = app.undo(
                number,
                who=account(),
                dry_run=dry_run,
                stopping=stopping.event.is_set,
                expect=bars.expect,
                progress=bars.progress,
            )
        except NoPass as none:
            words = no_pass(number, none.newest)
            tell(f"{words}. `{command_line('log')}` shows what each pass did")
            return Code.WRONG
        zone = app.config.zone
    if as_json:
        show_json(for_programs(undoing))
    else:
        show("\n".join(lines(undoing, zone, dry_run=dry_run)))
    if undoing.trouble:
        tell(in_words(undoing.trouble))
    return stopping.code if stopping.by else ending(undoing)


def ending(undoing: Undoing) -> Code:
    """The exit code."""
    if undoing.trouble:
        return tool_code(undoing.trouble)
    return Code.FINDINGS if undoing.left else Code.DONE


def lines(undoing: Undoing, zone: tzinfo, *, dry_run: bool = False) -> Iterator[str]:
    """What is back, and what was left and why, for people."""
    record = undoing.record
    head = f"Pass {record.id} of {record.mapping} ({at(record.started_at, zone)})"
    back, already = undoing.fresh, len(undoing.undone) - len(undoing.fresh)
    if not undoing.undone and not undoing.left:
        yield f"{head} changed nothing, so there is nothing to undo."
    elif not back and not undoing.left:
        yield f"{head}: all that it changed is back already, so there is nothing left to undo."
    else:
        yield f"{head}:"
    if back:
        yield f"  {'Would go' if dry_run else 'Put'} back: {count(len(back), 'value')}"
        yield from _undone(back)
    if already and (back or undoing.left):
        yield f"  Back already: {count(already, 'value')}"
    if undoing.left:
        yield f"  Left as it is: {count(len(undoing.left), 'thing')}"
        yield from _left(undoing.left)
    yield from (f"  · {copyable(remark)}" for remark in dict.fromkeys(undoing.remarks))
    if not dry_run and any(not each.in_plan for each in back):
        yield "  What is back in the tool stays until plan or team change it anew: correct the plan as well."
    if dry_run and back:
        yield f"  Nothing was changed. To do it: {command_line(f'undo {record.id}')}"


def _undone(undone: Iterable[Undone]) -> Iterator[str]:
    """Item by item; what several items share is said once."""
    by_item: dict[str, list[Undone]] = {}
    for each in sorted(undone, key=lambda each: each.item):
        by_item.setdefault(each.item, []).append(each)
    alike: dict[tuple[str, ...], list[Undone]] = {}
    for values in by_item.values():
        details = tuple(detail for value in values for detail in _value(value))
        alike.setdefault(details, []).append(values[0])
    for details, (first, *others) in alike.items():
        yield f"    {first.item}  {first.title}"
        yield from (f"        {detail}" for detail in details)
        if others:
            yield f"        the same in {count(len(others), 'more item')}: {some([other.item for other in others])}"


def _value(undone: Undone) -> Iterator[str]:
    name = f"{undone.field.removeprefix('field:')}{' (in the plan)' if undone.in_plan else ''}"
    if long(undone.before, undone.after):
        yield f"{name}:"
        yield from (f"  {line}" for line in differing(undone.before, undone.after))
    else:
        yield f"{name}: {said(undone.before)} → {said(undone.after)}"


def _left(left: Iterable[Left]) -> Iterator[str]:
    """Reason by reason."""
    alike: dict[str, list[str]] = {}
    for each in sorted(left, key=lambda each: each.item):
        field = f"{each.field.removeprefix('field:')}: " if each.field else ""
        alike.setdefault(f"{field}{each.reason}", []).append(each.item)
    for reason, items in alike.items():
        yield f"    {some(items)}"
        yield f"        {reason}"


def for_programs(undoing: Undoing) -> dict[str, Any]:
    """What came of it, for other programs."""
    return {
        "pass": undoing.record.id,
        "undone": [_for_programs(each) for each in undoing.fresh],
        "already": [_for_programs(each) for each in undoing.undone if each.already],
        "left": [
            {"item": each.item, "field": each.field.removeprefix("field:") or None, "reason": each.reason}
            for each in undoing.left
        ],
        "remarks": list(dict.fromkeys(undoing.remarks)),
    }


def _for_programs(each: Undone) -> dict[str, Any]:
    return {
        "item": each.item,
        "title": each.title,
        "field": each.field.removeprefix("field:"),
        "before": plain(each.before),
        "after": plain(each.after),
        "in_plan": each.in_plan,
    }
