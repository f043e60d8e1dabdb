"""What stands in one cell, trap by trap: figures, days, owners, states."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from syncd.errors import PlanError
from syncd.importing.columns_file import read_columns
from syncd.importing.days import Calendar
from syncd.importing.importer import Settings
from syncd.plan.model import Direction, KpiState, State, Window
from tests.importing.sheets import imported, item, plan_of, problems, workbook

WORK = "Goal,Strategic action,Project,Owner,Start,Due,Status,Notes\n"
KPI = "Goal,KPI,Baseline,Target,Actual 2025-26\n"


@pytest.mark.parametrize(
    "cell",
    ["• Plan it\n• Do it", "- Plan it\n- Do it", "· Plan it · Do it", "1. Plan it 2. Do it", "1) Plan it\n2) Do it"],
)
def test_several_items_in_one_cell(cell: str) -> None:
    """Each is an item; what stands beside them holds for all."""
    found = plan_of(f'{WORK}Read,Train,"{cell}",HR,,June 2027,,\n').items
    assert [found[id_].item.title for id_ in ("G1.A1.P1", "G1.A1.P2")] == ["Plan it", "Do it"]
    assert {(found[id_].item.owner, found[id_].item.due) for id_ in ("G1.A1.P1", "G1.A1.P2")} == {  # type: ignore[union-attr]
        ("HR", date(2027, 6, 30))
    }


@pytest.mark.parametrize(
    ("cell", "baseline", "on"),
    [
        ("67% (June 2023)", "67", date(2023, 6, 30)),
        ("67 %", "67", None),
        ("1,204", "1204", None),
        ("67% (SY2023)", "67", date(2023, 6, 30)),
        ("2022–23: 67%", "67", date(2023, 6, 30)),
        ("TBD", None, None),
        ("__%", None, None),
        ("—", None, None),
        ("67%*", "67", None),
        ("986 (+10%)", "986", None),
    ],
)
def test_figures_in_sentences(cell: str, baseline: str | None, on: date | None) -> None:
    """Value, day and unit; unknown is no figure."""
    found = item(f'{KPI}Read,Measured,"{cell}",,\n', "G1.K1").baseline
    assert (found.value, found.on) == (Decimal(baseline) if baseline else None, on)


@pytest.mark.parametrize("cell", ["~40%", "45/60", "60-70%", "1.2E+05", "1.2M", "some", ">95%", "3-Feb", "by 5%"])
def test_what_is_no_single_figure_is_not_one(cell: str) -> None:
    """It is named with line and column, and kept in the notes."""
    text = f"{KPI}Read,Measured,{cell},,\n"
    (problem,) = problems(text)
    assert problem.startswith(f"plan.csv:2: C (Baseline): “{cell}”: ")
    kpi = item(text, "G1.K1")
    assert (kpi.baseline, kpi.notes) == (None, f"Baseline: {cell}")


@pytest.mark.parametrize("cell", ["54% → 70%", "from 54% to 70%", "Baseline: 54% Target: 70%", "54%; 70% by June 2029"])
def test_baseline_and_target_in_one_cell(cell: str) -> None:
    """Both are taken."""
    kpi = item(f"Goal,KPI,Target\nRead,Measured,{cell}\n", "G1.K1")
    assert (kpi.baseline.value, kpi.target.value, kpi.unit, kpi.direction) == (54, 70, "%", Direction.INCREASE)


def test_a_kpi_that_says_all_in_its_title() -> None:
    """The title stays as it is."""
    title = "Cut absence from 21.3% to 12% by June 2029"
    kpi = item(f"Goal,KPI,Owner\nCome,{title},HR\n", "G1.K1")
    assert (kpi.title, kpi.baseline.value, kpi.target.value, kpi.target.on) == (
        title,
        Decimal("21.3"),
        12,
        date(2029, 6, 30),
    )
    assert kpi.direction is Direction.DECREASE


@pytest.mark.parametrize(
    ("title", "figures"),
    [
        ("Reduce absence 28.4% -> 15%", ("28.4", "15")),
        ("Reduce absence 28.4 % (June 2025) → 15 % by June 2029", ("28.4", "15")),
        ("Spend more $1,200 ⇒ $1,500 a student", ("1200", "1500")),
        ("Raise the score from 3.2 to 3.8", ("3.2", "3.8")),
        ("Raise attendance from 91 to 95%", ("91", "95")),
        ("Increase reading in grade 3 → 5", None),
        ("Increase reading 54 → 70", None),
        ("About 28% → 15%", None),
        ("28% → 20% → 15%", None),
        ("Absence 28%→15%, suspension 5%→3%", None),
        ("Library open from 8 to 5", None),
        ("Cut costs 1.2% → $3", None),
        ("Reduce absence 28.4% to 15%", None),
    ],
)
def test_only_what_is_certain_is_read_from_a_title(title: str, figures: tuple[str, str] | None) -> None:
    """A sentence may speak of grades, hours and ranges as well: what could be those is no baseline and no target."""
    kpi = item(f'Goal,KPI,Owner\nCome,"{title}",HR\n', "G1.K1")
    assert kpi.title == title
    assert (figures and tuple(map(Decimal, figures))) == (kpi.baseline and (kpi.baseline.value, kpi.target.value))


def test_where_the_figures_come_from() -> None:
    """A column of sources is the KPI's source; what says it otherwise, or of something else, stands in the notes."""
    text = (
        "Goal,KPI,Target,Data Source,Action\nRead,One,54%,NWEA MAP,\n,One,,State test,\n,Two,4%,TBD,\n,,,Survey,Hire\n"
    )
    one, two = item(text, "G1.K1"), item(text, "G1.K2")
    assert (one.source, one.notes) == ("NWEA MAP", "Data Source: State test")
    assert (two.source, two.notes) == ("", "")
    assert item(text, "G1.A1").notes == "Data Source: Survey"


