"""Notes in the store where a pass begins and how it ends, also one whose process died in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from syncd.records import Outcome
from syncd.store.writer import Writer


def begin(writer: Writer, mapping: str, now: datetime, *, full: bool) -> int:
    """The id of a pass that begins; one that is still noted as running was cut off."""
    left = writer.last_pass(mapping)
    if left is not None and left.outcome is Outcome.RUNNING:
        writer.end_pass(left.id, now, Outcome.ABANDONED, {}, "it was cut off")
    return writer.begin_pass(mapping, now, full)


def end(
    writer: Writer,
    mapping: str,
    number: int,
    now: datetime,
    *,
    outcome: Outcome,
    counts: Mapping[str, int],
    message: str,
) -> None:
    """Note how a pass ended, unless another one began meanwhile, which took this one for cut off."""
    newest = writer.last_pass(mapping)
    if newest is not None and newest.id == number:
        writer.end_pass(number, now, outcome, counts, message)
