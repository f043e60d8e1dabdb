"""How tables stand in a sheet, trap by trap: headings, sections, tiers, lists, numbers, and what goes with nothing."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from syncd.errors import PlanError
from syncd.importing.columns import Use
from syncd.importing.headings import Role
from syncd.importing.importer import Settings
from tests.importing.sheets import ids, imported, item, problems, workbook

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
    ("group", "first", "last"), [("Timeline", "Begin", "End"), ("Dates", "From", "To"), ("Time frame", "Start", "Due")]
)
def test_a_start_and_an_end_below_one_heading(group: str, first: str, last: str) -> None:
    """They are what they say, whatever the two are called together."""
    text = f"Goal,Action,{group},,Owner\n,,{first},{last},\nRead,Train,8/1/2025,6/30/2026,HR\n"
    assert (item(text, "G1.A1").start, item(text, "G1.A1").due) == (date(2025, 8, 1), date(2026, 6, 30))


def test_a_goal_in_figures_is_the_target() -> None:
    """Of the KPIs beside it, where no other column is; numbers of goals beside a target name goals as ever."""
    kpi = item("Metric,Baseline,Goal 2027-28,Goal 2028-29\nProficiency,54%,62%,70%\nAbsence,21%,TBD,12%\n", "G1.K1")
    assert (kpi.target.value, kpi.target.on) == (70, date(2029, 6, 30))
    assert [(each.value, each.on) for each in kpi.interim] == [(62, date(2028, 6, 30))]
    assert item("Metric,Current June 2026,Goal\nProficiency,54%,70%\n", "G1.K1").target.value == 70
    beside = "Goal / strategy,How we will know,Baseline (spr 25),Goal (spr 28)\nAll read,Proficiency,54%,70%\n"
    assert ids(beside) == {"G1": "All read", "G1.K1": "Proficiency"}
    assert item(beside, "G1.K1").target.value == 70
    assert ids("Goal,Owner,Goal (spr 28)\nAll read,HR,70%\n") == {"G1": "All read"}
    assert ids("Goal,Metric,Baseline,Target\n1,Proficiency,54%,70%\n") == {"G1": "1", "G1.K1": "Proficiency"}


def test_a_title_between_two_tables() -> None:
    """Is none of the KPIs above it."""
    done = imported(f"{KPI}Read,Proficiency,54%,70%,57%\nAction plan,,,,\n{WORK}Read,Train,,HR,,,,\n")
    assert done.imported.counts == {"goals": 1, "outcomes": 0, "kpis": 1, "guardrails": 0, "actions": 1, "projects": 0}
    assert (3, "a title, footnote or sum") in [(each.line, each.why) for each in done.imported.skipped]


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


def test_lines_with_numbers_of_their_own_are_items() -> None:
    """A line without one goes on from the one above it."""
    text = 'Goal,Action\nRead,"1.A.1 Train all\nteachers\n1.A.2 Hire"\nSafe,"1.5 million books"\n'
    assert list(ids(text).items()) == [
        ("G1", "Read"), ("G1.A1", "Train all teachers"), ("G1.A2", "Hire"), ("G2", "Safe"),
        ("G2.A1", "1.5 million books"),
    ]  # fmt: skip


def test_results_in_words_are_remarks() -> None:
    """A colour in the middle of the year is no figure."""
    text = "Goal,KPI,Mid-Year Status\nRead,Share,Green\n,Other,Red\n"
    assert (item(text, "G1.K1").notes, problems(text)) == ("Mid-Year Status: Green", [])


def test_a_number_belongs_to_what_it_stands_beside() -> None:
    """To the action, where the projects have none of their own; to the project, where each has one."""
    head, rows = "No.,Action,Project\n", '1.2,Train,"• Plan it\n• Do it"\n,,Check it\n1.3,Hire,Post it\n'
    assert ids(head + rows) == {
        "G1": "plan", "G1.A2": "Train", "G1.A2.P1": "Plan it", "G1.A2.P2": "Do it", "G1.A2.P3": "Check it",
        "G1.A3": "Hire", "G1.A3.P1": "Post it",
    }  # fmt: skip
    assert list(ids(f"{head}7,Train,Plan it\n9,,Do it\n")) == ["G1", "G1.A1", "G1.A1.P7", "G1.A1.P9"]


def test_excel_turned_1_10_into_1_1() -> None:
    """It stands twice then: that is said, and both stay."""
    rows = "".join(f"1.{each},Step {'abcdefghij'[each - 1]}\n" for each in range(1, 10))
    text = f"No.,Action\n{rows}1.1,Last one\n"
    assert "1.10" in problems(text)[-1]
    assert ":11:" in problems(text)[-1]
    assert item(text, "G1.A10").notes == "Number in the sheet: 1.1"


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


def test_levels_that_only_count() -> None:
    """As plans drawn up in other programs come out of them."""
    text = "ID,Outline Level,Task Name,Finish\n1,1,Read,\n2,2,Train,\n3,3,Plan it,Fri 5/29/26\n4,4,Deeper,\n"
    found = ids(text)
    assert found == {"G1": "Read", "G1.A2": "Train", "G1.A2.P3": "Plan it", "G1.A4": "Deeper"}
    assert "“4” is no tier that is known" in problems(text)[0]


def test_a_level_without_names_is_a_remark() -> None:
    """And a goal beside a title is one."""
    assert item("Level,Goal,Action\nlow,Read,Train\n", "G1.A1").notes == "Level: low"
    assert ids("Goal,Level,Title\nRead,Strategy,Train\n") == {"G1": "Read", "G1.A1": "Train"}


def test_tiers_by_what_else_there_is() -> None:
    """“Goal” below “Priority” is an outcome; “Action” below “Strategy” a project."""
    assert ids("Priority,Goal,Strategy,Action\nPeople,Staff stay,Pay well,Survey\n") == {
        "G1": "People", "G1.O1": "Staff stay", "G1.O1.A1": "Pay well", "G1.O1.A1.P1": "Survey",
    }  # fmt: skip


def test_what_another_table_named_does_not_stand_above() -> None:
    """Actions in a table without outcomes belong to the goal; to the only one, else to none that is named."""
    kpis = "Goal,Outcome,KPI\nRead,All read,Share\n"
    assert "G1.A1" in ids(f"{kpis}Action,Owner\nTrain,HR\n")
    text = f"{kpis}Safe,All safe,Incidents\nAction,Owner\nTrain,HR\n"
    assert ids(text)["G3.A1"] == "Train"
    assert "no goal stands above this line" in problems(text)[0]


def test_a_sheet_that_is_named_like_its_goal() -> None:
    """Heads its lines, unless one of them names the goal in full."""
    table = [["Action", "Owner"], ["Train", "HR"]]

    def found(*above: str) -> list[str]:
        book = Workbook()
        for row in [*([each] for each in above), *table]:
            book.active.append(row)
        book.active.title = "Goal 2 Reading"
        book.create_sheet("Lists")
        out = io.BytesIO()
        book.save(out)
        return [f"{id_} {title}" for id_, title in ids(out.getvalue()).items()]

    assert found() == ["G2 Reading", "G2.A1 Train"]
    assert found("Goal 2: Every child reads") == ["G2 Every child reads", "G2.A1 Train"]
    assert found("Objective 1: Early") == ["G2 Reading", "G2.O1 Early", "G2.O1.A1 Train"]


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


def test_headings_in_words_of_ones_own() -> None:
    """Make a table where a columns file names them."""
    text, uses = "Vorhaben,Wer\nTrain,HR\n", {"Vorhaben": Use(Role.ACTION), "Wer": Use(Role.OWNER)}
    with pytest.raises(PlanError, match="no table was found"):
        imported(text)
    assert 'title = "Train"\nowner = "HR"' in imported(text, Settings(uses)).text


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


def test_revisions_of_a_goal() -> None:
    """Both stay; what says so stands behind the title, for that is how it begins."""
    text = f"{WORK}Goal 1: All read,Train,,,,,,\nGoal 1 (revised May 2026): Every child reads,Hire,,,,,,\n"
    assert ids(text)["G2"] == "Every child reads (revised May 2026)"
    assert "if one is the other in new words" in problems(text)[0]


def test_a_table_that_names_nothing() -> None:
    """Is passed over, which is told; what heads others within it does."""
    text = "Goal,KPI\nRead,Share\nOwner,Phone,Status\nHR,555,Done\nGoal 2: Safe,,\nGoal,KPI\n,Incidents\n"
    assert ids(text) == {"G1": "Read", "G1.K1": "Share", "G2": "Safe", "G2.K1": "Incidents"}
    (problem,) = problems(text)
    assert problem.startswith("plan.csv:4: no column of this table names goals")
    assert imported(text).imported.lines == {"read": 7, "used": 3, "skipped": 4, "unreadable": 0}
    uses = {"Phone": Use(Role.ACTION)}
    assert 'title = "555"' in imported(text, Settings(uses)).text


def test_headings_of_two_words() -> None:
    """Are what the first of them says, where both are known; a start and an end are both."""
    found = item("Strategies / Action Steps,Start & End,Owner or Lead\nTrain,2025-26,HR\n", "G1.A1")
    assert (found.title, found.start, found.owner) == ("Train", date(2025, 7, 1), "HR")


def test_the_title_of_a_sheet() -> None:
    """Is its first line, or the first that says that it is a plan."""
    for above in ("Our Plan 2025\nLakeview\n", "Lakeview\nOur Plan 2025\n", "Our Plan 2025\nOur second plan\n"):
        assert 'title = "Our Plan 2025"' in imported(f"{above}Goal,Action\nRead,Train\n").text


def test_work_without_a_goal() -> None:
    """Gets one with the name of the sheet, and that is said."""
    text = "Annual plan\nProject,Owner\nTrain,HR\n"
    assert ids(text) == {"G1": "Annual plan", "G1.A1": "Train"}
    assert "no goal stands above this line" in problems(text)[0]


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (b"", "there is nothing in it"),
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
