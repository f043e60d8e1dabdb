"""Puts what a new version of a sheet changes into the text of a plan; all else stays as people wrote it. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncd.documents.document import Document, Unreadable, parse
from syncd.documents.path import Path
from syncd.errors import PlanError
from syncd.importing.comparing import Placed, Update, placed
from syncd.importing.tree import Thing
from syncd.importing.values import LISTS, plain, table, toml, tree, values
from syncd.plan.fitting import fitted
from syncd.plan.rewriting.changing import behind, entered
from syncd.plan.rewriting.in_toml import Toml
from syncd.plan.rewriting.page import Page, Splice, Table, Tangled, spliced

_FORM: Final = Toml()
_LISTS: Final = frozenset(LISTS.values())


class ByHand(Exception):
    """The plan is written in a way that is not safe to change; the words say so, to people."""

    def __init__(self) -> None:
        super().__init__(
            "its items are written in a way that is not safe to change, such as lists in braces; "
            "give each a table of its own, like [[goals.actions]], or change it by hand"
        )


@dataclass(frozen=True)
class _Draft:
    """A plan's text with its items and their tables."""

    page: Page
    items: Mapping[str, Placed]

    def table(self, id_: str) -> Table:
        """The table of an item that has one. Raises ByHand."""
        placed = self.items.get(id_)
        return self.at(placed.path if placed else ())

    def at(self, path: Path) -> Table:
        """The table at a place. Raises ByHand."""
        found = self.page.tables.get(path)
        if found is None:
            raise ByHand
        return found


def updated(text: str, before: Mapping[str, Placed], update: Update) -> str:
    """The text of a plan in TOML, whose items are `before`, with the update in it.

    Raises ByHand, and PlanError where it would be no plan.
    """
    try:
        draft = _drafted(text, before)
        text = spliced(text, [*_edits(draft, update), *_readings(draft, update), *_additions(draft, update)])
        moves = [thing for thing, _ in update.moved]
        while moves:
            draft = _drafted(text, placed(parse(text, file="", ending=".toml").data))
            wave, moves = _wave(draft, moves)
            text = spliced(text, _moves(draft, wave))
        document = parse(text, file="the plan with what the sheet says", ending=".toml")
    except (Tangled, Unreadable):
        raise ByHand from None
    _require(document, before, update)
    return text


def _drafted(text: str, items: Mapping[str, Placed]) -> _Draft:
    wanted = [each.path for each in items.values()]
    wanted += [
        (*each.path, "readings", number) for each in items.values() for number in range(len(_list(each, "readings")))
    ]
    return _Draft(Page(text, _FORM.tables(text, wanted)), items)


def _list(each: Placed, name: str) -> Sequence[Any]:
    held: Sequence[Any] = each.held.get(name, ())
    return held


def _edits(draft: _Draft, update: Update) -> Iterator[Splice]:
    for edit in update.edits:
        held = draft.table(edit.id)
        entry = held.entry(edit.key)
        if entry is not None:
            old = draft.page.text[entry.value : entry.end]
            yield Splice(entry.value, entry.end, toml(edit.after, block=old[:3] in ('"""', "'''") or not held.braces))
        else:
            yield from _key(draft.page, held, edit.key, edit.after)


def _key(page: Page, held: Table, name: str, value: Any) -> Iterator[Splice]:
    """One more key of a table, as its last."""
    if held.braces:
        yield from entered(_FORM, page, held, name, toml(value))
        return
    last = held.entries[-1]
    at = page.line_end(last.end)
    yield Splice(at, at, f"{page.newline}{page.indent(last.start)}{name} = {toml(value, block=True)}")


def _readings(draft: _Draft, update: Update) -> Iterator[Splice]:
    by_kpi: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for id_, reading in update.readings:
        by_kpi[id_].append(reading)
    for id_, new in by_kpi.items():
        yield from _listed(draft, id_, new)


def _listed(draft: _Draft, id_: str, new: Sequence[Mapping[str, Any]]) -> Iterator[Splice]:
    """More readings behind those that a KPI has."""
    page, held, count = draft.page, draft.table(id_), len(_list(draft.items[id_], "readings"))
    entry, path = held.entry("readings"), (*draft.items[id_].path, "readings")
    if not count and entry is None:
        yield from _key(page, held, "readings", new)
    elif not count and entry is not None:
        yield Splice(entry.value, entry.end, toml(new))
    else:
        last = draft.at((*path, count - 1))
        if entry is not None:
            blanks = (page.blanks(last.start) if count > 1 or "\n" in page.blanks(last.start) else "") or " "
            yield from behind(page, last.end, entry.end - 1, blanks, f",{blanks}".join(map(toml, new)))
        else:
            blocks = [table([part for part in path if isinstance(part, str)], each) for each in new]
            yield _below(page, last, blocks)


