"""A proposal to the plan, as other programs read it."""

from __future__ import annotations

from typing import Any, Final

from syncd.engine.proposals import NewWork, Proposal
from syncd.views.values import plain

COLUMNS: Final = (
    *("kind", "mapping", "item", "title", "field", "plan", "tool"),
    *("tier", "under", "start", "due", "owner", "url", "why"),
)
"""The keys of a proposal, and the columns of an exported list; what does not apply is null, or empty."""


def as_json(each: Proposal) -> dict[str, Any]:
    """A proposal, for other programs."""
    known: dict[str, object] = {"mapping": each.mapping, "item": each.item, "title": each.title}
    known |= {"url": each.task.url or None, "why": each.why or None}
    if isinstance(each, NewWork):
        known |= {"kind": "new", "tier": each.edit.tier, "under": each.edit.under}
        known |= {key: each.edit.values.get(key) for key in ("start", "due", "owner")}
    else:
        known |= {"kind": "value", "field": each.field, "plan": each.plan, "tool": each.tool}
    return {name: plain(known.get(name)) for name in COLUMNS}
