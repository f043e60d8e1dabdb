"""A proposal as people read it, and as other programs do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from syncd.cli.options import copyable
from syncd.cli.values import plain, said
from syncd.engine.including import in_words
from syncd.engine.proposals import NewWork, Proposal
from syncd.scorecard.data import cell

COLUMNS: Final = (
    *("kind", "mapping", "item", "title", "field", "plan", "tool"),
    *("tier", "under", "start", "due", "owner", "url", "why"),
)
"""The columns of an exported list, and the keys of a proposal in JSON; what does not apply is empty, or null."""
_LATER: Final = "the next pass puts it into the plan"


def told(each: Proposal) -> Iterator[str]:
    """A proposal, for people: what it is about, what would change, and what keeps it from being in the plan."""
    yield f"{each.item}  {each.title}"
    if isinstance(each, NewWork):
        values = [f"{key} {said(value)}" for key, value in each.edit.values.items() if key != "title"]
        yield f"new: {', '.join([in_words(each), *values])}"
        yield from filter(None, (each.task.url,))
    else:
        yield f"{each.field}: plan {said(each.plan)}, tool {said(each.tool)}"
    if each.why or not isinstance(each, NewWork):
        yield f"not in the plan: {copyable(each.why or _LATER)}"


def for_programs(each: Proposal) -> dict[str, Any]:
    """A proposal, for other programs."""
    known: dict[str, object] = {"mapping": each.mapping, "item": each.item, "title": each.title}
    known |= {"url": each.task.url or None, "why": each.why or None}
    if isinstance(each, NewWork):
        known |= {"kind": "new", "tier": each.edit.tier, "under": each.edit.under}
        known |= {key: each.edit.values.get(key) for key in ("start", "due", "owner")}
    else:
        known |= {"kind": "value", "field": each.field, "plan": each.plan, "tool": each.tool}
    return {name: plain(known.get(name)) for name in COLUMNS}


def as_csv(listed: Iterable[dict[str, Any]]) -> str:
    """A line for each, with a header, as RFC 4180 asks; what does not apply is empty."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in each.items()} for each in listed)
    return out.getvalue()
