"""A proposal as people read it, and a list of them as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from syncd.cli.options import copyable
from syncd.cli.values import said
from syncd.engine.including import in_words
from syncd.engine.proposals import NewWork, Proposal
from syncd.scorecard.data import cell
from syncd.views.proposals import COLUMNS

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


def as_csv(listed: Iterable[dict[str, Any]]) -> str:
    """A line for each, with a header, as RFC 4180 asks; what does not apply is empty."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in each.items()} for each in listed)
    return out.getvalue()
