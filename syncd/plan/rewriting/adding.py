"""Adds an item below another one, as the last of its siblings and in their style. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from syncd.documents.path import Path
from syncd.plan.rewriting.changing import behind, braced_like, entered, pairs_in_braces
from syncd.plan.rewriting.form import Form, Value
from syncd.plan.rewriting.page import Page, Splice, Table


def around(path: Path) -> tuple[Path, Path]:
    """The paths of the item above a new one, and of its last sibling (which may not be there)."""
    *above, number = path
    return path[:-2], (*above, int(number) - 1)


def added(form: Form, page: Page, path: Path, values: Mapping[str, Value]) -> Iterator[Splice]:
    """What puts an item with these values where it is the last of a list, with the lists above it as they stand."""
    above, before = around(path)
    key, number = path[-2:]
    parent, sibling = page.table(above), page.table(before) if number else None
    listed = parent.entry(str(key))
    bracketed = listed is not None and page.text[listed.value] == "["
    if listed is not None and bracketed and sibling is not None:
        loose = number == 1 and page.blanks(sibling.entries[1].start)
        blanks = page.blanks(sibling.start) or (" " if loose else "")
        yield from behind(page, sibling.end, listed.end - 1, blanks, braced_like(form, page, sibling, values))
    elif listed is not None and bracketed:
        new, remarks = _first(form, page, parent, values), page.text[listed.value + 1 : listed.end - 1].strip()
        yield Splice(listed.end - 1, listed.end - 1, new[1:-1]) if remarks else Splice(listed.value, listed.end, new)
    elif parent.braces:
        yield from entered(form, page, parent, str(key), _first(form, page, parent, values))
    else:
        yield form.below(page, parent, sibling, str(key), values)


def _first(form: Form, page: Page, parent: Table, values: Mapping[str, Value]) -> str:
    """A list with one table in braces: in one line, or in as many as it takes to look like the table that it is in."""
    pairs = pairs_in_braces(form, page, parent, values)
    if not parent.braces:
        return f"[{form.braces[0]}{', '.join(pairs)}{form.braces[1]}]"
    line = page.blanks(parent.entries[0].start)
    if "\n" not in line:
        return f"[{braced_like(form, page, parent, values)}]"
    step = line[len(page.blanks(parent.end - 1)) :] or "  "
    inner = f"{line}{step}{step}"
    return f"[{line}{step}{{{inner}{f',{inner}'.join(pairs)}{line}{step}}}{line}]"
