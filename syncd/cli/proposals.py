"""`syncd proposals`: lists what teams set or made that the plan does not hold, and puts it there with one command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import click

from syncd.app import App
from syncd.cli.account import account
from syncd.cli.codes import Code
from syncd.cli.opening import opened
from syncd.cli.options import Command, Group, as_json, command_line, copyable, quoted
from syncd.cli.output import show, show_json, tell
from syncd.cli.proposed import as_csv, told
from syncd.cli.targets import require_copy, require_free, write
from syncd.engine.including import Included
from syncd.engine.proposals import NewWork, Proposal
from syncd.plan.sources import is_address, locate
from syncd.proposing import open_matters, put_into_plans
from syncd.scorecard.words import count
from syncd.views import proposals
from syncd.views.near import instead

_FORMS: Final = (".csv", ".json")
_MARK: Final = "\ufeff"
"""What tells Excel that a table is UTF-8: without it, an en dash or an accent opens as other signs."""


def _export(_context: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() not in _FORMS:
        raise click.BadParameter(f"the name must end with {' or '.join(_FORMS)}")
    return path


_EXAMPLES: Final = {
    "proposals": "what waits, item by item",
    "proposals --export proposals.csv": "as a list to send round",
}
_APPLIED: Final = {
    "proposals apply --all": "all that waits",
    "proposals apply G1.A1.P2": "only what waits for this item",
}


@click.group(cls=Group, invoke_without_command=True, examples=_EXAMPLES)
@click.option(
    "--export", type=click.Path(path_type=Path), callback=_export, metavar="FILE", help="Into a .csv or .json file."
)
@as_json
@click.pass_context
def command(context: click.Context, export: Path | None, as_json: bool) -> None:
    """List what teams set or made that the plan does not hold; `apply` puts it there.

    Values of shared fields are here where the plan cannot be written, and tasks that teams made of their own where the
    mapping says `unplanned = "propose"`.
    """
    if context.invoked_subcommand:
        return
    with opened() as app:
        _, found = open_matters(app)
        listed = [proposals.as_json(each) for each in found]
        if export:
            require_free(app, export)
            text = json.dumps(listed, ensure_ascii=False, indent=2) if _is_json(export) else f"{_MARK}{as_csv(listed)}"
            write(app, export, text)
    if export:
        tell(f"{count(len(found), 'proposal')} written to {export}.")
    if as_json:
        show_json({"proposals": listed})
    elif not export:
        show("\n".join(lines(found)))


def _is_json(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def lines(found: Sequence[Proposal]) -> Iterator[str]:
    """All proposals, for people."""
    if not found:
        yield "Nothing is proposed."
        return
    for mapping, group in groupby(found, key=lambda each: each.mapping):
        mine = list(group)
        yield f"{mapping}: {count(len(mine), 'proposal')}"
        for each in mine:
            first, *rest = told(each)
            yield f"  {first}"
            yield from (f"      {line}" for line in rest)
    yield f"To put them into the plan: {command_line('proposals apply --all')} (or the ids of some)"


@command.command("apply", cls=Command, examples=_APPLIED)
@click.argument("items", metavar="[ITEM]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that is proposed.")
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="FILE", help="Into a copy of the plan, not into its file."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be put into the plan.")
@as_json
def apply(*, items: tuple[str, ...], everything: bool, to: Path | None, dry_run: bool, as_json: bool) -> int:
    """Put proposals into the plan: those of the items named, or all.

    A task that a team made of its own becomes an item of the plan, and is followed from the next pass on.
    """
    if bool(items) == everything:
        raise click.UsageError("name the items whose proposals are meant, or say --all for all of them")
    with opened() as app:

        def choose(found: Sequence[Proposal]) -> Sequence[Proposal]:
            chosen = _chosen(found, items)
            _require_place(app, chosen, to)
            return chosen

        if dry_run:
            _, found = open_matters(app)
            outcomes = [(each, each.why if to is None or each.edit is None else "") for each in choose(found)]
        else:
            copy = (lambda text: write(app, to, text)) if to else None
            outcomes = put_into_plans(app, choose, account(), copy)
        surprised = [] if to or dry_run else list(_surprised(app, outcomes))
    if as_json:
        show_json(_outcomes(outcomes))
    else:
        show("\n".join(_told(outcomes, to, surprised, dry_run=dry_run)))
    return Code.FINDINGS if any(why for _, why in outcomes) else Code.DONE


def _chosen(found: Sequence[Proposal], items: Sequence[str]) -> list[Proposal]:
    """The proposals of these items, or all. Raises UsageError for an item that has none."""
    there = list(dict.fromkeys(each.item for each in found))
    for item in items:
        if item not in there:
            hint = instead(item, there) or "nor is anything of another"
            raise click.UsageError(f"of {item} nothing is proposed; {hint}")
    return [each for each in found if not items or each.item in items]


def _require_place(app: App, chosen: Sequence[Proposal], to: Path | None) -> None:
    """Raises UsageError where the proposals have no place to go to, with those there are."""
    plans = list(dict.fromkeys(app.config.mappings[each.mapping].plan for each in chosen))
    if to and len(plans) > 1:
        raise click.UsageError(f"one file holds one plan, and these are for {', '.join(plans)}; name items of one")
    for plan in plans:
        if to:
            require_copy(app, plan, to)
        elif why := app.plans.place(plan).why_not():
            source = locate(app.config.plans[plan].source, app.config.folder)
            beside = Path(source).with_stem(f"{Path(source).stem}-proposed")
            beside = Path(beside.name) if is_address(source) else beside
            words = (f"apply --all --to {quoted(str(beside))}", "--export proposals.csv")
            copy, export = (command_line(f"proposals {each}") for each in words)
            ways = f"put them into a copy of it with `{copy}`, or write a list of them with `{export}`"
            raise click.UsageError(f"the plan “{plan}” cannot be written ({why}); {ways}")


def _surprised(app: App, outcomes: Sequence[Included]) -> Iterator[str]:
    """The mappings whose next pass has so much to write into the tool that the guard may stop it first.

    That is syncd's notes on new work, and values that teams of other mappings on the plan set.
    """
    mappings = app.config.mappings
    done = [each for each, why in outcomes if not why]
    for name, mapping in mappings.items():
        ours = (each for each in done if mappings[each.mapping].plan == mapping.plan)
        written = {each.item for each in ours if each.mapping != name or isinstance(each, NewWork)}
        if len(written) > mapping.guard.max_changes:
            yield name


def _told(outcomes: Sequence[Included], to: Path | None, surprised: Sequence[str], *, dry_run: bool) -> Iterator[str]:
    """What came of it, for people."""
    done = [each for each, why in outcomes if not why]
    left = [(each, why) for each, why in outcomes if why]
    if not outcomes:
        yield "Nothing is proposed."
    if done:
        yield f"{'Would go' if dry_run else 'Put'} into {to or 'the plan'}: {count(len(done), 'proposal')}"
        yield from (line for each in done for line in _indented(each))
    if left:
        yield f"Left as it is: {count(len(left), 'proposal')}"
        for each, why in left:
            yield from _indented(each)
            yield f"        {copyable(why)}"
    if done and to and not dry_run:
        yield "Nothing changes before that file takes the place of the plan."
    elif any(isinstance(each, NewWork) for each in done) and not dry_run:
        yield f"The next pass follows the new items: {command_line('sync')}"

    if surprised:
        yield (
            f"So much at once may stop the next pass of {', '.join(surprised)} at its guard, before its first write; "
            "it then says the command that lets it through."
        )


def _indented(each: Proposal) -> Iterator[str]:
    first, what, *_ = told(each)
    yield f"    {first}"
    yield f"        {what}"


def _outcomes(outcomes: Sequence[Included]) -> dict[str, Any]:
    """What came of it, for other programs."""
    return {
        "applied": [proposals.as_json(each) for each, why in outcomes if not why],
        "left": [proposals.as_json(each) | {"why": why} for each, why in outcomes if why],
    }