def test_a_place_is_no_unit() -> None:
    """What stands behind “in” says where it is so, and not what is counted."""
    kpi = item(f"{KPI}Read,One,3.2 in all schools,12 students,\n", "G1.K1")
    assert (kpi.unit, kpi.notes) == ("students", "Baseline: 3.2 in all schools")


def test_cells_far_to_the_right_are_told() -> None:
    """Nothing is read there, which costs no time, and is said."""
    rows = [[*line, *[None] * 16_370, "far"] for line in (["Goal", "Action"], ["Read", "Train"])]
    found = imported(workbook(*rows), file="wide.xlsx").imported.found
    assert [each.title for each in found.things()] == ["Read", "Train"]
    words = "wide.xlsx [Sheet]:1: XES: XES1 and 1 more stand beyond column GR, the last that is read"
    assert [str(each).partition(";")[0] for each in found.problems] == [words]


def test_relative_targets_and_bounds() -> None:
    """Stay what they are."""
    text = f"{KPI}Read,One,54%,+10 points,\n,Two,,≥95%,\n,Three,,at most 5,\n,Four,3.4,3.4,\n"
    assert (item(text, "G1.K1").target.change, item(text, "G1.K1").direction) == ("+10 points", Direction.INCREASE)
    assert (item(text, "G1.K2").target.value, item(text, "G1.K2").direction) == (95, Direction.AT_LEAST)
    assert item(text, "G1.K3").direction is Direction.AT_MOST
    assert item(text, "G1.K4").direction is Direction.AT_LEAST
    assert item(f"{KPI}Read,One,54%,>85%,\n", "G1.K1").notes == "Target: >85%"


def test_excel_turned_8_percent_into_a_fraction() -> None:
    """Where the other figures are percents, 0.08 is not guessed at."""
    text = f"{KPI}Read,Measured,0.08,12%,\n"
    assert "it may be 8 %" in problems(text)[0]
    kpi = item(text, "G1.K1")
    assert (kpi.baseline.value, kpi.notes) == (None, "Baseline: 0.08")
    held = workbook(
        ["Goal", "KPI", "Baseline", "Target"], ["Read", "Measured", 0.08, 0.12], formats={"C2": "0%", "D2": "0%"}
    )
    kpi = item(held, "G1.K1")
    assert (kpi.baseline.value, kpi.target.value, kpi.unit) == (8, 12, "%")


def test_excel_turned_2_3_into_a_day() -> None:
    """In a number or a figure, that is said."""
    day = datetime.combine(date(2026, 2, 3), time())
    held = workbook(["No.", "Goal", "KPI", "Baseline"], [day, "Read", "Measured", day])
    found = problems(held)
    assert [each.partition(": “")[0] for each in found] == ["plan.csv:2: A (No.)", "plan.csv:2: D (Baseline)"]
    assert all("Excel made a day" in each for each in found)


