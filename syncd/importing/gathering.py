"""Makes items of the lines of sheets, and an account of each line: an item, skipped, or unreadable. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from syncd.importing.blocks import Block, Layout
from syncd.importing.columns import Guess, needs
from syncd.importing.days import Calendar, ambiguous, month_comes_first
from syncd.importing.figures import is_unknown
from syncd.importing.filling import Filling
from syncd.importing.grid import Cell, Line, Sheet
from syncd.importing.headings import TIERS, UPPER, Role, tier_of
from syncd.importing.measuring import settle
from syncd.importing.splitting import Name, listed, named
from syncd.importing.tree import Account, Fate, Gathered, Growing, Thing
from syncd.plan.model import Tier

_ORDER: Final = (Tier.GOAL, Tier.OUTCOME, Tier.KPI, Tier.GUARDRAIL, Tier.ACTION, Tier.PROJECT)
_LEVELS: Final = {"1": Tier.GOAL, "2": Tier.ACTION, "3": Tier.PROJECT}
"""What the levels of an outline that only counts them are taken for."""
_NAMED: Final = 5
"""So many columns are named of a table that is passed over."""
_LONGEST: Final = 300
"""Letters from which on a text is no title any more: it begins one, and stands whole in the notes."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a sheet with what its columns hold."""

    block: Block
    guesses: tuple[Guess, ...]


def gather(sheets: Iterable[tuple[Layout, Sequence[Table]]], calendar: Calendar, name: str) -> Gathered:
    """The items that all sheets hold; `name` stands for a goal where no sheet names one."""
    work = _Gathering(calendar, name)
    for layout, tables in sheets:
        work.take(layout, tables)
    for thing in work.out.things():
        if thing.measured:
            for figure, why in settle(thing):
                heading, words = figure.heading, f"“{figure.text}”: {why}"
                work.out.problems.append(thing.sheet.problem(words, figure.line or thing.line, figure.column, heading))
                thing.remark(f"{heading or 'In the sheet'}: {figure.text}")
    return work.out


