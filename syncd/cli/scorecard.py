"""`syncd scorecard`: the plan as it stands, as text, HTML, JSON or CSV."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from syncd.cli.moments import Day
from syncd.cli.opening import opened
from syncd.cli.options import Command
from syncd.cli.output import deliver, tell
from syncd.cli.targets import require_no_source
from syncd.plan.adoption import pending
from syncd.plan.model import Audience
from syncd.scorecard.data import as_csv
from syncd.scorecard.filed import FILED, indented
from syncd.scorecard.page import render_page
from syncd.scorecard.review import Review
from syncd.scorecard.review_page import render_review
from syncd.scorecard.review_told import as_json as as_draft_json
from syncd.scorecard.review_told import as_text as as_draft_text
from syncd.scorecard.text import as_text
from syncd.scorecard.view import Scorecard

_WIDEST: Final = 110
_ALL_ADOPTED: Final = (
    "Nothing of this plan is a draft: all of it counts as adopted, so it is pushed and published as it stands. To have "
    'something decided on first, write status = "draft" below the id of a goal or any other item, or below [plan] for '
    'all of it; then "in_review" while it is looked at, and "adopted" once it holds.'
)

_EXAMPLES: Final = {
    "scorecard": "as text",
    "scorecard --audience public --format html --out scorecard.html": "",
    "scorecard --as-of 2026-06-30 --json": "as things were known then, for other programs",
    "scorecard --draft --format html --out review.html": "a draft, for those who decide on it",
    "scorecard --draft --plan next --against district": "the next plan, beside the one in force",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--plan", metavar="PLAN", help="Which plan, where the configuration has several.")
@click.option("--format", "form", type=click.Choice(["text", "html", "json", "csv"]), default="text", show_default=True)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option(
    "--audience",
    type=click.Choice(Audience, case_sensitive=False),
    default=Audience.INTERNAL,
    show_default="internal",
    help="Public holds only what is marked public, and nobody's name.",
)
@click.option("--as-of", type=Day(), metavar="DATE", help="As things were known at the end of that day.")
@click.option("--draft", is_flag=True, help="The plan as a draft to review: what changes, and what `syncd lint` finds.")
@click.option("--against", metavar="PLAN", help="With --draft: beside which plan, in place of its own adopted version.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", help="Write it to this file.")
def command(
    *,
    plan: str | None,
    form: str,
    audience: Audience,
    as_of: datetime | None,
    draft: bool,
    against: str | None,
    out: Path | None,
) -> None:
    """Print the scorecard: each KPI's two numbers, the work behind it, and how both stand against the plan.

    With --draft, print the plan as those look at it who decide on it, whatever of it is adopted. That is never public.
    """
    if draft:
        _review(plan, form, against, out, other=audience is Audience.PUBLIC or as_of is not None)
        return
    if against is not None:
        raise click.UsageError("--against goes with --draft: beside which plan a draft is put.")
    with opened() as app:
        require_no_source(app, out)
        card = app.scorecard(plan, audience=audience, as_of=as_of.date() if as_of else None)
    if out is None:
        deliver(_FORMS[form](card), None)
    else:
        deliver(FILED[form](card), out)
        tell(f"Written to {out}.")


def _review(plan: str | None, form: str, against: str | None, out: Path | None, *, other: bool) -> None:
    """A draft, to stdout or into a file."""
    if form not in _DRAFTS or other:
        raise click.UsageError("A draft is internal and of today, as text, HTML or JSON; leave out the other options.")
    with opened() as app:
        require_no_source(app, out)
        name = app.known_plan(plan or app.plan_name())
        held, plan_shown = app.reviewing.of(name, against), app.plan(name)
    deliver(_DRAFTS[form](held), out)
    if not pending(plan_shown):
        tell(_ALL_ADOPTED)
    if out is not None:
        tell(f"Written to {out}. It is a draft: keep it from the folder that you publish.")


def _text(card: Scorecard) -> str:
    """As wide as the terminal, up to a width that reads well; in colour where the terminal takes it."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return as_text(card, width, color=sys.stdout.isatty() and "NO_COLOR" not in os.environ)


_FORMS: Final[dict[str, Callable[[Scorecard], str]]] = {
    "text": _text,
    "html": render_page,
    "json": indented,
    "csv": as_csv,
}
_DRAFTS: Final[dict[str, Callable[[Review], str]]] = {
    "text": as_draft_text,
    "html": render_review,
    "json": lambda held: json.dumps(as_draft_json(held), ensure_ascii=False, indent=2) + "\n",
}
