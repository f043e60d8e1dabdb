"""What an import found and does, in lines for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from syncd.importing.bringing import Brought
from syncd.importing.comparing import Kept, Update
from syncd.importing.gathering import Table
from syncd.importing.grid import Sheet, letters
from syncd.importing.importer import Imported

_LONGEST: Final = 40
_LISTED: Final = 12
"""So many numbers of lines are told; of further ones only how many there are."""
_NAMES: Final = {
    "goals": ("goal", "goals"), "outcomes": ("outcome", "outcomes"), "kpis": ("KPI", "KPIs"),
    "guardrails": ("guardrail", "guardrails"), "actions": ("action", "actions"), "projects": ("project", "projects"),
}  # fmt: skip


def short(value: Any) -> str:
    """A value in one short line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{each}" if name in ("value", "change") else f"{name} {each}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(short, value))
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def columns(sheet: Sheet, table: Table) -> Iterator[str]:
    """What the columns of a table hold, with examples."""
    head = table.block.lines[0].number if table.block.lines else 0
    yield f"{sheet.place}{f', from line {head}' if head else ''}:"
    for guess in table.guesses:
        examples = ", ".join(f"“{short(each)}”" for each in guess.examples)
        more = f" {guess.use.on}" if guess.use.on else ""
        yield f"  {letters(guess.column.at):<3} {short(guess.column.name)} → {guess.use.role}{more} ({guess.reason})"
        if examples:
            yield f"      {examples}"


def report(imported: Imported) -> Iterator[str]:
    """What was found, and what became of the lines."""
    counts = [f"{many:,} {_NAMES[name][many != 1]}" for name, many in imported.counts.items() if many]
    yield f"{imported.file}: {', '.join(counts) or 'nothing'}."
    lines = imported.lines
    told = f"{lines['used']:,} used, {lines['skipped']:,} skipped, {lines['unreadable']:,} unreadable"
    yield f"{lines['read']:,} lines that hold anything: {told}."
    by_reason: dict[tuple[str, str], list[int]] = {}
    for account in imported.skipped:
        by_reason.setdefault((account.place, account.why), []).append(account.line)
    for (place, why), numbers in by_reason.items():
        listed = ", ".join(map(str, numbers[:_LISTED]))
        more = f" and {len(numbers) - _LISTED:,} more" if len(numbers) > _LISTED else ""
        yield f"  skipped, {why}: {place}, line {listed}{more}"
    for remark in dict.fromkeys(imported.found.remarks):
        yield f"· {remark}"
    for problem in imported.found.problems:
        yield f"! {problem}"


def changes(brought: Brought) -> Iterator[str]:
    """What an import does to the plan that is there."""
    if brought.update is None:
        return
    update = brought.update
    titles = {thing.id: thing.title for thing in brought.imported.found.things()}
    renamed = {each.id: each for each in update.renamed}
    for each in update.renamed:
        yield f"renamed  {each.id} “{each.before}” is now “{each.after}” ({each.likeness:.0f} of 100 alike)"
    for thing, under in update.moved:
        yield f"moved    {thing.id} “{thing.title}” from {under} to {thing.above.id if thing.above else 'the top'}"
    yield from (f"added    {thing.id} “{thing.title}”" for thing in update.added)
    for edit in update.edits:
        if edit.key != "title" or edit.id not in renamed:
            before = "nothing" if edit.before is None else f"“{short(edit.before)}”"
            yield f"changed  {edit.id} “{titles[edit.id]}”: {edit.key}: {before} → “{short(edit.after)}”"
    for id_, reading in update.readings:
        yield f"reading  {id_} “{titles[id_]}”: {short(reading)}"
    yield from _stays(update, titles)


def _stays(update: Update, titles: Mapping[str, str]) -> Iterator[str]:
    for each in update.kept:
        yield _kept(each, titles)
    for thing in update.left_out:
        yield f"left out {thing.id} “{thing.title}”: somebody took it out of the plan, so it is not put back"
    for id_ in update.gone:
        yield f"gone     {id_} is in the sheet no more; it stays in the plan until you take it out there"


def _kept(kept: Kept, titles: Mapping[str, str]) -> str:
    plan, sheet = f"“{short(kept.plan)}”", f"“{short(kept.sheet)}”"
    return f"kept     {kept.id} “{titles[kept.id]}”: {kept.key}: the plan says {plan}, the sheet {sheet}"
