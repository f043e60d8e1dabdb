"""`syncd diff`: what a pass would do now, counted and grouped by kind; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import click

from syncd.cli import parts
from syncd.cli.codes import Code
from syncd.cli.failures import in_words, tool_code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, command_line, copyable
from syncd.cli.output import show, show_json, tell
from syncd.cli.sync import NO_MAPPING
from syncd.cli.values import differing, long, said
from syncd.cli.waits import UNDONE, apart, in_conflict, stays
from syncd.engine.groups import Retitle
from syncd.engine.ordering import ORDER
from syncd.engine.planner import Change, Edit, Kind, Why
from syncd.engine.preview import Preview
from syncd.engine.standing import Standing
from syncd.plan.adoption import pending
from syncd.plan.model import Plan
from syncd.scorecard.words import count
from syncd.views.near import some
from syncd.views.values import plain

_BY_FIELD: Final = frozenset({Kind.UPDATE, Kind.MOVE, Kind.WRITE_BACK})
_HEADS: Final = {
    Kind.ADOPT: ("to adopt", "it carries the item's marker already"),
    Kind.CREATE: ("to create", ""),
    Kind.UPDATE: ("to change", ""),
    Kind.MOVE: ("to move", ""),
    Kind.ARCHIVE: ("to let go of", ""),
    Kind.WRITE_BACK: ("to take over into the plan", "a team set it"),
    Kind.HOLD: ("waiting for a person", ""),
}

_PROPOSED: Final = ("where the team's value stands", "it differs from the plan's")
"""The head above what the plan does not take over."""

_EXAMPLES: Final = {
    "diff": "what a pass of each mapping would do",
    "diff --mapping academics": "of this one only",
    "diff --json": "for other programs",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--mapping", "mappings", multiple=True, metavar="MAPPING", help="Only this mapping; may be repeated.")
@as_json
def command(mappings: tuple[str, ...], as_json: bool) -> int:
    """Show what a pass would do now, change by change, and whether the guard would stop it.

    Asks the tools, and writes nothing anywhere.
    """
    known: list[Preview] = []
    codes = [Code.DONE]
    with opened() as app:
        for preview in app.preview(mappings):
            codes.append(ending(preview))
            if trouble := unknown(preview):
                tell(trouble)
                continue
            known.append(preview)
            if not as_json:
                show("\n".join((*lines(preview), *not_adopted(app.plan(app.config.mappings[preview.mapping].plan)))))
        codes.append(parts.told(() if mappings else app.parts.left_out()))
        if not app.config.mappings:
            tell(NO_MAPPING)
    if as_json:
        show_json({"mappings": [for_programs(preview) for preview in known]})
    return max(codes)


def ending(preview: Preview) -> Code:
    """The exit code that one mapping leads to."""
    if preview.trouble is not None:
        return tool_code(preview.trouble)
    if preview.wrong:
        return Code.WRONG
    waits = preview.stop is not None or any(change.kind is Kind.HOLD for change in preview.changes)
    return Code.FINDINGS if waits else Code.DONE


def not_adopted(plan: Plan) -> Iterator[str]:
    """How much of a plan waits for its adoption, where any does: for that, a pass does nothing."""
    if waiting := len(pending(plan)):
        yield f"  {waiting:,} of {count(len(plan.items), 'item')} in the plan not adopted yet: nothing is sent for them"


def unknown(preview: Preview) -> str:
    """Why it cannot be said what a pass would do; "" if it can."""
    if preview.trouble is not None:
        return f"{preview.mapping}: {in_words(preview.trouble)}"
    return "\n".join(f"{preview.mapping}: {wrong}" for wrong in preview.wrong)


def lines(preview: Preview) -> Iterator[str]:
    """What a pass would do, for people."""
    groups: dict[tuple[str, str], list[Change]] = {head: [] for head in (*_HEADS.values(), _PROPOSED)}
    for change in preview.changes:
        proposed = (change.item, change.taken) in preview.proposals
        groups[_PROPOSED if proposed else _HEADS[change.kind]].append(change)
    counts = [f"{len(changes):,} {head}" for (head, _), changes in groups.items() if changes]
    counts += [f"{count(len(preview.groups), 'group')} to rename"] if preview.groups else []
    yield f"{preview.mapping}: {', '.join(counts) or 'nothing to do'}"
    for (head, more), changes in groups.items():
        if changes:
            yield f"  {count(len(changes), 'item')} {head}{f' ({more})' if more else ''}:"
            yield from _group(changes, preview.proposals)
    if preview.groups:
        yield f"  {count(len(preview.groups), 'group')} to rename (the plan changed):"
        yield from (f"    {one.item}  {said(one.before)} → {said(one.after)}" for one in preview.groups)
    yield from (f"  {command}" for command in in_conflict(preview.changes))
    if preview.undone:
        yield f"  {stays(preview.undone)}:"
        yield from (f"    {each.item}  {each.title}\n        {apart(each)}" for each in preview.undone)
    if preview.stop is not None:
        command = command_line(f"sync --mapping {preview.mapping} --approve={preview.stop.digest}")
        yield f"  The guard would stop this: {preview.stop.why}."
        yield f"  If it is meant, let it through with\n    {command}"


def _group(changes: Iterable[Change], proposals: Mapping[tuple[str, str], str]) -> Iterator[str]:
    alike: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        alike.setdefault(tuple(_details(change, proposals)) or (change.item,), []).append(change)
    for details, (first, *others) in alike.items():
        yield f"    {first.item}  {first.title}"
        if details != (first.item,):
            yield from (
                f"        {copyable(detail, first.item) if _is_reason(first) else detail}" for detail in details
            )
        if others:
            yield f"        the same in {count(len(others), 'more item')}: {some([other.item for other in others])}"


def _is_reason(change: Change) -> bool:
    """Whether a reason of ours is all that is to be said of it."""
    return change.kind in (Kind.HOLD, Kind.ARCHIVE)


def _details(change: Change, proposals: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """What of the item changes, and why; nothing where the head above it says all."""
    if change.kind in _BY_FIELD:
        yield from (detail for edit in change.edits for detail in _edit(change.kind, edit))
    if _is_reason(change):
        yield change.reason
    if reason := proposals.get((change.item, change.taken)):
        yield _untaken(reason)


def _edit(kind: Kind, edit: Edit) -> Iterator[str]:
    name = edit.field.removeprefix("field:")
    if name == ORDER:
        yield f"{name}: {edit.reason}"
    elif long(edit.before, edit.after):
        versus = ": − the plan's, + the tool's" if kind is Kind.WRITE_BACK else ""
        yield f"{name} ({edit.reason}){versus}"
        yield from (f"  {line}" for line in differing(edit.before, edit.after))
    elif kind is Kind.WRITE_BACK:
        yield f"{name}: plan {said(edit.before)}, tool {said(edit.after)} ({edit.reason})"
    else:
        yield f"{name}: {said(edit.before)} → {said(edit.after)} ({edit.reason})"


def for_programs(preview: Preview) -> dict[str, Any]:
    """What a pass would do, for other programs; with what waits or stays as it is, as people are shown it."""
    stop = preview.stop
    rows = [row for change in preview.changes for row in _rows(change, preview.proposals)]
    return {
        "mapping": preview.mapping,
        "changes": [*rows, *map(_group_row, preview.groups), *map(_undone_row, preview.undone)],
        "guard": {"why": stop.why, "approve": stop.digest} if stop is not None else None,
    }


def _group_row(one: Retitle) -> dict[str, Any]:
    head = {"kind": "group", "item": one.item, "title": one.after}
    return _row(head, Edit("group", one.before, one.after, "the plan changed"))


def _undone_row(each: Standing) -> dict[str, Any]:
    head = {"kind": "undone", "item": each.item, "title": each.title}
    return _row(head, Edit(each.field, each.plan, each.tool, UNDONE))


def _rows(change: Change, proposals: Mapping[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    """One row for each field of a task that stays, and for two values of which one is to stand; else one for it all."""
    head = {"kind": change.kind.value, "item": change.item, "title": change.title}
    untaken = proposals.get((change.item, change.taken))
    if untaken:
        edit = change.edits[0]
        yield _row({**head, "kind": "proposal"}, replace(edit, reason=f"{edit.reason}; {_untaken(untaken)}"))
    elif change.kind in _BY_FIELD:
        yield from (_row(head, edit) for edit in change.edits)
    elif change.why is Why.CONFLICT:
        yield _row(head, replace(change.edits[0], reason=change.reason))
    else:
        yield {**head, "field": None, "before": None, "after": None, "reason": change.reason}


def _row(head: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    name, before, after = edit.field.removeprefix("field:"), plain(edit.before), plain(edit.after)
    return {**head, "field": name, "before": before, "after": after, "reason": edit.reason}


def _untaken(reason: str) -> str:
    return f"the plan does not take it over: {reason}"