def test_excel_turned_a_month_into_its_first_day() -> None:
    """What the cell shows is what was typed: due in June is until its end."""
    first = datetime.combine(date(2027, 6, 1), time())
    rows = ["Goal", "Action", "Start", "Due"], ["Read", "Train", first, first], ["", "Hire", first, first]
    held = workbook(*rows, formats={"C2": "mmm-yy", "D2": "mmm-yy", "C3": "m/d/yyyy", "D3": 'd "of" mmmm yyyy'})
    assert [(item(held, each).start, item(held, each).due) for each in ("G1.A1", "G1.A2")] == [
        (first.date(), date(2027, 6, 30)), (first.date(), first.date()),
    ]  # fmt: skip


def test_formulas_that_nobody_worked_out() -> None:
    """Show nothing; that is said."""
    found = imported(workbook(["Goal", "Action", "Owner"], ["Read", "Train", '="H"&"R"'])).imported.found
    assert "[Sheet]: the formulas in C2 have no result in this file" in found.remarks[0]


@pytest.mark.parametrize("cell", ["9" * 5000 + "%", f"54% (n={'9' * 5000})"])
def test_a_figure_of_thousands_of_digits_is_none(cell: str) -> None:
    """A plan that held it could not be read."""
    text = f"{KPI}Read,Measured,{cell},,\n"
    assert "more digits than a figure has" in problems(text)[0]
    assert item(text, "G1.K1").baseline is None


def test_a_line_that_no_workbook_reaches() -> None:
    """A number of eleven digits in a broken file would be counted up to for hours."""
    held = workbook(["Goal", "Action", "Owner"], ["Read", "Train", "HR"])
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(held)) as packed, zipfile.ZipFile(broken, "w") as out:
        for name in packed.namelist():
            far = b'<row r="99999999999"><c r="A99999999999" t="n"><v>1</v></c></row></sheetData>'
            out.writestr(name, packed.read(name).replace(b"</sheetData>", far))
    with pytest.raises(PlanError, match="more than 100,000 lines"):
        imported(broken.getvalue())


def test_a_file_whose_name_has_several_lines() -> None:
    """It makes no title; and nothing of it gets into the plan as anything else than a comment."""
    with pytest.raises(PlanError, match="title: it must be one line"):
        imported(f"{KPI}Read,Measured,54%,,\n", file="a/b\n[x]\r.csv")


def test_readings_know_their_day() -> None:
    """From the heading, from the cell, or they are none."""
    text = "Goal,KPI,Actual 2025-26,MOY 1/31/2026,Current\nRead,Measured,57%,52% (n=1204),60%\n"
    kpi = item(text, "G1.K1")
    assert [(each.value, each.on, each.window, each.n) for each in kpi.readings] == [
        (52, date(2026, 1, 31), Window.MIDDLE, 1204), (57, date(2026, 6, 30), None, None),
    ]  # fmt: skip
    assert "on which day" in problems(text)[0]


def test_figures_below_a_kpi_are_its_own() -> None:
    """One line a measurement."""
    text = "Goal,KPI,Value,Date measured\nRead,Measured,55%,6/30/2025\n,,57%,6/30/2026\n"
    assert [each.value for each in item(text, "G1.K1").readings] == [55, 57]


@pytest.mark.parametrize(
    ("cell", "start", "due"),
    [
        ("8/1/2025 – 6/30/2026", date(2025, 8, 1), date(2026, 6, 30)),
        ("2025-26", date(2025, 7, 1), date(2026, 6, 30)),
        ("FY26", date(2025, 7, 1), date(2026, 6, 30)),
        ("Aug 2025 to June 2027", date(2025, 8, 1), date(2027, 6, 30)),
        ("2025–2029", date(2025, 7, 1), date(2029, 6, 30)),
        ("June 30, 2026", None, date(2026, 6, 30)),
        ("8/2025 – 6/2026", date(2025, 8, 1), date(2026, 6, 30)),
        ("Fri 5/29/26", None, date(2026, 5, 29)),
        ("TBD", None, None),
    ],
)
def test_timelines(cell: str, start: date | None, due: date | None) -> None:
    """School years end in June."""
    found = item(f'Goal,Action,Timeline\nRead,Train,"{cell}"\n', "G1.A1")
    assert (found.start, found.due) == (start, due)


