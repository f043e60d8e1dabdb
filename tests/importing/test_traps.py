"""Each trap of real spreadsheets by itself: what it is taken for, and what is said of it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from syncd.errors import PlanError
from syncd.importing.columns import Use
from syncd.importing.days import Calendar
from syncd.importing.headings import Role
from syncd.importing.importer import Settings
from syncd.plan.model import Direction, KpiState, State, Window
from tests.importing.sheets import ids, imported, item, plan_of, problems, workbook

WORK = "Goal,Strategic action,Project,Owner,Start,Due,Status,Notes\n"
KPI = "Goal,KPI,Baseline,Target,Actual 2025-26\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encodings_and_separators(encoding: str, sign: str) -> None:
    """Whatever a district's Excel writes."""
    text = WORK.replace(",", sign) + sign.join(["Niños – “al día”", "Train", "Plan", "HR", "", "", "", "\n"])
    assert ids(text.encode(encoding)) == {"G1": "Niños – “al día”", "G1.A1": "Train", "G1.A1.P1": "Plan"}


def test_windows_text_is_read_with_a_word_of_warning() -> None:
    """Unless its encoding was named."""
    held = f"{WORK}Niños,A,,,,,,\n".encode("cp1252")
    assert ["plan.csv:2" in each for each in imported(held).imported.found.remarks] == [True]
    assert imported(held, Settings(encoding="cp1252")).imported.found.remarks == []


def test_a_first_line_that_names_the_separator() -> None:
    """Is no line of the sheet."""
    done = imported(f"sep=;\n{WORK.replace(',', ';')}Read;Train;;HR;;;;\n")
    assert done.imported.lines == {"read": 2, "used": 1, "skipped": 1, "unreadable": 0}
    assert done.imported.skipped[0].line == 2


def test_breaks_in_cells_do_not_shift_lines() -> None:
    """A problem names the line on which its row begins."""
    found = problems(f'{WORK}Read,"Train\nteachers",,HR,,,,\n,Hire,,10432,,,,\n')
    assert [each.partition(" “")[0] for each in found if "10432" in each] == ["plan.csv:4: D (Owner):"]


def test_blanks_carry_down_and_a_new_goal_ends_them() -> None:
    """What stands above is left out below it."""
    found = ids(f"{WORK}Read,Train,Plan it,,,,,\n,,Do it,,,,,\n,Hire,,,,,,\nSafe,Build,,,,,,\n")
    assert found == {
        "G1": "Read", "G1.A1": "Train", "G1.A1.P1": "Plan it", "G1.A1.P2": "Do it", "G1.A2": "Hire",
        "G2": "Safe", "G2.A1": "Build",
    }  # fmt: skip


def test_headings_are_repeated_two_deep_and_other_ones() -> None:
    """Titles and footnotes around them are skipped, section lines are goals."""
    text = (
        "Riverbend Plan 2025–2029\n\nGoal 1: Read\nMeasure,Baseline,Target,,\n,,2025-26,2026-27,2028-29\n"
        "Proficiency,54%,58%,TBD,70%\nGoal 2: Safe\nStrategic action,Owner\nBuild,HR\n"
        "Strategic action,Owner\nPaint,HR\n* preliminary\n"
    )
    done = imported(text)
    assert ids(text) == {"G1": "Read", "G1.K1": "Proficiency", "G2": "Safe", "G2.A1": "Build", "G2.A2": "Paint"}
    kpi = item(text, "G1.K1")
    assert [(each.value, each.on) for each in kpi.interim] == [(58, date(2026, 6, 30))]
    assert (kpi.target.value, kpi.target.on) == (70, date(2029, 6, 30))
    assert {each.line: each.why for each in done.imported.skipped} == {
        1: "it stands above the first table", 4: "the heading of a table", 5: "the heading of a table",
        8: "the heading of a table", 10: "the heading of a table", 12: "a title, footnote or sum",
    }  # fmt: skip
    assert 'title = "Riverbend Plan 2025–2029"' in done.text


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


