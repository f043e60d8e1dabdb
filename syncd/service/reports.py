"""Reports of passes, and what ended them, as the store can keep them on their way from the daemon to a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any, Final

from connectors.errors import Refused, ToolError
from syncd.engine.guard import Stop
from syncd.engine.planner import Change, Edit, Kind, Why
from syncd.engine.tally import Finding, PassReport
from syncd.errors import FileError, Problem
from syncd.records import Outcome
from syncd.store.errors import StoreError

SYNC: Final = "sync"
"""The kind of an order for passes; `what` are `mappings` and the other arguments of `App.sync` that data can hold."""
Kept = Mapping[str, Any]


def as_kept(report: PassReport) -> Kept:
    """The report; of the error that ended it, its words and whether the tool refuses us."""
    return {
        "mapping": report.mapping,
        "outcome": report.outcome.value,
        "counts": dict(report.counts),
        "requests": report.requests,
        "seconds": report.seconds,
        "findings": [astuple(each) for each in report.findings],
        "remarks": [astuple(each) for each in report.remarks],
        "changes": [_change(each) for each in report.changes],
        "stop": astuple(report.stop) if report.stop else None,
        "message": report.message,
        "full": report.full,
        "halted": _halted(report.halted) if report.halted else None,
    }


def to_report(kept: Kept) -> PassReport:
    """The report that `as_kept` made this of."""
    return PassReport(
        mapping=kept["mapping"],
        outcome=Outcome(kept["outcome"]),
        counts=dict(kept["counts"]),
        requests=kept["requests"],
        seconds=kept["seconds"],
        findings=tuple(Finding(*each) for each in kept["findings"]),
        remarks=tuple(Finding(*each) for each in kept["remarks"]),
        changes=tuple(map(_to_change, kept["changes"])),
        stop=Stop(*kept["stop"]) if kept["stop"] else None,
        message=kept["message"],
        full=kept["full"],
        halted=_to_halted(kept.get("halted")),
    )


def as_kept_error(error: Exception) -> Kept:
    """What ended an order, whatever it was."""
    match error:
        case FileError():
            return {"files": [astuple(each) for each in error.problems]}
        case StoreError():
            return {"store": [error.words, error.next_step]}
        case _:
            return {"fault": f"{type(error).__name__}: {error}"}


def to_error(kept: Kept) -> Exception:
    """The error that `as_kept_error` made this of; a fault of syncd's own is a RuntimeError."""
    if "files" in kept:
        return FileError(Problem(*each) for each in kept["files"])
    if "store" in kept:
        return StoreError(*kept["store"])
    return RuntimeError(f"in the daemon: {kept['fault']}")


def _halted(error: ToolError) -> Kept:
    refused = isinstance(error, Refused)
    return {"refused": refused, "words": error.words, "what": error.what, "next_step": error.next_step}


def _to_halted(kept: Kept | None) -> ToolError | None:
    """An error that is told from others only by whether the tool refuses us; a daemon before this one kept none."""
    if kept is None:
        return None
    kind = Refused if kept["refused"] else ToolError
    return kind(kept["words"], what=kept["what"], next_step=kept["next_step"])


def _change(change: Change) -> Sequence[Any]:
    edits = [astuple(edit) for edit in change.edits]
    why = change.why.value if change.why else None
    return (change.kind.value, change.item, change.title, change.task, edits, change.reason, why, change.fresh)


def _to_change(kept: Sequence[Any]) -> Change:
    kind, item, title, task, edits, reason, why, fresh = kept
    own = tuple(Edit(*edit) for edit in edits)
    return Change(Kind(kind), item, title, task, own, reason, Why(why) if why else None, fresh)
