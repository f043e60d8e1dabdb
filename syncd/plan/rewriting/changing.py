"""Changes the values of one table: others in their place, keys taken out, keys added at a natural place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from syncd.plan.rewriting.form import HEAD_REMARK, Form, Style, Value, style_of
from syncd.plan.rewriting.page import Entry, Page, Splice, Table

_REMARK: Final = re.compile(r"#[^\r\n]*")


def changed(form: Form, page: Page, table: Table, values: Mapping[str, Value | None]) -> Iterator[Splice]:
    """What makes the table hold the values; None takes a key out, with its line but for remarks."""
    style = style_of(form, page, table)
    gone = [entry for entry in table.entries if entry.name in values and values[entry.name] is None]
    for entry in table.entries:
        if (value := values.get(entry.name)) is not None:
            yield _replaced(page, style, entry, value)
    kept = [entry for entry in table.entries if entry not in gone]
    new = [style.pair(name, value) for name, value in values.items() if value is not None and not table.entry(name)]
    if new:
        last = [entry for entry in kept if entry.simple][-1]
        yield from _added_in_braces(page, table, kept, last, new) if table.braces else _added(page, style, last, new)
    for first, end in _runs(table.entries, gone):
        yield from _cut(page, table, first, end)


def entered(form: Form, page: Page, table: Table, name: str, written: str) -> Iterator[Splice]:
    """What makes a table in braces hold one more key, as its last, with a value that is written already."""
    new = [style_of(form, page, table).entry(name, written)]
    return _added_in_braces(page, table, table.entries, table.entries[-1], new)


def behind(page: Page, last: int, close: int, blanks: str, new: str) -> Iterator[Splice]:
    """What puts a new member behind the last one, which ends at `last`, and behind its remark, before what closes."""
    rest = page.text[last:close]
    comma = rest.lstrip().startswith(",")
    if "#" not in rest:
        yield Splice(last, last, f",{blanks}{new}")
        return
    if not comma:
        yield Splice(last, last, ",")
    at = close - len(page.blanks(close))
    yield Splice(at, at, f"{blanks}{new}{',' if comma else ''}")


def braced_like(form: Form, page: Page, model: Table, values: Mapping[str, Value]) -> str:
    """A table in braces like another one."""
    blanks = page.blanks(model.entries[1].start)
    pairs = pairs_in_braces(form, page, model, values)
    before, after = page.blanks(model.entries[0].start), page.blanks(model.end - 1)
    return f"{{{before}{f',{blanks}'.join(pairs)}{after}}}"


def pairs_in_braces(form: Form, page: Page, model: Table, values: Mapping[str, Value]) -> list[str]:
    """Keys with their values as they stand in braces."""
    style = replace(style_of(form, page, model), braces=True, column=None)
    if not model.braces:
        style = replace(style, gap=form.gap)
    return [style.pair(name, value) for name, value in values.items()]


def _replaced(page: Page, style: Style, entry: Entry, value: Value) -> Splice:
    """Another value in the place of the old one; in one line, if a remark stands behind that."""
    old = page.text[entry.value : entry.end]
    if page.text[entry.end : page.line_end(entry.end)].strip():
        style = replace(style, braces=True)
    return Splice(entry.value, entry.end, ("" if old else " ") + style.value(entry.name, value))


def _added(page: Page, style: Style, last: Entry, new: Sequence[str]) -> Iterator[Splice]:
    at = page.line_end(last.end)
    yield Splice(at, at, "".join(f"{style.newline}{style.indent}{pair}" for pair in new))


def _added_in_braces(
    page: Page, table: Table, kept: Sequence[Entry], last: Entry, new: Sequence[str]
) -> Iterator[Splice]:
    """New keys behind the last of the simple ones that stay."""
    blanks = page.blanks(table.entries[1].start)
    following = next((entry for entry in kept if entry.start > last.start), None)
    if following is None:
        yield from behind(page, last.end, table.end - 1, blanks, f",{blanks}".join(new))
    else:
        blanks = page.blanks(following.start)
        yield Splice(following.start, following.start, "".join(f"{pair},{blanks}" for pair in new))


def _runs(entries: Sequence[Entry], gone: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The numbers of the first entry of each run that goes, and of the first behind it that stays."""
    start = None
    for number, entry in enumerate(entries):
        if entry in gone:
            start = number if start is None else start
        elif start is not None:
            yield start, number
            start = None
    if start is not None:
        yield start, len(entries)


def _cut(page: Page, table: Table, first: int, end: int) -> Iterator[Splice]:
    """Take out the entries from the first up to the end; the remarks on them stay, each on a line of its own."""
    entries = table.entries
    run = entries[first:end]
    if table.braces:
        yield from _cut_in_braces(page, table, first, end)
    elif page.text[page.line_start(run[0].start) : run[0].start].strip():
        remarks = [remark for entry in run for remark in _remarks(page, entry, page.line_end(entry.end))]
        rest = page.line_end(run[-1].end) if remarks else _first_word(page, page.next_line(run[-1].end))
        yield Splice(run[0].start, rest, _lines(page, run[0], remarks))
    else:
        for entry in run:
            remarks = [*_remarks(page, entry, page.line_end(entry.end))]
            kept = Splice(entry.start, page.line_end(entry.end), _lines(page, entry, remarks))
            yield kept if remarks else _line_cut(page, entry)


def _cut_in_braces(page: Page, table: Table, first: int, end: int) -> Iterator[Splice]:
    """Take out entries with their commas: before the first that follows, or else behind the one before them."""
    run, after = table.entries[first:end], table.entries[end:]
    stops = [*(entry.start for entry in run[1:]), after[0].start if after else run[-1].end]
    remarks = [remark for entry, stop in zip(run, stops, strict=True) for remark in _remarks(page, entry, stop)]
    blanks = page.blanks(after[0].start if after else run[-1].start)
    new = "".join(f"{remark}{blanks}" for remark in remarks)
    if after:
        apart = " " if new and not page.blanks(run[0].start) else ""
        yield Splice(run[0].start, after[0].start, apart + new)
        return
    before = table.entries[first - 1].end
    if not new and page.text[before : run[0].start].strip() == ",":
        yield Splice(before, run[-1].end, "")
    else:
        comma = page.text.index(",", before)
        yield Splice(comma, comma + 1, "")
        yield Splice(run[0].start, run[-1].end, new)


def _remarks(page: Page, entry: Entry, stop: int) -> Iterator[str]:
    """The remarks between a key and its value, in the first line of a block, and behind the value up to a place."""
    head = HEAD_REMARK.match(page.text, entry.value, entry.end)
    for start, end in ((entry.key_end, entry.value), head.span(1) if head else (0, 0), (entry.end, stop)):
        yield from _REMARK.findall(page.text, start, end)


def _lines(page: Page, entry: Entry, remarks: Sequence[str]) -> str:
    """Remarks in place of an entry, one below the other."""
    return f"{page.newline}{page.indent(entry.start)}".join(remarks)


def _first_word(page: Page, at: int) -> int:
    """Where the first word stands from a place on."""
    while page.text[at : at + 1].isspace():
        at += 1
    return at


def _line_cut(page: Page, entry: Entry) -> Splice:
    """Take out the lines of an entry; at the end of a file, the break before them instead of the one behind."""
    start, end = page.line_start(entry.start), page.next_line(entry.end)
    if page.text[end - 1] != "\n" and start:
        return Splice(page.line_end(page.line_start(start - 1)), end, "")
    return Splice(start, end, "")