def _below(page: Page, above: Table, blocks: Sequence[str]) -> Splice:
    """Tables behind another one, and behind the remarks that stand close below it."""
    at = page.behind(above.end)
    return Splice(at, at, "".join(f"\n\n{block}" for block in blocks).replace("\n", page.newline))


def _additions(draft: _Draft, update: Update) -> Iterator[Splice]:
    """New items with all below them: the last below what they stand under; what stands deeper goes first."""
    by_parent: dict[str | None, list[Thing]] = defaultdict(list)
    for thing in update.added:
        by_parent[thing.above.id if thing.above else None].append(thing)
    apart = {*draft.items, *(thing.id for thing in update.left_out)}
    found = []
    for under, things in by_parent.items():
        if under is not None and under not in draft.items:
            continue  # it comes with what it stands under
        above = _names(draft.items[under].path) if under is not None else []
        blocks = [tree(thing, above, apart) for thing in things]
        if under is None:
            end = len(draft.page.text.rstrip())
            text = "".join(f"\n\n{block}" for block in blocks).replace("\n", draft.page.newline)
            found.append((0, Splice(end, end, text)))
        elif draft.table(under).braces:
            raise ByHand
        else:
            found.append((len(above), _below(draft.page, draft.table(under), blocks)))
    yield from (splice for _, splice in sorted(found, key=lambda each: -each[0]))


def _names(path: Path) -> list[str]:
    return [part for part in path if isinstance(part, str)]


def _wave(draft: _Draft, moves: Sequence[Thing]) -> tuple[list[Thing], list[Thing]]:
    """The moves of which none goes out of, into or along with another, so that they go at once; and the others."""
    wave: list[Thing] = []
    later: list[Thing] = []
    out: list[tuple[int, int]] = []
    into: list[int] = []
    for thing in moves:
        start, _, upto = _stretch(draft.page, draft.table(thing.id))
        at = draft.page.behind(draft.table(thing.above.id).end) if thing.above else 0
        apart = all(upto <= first or last <= start for first, last in out)
        if apart and not any(start <= each < upto for each in into) and not any(s <= at < e for s, e in out):
            wave.append(thing)
            out.append((start, upto))
            into.append(at)
        else:
            later.append(thing)
    return wave, later


def _moves(draft: _Draft, things: Sequence[Thing]) -> Iterator[Splice]:
    """Items with all below them, and with the remarks right above them, put below others."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for thing in things:
        if thing.above is None or draft.table(thing.id).braces or draft.table(thing.above.id).braces:
            raise ByHand
        start, end, upto = _stretch(draft.page, draft.table(thing.id))
        before = ".".join(_names(draft.items[thing.id].path))
        after = ".".join([*_names(draft.items[thing.above.id].path), LISTS[thing.tier]])
        text = draft.page.text[start:end]
        blocks[thing.above.id].append(
            re.sub(rf"(?m)^([ \t]*\[\[?){re.escape(before)}(?=[\].])", rf"\g<1>{after}", text)
        )
        yield Splice(start, upto, "")
    for id_, below in sorted(blocks.items(), key=lambda each: -len(draft.items[each[0]].path)):  # the deepest first
        yield _below(draft.page, draft.table(id_), below)


def _stretch(page: Page, held: Table) -> tuple[int, int, int]:
    """Where an item begins, with the remarks right above it, where it ends, and where the next thing begins."""
    start = page.line_start(held.start)
    while start and page.text[page.line_start(start - 1) : start].lstrip().startswith("#"):
        start = page.line_start(start - 1)
    end = page.behind(held.end)
    upto = page.next_line(end)
    while page.text[upto : upto + len(page.newline)] == page.newline:
        upto += len(page.newline)
    return start, end, upto


def _require(document: Document, before: Mapping[str, Placed], update: Update) -> None:
    """Make sure that the text holds what was asked for and nothing else. Raises ByHand, PlanError."""
    wanted = {id_: (each.under, _own(each.held)) for id_, each in before.items()}
    for edit in update.edits:
        wanted[edit.id][1][edit.key] = plain(edit.after)
    for id_, reading in update.readings:
        wanted[id_][1].setdefault("readings", []).append(plain(reading))
    for thing, _ in update.moved:
        wanted[thing.id] = (thing.above.id if thing.above else None, wanted[thing.id][1])
    for thing in update.added:
        wanted[thing.id] = (thing.above.id if thing.above else None, _tidied(plain(values(thing))))
    found = {id_: (each.under, _own(each.held)) for id_, each in placed(document.data).items()}
    if {id_: (under, _tidied(own)) for id_, (under, own) in wanted.items()} != found:
        raise ByHand
    if problems := fitted(document).problems:
        raise PlanError(problems)


def _own(held: Mapping[str, Any]) -> dict[str, Any]:
    """An item's own values, without what stands below it."""
    return _tidied(plain({name: value for name, value in held.items() if name not in _LISTS}))


def _tidied(held: dict[str, Any]) -> dict[str, Any]:
    return {name: value.rstrip("\n") if isinstance(value, str) else value for name, value in held.items()}
