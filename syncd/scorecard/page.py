"""The scorecard as one self-contained HTML page: inline style, no outside address, complete without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from markupsafe import Markup

from syncd.plan.model import Audience, Direction
from syncd.progress.pace import Pace
from syncd.scorecard import marks, slices, sparks, words
from syncd.scorecard.charts import kpi_chart
from syncd.scorecard.templating import by_hash, static, templates
from syncd.scorecard.view import ActionView, GoalView, HistoryLine, KpiView, Point, ProjectView, Scorecard

_AT_ONCE = 1000
"""How many bits of text make a piece of a page."""
_LIMITS = {Direction.AT_LEAST: "at least ", Direction.AT_MOST: "at most "}


class Links(Protocol):
    """Where things stand: the address of each as seen from the page that is written, "" where there is none."""

    def goal(self, goal: str) -> str:
        """A goal with all below it."""

    def kpi(self, kpi: str) -> str:
        """A KPI's card."""

    def action(self, action: str) -> str:
        """An action with its projects, where they have a page of their own."""

    def office(self, title: str) -> str:
        """What an office is responsible for."""

    def place(self, name: str) -> str:
        """A school or group."""

    def year(self, name: str) -> str:
        """A school year."""


class WithinPage:
    """The links of a page that holds everything."""

    def goal(self, goal: str) -> str:
        """Further down."""
        return f"#goal-{quote(goal)}"

    def kpi(self, kpi: str) -> str:
        """Further down."""
        return f"#kpi-{quote(kpi)}"

    def action(self, action: str) -> str:  # noqa: ARG002
        """Its projects stand with it."""
        return ""

    office = place = year = action


def render_page(scorecard: Scorecard, *, signed_in: bool = False) -> str:
    """The whole scorecard on one page for its own audience; pure, so equal scorecards give equal pages.

    A public page names no owner and links to no tool, whatever the scorecard holds; of a suppressed KPI no page
    shows more than that it is suppressed, and its earlier figures where only the newest is kept back. `signed_in`
    adds a way to sign out. On paper it is a board's packet.
    """
    return render("whole.html", scorecard, WithinPage(), {"live": False, "signed_in": signed_in})


def render(
    template: str, card: Scorecard, links: Links, shown: Mapping[str, bool], nav: Sequence[Any] = (), **more: Any
) -> str:
    """The text of a template filled for a scorecard, as `pieces` gives it."""
    return "".join(pieces(template, card, links, shown, nav, **more))


def pieces(
    template: str, card: Scorecard, links: Links, shown: Mapping[str, bool], nav: Sequence[Any] = (), **more: Any
) -> Iterator[str]:
    """A template filled for a scorecard, piece by piece, so that the longest page need not be held as a whole.

    `shown` says whether the page is live and whether somebody is signed in. A live page has a small script that asks
    the page's own address every two seconds.
    """
    public = card.audience is Audience.PUBLIC

    def responsible(item: KpiView | ActionView | ProjectView | GoalView) -> str:
        """Whom the page names: in public a title, inside whoever the plan names."""
        if public:
            return "" if "@" in item.office else item.office
        return item.office or getattr(item, "owner", None) or ""

    context = {"card": card, "links": links, "public": public, "nav": nav, "history": _told(card), "title": ""}
    context |= {"chart": lambda kpi: _chart(kpi, card), "burnup": lambda goal: _burn_up(goal, card)}
    context |= {"responsible": responsible, "packet": False, "long": (), **shown, **more}
    context["parts"] = _environment().get_template("parts.html").make_module(context)
    stream = _environment().get_template(template).stream(context)
    stream.enable_buffering(_AT_ONCE)
    yield from stream


def render_notice(title: str, text: str, *, sign_in: bool = False) -> str:
    """A page that says one thing, with the form that asks for the admin token where `sign_in` is set."""
    return _environment().get_template("notice.html").render(title=title, text=text, sign_in=sign_in)


def content_policy() -> str:
    """The Content-Security-Policy of every page: nothing from outside, only our style and script by their hashes."""
    return (
        f"default-src 'none'; style-src {by_hash(static('page.css'))}; script-src {by_hash(static('page.js'))}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'"
    )


