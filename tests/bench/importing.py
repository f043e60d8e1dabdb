"""Importing a district's spreadsheet of 10,000 lines, as CSV and as a workbook, and its next version onto the plan."""

from __future__ import annotations

import csv
import io
import time
from typing import Final

from openpyxl import Workbook

from syncd.importing.bringing import bring, existing
from syncd.importing.importer import Settings, propose
from tests.bench.rows import Row

LINES: Final = 10_000
BUDGET: Final = 10.0
HEAD: Final = (
    "Goal", "Outcome", "Measure", "Baseline", "Target", "Actual 2025-26", "Strategic action", "Action step",
    "Person responsible", "Start", "Due", "Status",
)  # fmt: skip


def lines(changed: bool = False) -> list[list[str]]:
    """The lines of a sheet in which what stands above is left blank; in the next version every tenth is another."""
    held = []
    for number in range(LINES):
        first, other = number % 100 == 0, "!" if changed and number % 10 == 5 else ""
        goal, action = number // 1000, number // 10
        held.append(
            [
                f"Goal {goal + 1}: All succeed {'in the long run ' * goal}" if number % 1000 == 0 else "",
                f"Outcome {number // 100} is reached in every school" if first else "",
                f"Share of students who reach level {number // 100}" if first else "",
                f"{number % 40 + 20}% (June 2025)" if first else "",
                f"{number % 30 + 65}% by June 2029" if first else "",
                f"{number % 40 + 22}%" if first else "",
                f"{action + 1}. Initiative of team {action}" if number % 10 == 0 else "",
                f"Step {number} is planned and done{other}",
                "Chief Academic Officer; Principals",
                "8/1/2025",
                "June 2027" if not changed or number % 10 != 3 else "June 2028",
                "In progress",
            ]
        )
    return held


def as_csv(rows: list[list[str]]) -> bytes:
    """The sheet as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([list(HEAD), *rows])
    return out.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    """The sheet as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    for row in [list(HEAD), *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure() -> list[Row]:
    """From the bytes to the text of the plan, the checks of it included."""
    rows = []
    for name, held in (("CSV", as_csv(lines())), (".xlsx", as_xlsx(lines()))):
        start = time.process_time()
        done = bring(propose(held, f"plan.{name}", Settings()), Settings(), None)
        taken = time.process_time() - start
        assert done.imported.counts["projects"] == LINES, done.imported.counts
        rows.append(_row(f"import: {LINES:,} lines, {name}", taken))
    start = time.process_time()
    there = existing(done.text, done.memory, "plan.toml", "memory")
    again = bring(propose(as_csv(lines(changed=True)), "next.csv", Settings()), Settings(), there)
    taken = time.process_time() - start
    assert again.update is not None
    assert len(again.update.edits) == LINES // 5, len(again.update.edits)
    rows.append(_row(f"import: {LINES:,} lines, the next version", taken))
    return rows


def _row(what: str, taken: float) -> Row:
    return Row(what, f"{taken:.1f} s", f"under {BUDGET:.0f} s", taken < BUDGET)
