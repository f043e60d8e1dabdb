"""Whatever stands in the cells: no crash, a plan that loads, no figure that nobody wrote, no word that is gone."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.documents.document import parse
from syncd.errors import PlanError
from syncd.importing.bringing import Brought, bring, existing
from syncd.importing.figures import is_unknown
from syncd.importing.importer import Settings, propose
from syncd.importing.values import toml
from syncd.plan.fitting import fitted
from syncd.plan.model import Kpi, Plan

HEADINGS = (
    "Goal", "Priority", "Outcome", "KPI", "Measure", "Baseline", "Target", "Target 2027", "Actual 2025-26", "Current",
    "Strategic action", "Action step", "Project", "Owner", "Start", "Due", "Timeline", "Status", "Notes", "No.",
    "Level", "Title", "Unit", "Direction", "Weight", "Budget", "", "As of",
)  # fmt: skip
CELLS = (
    "", "", "", "Every child reads", "Goal 2: Safe halls", "1.2 Adopt a curriculum", "• Train staff\n• Buy books",
    "Training:\n- spring\n- autumn", "67% (June 2023)", "91% by June 2029", "986 (+10%)", "from 54% to 70% by 2029",
    "54% → 70%", "~40%", ">95%", "≤53%", "+5%", "+5 points", "0.08", "8 %", "12 students", "490:1", "45/60", "60-70%",
    "1.1", "1.10", "2-Mar", "TBD", "N/A", "__%", "?", "—", "2025–26", "SY2026", "Spring 2026", "13/2/2026", "6/30/2026",
    "2029", "10432", "HR; Principals", "Asst. Superintendent, Elementary", "Cancelled", "On hold", "IP", "0.5", "Total",
    "Cancelled: Old work", "KPI", "Objective", "Action", "%", "days", "↑", "decrease", "#REF!", "“curly” – dashed",
    "* a footnote", "100% attendance; every day", "Line one\nLine Two", "x" * 400, "\u202esteered", "1,204 (n=96)",
    "3 of 12 schools", "New library hours", "See notes on staffing", "None of the above",
    "In development with partners",
)  # fmt: skip
PASSED_OVER = frozenset(
    {"goal", "from", "june", "hold", "cancelled", "increase", "decrease", "points", "percent", "students", "days"}
    | {"objective", "action", "measure"}
)
"""Words that are read, and need not stand in the plan as they are."""
ROWS = st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=8), min_size=1, max_size=12)
SHEETS = st.tuples(st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=8), ROWS)


def as_csv(head: list[str], rows: list[list[str]]) -> bytes:
    """The sheet as a file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def imported(held: bytes) -> tuple[Brought, Plan] | None:
    """What comes of a file, and the plan; None where it is refused."""
    try:
        done = bring(propose(held, "junk.csv", Settings()), Settings(), None)
    except PlanError as error:
        refused = error
    else:
        return done, _plan(done)
    assert all("the plan made from" not in each.file for each in refused.problems), refused.problems
    return None


def _plan(done: Brought) -> Plan:
    """The plan in its text."""
    found = fitted(parse(done.text, file="plan.toml", ending=".toml"))
    assert found.problems == ()
    assert found.plan is not None
    return found.plan


@settings(deadline=None, max_examples=100)
@given(SHEETS)
def test_no_figure_is_invented(sheet: tuple[list[str], list[list[str]]]) -> None:
    """Each figure of the plan stands in a cell as it is."""
    head, rows = sheet
    found = imported(as_csv(head, rows))
    if found is None:
        return
    texts = [text for row in rows for cell in row for text in re.findall(r"\d[\d,]*\.?\d*", cell)]
    written = {Decimal(text.replace(",", "")) for text in texts}
    for placed in found[1].walk():
        if isinstance(placed.item, Kpi):
            marks = [placed.item.baseline, placed.item.target, *placed.item.interim, *placed.item.readings]
            values = [each.value for each in marks if each is not None and each.value is not None]
            assert all(abs(Decimal(value)) in written for value in values)


@settings(deadline=None, max_examples=100)
@given(SHEETS)
def test_no_word_is_lost(sheet: tuple[list[str], list[list[str]]]) -> None:
    """Each word of a cell stands in the plan, or in what is told of its line, or its line was skipped."""
    head, rows = sheet
    found = imported(as_csv(head, rows))
    if found is None:
        return
    done, _ = found
    told = " ".join([done.text, *(str(each) for each in done.imported.found.problems)]).casefold()
    skipped = {account.line for account in done.imported.skipped}
    line = 2
    for row in rows:
        for cell in row:
            for word in re.findall(r"[^\W\d_]{4,}", cell.casefold()):
                if line not in skipped and not is_unknown(cell) and word not in PASSED_OVER:
                    assert word in told, (line, cell)
        line += 1 + sum(cell.count("\n") for cell in row)


@settings(deadline=None, max_examples=60)
@given(SHEETS)
def test_lines_add_up(sheet: tuple[list[str], list[list[str]]]) -> None:
    """Every line once; and the same sheet again changes nothing."""
    found = imported(held := as_csv(*sheet))
    if found is None:
        return
    done, _ = found
    accounts = [account.line for account in done.imported.found.accounts]
    assert len(accounts) == len(set(accounts))
    again = bring(
        propose(held, "junk.csv", Settings()), Settings(), existing(done.text, done.memory, "plan.toml", "memory")
    )
    assert again.update is not None
    assert not again.update.writes


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes(held: bytes) -> None:
    """What is no spreadsheet is refused in words."""
    imported(held)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Nor does any text break it."""
    imported(f"Goal,Action,Owner,Due\n{text}".encode("utf-8", "replace"))


@given(st.text(alphabet='"\\ab\n'))
def test_any_quotes(text: str) -> None:
    """However many quotes stand in a text of several lines, and wherever: it is read as it was."""
    assert tomllib.loads(f"it = {toml(text, block=True)}") == {"it": text}