def _told(card: Scorecard) -> list[HistoryLine]:
    """What of the plan's log may be told to the scorecard's audience."""
    public = card.audience is Audience.PUBLIC
    return [line for line in card.history if not public or line.audience is Audience.PUBLIC]


def _chart(kpi: KpiView, card: Scorecard) -> Markup:
    return kpi_chart(kpi, start=card.start, end=card.end, today=card.as_of, label=lambda value: _figure(value, kpi))


def _burn_up(goal: GoalView, card: Scorecard) -> Markup:
    work = f"{goal.work.done} of {words.count(goal.work.total, 'project')} done"
    said = f"How the work of this goal went on: {work}; the table below has it by month"
    return sparks.burn_up(goal.trend, card.start, card.end, card.as_of, said)


def _plan_line(card: Scorecard) -> Markup:
    """The plan's time as a line; empty where its days are not known."""
    if card.start is None or card.end is None:
        return Markup("")
    said = f"The plan runs from {words.day(card.start)} to {words.day(card.end)}; today is {words.day(card.as_of)}"
    return sparks.plan_line(card.start, card.end, card.as_of, said)


def _figure(value: Decimal | None, kpi: KpiView) -> str:
    """A value of a KPI in its unit, as the text and the tables write it."""
    return words.figure(value, kpi.unit, kpi.decimals)


def _rows(kpi: KpiView) -> Iterator[tuple[str, str, str, str]]:
    """The figures behind a KPI's chart: what each is, its day, its value, and what is to be said of it."""

    def row(name: str, point: Point) -> tuple[str, str, str, str]:
        said = ", ".join(filter(None, (words.WINDOWS[point.window] if point.window else "", point.note)))
        return name, words.day(point.on) if point.on else "–", _figure(point.value, kpi), said

    if kpi.baseline:
        yield row("Baseline", kpi.baseline)
    yield from (row("Measured", point) for point in kpi.readings)
    yield from (row("Target on the way", point) for point in kpi.interim)
    if kpi.target:
        yield row("Target", kpi.target)
    for name, end in (("Lower", kpi.low), ("Upper", kpi.high)):
        if end is not None:
            yield f"{name} end of the band", "–", _figure(end, kpi), ""
    yield from (row("If it goes on as it did", point) for point in kpi.forecast[-1:])


def _aim(kpi: KpiView) -> str:
    """What a KPI's value should be: "70 %", "at least 45 minutes", "20 – 26 students"; "–" without a target."""
    if kpi.low is not None and kpi.high is not None:
        return f"{words.figure(kpi.low, '', kpi.decimals)} – {_figure(kpi.high, kpi)}"
    if kpi.low is not None or kpi.high is not None:
        return f"at least {_figure(kpi.low, kpi)}" if kpi.high is None else f"at most {_figure(kpi.high, kpi)}"
    if kpi.target is None:
        return "–"
    return f"{_LIMITS.get(kpi.direction, '')}{_figure(kpi.target.value, kpi)}"


def _link(url: str | None) -> str:
    """The address if it may stand in a link (http or https), else ""."""
    return url if url and urlsplit(url).scheme in {"http", "https"} else ""


@cache
def _environment() -> Environment:
    return templates(
        style=Markup(static("page.css")),  # noqa: S704 our own file
        script=Markup(static("page.js")),  # noqa: S704 our own file
        policy=content_policy(),
        paces=tuple(Pace),
        mark=marks.mark,
        tone=marks.tone,
        bar=marks.bar,
        strip=marks.strip,
        key=marks.key,
        bullet=sparks.bullet,
        spark=sparks.spark,
        planline=_plan_line,
        monthly=sparks.monthly,
        attention=slices.attention,
        link=_link,
        word=words.word,
        meaning=words.meaning,
        day=words.day,
        month=words.month,
        moment=words.moment,
        percent=words.percent,
        count=words.count,
        sentence=words.sentence,
        windows=words.WINDOWS,
        cadences=words.CADENCES,
        directions=words.DIRECTIONS,
        kinds=words.KINDS,
        figure=_figure,
        rows=_rows,
        aim=_aim,
    )
