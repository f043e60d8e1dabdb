"""Made-up districts whose plans are known exactly, written into spreadsheets as people write them: with every trap."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook

VERBS: Final = ("Adopt", "Train", "Hire", "Open", "Review", "Build", "Map", "Coach", "Fund", "Pilot", "Publish")
THINGS: Final = (
    "structured literacy", "K–3 teachers", "family nights", "every 9th-grade seminar", "a “ready” check, in full",
    "coaches; two each", "bus routes", "data days", "algebra, early", "safe halls", "library hours", "Niños al día",
    "grade 4 tutoring", "the board's report",
)  # fmt: skip
ROLES: Final = (
    "Chief Academic Officer", "Asst. Superintendent, Elementary", "Director of Literacy", "principal@riverbend.example",
    "Director of Teaching and Learning", "HR", "Principals",
)  # fmt: skip
MONTHS: Final = ("January", "Feb", "March", "Apr", "May", "June", "July", "Aug", "Sept", "October", "Nov", "Dec")
UNKNOWN: Final = ("TBD", "tba", "N/A", "?", "—", "-", "__%", "", "  ")


@dataclass
class Fact:
    """An item as it is meant, with what stands below it."""

    tier: str
    title: str
    owner: str | None = None
    start: date | None = None
    due: date | None = None
    state: str | None = None
    baseline: tuple[Decimal | None, date | None] | None = None
    target: tuple[Decimal | None, date | None] | None = None
    interim: dict[date, Decimal] = field(default_factory=dict)
    reading: tuple[Decimal, date] | None = None
    below: list[Fact] = field(default_factory=list)

    def walk(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Fact]]:
        """It and all below it, with the titles above."""
        yield above, self
        for each in self.below:
            yield from each.walk((*above, self.title))


class District:
    """A plan that is known, in sheets that are a mess; all by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._used: set[str] = set()
        self.goals = [self._goal() for _ in range(self.chance.randint(1, 4))]
        self.sections = self.chance.random() < 0.5
        self.numbers = self.chance.random() < 0.5
        self.repeats = self.chance.choice(["blank", "repeated", "merged"])
        self.bullets = self.chance.choice(["", "• ", "· ", "- ", "1."])
        self.word = self._some("Goal", "Priority", "GOAL", "Strategic Priority", "Focus Area")
        self.deep = self.chance.random() < 0.4
        self.workbook = self.chance.random() < 0.5
        if not self.workbook and self.repeats == "merged":
            self.repeats = "blank"

    def _some(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def _title(self) -> str:
        while True:
            where = f"{self._some('all', 'ten', 'half the')} {self._some(*'ABCDEF')}-schools"
            title = f"{self._some(*VERBS)} {self._some(*THINGS)} in {where}"
            if title not in self._used:
                self._used.add(title)
                return title

    def _goal(self) -> Fact:
        goal = Fact("goal", self._title())
        goal.below += [self._kpi() for _ in range(self.chance.randint(0, 3))]
        goal.below += [self._action() for _ in range(self.chance.randint(1, 3))]
        return goal

    def _kpi(self) -> Fact:
        kpi = Fact("kpi", self._title())
        low, high = self.chance.randint(20, 60), self.chance.randint(61, 99)
        start, aim = (low, high) if self.chance.random() < 0.7 else (high, low)
        exact = Decimal(start) + Decimal(self.chance.randint(0, 9)) / 10
        kpi.baseline = self._some((exact, None), (exact, date(2025, 6, 30)), (None, None), None)
        kpi.target = self._some((Decimal(aim), None), (Decimal(aim), date(2029, 6, 30)), (None, None), None)
        kpi.reading = self._some((Decimal(low) + 1, date(2026, 6, 30)), None)
        kpi.owner = self._some(None, *ROLES)
        return kpi

    def _work(self, tier: str) -> Fact:
        work = Fact(tier, self._title(), owner=self._some(None, *ROLES))
        work.state = self._some(None, None, None, "cancelled", "on_hold", "deferred")
        work.start = self._some(None, date(2025, 8, 1), date(2025, 7, 1), date(2025, 9, 14))
        work.due = self._some(None, date(2026, 6, 30), date(2027, 3, 31), date(2028, 12, 25))
        return work

    def _action(self) -> Fact:
        if self.chance.random() < 0.4:
            return self._work("action")
        action = Fact("action", self._title())
        if self.chance.random() < 0.3:
            first, *others = [self._work("project") for _ in range(self.chance.randint(2, 3))]
            for other in others:  # one line says all of them
                other.owner, other.start, other.due, other.state = first.owner, first.start, first.due, first.state
            action.below = [first, *others]
        else:
            action.below = [self._work("project") for _ in range(self.chance.randint(1, 3))]
        return action

    # How people write it

    def _day(self, day: date | None, *, first: bool) -> Any:
        if day is None:
            return self._some(*UNKNOWN[:5], "")
        forms: list[Any] = [
            day.isoformat(),
            f"{day.month}/{day.day}/{day.year}",
            f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        ]
        if self.workbook:
            forms.append(datetime.combine(day, time()))
        if not first and (day.month, day.day) in ((6, 30), (3, 31)):
            forms += [f"{MONTHS[day.month - 1]} {day.year}", f"by {MONTHS[day.month - 1]} {day.year}"]
        if not first and (day.month, day.day) == (6, 30):
            forms += [
                f"{day.year - 1}–{day.year % 100}",
                f"SY{day.year}",
                f"FY{day.year % 100}",
                f"{day.year - 1}-{day.year}",
            ]
        if first and (day.month, day.day) == (7, 1):
            forms += [f"{day.year}-{(day.year + 1) % 100}", f"SY{day.year % 100}-{(day.year + 1) % 100}"]
        return self._some(*forms)

    def _figure(self, mark: tuple[Decimal | None, date | None] | None) -> str:
        if mark is None or mark[0] is None:
            return str(self._some(*UNKNOWN))
        value, day = mark
        percent = f"{value:f}{self._some('%', ' %')}"
        if day is None:
            return str(self._some(percent, f"{percent} ", f"\u00a0{percent}"))
        when = self._some(f"June {day.year}", f"{day.year - 1}-{day.year % 100}", day.isoformat())
        return str(self._some(f"{percent} ({when})", f"{percent} by {when}", f"{percent}, {when}"))

    def _state(self, state: str | None) -> str:
        words = {
            None: ("", "In progress", "IP", "done", "NM"),
            "cancelled": ("Cancelled", "canceled", "CANCELLED"),
            "on_hold": ("On Hold", "on-hold", "Paused"),
            "deferred": ("Deferred", "postponed"),
        }
        return str(self._some(*words[state]))

    def _said(self, text: str, number: str = "") -> str:
        """A title with odd blanks, and a number before it."""
        text = text.replace(" ", "\u00a0", 1) if self.chance.random() < 0.2 else text
        text = f"{number} {text}" if number else text
        return f" {text}  " if self.chance.random() < 0.2 else text

    def _owner(self, owner: str | None) -> str:
        if owner is None:
            return str(self._some("", "TBD", "n/a"))
        return str(self._some(owner, owner, f"{owner}; Board Secretary", f"{owner}\nBoard Secretary"))

    def _works(self, goal: int, number: int, action: Fact) -> Iterator[list[Any]]:
        """The lines of an action: action, project, owner, start, due, status, remark."""
        title = self._said(action.title, f"{goal}.{number}" if self.numbers else "")
        if not action.below:
            yield [title, "", *self._rest(action)]
            return
        first = action.below[0]
        alike = len(action.below) > 1 and all(
            (each.owner, each.start, each.due, each.state) == (first.owner, first.start, first.due, first.state)
            for each in action.below
        )
        if alike and self.bullets:
            listed = [
                f"{self.bullets if self.bullets != '1.' else f'{at}. '}{each.title}"
                for at, each in enumerate(action.below, 1)
            ]
            yield [title, "\n".join(listed), *self._rest(first)]
            return
        for at, project in enumerate(action.below):
            cancelled = project.state == "cancelled" and self.chance.random() < 0.5
            named = (
                f"{self._some('Cancelled', 'CANCELED')}: {project.title}" if cancelled else self._said(project.title)
            )
            yield [
                title if at == 0 or self.repeats == "repeated" else None,
                named,
                *self._rest(project, told=cancelled),
            ]

    def _rest(self, work: Fact, *, told: bool = False) -> list[Any]:
        state = "" if told else self._state(work.state)
        return [self._owner(work.owner), self._day(work.start, first=True), self._day(work.due, first=False), state,
                self._some("", "Mind the budget", "see “notes”")]  # fmt: skip

    def sheets(self) -> list[list[list[Any]]]:
        """The sheets, line by line; None stands for what a merged cell covers."""
        parts = [self.goals]
        if self.workbook and len(self.goals) > 1 and self.chance.random() < 0.5:
            parts = [self.goals[:1], self.goals[1:]]
        return [self._sheet(part, self.goals.index(part[0])) for part in parts]

    def _sheet(self, goals: list[Fact], first: int) -> list[list[Any]]:
        rows: list[list[Any]] = []
        if self.chance.random() < 0.5:
            rows += [[self._some("Riverbend Unified", "District improvement, the whole of it")], []]
        for at, goal in enumerate(goals, first + 1):
            if self.sections:
                rows.append([f"{self.word} {at}{self._some(':', '.', ' –')} {goal.title}"])
            rows += self._measures(at, goal)
            rows += self._actions(at, goal)
            if self.chance.random() < 0.3:
                rows.append([])
        if self.chance.random() < 0.5:
            rows.append(
                [self._some("* preliminary", "Note: figures are as of June", "Source: the state", "Updated monthly")]
            )
        return rows

    def _above(self, at: int, goal: Fact, count: int) -> Any:
        if self.sections:
            return []
        name = f"Goal {at}: {goal.title}" if self.numbers else goal.title
        return [name if count == 0 or self.repeats == "repeated" else None]

    def _measures(self, at: int, goal: Fact) -> Iterator[list[Any]]:
        kpis = [each for each in goal.below if each.tier == "kpi"]
        if not kpis:
            return
        upper = [] if self.sections else [self._some("Goal", "Strategic goal")]
        names = [self._some("KPI", "Measure", "Indicator", "Metric"), "Baseline"]
        if self.deep:
            yield [*upper, *names, "Targets", "", self._some("Current June 2026", "Actual 2025-26"), "Owner"]
            yield [*("" for _ in upper), "", "", "2026-27", "2028-29", "", ""]
        else:
            yield [*upper, *names, "Target", self._some("Current June 2026", "Actual 2025-26"), "Owner"]
        for count, kpi in enumerate(kpis):
            target = kpi.target
            if self.deep and target is not None and target[1] is None:
                kpi.target = target = (target[0], date(2029, 6, 30))
            interim: list[Any] = []
            if self.deep:
                middle = Decimal(60)
                wanted = self.chance.random() < 0.5
                kpi.interim = {date(2027, 6, 30): middle} if wanted else {}
                interim = ["60%" if wanted else self._some(*UNKNOWN)]
            reading = "" if kpi.reading is None else f"{kpi.reading[0]:f}%"
            cells = [self._said(kpi.title), self._figure(kpi.baseline), *interim, self._figure(target), reading]
            yield [*self._above(at, goal, count), *cells, self._owner(kpi.owner)]

    def _actions(self, at: int, goal: Fact) -> Iterator[list[Any]]:
        upper = [] if self.sections else ["Goal"]
        head = [*upper, self._some("Strategic action", "Action", "Strategy", "Initiative"),
                self._some("Project", "Action step", "Task", "Activity"),
                self._some("Owner", "Person responsible", "Lead", "Who"), self._some("Start", "Start date", "Begin"),
                self._some("Due", "End date", "Deadline", "By when"), self._some("Status", "RAG"),
                self._some("Notes", "Comments", "Anything else")]  # fmt: skip
        yield head
        count = 0
        for number, action in enumerate((each for each in goal.below if each.tier == "action"), 1):
            for cells in self._works(at, number, action):
                if count and self.repeats != "merged" and self.chance.random() < 0.1:
                    yield head
                if self.chance.random() < 0.05:
                    yield []
                yield [*self._above(at, goal, count), *cells]
                count += 1

    def file(self) -> tuple[str, bytes, list[list[int]]]:
        """Name and bytes of the file, and by sheet the numbers of the lines that hold anything."""
        sheets = self.sheets()
        if self.workbook:
            return "plan.xlsx", self._as_workbook(sheets), [_lines(rows) for rows in sheets]
        (rows,) = sheets
        sign = self._some(",", ";", "\t")
        out = io.StringIO(newline="")
        table = csv.writer(out, delimiter=sign, quoting=self._some(csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        numbers, line = [], 1
        for row in rows:
            before = out.getvalue().count("\n")
            table.writerow(["" if cell is None else cell for cell in row])
            if any(str(cell or "").strip() for cell in row):
                numbers.append(line)
            line += out.getvalue().count("\n") - before
        encoding = self._some("utf-8", "utf-8-sig", "cp1252", "utf-16")
        return "plan.csv", out.getvalue().encode(encoding), [numbers]

    def _as_workbook(self, sheets: list[list[list[Any]]]) -> bytes:
        book = Workbook()
        book.remove(book.active)
        for number, rows in enumerate(sheets, 1):
            sheet = book.create_sheet(f"Part {number}")
            for at, row in enumerate(rows, 1):
                for column, cell in enumerate(row, 1):
                    if cell is not None and cell != "":
                        sheet.cell(at, column, cell)
            if self.repeats == "merged":
                for column in range(1, 3):
                    _merge(sheet, rows, column)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _merge(sheet: Any, rows: list[list[Any]], column: int) -> None:
    """Merge what stands above blanks that are meant to carry it down."""
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and len(rows[end]) >= column and rows[end][column - 1] is None:
            end += 1
        if end > at + 1 and len(rows[at]) >= column and rows[at][column - 1]:
            sheet.merge_cells(start_row=at + 1, end_row=end, start_column=column, end_column=column)
        at = end


def _lines(rows: list[list[Any]]) -> list[int]:
    return [at for at, row in enumerate(rows, 1) if any(str(cell or "").strip() for cell in row)]
