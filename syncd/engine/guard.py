"""The guard: a pass that would change or lose surprisingly much stops before its first write. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from connectors.vocabulary import FieldValue
from mappings.fields import canonical
from syncd.engine.planner import Change, Edit, Kind

_GUARDED: Final = frozenset({Kind.UPDATE, Kind.MOVE, Kind.ARCHIVE, Kind.WRITE_BACK})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a pass may change on its own: over `max_changes` *and* over `max_share` (0 to 1) of the links stops it.

    Edits of `free` fields are no surprise, however many: there syncd puts what it reckons itself.
    """

    max_changes: int = 10
    max_share: Decimal = Decimal("0.2")
    free: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a pass stopped, in a sentence with the figures, and the digest that stands for exactly this picture.

    The picture is what a person is shown: of each field the value that goes, the one that comes, and why.
    """

    why: str
    digest: str


def guard(
    changes: Sequence[Change], links: int, limits: Limits, *, there: bool, groups: Mapping[str, str] | None = None
) -> Stop | None:
    """The reason to stop before the first write, or None.

    `links` is how many items are linked, `there` tells whether any of their tasks still is in the container; `groups`
    are the new names of those that are to be called anew, by their plan items: they are told, and stop nothing by
    themselves. Creating and adopting tasks is never a surprise.
    """
    renamed = [repr(("group", *one)) for one in (groups or {}).items()]
    guarded = [change for change in changes if _is_guarded(change, limits) or change.fresh]
    digest = _digest([*(_line(change, limits.free) for change in guarded), *renamed])
    items = {change.item for change in guarded}
    gone = {change.item for change in guarded if change.fresh}
    if gone and not there:
        return Stop(f"all {links} linked tasks are gone from the container", digest)
    if len(items) <= limits.max_changes or len(items) <= limits.max_share * links:
        return None
    counts = Counter("gone" if change.fresh else change.kind.value for change in guarded)
    counts["group"] = len(renamed)
    figures = ", ".join(f"{_WORDS[kind]}: {counts[kind]}" for kind in _WORDS if counts[kind])
    why = (
        f"{len(items)} of {links} linked items would change ({figures}); on its own a pass may change up to "
        f"{limits.max_changes} items, or {limits.max_share:.0%} of them"
    )
    return Stop(why, digest)


def _is_guarded(change: Change, limits: Limits) -> bool:
    reckoned = change.kind is Kind.UPDATE and {edit.field for edit in change.edits} <= limits.free
    return change.kind in _GUARDED and not (limits.free and reckoned)


def leaving(links: int, old: str, new: str) -> Stop:
    """The stop where a mapping names another container than before: its linked tasks would stay in the old one.

    `old` is the old container's id, `new` what the mapping calls the new one.
    """
    why = f"the mapping now names another container: {links} linked tasks would stay behind in the old one"
    return Stop(why, _digest([repr(("container", links, old, new))]))


_WORDS: Final = {
    "update": "tasks rewritten",
    "move": "tasks moved",
    "group": "groups renamed",
    "archive": "items that left the plan",
    "write_back": "values taken over into the plan",
    "gone": "tasks gone in the tool",
}


def _line(change: Change, free: Collection[str]) -> str:
    """A change as it is shown, whatever form or order its values have; what is free may be another by tomorrow."""
    edits = sorted(repr(_shown(edit)) for edit in change.edits if edit.field not in free)
    return repr((change.kind.value, change.item, change.task, edits or change.reason))


def _shown(edit: Edit) -> tuple[FieldValue, ...]:
    return edit.field, canonical(edit.before), canonical(edit.after), edit.reason


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]
