"""What waits for a person, as `syncd status` shows it: what is held, in conflict, or proposed to the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from syncd.cli import proposed
from syncd.cli.options import command_line, copyable, quoted
from syncd.cli.values import said
from syncd.engine.deciding import Choice
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.standing import Standing
from syncd.scorecard.words import count
from syncd.views.waits import Waits

UNDONE: Final = "since an undo, until plan or team change it anew; to settle it, correct the plan"
"""How long values differ that were undone."""
_FEW: Final = 5
"""So many of each kind are shown."""


def lines(waits: Waits) -> Iterator[str]:
    """How much of each kind waits, the first few, and the command that says more or decides."""
    if held := waits.held_items:
        yield f"  held            {count(held, 'item')} for a person; {copyable('`syncd diff`')} shows all"
        yield from _few([f"{change.item}  {copyable(change.reason, change.item)}" for change in waits.held])
    if number := waits.conflicting:
        yield f"  in conflict     {count(number, 'value')} that plan and team both changed"
        yield from _few([f"{each.item}  {apart(each)}" for each in waits.conflicts])
        yield from (f"        {how_to_decide(each.item, each.field)}" for each in waits.conflicts[:1])
    if number := waits.proposals:
        yield f"  proposed        {count(number, 'change')} to the plan, by its teams"
        yield from _few(["  ".join(islice(proposed.told(each), 2)) for each in waits.proposed])
        yield f"        → {command_line('proposals')} shows all, and how to put them into the plan"
    if waits.undone:
        yield f"  undone          {stays(waits.undone)}"
        yield from _few([f"{each.item}  {apart(each)}" for each in waits.undone])


def how_to_decide(item: str, field: str) -> str:
    """The command that settles a conflict."""
    return f"→ `{command_line(f'decide {item} {quoted(field)} plan')}` (or `tool`) says whose value stands"


def in_conflict(changes: Iterable[Change]) -> Iterator[str]:
    """The command that settles the first that waits because plan and team both changed a value; none for none."""
    torn = [change for change in changes if change.kind is Kind.HOLD and change.why is Why.CONFLICT]
    yield from (how_to_decide(change.item, change.edits[0].field) for change in torn[:1])


def stays(undone: Sequence[Standing]) -> str:
    """That values differ since an undo, and for how long."""
    many = f"{count(len(undone), 'value')} {'differs' if len(undone) == 1 else 'differ'}"
    return f"{many} from the plan {UNDONE}"


def apart(each: Standing | Choice) -> str:
    """The two values of a field."""
    return f"{each.field}: plan {said(each.plan)}, tool {said(each.tool)}"


def _few(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"    {line}" for line in lines[:_FEW])
    if len(lines) > _FEW:
        yield f"    … and {len(lines) - _FEW:,} more"