def test_a_cell_that_lists_as_many_is_shared_out() -> None:
    """One day for each of the projects."""
    text = f'{WORK}Read,Train,"• A one\n• B two","• HR\n• Principals",,"June 2027\nMay 2028",,\n'
    assert (item(text, "G1.A1.P1").owner, item(text, "G1.A1.P1").due) == ("HR", date(2027, 6, 30))
    assert (item(text, "G1.A1.P2").owner, item(text, "G1.A1.P2").due) == ("Principals", date(2028, 5, 31))


def test_lines_without_bullets_are_one_and_that_is_said() -> None:
    """Nobody can know."""
    text = f'{WORK}Read,"Train teachers\nBuy books",,,,,,\n'
    assert ids(text)["G1.A1"] == "Train teachers Buy books"
    assert "without bullets" in problems(text)[0]


def test_numbers_in_titles_make_the_ids() -> None:
    """They are taken out of the title, whatever order they come in."""
    text = f"{WORK}Goal 3: Read,3.2 Train,3.2.1 Plan it,,,,,\n,3.1 Hire,,,,,,\n"
    assert ids(text) == {"G3": "Read", "G3.A2": "Train", "G3.A2.P1": "Plan it", "G3.A1": "Hire"}


@pytest.mark.parametrize(
    "title", ["3rd grade reads", "K–3 reads", "2025-26 kick-off", "90 days of play", "1.5 million books"]
)
def test_what_is_no_number_stays(title: str) -> None:
    """Grades, years and amounts are part of a title."""
    assert ids(f"{WORK}{title},Train,,,,,,\n")["G1"] == title


def test_codes_of_the_district_are_ids() -> None:
    """In a column of their own."""
    assert ids("Code,Goal,Action\nAP-07,Read,Train\n") == {"G1": "Read", "AP-07": "Train"}


def test_excel_turned_1_10_into_1_1() -> None:
    """It stands twice then: that is said, and both stay."""
    rows = "".join(f"1.{each},Step {'abcdefghij'[each - 1]}\n" for each in range(1, 10))
    text = f"No.,Action\n{rows}1.1,Last one\n"
    assert "1.10" in problems(text)[-1]
    assert ":11:" in problems(text)[-1]
    assert item(text, "G1.A10").notes == "Number in the sheet: 1.1"


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


def test_relative_targets_and_bounds() -> None:
    """Stay what they are."""
    text = f"{KPI}Read,One,54%,+10 points,\n,Two,,≥95%,\n,Three,,at most 5,\n,Four,3.4,3.4,\n"
    assert (item(text, "G1.K1").target.change, item(text, "G1.K1").direction) == ("+10 points", Direction.INCREASE)
    assert (item(text, "G1.K2").target.value, item(text, "G1.K2").direction) == (95, Direction.AT_LEAST)
    assert item(text, "G1.K3").direction is Direction.AT_MOST
    assert item(text, "G1.K4").direction is Direction.AT_LEAST


def test_excel_turned_8_percent_into_a_fraction() -> None:
    """Where the other figures are percents, 0.08 is not guessed at."""
    text = f"{KPI}Read,Measured,0.08,12%,\n"
    assert "0.08 may be 8 %" in problems(text)[0]
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


def test_odd_blanks_and_quotes() -> None:
    """Nobody sees them, and they make no other item."""
    text = f"{WORK}\u00a0Read \u200b all ,Train,,,,,,\nRead  all,Board’s day,,,,,,\nREAD ALL,Board's day,,,,,,\n"
    assert ids(text) == {"G1": "Read all", "G1.A1": "Train", "G1.A2": "Board’s day"}


def test_levels_in_a_column() -> None:
    """The first column is not the name."""
    text = "Level,Name,Lead\nGoal,Read,\nObjective,All read,\nMeasure,Share,\nStrategy,Train,HR\nAction step,Plan,HR\n"
    assert ids(text) == {
        "G1": "Read", "G1.O1": "All read", "G1.O1.K1": "Share", "G1.O1.A1": "Train", "G1.O1.A1.P1": "Plan",
    }  # fmt: skip