class _Gathering:
    """What is known while lines are read, one after the other."""

    def __init__(self, calendar: Calendar, name: str) -> None:
        self.out = Gathered()
        self._growing = Growing()
        self.out.goals = self._growing.goals
        self._calendar, self._name = calendar, name
        self._sheet = Sheet("", "", ())
        self._of_sheet: Name | None = None
        self._heading: Mapping[Tier, Thing] = {}
        self._goals: set[int] = set()
        self._section_rank = len(UPPER)
        self._told: set[tuple[str, str]] = set()

    def take(self, layout: Layout, tables: Sequence[Table]) -> None:
        """All lines of a sheet."""
        self._sheet = layout.sheet
        self._growing.current.clear()
        self._heading, self._goals = {}, set()
        self._section_rank = len(UPPER)
        self.out.title = self.out.title or layout.title
        for number, why in layout.skipped.items():
            self._account(number, Fate.SKIPPED, why)
        name = named(layout.sheet.name)
        self._of_sheet = name if tier_of(name.word) is Tier.GOAL else None
        for line in layout.above:
            self._section(line, named(next(cell.text for cell in line.cells if cell.text)))
        for table in tables:
            if needs(table.guesses):
                self._table(table)
            else:
                self._other(table)

    def _stand_sheet(self) -> None:
        """Have a sheet named “Goal 1 Literacy” head its lines like a line of that name would, if it is named so."""
        if self._of_sheet is None or Tier.GOAL in self._growing.current:
            return
        self._section_rank = max(_rank(self._of_sheet), 0)
        self._growing.stand(self._thing(Tier.GOAL, self._of_sheet, 1))
        self._heading = dict(self._growing.current)

    def _begin(self, tiers: Sequence[tuple[Tier, Guess]]) -> None:
        """Leave standing above a new table what headed it, what it has a column for, and the only goal there is."""
        kept = {tier for tier, _ in tiers} | ({Tier.GOAL} if len(self._goals) == 1 else set())
        standing = self._growing.current
        for tier in [
            tier for tier, each in standing.items() if tier not in kept and self._heading.get(tier) is not each
        ]:
            del standing[tier]

    def _other(self, table: Table) -> None:
        """A table of which no column names items: only the lines that head others count."""
        lines = table.block.lines
        for line in lines:
            section = self._heads(line, ())
            if section is not None and tier_of(section.word):
                self._section(line, section)
            else:
                self._account(line.number, Fate.SKIPPED, "no column of its table names items")
        if lines and len(table.guesses) > 1:
            names = ", ".join(f"“{guess.column.name}”" for guess in table.guesses[:_NAMED])
            words = f"no column of this table names goals, actions, projects or KPIs, so it is passed over ({names})"
            self.out.problems.append(self._sheet.problem(words, lines[0].number))

    def _table(self, table: Table) -> None:
        tiers = [(TIERS[guess.use.role], guess) for guess in table.guesses if guess.use.role in TIERS]
        tiers.sort(key=lambda each: _ORDER.index(each[0]))
        self._begin(tiers)
        filling = Filling(self._sheet, table.guesses, self._calendar_of(table), self.out, _numbered(table, tiers))
        for line in table.block.lines:
            section = self._heads(line, tiers)
            if section is not None:
                self._section(line, section)
                continue
            own = self._items(line, table.guesses, tiers)
            if own is None:
                self._account(line.number, Fate.SKIPPED, "it names nothing yet, and holds nothing else")
            elif filling.fill(line, own, self._growing.current.get(Tier.KPI)):
                self._account(line.number, Fate.USED)
            else:
                self._unreadable(line, table.guesses)

    def _calendar_of(self, table: Table) -> Calendar:
        """How days are written in a table: as they show themselves, else as it is said for all."""
        about = [guess for guess in table.guesses if guess.use.role in (Role.START, Role.DUE, Role.DATES)]
        texts = [line.cell(guess.column.at).text for guess in about for line in table.block.lines]
        shown = month_comes_first(texts)
        if shown is not None:
            return Calendar(shown, self._calendar.starts_in)
        if not self._calendar.said and any(map(ambiguous, texts)):
            first = "the month" if self._calendar.month_first else "the day"
            self.out.remarks.append(f"{self._sheet.place}: {first} was taken to come first, as in 3/4/2026")
        return self._calendar

    def _heads(self, line: Line, tiers: Sequence[tuple[Tier, Guess]]) -> Name | None:
        """The name of what all further lines stand below, if that is all that this line holds."""
        texts = {cell.text for cell in line.cells if cell.text}
        if len(texts) != 1:
            return None
        at = next(at for at, cell in enumerate(line.cells) if cell.text)
        cell = line.cell(at)
        name, tier = named(cell.text), next((tier for tier, guess in tiers if guess.column.at == at), None)
        above = tier_of(name.word) if name.word else None
        if cell.width > 1:
            return name
        if above not in (Tier.GOAL, Tier.OUTCOME, Tier.ACTION) or above is tier:
            return None
        return name if tier is None or _ORDER.index(above) < _ORDER.index(tier) else None

    def _section(self, line: Line, name: Name) -> None:
        """A line that heads those below it."""
        tier = tier_of(name.word) or Tier.GOAL
        if self._of_sheet is not None and _rank(name) > _rank(self._of_sheet):
            self._stand_sheet()
        if tier is Tier.GOAL and name.word in UPPER:
            rank = UPPER.index(name.word)
            standing = Tier.GOAL in self._growing.current
            tier = Tier.OUTCOME if standing and rank > self._section_rank else Tier.GOAL
            self._section_rank = rank if tier is Tier.GOAL else self._section_rank
        elif tier is Tier.OUTCOME and Tier.GOAL not in self._growing.current:
            tier = Tier.GOAL
        self._growing.stand(self._thing(tier, name, line.number))
        self._heading = dict(self._growing.current)
        self._account(line.number, Fate.USED)

    def _items(
        self, line: Line, guesses: Sequence[Guess], tiers: Sequence[tuple[Tier, Guess]]
    ) -> list[list[Thing]] | None:
        """The items that a line names, cell by cell from the top down; None where it only says they are not known."""
        found: list[list[Thing]] = []
        unknown = False
        named_by = sorted([*tiers, *self._titled(line, guesses)], key=lambda each: _ORDER.index(each[0]))
        for tier, guess in named_by:
            cell = line.cell(guess.column.at)
            if cell.text and is_unknown(cell.text):
                unknown = True
            elif cell.text:
                found += self._of_cell(tier, cell, line, guess)
                self._growing.stand(found[-1][-1])
                if tier is Tier.GOAL:
                    self._goals.add(id(found[-1][-1]))
        others = [at for at in line.filled if not is_unknown(line.cell(at).text)]
        return None if unknown and not found and not others else found

    def _titled(self, line: Line, guesses: Sequence[Guess]) -> list[tuple[Tier, Guess]]:
        """The column of titles with the tier that the line says, where a table has one."""
        by_role = {guess.use.role: guess for guess in guesses}
        if Role.TITLE not in by_role:
            return []
        title, level = by_role[Role.TITLE], by_role.get(Role.LEVEL)
        name = named(line.cell(title.column.at).text)
        text = line.cell(level.column.at).text if level else ""
        said = _LEVELS.get(text) or (tier_of(named(text).title) if text else None)
        if level and text and said is None:
            words = f"“{text}” is no tier that is known; it was taken for an action"
            self._problem(line, level.column.at, level.column.name, words)
        return [(said or tier_of(name.word) or Tier.ACTION, title)]

    def _of_cell(self, tier: Tier, cell: Cell, line: Line, guess: Guess) -> list[list[Thing]]:
        """The items of one cell. What only leads to a list has the list below it, or in its notes."""
        at, heading = guess.column.at, guess.column.name
        if cell.day is not None:
            self._problem(line, at, heading, f"Excel made a day of this name ({cell.text}); is it what was typed?")
        parts = listed(cell.text)
        if parts.loose and not cell.spread:
            self._problem(line, at, heading, "there are several lines without bullets in it; they were taken as one")
        if not parts.lead:
            return [[self._thing(tier, named(text), line.number) for text in parts.items]]
        lead = self._thing(tier, named(parts.lead), line.number)
        if tier is not Tier.ACTION:
            lead.remark("\n".join(f"• {text}" for text in parts.items))
            return [[lead]]
        self._growing.stand(lead)
        return [[lead], [self._thing(Tier.PROJECT, named(text), line.number) for text in parts.items]]

    def _thing(self, tier: Tier, name: Name, line: int) -> Thing:
        """The item of that name where the line stands: one that is known, or a new one."""
        tier, above = self._place(tier, line)
        title = name.title if len(name.title) <= _LONGEST else f"{name.title[: _LONGEST - 1]}…"
        known = self._growing.find(tier, title, name.number, above)
        if known is None:
            known = Thing(tier, title, self._sheet, line, name.number, above)
            self._growing.add(known)
        elif name.number and not known.number:
            known.number = name.number
        if name.title != title:
            known.remark(name.title)
        if name.state is not None and (known.works or known.measured):
            known.state = name.state
        elif name.state is not None:
            known.remark(f"In the sheet: {name.state.value.replace('_', ' ')}")
        return known

    def _place(self, tier: Tier, line: int) -> tuple[Tier, Thing | None]:
        """Below what an item stands; where nothing above it is named, that is told once a sheet."""
        if tier is Tier.GOAL:
            return tier, None
        if tier is Tier.PROJECT and Tier.ACTION not in self._growing.current:
            self._once(line, "no action stands above this project; it and others like it were taken for actions")
            tier = Tier.ACTION
        if self._growing.above(tier) is None:
            self._stand_sheet()
        above = self._growing.above(tier)
        if above is None:
            title = self._sheet.name or self.out.title or self._name
            self._once(line, f"no goal stands above this line; it and others were put below a goal named “{title}”")
            above = self._growing.find(Tier.GOAL, title, "", None)
            if above is None:
                above = Thing(Tier.GOAL, title, self._sheet, line)
                self._growing.add(above)
            self._growing.current[Tier.GOAL] = above
        return tier, above

    def _once(self, line: int, words: str) -> None:
        if (self._sheet.place, words) not in self._told:
            self._told.add((self._sheet.place, words))
            self.out.problems.append(self._sheet.problem(words, line))

    def _unreadable(self, line: Line, guesses: Sequence[Guess]) -> None:
        """A line that belongs to no item: it is told with all that it holds."""
        at = line.filled[0] if line.filled else 0
        names: Mapping[int, str] = {guess.column.at: guess.column.name for guess in guesses}
        held = "; ".join(f"“{' '.join(line.cell(each).text.split())}”" for each in line.filled)
        words = f"this line names no item, so nobody can say what it belongs to: {held}"
        self._problem(line, at, names.get(at, ""), words)
        self._account(line.number, Fate.UNREADABLE, "it names no item")

    def _problem(self, line: Line, at: int, heading: str, words: str) -> None:
        self.out.problems.append(self._sheet.problem(words, line.number, at, heading))

    def _account(self, line: int, fate: Fate, why: str = "") -> None:
        self.out.accounts.append(Account(self._sheet.place, line, fate, why))


def _rank(name: Name) -> int:
    """How far down a word for a goal or an outcome stands; one that is none of them stands above all."""
    return UPPER.index(name.word) if name.word in UPPER else -1


def _numbered(table: Table, tiers: Sequence[tuple[Tier, Guess]]) -> Tier | None:
    """The tier that a column of numbers is about: the lowest of which every cell has one of its own beside it."""
    numbers = next((guess.column.at for guess in table.guesses if guess.use.role is Role.NUMBER), None)
    if numbers is None:
        return None
    for tier in dict.fromkeys(tier for tier, _ in reversed(tiers)):
        columns = [guess.column.at for each, guess in tiers if each is tier]
        named_in = [line for line in table.block.lines if any(at in line.filled for at in columns)]
        if named_in and all(line.cell(numbers).text and _names_one(line, columns) for line in named_in):
            return tier
    return None


def _names_one(line: Line, columns: Sequence[int]) -> bool:
    return sum(len(listed(line.cell(at).text).items) for at in columns if line.cell(at).text) == 1
