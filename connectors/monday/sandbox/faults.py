"""Faults on demand: the kinds that every sandbox has, and those of monday's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from connectors.sandbox import faults


@dataclass(slots=True)
class Fault(faults.Fault):
    """One fault, for requests in whose GraphQL document `match` is found: an operation's name, or any text of it.

    Kinds of its own: partial: the root field whose name in the answer is `alias` (the last one where none is given)
    fails with `code` and `data`, having taken effect only with `effect`; the others go on. stale: listings lack their
    `rows` newest items. expire_cursors: all cursors grow too old first. drop_logs: the newest `rows` lines of the
    activity log are lost first. repeat_page: a further page of a listing leads to itself. version: answered as another
    version than was asked for, `message`.
    """

    kinds: ClassVar[tuple[str, ...]] = (
        *faults.Fault.kinds,
        "partial",
        "stale",
        "expire_cursors",
        "drop_logs",
        "repeat_page",
        "version",
    )

    code: str | None = None
    alias: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