@pytest.mark.parametrize(
    ("cell", "said"), [("Spring 2026", True), ("Q3 2026", True), ("Ongoing", False), ("13/13/2026", True)]
)
def test_what_is_no_clear_day_is_kept(cell: str, said: bool) -> None:
    """In words; where there are figures in it, it is told too."""
    text = f"{WORK}Read,Train,,,,{cell},,\n"
    found = item(text, "G1.A1")
    assert (found.due, found.notes) == (None, f"Due: {cell}")
    assert bool(problems(text)) == said


def test_days_show_which_number_is_the_month() -> None:
    """By all days of the table; where none shows it, that is said."""
    text = f"{WORK}Read,Train,,,3/4/2026,25/6/2026,,\n"
    assert (item(text, "G1.A1").start, item(text, "G1.A1").due) == (date(2026, 4, 3), date(2026, 6, 25))
    text = f"{WORK}Read,Train,,,3/4/2026,5/6/2026,,\n"
    assert item(text, "G1.A1").start == date(2026, 3, 4)
    assert "the month was taken to come first" in imported(text).imported.found.remarks[0]
    done = imported(text, Settings(calendar=Calendar(month_first=False)))
    assert "start = 2026-04-03" in done.text
    for said, told in (("month_first = true", False), ("month_first = false", False), ("encoding = 'utf-8'", True)):
        remarks = imported(text, read_columns(said, "columns.toml")).imported.found.remarks
        assert any("taken to come first" in each for each in remarks) == told


def test_days_that_contradict_each_other() -> None:
    """Are not both taken."""
    text = f"{WORK}Read,Train,,,2027-01-01,2026-01-01,,\n"
    assert "before it starts" in problems(text)[0]
    assert item(text, "G1.A1").start == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("cell", "owner", "notes"),
    [
        ("Asst. Superintendent, Elementary", "Asst. Superintendent, Elementary", ""),
        ("Chief Academic Officer; Principals", "Chief Academic Officer", "Also responsible: Principals"),
        ("Principal/Coach", "Principal", "Also responsible: Coach"),
        ("Ana Lopez, Ben Ito", "Ana Lopez", "Also responsible: Ben Ito"),
        ("Smith, John", "Smith, John", ""),
        ("Director of Teaching and Learning", "Director of Teaching and Learning", ""),
        ("TBD", None, ""),
    ],
)
def test_owners(cell: str, owner: str | None, notes: str) -> None:
    """One is accountable; the others are named. A title may hold commas."""
    found = item(f'{WORK}Read,Train,,"{cell}",,,,\n', "G1.A1")
    assert (found.owner, found.notes) == (owner, notes)


@pytest.mark.parametrize(
    ("cell", "state"),
    [("Cancelled", State.CANCELLED), ("CANCELED", State.CANCELLED), ("on-hold", State.ON_HOLD),
     ("Paused", State.ON_HOLD), ("Postponed", State.DEFERRED), ("In progress", State.ACTIVE), ("done", State.ACTIVE)],
)  # fmt: skip
def test_states(cell: str, state: State) -> None:
    """Five spellings; what says only how far it is stands in the notes, for the tool knows that better."""
    found = item(f"{WORK}Read,Train,,,,,{cell},\n", "G1.A1")
    assert (found.state, found.notes) == (state, "" if state is not State.ACTIVE else f"Status: {cell}")


@pytest.mark.parametrize("title", ["Cancelled: Train", "Train (cancelled)", "[CANCELED] Train", "Cancelled – Train"])
def test_a_state_in_the_title(title: str) -> None:
    """Is taken out of it."""
    found = item(f"{WORK}Read,{title},,,,,,\n", "G1.A1")
    assert (found.title, found.state) == ("Train", State.CANCELLED)


def test_a_measure_that_is_dropped_is_retired() -> None:
    """And one on hold is paused."""
    text = "Goal,KPI,Status\nRead,One,Cancelled\n,Two,On hold\n,Three,▲ up\n"
    assert [item(text, f"G1.K{each}").state for each in (1, 2)] == [KpiState.RETIRED, KpiState.PAUSED]
    assert item(text, "G1.K3").notes == "Status: ▲ up"


def test_arrows_are_directions() -> None:
    """In a column that is about that."""
    text = "Goal,KPI,Desired direction\nRead,One,↓\n,Two,↑\n"
    assert [item(text, f"G1.K{each}").direction for each in (1, 2)] == [Direction.DECREASE, Direction.INCREASE]
