"""`syncd sync`: one pass for each mapping, a line as each ends, and what a person should look at below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from mappings.rules import Unplanned
from syncd.app import App
from syncd.cli import parts
from syncd.cli.account import account
from syncd.cli.bars import Bars
from syncd.cli.codes import Code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, command_line, copyable
from syncd.cli.output import show, show_json, tell
from syncd.cli.stopping import Stopping, stoppable
from syncd.cli.waits import in_conflict
from syncd.engine.planner import Kind
from syncd.engine.tally import COUNTED, Finding, PassReport
from syncd.errors import FileError
from syncd.proposing import open_matters
from syncd.records import Outcome
from syncd.scorecard.words import count
from syncd.service.asking import Asking
from syncd.views.near import some

_CODES: Final = {
    Outcome.DONE: Code.DONE,
    Outcome.FINDINGS: Code.FINDINGS,
    Outcome.WRONG: Code.WRONG,
    Outcome.STOPPED: Code.STOPPED,
    Outcome.UNREACHABLE: Code.UNREACHABLE,
}
ENDINGS: Final = {
    Outcome.RUNNING: "still running",
    Outcome.DONE: "done",
    Outcome.FINDINGS: "done, with something to look at",
    Outcome.STOPPED: "stopped by the guard",
    Outcome.UNREACHABLE: "the tool could not be reached, or refuses us",
    Outcome.WRONG: "it does not fit the tool",
    Outcome.ABANDONED: "cut off",
    Outcome.UNDONE: "done",
}
"""How a pass ended, in words."""
_ADDRESS: Final = re.compile(r"[^\s@:,;<>]+@[^\s@:,;<>]+")
_PEOPLE: Final = 3
NO_MAPPING: Final = "The configuration names no mapping, so there is nothing to do."
_STOPPING: Final = (
    "Stopping: what is under way is finished, nothing more is begun. Once more (Ctrl-C) ends it at once; "
    "the next sync then looks what arrived."
)

_EXAMPLES: Final = {
    "sync": "one pass for each mapping",
    "sync --mapping academics": "for this one only",
    "sync --approve": "let through what the guard stopped",
    "sync --create-columns": "make the fields that are missing there",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--mapping", "mappings", multiple=True, metavar="MAPPING", help="Only this mapping; may be repeated.")
@click.option(
    "--approve",
    is_flag=False,
    flag_value="",
    metavar="[DIGEST]",
    help="Let through what the guard stopped last; with its digest, only exactly that.",
)
@click.option("--full", is_flag=True, help="Read the whole containers, not only what changed.")
@click.option("--retry", is_flag=True, help="Try what is set aside again now.")
@click.option(
    "--create-columns",
    is_flag=True,
    help="Make the fields or columns in the tool that are missing, “Plan ID” first of all.",
)
@as_json
def command(
    *, mappings: tuple[str, ...], approve: str | None, full: bool, retry: bool, create_columns: bool, as_json: bool
) -> int:
    """Bring the tools in line with the plan, one pass for each mapping.

    A pass that would change surprisingly much stops before its first write and says how to let it through.
    """
    reports: list[PassReport] = []
    with opened() as app, stoppable(_STOPPING) as stopping, Bars() as bars:
        due = _due(app, mappings)
        how = {"full": full, "approve": approve, "retry_all": retry, "create_columns": create_columns}
        asking = Asking(app, account(), stopping.event.is_set, bars.expect, bars.progress, tell)
        for report in asking.passes(due, how) if due else ():
            bars.done()
            _say(report, approved=approve is not None, on_the_side=as_json)
            reports.append(report)
        told = "" if stopping.by else proposed(app, reports)
        left_out = parts.told(() if mappings else app.parts.left_out())
    if told:
        (tell if as_json else show)(told)
    code = max(ending(reports, stopping), left_out)
    if as_json:
        show_json({"passes": [figures(report) for report in reports], "ok": code == Code.DONE})
    return code


def _due(app: App, named: Sequence[str]) -> list[str]:
    """What gets a pass: what was named, else all mappings that are not paused; what is paused is said."""
    paused = app.paused(named)
    for mapping in paused:
        what = (
            "this one pass is made all the same"
            if named
            else f"no pass is made until `{command_line(f'resume {mapping}')}`"
        )
        tell(f"{mapping}: paused; {what}")
    due = list(named) or [mapping for mapping in app.parts.mappings() if mapping not in paused]
    if not app.config.mappings:
        tell(NO_MAPPING)
    return due


def ending(reports: list[PassReport], stopping: Stopping) -> int:
    """The exit code: the gravest of the passes, or the signal that stopped them."""
    return stopping.code if stopping.by else max((_CODES[report.outcome] for report in reports), default=Code.DONE)


def proposed(app: App, reports: Sequence[PassReport]) -> str:
    """What teams propose to the plans of these mappings, and the command that shows it; "" for nothing."""
    names = [each.mapping for each in reports if _may_propose(app, each)]
    try:
        items = [each.item for each in open_matters(app, names)[1]] if names else []
    except FileError:
        return ""  # a plan that was broken since its pass: the next command says so
    many = count(len(items), "proposal")
    return (
        f"{many} to the plan, by its teams: {some(items)}\n  → {command_line('proposals')} shows them" if items else ""
    )


def _may_propose(app: App, report: PassReport) -> bool:
    values = any(change.kind is Kind.WRITE_BACK for change in report.changes)
    return values or app.config.mappings[report.mapping].unplanned is Unplanned.PROPOSE


def figures(report: PassReport) -> dict[str, Any]:
    """One pass for other programs."""
    counts = {key: report.counts.get(key, 0) for key in COUNTED}  # a daemon before this one knew fewer of them
    return {"mapping": report.mapping, **counts, "requests": report.requests, "seconds": round(report.seconds, 3)}


def _say(report: PassReport, *, approved: bool, on_the_side: bool) -> None:
    """The report as lines, all of them on stderr where stdout is for other programs."""
    say = tell if on_the_side else show
    for line in lines(report):
        say(line)
    if reason := why(report, approved=approved):
        tell(reason)


def lines(report: PassReport) -> Iterator[str]:
    """What a pass did, and below that what a person should look at."""
    over = report.outcome in (Outcome.DONE, Outcome.FINDINGS)
    did = did_words(report.counts) or ("nothing to do" if over else "nothing done")
    ended = "" if over else f"{ENDINGS[report.outcome]}; "
    yield f"{report.mapping}: {ended}{did} — {count(report.requests, 'request')} in {report.seconds:.1f} s"
    for finding in report.findings:
        yield from _finding(finding)
    yield from (f"  {command}" for command in in_conflict(report.changes))
    yield from _remarks(report.remarks)


def _remarks(remarks: Sequence[Finding]) -> Iterator[str]:
    """What many items share is said once, whoever it is about."""
    alike: dict[str, list[Finding]] = {}
    for remark in remarks:
        alike.setdefault(_ADDRESS.sub("…", remark.message), []).append(remark)
    for group in alike.values():
        people = list(dict.fromkeys(found[0] for each in group if (found := _ADDRESS.search(each.message))))
        message = _ADDRESS.sub(some(people, _PEOPLE), group[0].message, count=1) if people else group[0].message
        yield f"  · {message} ({some([each.item for each in group])})"
        if people and message.startswith("nobody "):
            yield "      → Assign these tasks in the tool: syncd does that only for a task that it makes."
        if len(people) > _PEOPLE:
            yield f"      → `{command_line('check --online --json')}` lists them all"


def why(report: PassReport, *, approved: bool = False) -> str:
    """Why a pass did not end as it should, and the command that lets it through where the guard stopped it.

    `approved`: something was approved of, which then was not this.
    """
    if report.stop is None:
        return f"{report.mapping}: {copyable(report.message)}" if report.message else ""
    let_through = command_line(f"sync --mapping {report.mapping} --approve={report.stop.digest}")
    look = command_line("diff")
    other = "that approval was for another picture; this is the picture now: " if approved else ""
    return (
        f"{report.mapping}: {other}the guard stopped it, because {report.stop.why}. "
        f"Look at `{look}`; if it is meant, let it through with\n    {let_through}"
    )


def did_words(counts: Any) -> str:
    """What a pass did: "75 created, 3 updated"; "" for nothing. What is in conflict is not said to wait once more."""
    named = {
        "archived": "let go of (left the plan)",
        "changed_by_teams": "changed by teams",
        "written_back": "taken over into the plan",
        "held": "waiting for a person",
        "conflicts": "in conflict",
    }
    told = {**counts, "held": counts.get("waiting", counts.get("held", 0))}
    words = [f"{told[key]:,} {named.get(key, key)}" for key in COUNTED if told.get(key)]
    return ", ".join([*words, *([f"{count(told['renamed'], 'group')} renamed"] if told.get("renamed") else [])])


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  ! {finding.item}{f'  {finding.title}' if finding.title != finding.item else ''}"
    yield f"      {copyable(finding.message, finding.item)}"
    if finding.next_step:
        yield f"      → {copyable(finding.next_step, finding.item)}"
