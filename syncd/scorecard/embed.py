"""A small page for each KPI, to be shown in a frame on another site, and the page that says how. Pure.

It is whole by itself: no script, nothing from elsewhere, and a policy of its own that allows nothing but its style.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment

from syncd.progress.pace import Pace
from syncd.scorecard import marks, words
from syncd.scorecard.addresses import named
from syncd.scorecard.page import WithinPage, render
from syncd.scorecard.pages import DATA, NavEntry
from syncd.scorecard.slices import kpis_of
from syncd.scorecard.templating import still_templates
from syncd.scorecard.view import KpiView, Scorecard

ABOVE: Final = tuple((name, f"../{name}") for name in DATA)
"""The data, from a page in a folder beside the first page."""


@dataclass(frozen=True, slots=True)
class _Embedded:
    """A KPI with the page that shows it."""

    kpi: KpiView
    path: str


def embeds(card: Scorecard) -> Iterator[tuple[str, str]]:
    """The path and text of each KPI's page, and last of the page that lists them with what to copy."""
    kpis = [kpi for goal in card.goals for kpi in kpis_of(goal)]
    paths = named("embed", (kpi.id for kpi in kpis))
    template = _environment().get_template("embed.html")
    for goal in card.goals:
        for kpi in kpis_of(goal):
            yield paths[kpi.id], template.render(card=card, kpi=kpi, goal=goal)
    nav, shown = [NavEntry("Overview", "../index.html", here=False)], {"live": False, "signed_in": False}
    listed = [_Embedded(kpi, paths[kpi.id].rpartition("/")[2]) for kpi in kpis]
    yield "embed/index.html", render("embeds.html", card, WithinPage(), shown, nav, embedded=listed, data=ABOVE)


@cache
def _environment() -> Environment:
    return still_templates(
        "embed.css",
        mark=marks.mark,
        tone=marks.tone,
        word=words.word,
        day=words.day,
        moment=words.moment,
        percent=words.percent,
        figure=lambda value, kpi: words.figure(value, kpi.unit, kpi.decimals),
        suppressed=Pace.SUPPRESSED,
    )
