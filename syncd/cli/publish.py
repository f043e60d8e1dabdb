"""`syncd publish`: the public scorecard as a folder of files, replaced at once, with a snapshot of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from syncd.app import App
from syncd.cli import parts
from syncd.cli.codes import Code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json
from syncd.cli.output import show, show_json, tell
from syncd.publishing.publish import Published, publish
from syncd.publishing.withheld import Withheld
from syncd.scorecard.words import KEPT_BACK, count

_EXAMPLES: Final = {
    "publish --out /srv/www/plan": "",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder to be published."
)
@click.option("--plan", metavar="PLAN", help="Only this plan, where the configuration has several.")
@click.option("--again", is_flag=True, help="Keep a further snapshot of today if something was corrected since.")
@as_json
def command(*, out: Path, plan: str | None, again: bool, as_json: bool) -> int:
    """Publish what is public as a folder of files for any web server: pages, data, and a snapshot of each day.

    The folder is replaced at once. It needs no script and no syncd to be read. What is kept back is named, and why.
    """
    with opened() as app:
        done = []
        for each in publish(app, out.absolute(), plan, again=again):
            done.append(each)
            for line in kept_back(app, each.plan, each.withheld):
                tell(line)
            if not as_json:
                show(in_words(each))  # at once: the next plan may be refused
        code = parts.told(() if plan else app.parts.left_out())
    if as_json:
        show_json({"published": [for_programs(each) for each in done], "ok": True})
    return Code.FINDINGS if any(each.withheld.texts for each in done) else code


def in_words(done: Published) -> str:
    """What was done, for people."""
    what = "published in" if done.new else "nothing new since what is published in"
    kept = f"the snapshot {done.kept} is {done.digest}" if done.kept else f"the snapshot of {done.day} stays as it was"
    return f"{done.plan}: {what} {done.place}; {kept} ({count(done.snapshots, 'snapshot')})."


def kept_back(app: App, plan: str, back: Withheld) -> Iterator[str]:
    """What of a plan is not published, and why."""
    for found in back.texts:
        yield f"{plan}: {found.item} is not published: {found.message}. {app.withholding.next_step(plan, found.item)}"
    small = "too small a group, or one that could be worked out, also from what was published before"
    if back.suppressed:
        yield f"{plan}: no figure of {count(len(back.suppressed), 'KPI')} ({small}): {', '.join(back.suppressed)}."
    if back.kept_back:
        ids = ", ".join(back.kept_back)
        yield (
            f"{plan}: not the newest figure of {count(len(back.kept_back), 'KPI')} ({KEPT_BACK}): {ids}. "
            "Wait for the next reading, or put the figures back that were published for that day."
        )
    if back.partly:
        ids = ", ".join(back.partly)
        yield f"{plan}: not of every school or group in {count(len(back.partly), 'KPI')} ({small}): {ids}."
    by_plan = ((back.internal, "internal"), (back.not_adopted, "not adopted yet"))
    if said := ", ".join(f"{number:,} {why}" for number, why in by_plan if number):
        yield f"{plan}: of the plan’s items, {said}: these are not public."
    if back.everything:
        yield f"{plan}: nothing of the plan is public and adopted: the pages say so, and do not name it."


def for_programs(done: Published) -> dict[str, Any]:
    """What was done, for other programs."""
    back = asdict(done.withheld)
    back["texts"] = [{"item": found.item, "message": found.message} for found in done.withheld.texts]
    return asdict(done) | {"place": str(done.place), "withheld": back}