def test_tiers_by_what_else_there_is() -> None:
    """“Goal” below “Priority” is an outcome; “Action” below “Strategy” a project."""
    assert ids("Priority,Goal,Strategy,Action\nPeople,Staff stay,Pay well,Survey\n") == {
        "G1": "People", "G1.O1": "Staff stay", "G1.O1.A1": "Pay well", "G1.O1.A1.P1": "Survey",
    }  # fmt: skip


def test_merged_cells() -> None:
    """Hold for all lines that they cover; a line merged across the table heads those below it."""
    rows: list[list[Any]] = [
        ["Goal", "Action", "Project", "Owner"],
        ["Read", "Train", "Plan it", "HR"],
        [None, None, "Do it", None],
        ["Goal 2: Safe", None, None, None],
        [None, "Build", None, "HR"],
    ]
    held = workbook(*rows, merge=("A2:A3", "B2:B3", "D2:D3", "A4:D4"))
    assert ids(held) == {
        "G1": "Read",
        "G1.A1": "Train",
        "G1.A1.P1": "Plan it",
        "G1.A1.P2": "Do it",
        "G2": "Safe",
        "G2.A1": "Build",
    }
    assert item(held, "G1.A1.P2").owner == "HR"


def test_unknown_columns_are_kept_as_remarks() -> None:
    """With their names; and what stands in no column at all is told."""
    text = "Goal,Action,Budget,Colour of folder\nRead,Train,$1.2M,green,stray\n"
    assert item(text, "G1.A1").notes == "Budget: $1.2M\nColour of folder: green\nstray"
    assert "no heading" in problems(text)[0]


def test_columns_that_were_chosen() -> None:
    """Stand, whatever their headings say."""
    settings = Settings({"Vorhaben": Use(Role.ACTION), "Budget": Use(Role.SKIP)})
    text = imported("Goal,Vorhaben,Budget\nRead,Train,12\n", settings).text
    assert '[[goals.actions]]\nid = "G1.A1"\ntitle = "Train"\n' in text
    assert "12" not in text


def test_a_line_that_belongs_to_nothing() -> None:
    """Is unreadable, with all that it holds."""
    done = imported(f"{WORK},,,HR,,,,Who is this about?\nRead,Train,,,,,,\n")
    assert done.imported.lines == {"read": 3, "used": 1, "skipped": 1, "unreadable": 1}
    assert done.imported.report()["problems"] == [
        {"file": "plan.csv", "line": 2, "column": "D (Owner)", "message":
         "this line names no item, so nobody can say what it belongs to: “HR”; “Who is this about?”"}
    ]  # fmt: skip


def test_the_same_goal_in_two_wordings() -> None:
    """Both stay, with a word on the number that stands twice."""
    text = f"{WORK}Goal 1: All read,Train,,,,,,\nGoal 1: Every child reads,Hire,,,,,,\n"
    assert list(ids(text).values()) == ["All read", "Train", "Every child reads", "Hire"]
    assert "the number 1 stands twice" in problems(text)[0]


def test_work_without_a_goal() -> None:
    """Gets one with the name of the sheet, and that is said."""
    text = "Annual plan\nProject,Owner\nTrain,HR\n"
    assert ids(text) == {"G1": "Annual plan", "G1.A1": "Train"}
    assert "no goal stands above this line" in problems(text)[0]


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (b"", "no table was found"),
        (b"just,some,words\n1,2,3\n", "no table was found"),
        (b'Goal,Action\n"Read,Train\n', "no valid CSV"),
        (b"\xd0\xcf\x11\xe0old", "of the old kind"),
        (b"PK\x03\x04broken", "cannot be read"),
        (b"Goal,Action\n\x00\x01", "no text"),
    ],
)
def test_files_of_which_nothing_can_be_made(held: bytes, words: str) -> None:
    """Are refused in words."""
    with pytest.raises(PlanError, match=words):
        imported(held)
