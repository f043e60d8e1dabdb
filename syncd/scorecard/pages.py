"""The scorecard as a set of pages that link to each other: by goal, office, school and school year. Pure.

Every address is relative, so that the same pages stand on a web server, in a folder, or below another site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final
from urllib.parse import quote

from syncd.scorecard import slices
from syncd.scorecard.addresses import goal_pages, named
from syncd.scorecard.page import pieces
from syncd.scorecard.view import GoalView, Scorecard

INDEX: Final = "index.html"
PACKET: Final = "packet.html"
DATA: Final = ("scorecard.csv", "scorecard.json")
"""Whoever gives out the pages puts the scorecard as data beside them: every page links to it."""
MOST_PROJECTS: Final = 300
"""How many projects a goal's page shows; of a goal that has more, each action has a page of its own."""
MOST_KPIS: Final = 120
"""How many KPIs stand in one table on the first page; of more, each goal's page holds its own."""


class NoPage(LookupError):
    """A scorecard has no page of that path."""

    retryable = False


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A line of the navigation; `here` is set for the page it stands on."""

    title: str
    address: str
    here: bool


def render_pages(card: Scorecard) -> Iterator[tuple[str, str]]:
    """Every page of a scorecard as its relative path and its HTML, the first page first; without script.

    The pages link to the files named in `DATA`, which stand beside the first page.
    """
    pages = Pages(card)
    for path in pages.paths:
        yield path, pages.render(path)


class Pages:
    """The pages of one scorecard, each rendered when it is asked for. `live` and `signed_in` as for a single page.

    `archive` says that a list of earlier days stands beside them.
    """

    def __init__(self, card: Scorecard, *, live: bool = False, signed_in: bool = False, archive: bool = False) -> None:
        self._archive = archive
        self._card, self._shown = card, {"live": live, "signed_in": signed_in}
        self._places = {place.name: place for place in slices.places(card)}
        self._long = [goal for goal in card.goals if _size(goal) > MOST_PROJECTS]
        goals = goal_pages(goal.id for goal in card.goals)
        self._where = _Addresses(
            goals=goals,
            kpis={kpi.id: goals[goal.id] for goal in card.goals for kpi in slices.kpis_of(goal)},
            actions=named("actions", (action.id for goal in self._long for action in goal.actions)),
            offices=named("offices", slices.office_titles(card)),
            places=named("schools", self._places),
            years=named("years", slices.year_names(card)),
        )
        self._makers: dict[str, Callable[..., Iterator[str]]] = dict(self._making())

    @cached_property
    def _offices(self) -> dict[str, slices.OfficeView]:
        return {office.title: office for office in slices.offices(self._card)}

    @cached_property
    def _years(self) -> dict[str, slices.YearView]:
        return {year.name: year for year in slices.years(self._card)}

    @property
    def paths(self) -> tuple[str, ...]:
        """The relative path of every page, the first page first."""
        return tuple(self._makers)

    def render(self, path: str, *, base: str | None = None) -> str:
        """The page of that path. `base` leads from the page's address to where the paths begin, if not as they say.

        Raises NoPage.
        """
        return "".join(self.pieces(path, base=base))

    def pieces(self, path: str, *, base: str | None = None) -> Iterator[str]:
        """The same piece by piece."""
        if path not in self._makers:
            raise NoPage(path)
        make = self._makers[path]
        links = _Links(self._where, "../" * path.count("/") if base is None else base)
        nav = [NavEntry(title, links.page(to), to == path) for title, to in self._entries()]
        return make(self._card, links, self._shown, nav, data=[(name, links.page(name)) for name in DATA])

    def _entries(self) -> Iterator[tuple[str, str]]:
        yield "Overview", INDEX
        for title, path, there in (
            ("Offices", "offices.html", self._where.offices),
            ("Schools", "schools.html", self._where.places),
            ("School years", "years.html", self._where.years),
            ("First 12 months", "beginning.html", slices.has_begun(self._card)),
        ):
            if there:
                yield title, path
        yield "How to read", "method.html"
        yield "All on one page", PACKET
        if self._archive:
            yield "Earlier days", "archive/index.html"

    def _making(self) -> Iterator[tuple[str, Callable[..., Iterator[str]]]]:
        """How each page is made, by its path."""
        where, kpis = self._where, len(self._where.kpis)
        yield INDEX, partial(pieces, "index.html", table=kpis <= MOST_KPIS)
        for number, goal in enumerate(self._card.goals, 1):
            brief = goal in self._long
            yield where.goals[goal.id], partial(pieces, "goal_page.html", goal=goal, number=number, brief=brief)
        for goal in self._long:
            for action in goal.actions:
                yield where.actions[action.id], partial(pieces, "action_page.html", goal=goal, action=action)
        yield from _hub("offices.html", "office.html", where.offices, lambda: self._offices)
        yield from _hub("schools.html", "school.html", where.places, lambda: self._places)
        yield from _hub("years.html", "year.html", where.years, lambda: self._years)
        if slices.has_begun(self._card):
            yield "beginning.html", _begun
        yield "method.html", partial(pieces, "method_page.html")
        yield PACKET, partial(pieces, "whole.html", packet=True, long=self._long)


@dataclass(frozen=True, slots=True)
class _Addresses:
    """The path of the page on which each thing stands, by its id, title or name."""

    goals: Mapping[str, str]
    kpis: Mapping[str, str]
    actions: Mapping[str, str]
    offices: Mapping[str, str]
    places: Mapping[str, str]
    years: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses as seen from a page; `base` leads from it to where the paths begin."""

    where: _Addresses
    base: str

    def page(self, path: str) -> str:
        """Any page by its path."""
        return f"{self.base}{path}"

    def goal(self, goal: str) -> str:
        """A goal's page."""
        return self.page(self.where.goals[goal])

    def kpi(self, kpi: str) -> str:
        """A KPI's card on its goal's page."""
        return self.page(f"{self.where.kpis[kpi]}#kpi-{quote(kpi)}")

    def action(self, action: str) -> str:
        """An action's own page, if it has one."""
        return self._to(self.where.actions, action)

    def office(self, title: str) -> str:
        """An office's page."""
        return self._to(self.where.offices, title)

    def place(self, name: str) -> str:
        """The page of a school or group."""
        return self._to(self.where.places, name)

    def year(self, name: str) -> str:
        """A school year's page."""
        return self._to(self.where.years, name)

    def _to(self, paths: Mapping[str, str], name: str) -> str:
        return self.page(paths[name]) if name in paths else ""


def _hub(
    hub: str, template: str, paths: Mapping[str, str], views: Callable[[], Mapping[str, Any]]
) -> Iterator[tuple[str, Callable[..., Iterator[str]]]]:
    """The page that lists some views, and each view's own; the views are made when the first of them is asked for."""
    if paths:
        yield hub, lambda *shown, **more: pieces(hub, *shown, **more, views=tuple(views().values()))
    for name, path in paths.items():
        yield path, partial(_view, template, views, name)


def _view(template: str, views: Callable[[], Mapping[str, Any]], name: str, *shown: Any, **more: Any) -> Iterator[str]:
    return pieces(template, *shown, **more, view=views()[name])


def _begun(card: Scorecard, *shown: Any, **more: Any) -> Iterator[str]:
    return pieces("beginning.html", card, *shown, **more, found=slices.beginning(card))


def _size(goal: GoalView) -> int:
    return sum(len(action.projects) for action in goal.actions)
