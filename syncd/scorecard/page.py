"""The scorecard as one self-contained HTML page: inline style, no outside address, complete without script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from syncd.plan.model import Audience, Direction
from syncd.progress.pace import Pace
from syncd.scorecard import marks, words
from syncd.scorecard.charts import kpi_chart
from syncd.scorecard.view import HistoryLine, KpiView, Scorecard

_LIMITS = {Direction.AT_LEAST: "at least ", Direction.AT_MOST: "at most "}


def render_page(
    scorecard: Scorecard, *, live: bool = False, history: Sequence[HistoryLine] = (), signed_in: bool = False
) -> str:
    """The whole page for the scorecard's own audience; pure, so equal scorecards give equal pages.

    A public page names no owner and links to no tool, whatever the scorecard holds; of a suppressed KPI no page
    shows more than that it is suppressed. `live`, for a page that is served, adds links to its data and a small script
    that asks the page's own address every two seconds; `signed_in` adds a way to sign out.
    """
    public = scorecard.audience is Audience.PUBLIC
    return (
        _environment()
        .get_template("page.html")
        .render(
            card=scorecard,
            public=public,
            live=live,
            signed_in=signed_in,
            history=[line for line in history or scorecard.history if not public or line.audience is Audience.PUBLIC],
            chart=lambda kpi: kpi_chart(
                kpi,
                start=scorecard.start,
                end=scorecard.end,
                today=scorecard.as_of,
                label=lambda value: _figure(value, kpi),
            ),
        )
    )


def render_notice(title: str, text: str, *, sign_in: bool = False) -> str:
    """A page that says one thing, with the form that asks for the admin token where `sign_in` is set."""
    return _environment().get_template("notice.html").render(title=title, text=text, sign_in=sign_in)


def content_policy() -> str:
    """The Content-Security-Policy of every page: nothing from outside, only our style and script by their hashes."""
    return (
        f"default-src 'none'; style-src {_hash(_static('page.css'))}; script-src {_hash(_static('page.js'))}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'"
    )


def _figure(value: Decimal | None, kpi: KpiView) -> str:
    """A value of a KPI in its unit, as the text and the tables write it."""
    return words.figure(value, kpi.unit, kpi.decimals)


def _aim(kpi: KpiView) -> str:
    """What a KPI's value should be: "70 %", "at least 45 minutes", "20 – 26 students"; "–" without a target."""
    if kpi.low is not None and kpi.high is not None:
        return f"{words.figure(kpi.low, '', kpi.decimals)} – {_figure(kpi.high, kpi)}"
    if kpi.target is None:
        return "–"
    return f"{_LIMITS.get(kpi.direction, '')}{_figure(kpi.target.value, kpi)}"


def _link(url: str | None) -> str:
    """The address if it may stand in a link (http or https), else ""."""
    return url if url and urlsplit(url).scheme in {"http", "https"} else ""


@cache
def _static(name: str) -> str:
    return files("syncd.scorecard").joinpath("static", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("syncd.scorecard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        style=Markup(_static("page.css")),  # noqa: S704 our own file
        script=Markup(_static("page.js")),  # noqa: S704 our own file
        policy=content_policy(),
        paces=tuple(Pace),
        mark=marks.mark,
        tone=marks.tone,
        bar=marks.bar,
        strip=marks.strip,
        key=marks.key,
        link=_link,
        word=words.word,
        meaning=words.meaning,
        day=words.day,
        month=words.month,
        moment=words.moment,
        percent=words.percent,
        sentence=words.sentence,
        windows=words.WINDOWS,
        figure=_figure,
        aim=_aim,
    )
    return environment
