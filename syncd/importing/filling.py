"""Puts what stands beside an item in its line onto it: owners, days, states, figures, remarks. Pure.

What no key of a plan can hold is kept as a remark with the column's name; what cannot be read is a problem too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from syncd.importing.columns import Guess
from syncd.importing.days import Calendar, only
from syncd.importing.figures import Measure, NoFigure, is_unknown, measure, way
from syncd.importing.grid import Cell, Line, Sheet
from syncd.importing.headings import DATED, TIERS, Role
from syncd.importing.measuring import Doubt, figures, put
from syncd.importing.splitting import listed, owners, state_of
from syncd.importing.tree import Figure, Gathered, Thing
from syncd.plan.model import Tier

_DAYS: Final = frozenset({Role.START, Role.DUE, Role.DATES})
_BESIDE: Final = {Role.TARGET: Role.TARGET_ON, Role.BASELINE: Role.BASELINE_ON, Role.READING: Role.READING_ON}
"""The column that says the day of a figure."""
_RISE: Final = re.compile(r"(?:increase|up|higher(?: is better)?|rise|grow|more|positive|[↑▲⬆↗+])", re.IGNORECASE)
_FALL: Final = re.compile(r"(?:decrease|down|lower(?: is better)?|fall|reduce|less|negative|[↓▼⬇↘-])", re.IGNORECASE)
_HOLD: Final = re.compile(r"(?:at least|maintain|hold|→|↔|=|≥)", re.IGNORECASE)
_PLAIN: Final = frozenset({"notes", "note", "comments", "comment", "remarks", "details", "description"})
"""Headings of remarks that need no repeating."""
_NUMBER: Final = re.compile(r"[A-Za-z]{0,5}[-.]?\d[\w.-]{0,38}|[IVX]{1,5}|[A-Za-z]")
_TYPED: Final = re.compile(r"\d{1,2}-[A-Za-z]{3}")
"""What Excel makes of 2-3, as CSV has it."""


class Filling:
    """The columns of one table that say something about the items of its lines."""

    def __init__(
        self, sheet: Sheet, guesses: Sequence[Guess], calendar: Calendar, out: Gathered, numbered: Tier | None
    ) -> None:
        self._sheet, self._calendar, self._out, self._numbered = sheet, calendar, out, numbered
        self._by_role = {guess.use.role: guess for guess in guesses}
        self._guesses = [each for each in guesses if not self._names(each)]
        self._headed = {guess.column.at for guess in guesses}

    def _names(self, guess: Guess) -> bool:
        """Whether a column says what the items of a line are called, or is not wanted."""
        if guess.use.role in (Role.TITLE, Role.LEVEL):  # of several, one is that; and a level is one of a title
            return Role.TITLE in self._by_role and self._by_role[guess.use.role] is guess
        return guess.use.role in TIERS or guess.use.role is Role.SKIP

    def fill(self, line: Line, own: Sequence[Sequence[Thing]], standing: Thing | None) -> bool:
        """Put all that a line says onto its items, or its figures onto the KPI that stands above; whether it could."""
        kpis = _each_once(thing for things in own for thing in things if thing.measured)
        main = _each_once(own[-1]) if own else []
        works = main if main and main[0].works else []
        for kpi in kpis:
            self._from_title(kpi, line)
        if not own and standing is not None and self._has_figures(line):
            kpis = [standing]
        for guess in self._guesses:
            cell = line.cell(guess.column.at)
            if not cell.text:
                continue
            if guess.use.role in _BESIDE.values():
                self._for_figure(line, cell, guess, kpis or main)
            elif guess.use.role in DATED or guess.use.role in (Role.UNIT, Role.DIRECTION):
                self._measured(line, cell, guess, kpis or main)
            elif guess.use.role is Role.NUMBER:
                about = _each_once(thing for things in own for thing in things if thing.tier is self._numbered)
                self._spread(line, cell, guess, about or main or kpis)
            else:
                measured = kpis if guess.use.role is Role.SOURCE else []
                self._spread(line, cell, guess, measured or works or kpis or main)
        self._stray(line, main or kpis)
        return bool(own or kpis)

    def _has_figures(self, line: Line) -> bool:
        return any(guess.use.role in DATED and line.cell(guess.column.at).text for guess in self._guesses)

    def _spread(self, line: Line, cell: Cell, guess: Guess, things: Sequence[Thing]) -> None:
        """A cell about all items of its line; or one part for each, where it lists as many."""
        parts = _parts(cell.text, len(things), by_lines=guess.use.role is not Role.OWNER)
        for thing, text in zip(things, parts or [cell.text] * len(things), strict=True):
            self._one(line, replace(cell, text=text) if parts else cell, guess, thing)

    def _one(self, line: Line, cell: Cell, guess: Guess, thing: Thing) -> None:
        role = guess.use.role
        if role is Role.OWNER:
            self._owner(line, cell, guess, thing)
        elif role in _DAYS:
            self._day(line, cell, guess, thing)
        elif role is Role.STATE:
            self._state(cell, guess, thing)
        elif role is Role.NUMBER:
            self._number(line, cell, guess, thing)
        elif role is Role.WEIGHT:
            self._weight(line, cell, guess, thing)
        elif role is Role.SOURCE and thing.measured and thing.source in ("", cell.text):
            thing.source = "" if is_unknown(cell.text) else cell.text
        elif not is_unknown(cell.text):
            self._keep(cell, guess, thing)

    def _keep(self, cell: Cell, guess: Guess, thing: Thing) -> None:
        """Keep a text as a remark, with the name of its column."""
        plain = guess.column.name.casefold() in _PLAIN
        thing.remark(cell.text if plain else f"{guess.column.name}: {cell.text}")

    def _refuse(self, line: Line, cell: Cell, guess: Guess, words: str, things: Sequence[Thing] = ()) -> None:
        """Tell that a cell could not be read; its text is kept where there is something to keep it with."""
        for thing in things:
            self._keep(cell, guess, thing)
        said = f"“{' '.join(cell.text.split())}”: {words}"
        self._out.problems.append(self._sheet.problem(said, line.number, guess.column.at, guess.column.name))

    def _say(self, line: Line, guess: Guess, words: str) -> None:
        """Say how something was read that could have been meant otherwise."""
        if words:
            self._out.remarks.append(f"{self._sheet.place}:{line.number}: {guess.column.name}: {words}")

    def _owner(self, line: Line, cell: Cell, guess: Guess, thing: Thing) -> None:
        found = owners(cell.text)
        if found.staff:
            self._refuse(line, cell, guess, "nobody is known by a number; write a title or an address")
        names = list(found.names)
        if names and not thing.owner:
            thing.owner = names[0]
        if others := [name for name in names if name != thing.owner]:
            thing.remark(f"Also responsible: {'; '.join(others)}")

    def _day(self, line: Line, cell: Cell, guess: Guess, thing: Thing) -> None:
        if is_unknown(cell.text):
            return
        found = only(cell.text, self._calendar)
        if found is None and any(map(str.isdigit, cell.text)):
            self._refuse(line, cell, guess, "it names no day, month or school year that is clear", [thing])
        elif found is None or not thing.works:
            self._keep(cell, guess, thing)
        else:
            self._say(line, guess, found.how)
            role = guess.use.role
            one_day = role is Role.DATES and found.first == found.last
            start = None if role is Role.DUE or one_day else found.first
            self._put_days(line, cell, guess, thing, (start, None if role is Role.START else found.last))

    def _put_days(
        self, line: Line, cell: Cell, guess: Guess, thing: Thing, days: tuple[date | None, date | None]
    ) -> None:
        """Set the days that are not known yet; none that contradicts another."""
        held = (thing.start, thing.due)
        for name, known, day in zip(("start", "due"), held, days, strict=True):
            if day is not None and known is not None and known != day:
                self._refuse(
                    line, cell, guess, f"its {name} day is {known} already, by another line or column", [thing]
                )
            elif day is not None:
                setattr(thing, name, day)
        if thing.start and thing.due and thing.due < thing.start:
            words = f"it would be due on {thing.due}, before it starts on {thing.start}"
            thing.start, thing.due = held
            self._refuse(line, cell, guess, words, [thing])

    def _state(self, cell: Cell, guess: Guess, thing: Thing) -> None:
        state = state_of(cell.text)
        if state is not None and (thing.works or thing.measured):
            thing.state = state
        elif not is_unknown(cell.text):
            self._keep(cell, guess, thing)

    def _number(self, line: Line, cell: Cell, guess: Guess, thing: Thing) -> None:
        number = cell.text.strip().rstrip(".")
        if cell.day is not None or _TYPED.fullmatch(cell.text):
            self._refuse(line, cell, guess, "Excel made a day of this number; write it anew as text", [thing])
        elif not thing.number and _NUMBER.fullmatch(number):
            thing.number = number
        elif not is_unknown(cell.text) and thing.number != number:
            self._keep(cell, guess, thing)

    def _weight(self, line: Line, cell: Cell, guess: Guess, thing: Thing) -> None:
        try:
            found = measure(cell.text, self._calendar)
        except NoFigure as error:
            self._refuse(line, cell, guess, str(error), [thing])
            return
        if found.unknown and found.whole:
            return
        if found.value is None or found.value < 0 or not found.whole:
            self._refuse(line, cell, guess, "a weight is a figure, and nothing else", [thing])
        elif thing.works:
            thing.weight = found.value
        else:
            self._keep(cell, guess, thing)

    def _measured(self, line: Line, cell: Cell, guess: Guess, things: Sequence[Thing]) -> None:
        """A cell about what is measured."""
        kpis = [thing for thing in things if thing.measured]
        told = not is_unknown(cell.text)
        if not kpis:
            if told:
                self._refuse(line, cell, guess, "this line has no KPI that it could belong to", things)
            return
        parts = _parts(cell.text, len(kpis))
        if len(kpis) > 1 and not parts and guess.use.role in DATED:
            if told:
                self._refuse(line, cell, guess, "nobody can say to which of the KPIs of this line it belongs", kpis)
            return
        for kpi, text in zip(kpis, parts or [cell.text] * len(kpis), strict=True):
            part = replace(cell, text=text) if parts else cell
            if guess.use.role is Role.UNIT:
                self._unit(part, guess, kpi)
            elif guess.use.role is Role.DIRECTION:
                self._direction(part, guess, kpi)
            else:
                self._figure(line, part, guess, kpi)

    def _unit(self, cell: Cell, guess: Guess, kpi: Thing) -> None:
        unit = "" if is_unknown(cell.text) and cell.text != "%" else " ".join(cell.text.split())
        if kpi.unit and unit not in ("", kpi.unit):
            self._keep(cell, guess, kpi)
        kpi.unit = kpi.unit or unit

    def _direction(self, cell: Cell, guess: Guess, kpi: Thing) -> None:
        words = cell.text.strip()
        for form, direction in ((_RISE, "increase"), (_FALL, "decrease"), (_HOLD, "at_least")):
            if form.fullmatch(words) and kpi.direction in ("", direction):
                kpi.direction = direction
                return
        if not is_unknown(words):
            self._keep(cell, guess, kpi)

    def _figure(self, line: Line, cell: Cell, guess: Guess, kpi: Thing) -> None:
        try:
            found, aim = figures(cell, self._calendar)
            made = self._made(line, cell, guess, found)
            if aim is None:
                put(kpi, guess.use, made)
            else:
                put(kpi, replace(guess.use, role=Role.BASELINE), replace(made, on=found.on))
                put(kpi, replace(guess.use, role=Role.TARGET), replace(self._made(line, cell, guess, aim), on=aim.on))
        except Doubt as doubt:
            self._refuse(line, cell, guess, str(doubt), [kpi])
            return
        self._say(line, guess, found.how or (aim.how if aim else ""))
        if not found.whole or (aim and not aim.whole):
            self._keep(cell, guess, kpi)

    def _made(self, line: Line, cell: Cell, guess: Guess, found: Measure) -> Figure:
        """A figure with its day: its own, that of its heading, or what a column of days says."""
        day = found.on or guess.use.on or self._day_beside(line, guess)
        return Figure(
            found.value, found.change, day, found.unit, found.bound, guess.use.window, found.n,
            line.number, guess.column.at, guess.column.name, " ".join(cell.text.split()),
        )  # fmt: skip

    def _day_beside(self, line: Line, guess: Guess) -> date | None:
        role = guess.use.role
        if role not in _BESIDE:
            return None
        others = [_BESIDE[role], *([Role.DATES] if role is not Role.BASELINE else [])]
        others += [Role.DUE] if role is Role.TARGET else []
        column = next((self._by_role[each] for each in others if each in self._by_role), None)
        stretch = only(line.cell(column.column.at).text, self._calendar) if column else None
        return stretch.last if stretch else None

    def _for_figure(self, line: Line, cell: Cell, guess: Guess, things: Sequence[Thing]) -> None:
        """A day that belongs to a figure beside it, which takes it; where there is none, the text is kept."""
        about = next(role for role, beside in _BESIDE.items() if beside is guess.use.role)
        figure = self._by_role.get(about)
        taken = figure is not None and line.cell(figure.column.at).text and any(thing.measured for thing in things)
        if not is_unknown(cell.text) and not (taken and only(cell.text, self._calendar)):
            for thing in things:
                self._keep(cell, guess, thing)

    def _from_title(self, kpi: Thing, line: Line) -> None:
        """What a KPI's own sentence says of where it starts and what it should reach."""
        both = way(kpi.title, self._calendar, in_words=True)
        roles = {guess.use.role for guess in self._guesses if line.cell(guess.column.at).text}
        if both is None or kpi.line != line.number or roles & {Role.BASELINE, Role.TARGET}:
            return
        start, aim = (
            Figure(each.value, each.change, each.on, each.unit, each.bound, line=line.number, text=kpi.title)
            for each in both
        )
        kpi.baseline, kpi.target = kpi.baseline or start, kpi.target or aim

    def _stray(self, line: Line, things: Sequence[Thing]) -> None:
        """Cells in columns without a heading."""
        for at in line.filled:
            text = line.cell(at).text
            if at not in self._headed and things and not is_unknown(text):
                words = f"“{' '.join(text.split())}”: its column has no heading; it is kept in the notes"
                self._out.problems.append(self._sheet.problem(words, line.number, at))
                for thing in things:
                    thing.remark(text)


def _parts(text: str, many: int, *, by_lines: bool = True) -> list[str]:
    """The parts of a cell, where it lists as many as there are items; owners on lines may as well share all of them."""
    if many < 2:
        return []
    found, lines = listed(text), text.split("\n")
    if len(found.items) == many and not found.lead:
        return list(found.items)
    return lines if by_lines and len(lines) == many else []


def _each_once(things: Iterable[Thing]) -> list[Thing]:
    return list({id(thing): thing for thing in things}.values())
