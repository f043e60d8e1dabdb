"""`syncd import` as its user meets it: what is shown and asked, what is written, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from syncd.plan.load import load_plan
from tests.cli.test_init import Terminal

EXAMPLE = Path(__file__).parents[2] / "examples" / "spreadsheet" / "plan.csv"
SMALL = "Goal,Action,Owner,Due\nAll read,Train,HR,June 2027\n"
SYNCD = [sys.executable, "-c", "import sys; from syncd.cli import main; sys.argv[0] = 'syncd'; sys.exit(main())"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.csv").write_text(SMALL)
    return tmp_path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with nobody at a terminal."""
    return subprocess.run(
        [*SYNCD, "import", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def left(folder: Path) -> set[str]:
    """The files that are there now."""
    return {each.name for each in folder.iterdir()} - {"small.csv"}


def test_the_example(folder: Path) -> None:
    """A plan that loads; what could not be read is named, and the code says that there is something to look at."""
    done = run(str(EXAMPLE), "--yes", "--json")
    assert done.returncode == 1
    assert list(report := json.loads(done.stdout)) == ["counts", "lines", "problems"]
    assert report["counts"] == {"goals": 2, "outcomes": 0, "kpis": 3, "guardrails": 0, "actions": 4, "projects": 5}
    assert report["lines"] == {"read": 18, "used": 10, "skipped": 7, "unreadable": 1}
    assert [(each["line"], each["column"]) for each in report["problems"]] == [
        (9, "B (Baseline)"), (13, "C (Person responsible)"), (13, "E (Due)"), (21, "G (Comments)"),
    ]  # fmt: skip
    assert len(load_plan("plan.toml", folder).items) == 14
    assert left(folder) == {"plan.toml", "plan.imported.json"}


def test_a_sheet_in_order_ends_with_0(folder: Path) -> None:
    """And with a word on what to do next."""
    done = run("small.csv", "--out", "district.toml", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "small.csv: 1 goal, 1 action."
    assert "Written to district.toml. Look through it; `syncd lint district.toml` says" in done.stderr
    assert left(folder) == {"district.toml", "district.imported.json"}


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    """It shows the columns with examples, and the report."""
    done = run("small.csv", "--dry-run", "--columns", "columns.toml")
    assert done.returncode == 0
    assert "B Action → action (its heading says so)" in " ".join(done.stderr.split())
    assert left(folder) == set()


def test_nobody_to_ask(folder: Path) -> None:
    """Nothing is taken for granted then."""
    done = run("small.csv")
    assert done.returncode == 2
    assert "say --yes" in done.stderr
    assert left(folder) == set()


def test_the_columns_file_is_written_and_used(folder: Path) -> None:
    """What it says stands; a wrong word in it is told with its line."""
    assert run("small.csv", "--yes", "--columns", "columns.toml").returncode == 0
    text = (folder / "columns.toml").read_text()
    assert '"Action" = "action"\n' in text
    (folder / "columns.toml").write_text(text.replace('"Owner" = "owner"', '"Owner" = "skip"'))
    assert run("small.csv", "--yes", "--columns", "columns.toml", "--out", "other.toml").returncode == 0
    assert "HR" not in (folder / "other.toml").read_text()
    (folder / "columns.toml").write_text('[columns]\n"Owner" = "ownr"\n')
    done = run("small.csv", "--yes", "--columns", "columns.toml")
    assert (done.returncode, "columns.toml:2" in done.stderr, "did you mean “owner”?" in done.stderr) == (2, True, True)


def test_a_columns_file_learns_new_headings(folder: Path) -> None:
    """What people wrote into it stays; a dry run says what it lacks; what is not safe to change is left to people."""
    ours = '# ours\n[columns]\n"Action" = "action" # as ever\n"Owner" = "skip"\n\n# the end\n'
    (folder / "columns.toml").write_text(ours)
    (folder / "small.csv").write_text(SMALL.replace("Due", "Due,Data Source").replace("2027", "2027,State test"))
    arguments = ("small.csv", "--columns", "columns.toml")
    lines = '"Goal" = "goal"\n"Due" = "due"\n"Data Source" = "source"\n'
    shown = run(*arguments, "--dry-run")
    assert "columns.toml does not say so yet:\n  " + lines.rstrip().replace("\n", "\n  ") in shown.stderr
    assert (folder / "columns.toml").read_text() == ours
    assert "Put into columns.toml." in run(*arguments, "--yes").stderr
    assert (folder / "columns.toml").read_text() == ours.replace("\n\n", f"\n{lines}\n")
    assert "does not say so yet" not in run(*arguments, "--yes").stderr
    (folder / "columns.toml").write_text('columns = { "Action" = "action" }\n')
    assert "put these lines into it by hand, below [columns]" in run(*arguments, "--yes").stderr
    assert (folder / "columns.toml").read_text() == 'columns = { "Action" = "action" }\n'


@pytest.mark.skipif(sys.platform == "win32", reason="links are not for everybody there")
@pytest.mark.parametrize("name", ["plan.toml", "columns.toml"])
def test_a_link_that_leads_nowhere(folder: Path, name: str) -> None:
    """Nobody can say whether the file is to be made there or here."""
    (folder / name).symlink_to("nowhere/it.toml")
    done = run("small.csv", "--yes", "--columns", "columns.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name}: this is a link to nowhere/it.toml, which is not there" in done.stderr
    assert (left(folder), (folder / name).is_symlink()) == ({name}, True)


def test_a_folder_where_the_memory_is_to_be(folder: Path) -> None:
    """It is told before the plan is written, not after."""
    (folder / "plan.imported.json").mkdir()
    done = run("small.csv", "--yes")
    assert (done.returncode, done.stdout, left(folder)) == (2, "", {"plan.imported.json"})
    assert "plan.imported.json: this is a folder, and what is imported is kept in a file of that name" in done.stderr


def test_the_next_version_is_shown_and_put_in(folder: Path) -> None:
    """The plan as it was stays beside it."""
    run("small.csv", "--yes")
    before = (folder / "plan.toml").read_text()
    (folder / "small.csv").write_text(SMALL.replace("2027", "2028") + ",Hire,HR,\n")
    shown = run("small.csv", "--dry-run")
    assert "changed  G1.A1 “Train”: due: “2027-06-30” → “2028-06-30”" in shown.stdout
    assert (folder / "plan.toml").read_text() == before
    done = run("small.csv", "--yes")
    assert done.stdout == shown.stdout
    assert [each.item.title for each in load_plan("plan.toml", folder).items.values()] == ["All read", "Train", "Hire"]
    assert (folder / "plan.toml.syncd-1.bak").read_text() == before
    assert "Nothing in the plan is to change." in run("small.csv", "--yes").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.csv", "--yes"], "there is no such file"),
        (["missing.csv"], "there is no such file"),
        (["small.csv", "--out", "plan.yaml", "--yes"], "a plan is imported into a .toml file"),
        (["broken.xlsx", "--yes"], "it cannot be read as a workbook"),
        (["words.csv", "--yes"], "no table was found in it"),
        (["small.csv", "--out", "broken.toml", "--yes"], "this is not valid TOML"),
    ],
)
def test_what_cannot_be_used(folder: Path, arguments: list[str], words: str) -> None:
    """Exit 2, in words, with nothing written."""
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 and nothing else")
    (folder / "words.csv").write_text("just,some,words\n")
    (folder / "broken.toml").write_text("[plan\n")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    done = run(*arguments)
    assert (done.returncode, words in done.stderr, done.stdout) == (2, True, ""), done.stderr
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("cell", "code", "words"),
    [("A1048576", 2, "more than 100,000 lines"), ("XFD1048576", 1, "XFD1048576 stands beyond column GR")],
)
def test_a_workbook_far_larger_than_it_says(folder: Path, cell: str, code: int, words: str) -> None:
    """One cell at the far end takes no time."""
    book = Workbook()
    for row in (["Goal", "Action"], ["All read", "Train"]):
        book.active.append(row)
    book.active[cell] = "far away"
    book.save(folder / "far.xlsx")
    before = os.times()
    done = run("far.xlsx", "--yes")
    assert done.returncode == code, done.stdout
    assert words in done.stderr + done.stdout
    assert os.times().children_user - before.children_user < 30


@pytest.mark.process
def test_asked_at_a_terminal(folder: Path) -> None:
    """Columns are corrected one by one, a rename is confirmed, nothing is written without a yes."""
    (folder / "own.csv").write_text(SMALL.replace("Action", "Vorhaben").replace("Train", "Train all teachers"))
    with Terminal("import", "own.csv") as person:
        person.sees("Vorhaben → notes")
        person.sees("Are the columns right?")
        person.types("n")
        for name, answer in (("Goal", ""), ("Vorhaben", "action"), ("Owner", ""), ("Due", "")):
            person.sees(f"“{name}” is")
            person.types(answer)
        person.sees("Vorhaben → action")
        person.sees("Are the columns right?")
        person.types("y")
        person.sees("Write plan.toml?")
        person.types("y")
        person.sees("Keep what the columns mean")
        person.types("columns.toml")
        person.sees("Written to columns.toml")
        assert person.ended() == 0
    assert '"Vorhaben" = "action"' in (folder / "columns.toml").read_text()
    (folder / "own.csv").write_text(SMALL.replace("Action", "Vorhaben").replace("Train", "Train all the teachers"))
    with Terminal("import", "own.csv", "--columns", "columns.toml") as person:
        person.sees("G1.A1: is “Train all the teachers” the same as “Train all teachers”?")
        person.types("n")
        person.sees("Put this into plan.toml?")
        person.types("n")
        assert person.ended() == 130
    with Terminal("import", "own.csv", "--out", "other.toml") as person:
        for question, answer in (("columns right?", "y"), ("Write other.toml?", "y"), ("Keep what", "no")):
            person.sees(question)
            person.types(answer)
        person.ended()
    assert not (folder / "no").exists()
    assert list(load_plan("plan.toml", folder).items) == ["G1", "G1.A1"]


def test_a_column_that_got_another_name_is_found_again_by_what_it_holds(folder: Path) -> None:
    """What the columns file says of the old name does not stand in the way: that column is in the sheet no more."""
    sheet = SMALL + "".join(f"All read,Work {n},HR,June 202{n}\n" for n in (7, 8, 9))
    (folder / "own.csv").write_text(sheet)
    assert run("own.csv", "--columns", "columns.toml", "--yes").returncode == 0
    (folder / "own.csv").write_text(sheet.replace("Due", "Wann fertig"))
    said = run("own.csv", "--columns", "columns.toml", "--dry-run")
    assert "Wann fertig → due" in said.stdout + said.stderr


OWNED = "Goal,Action,Person responsible,Due,Current (May 2026)\n" + "".join(
    f"All read,Work {n},Office {n},June 202{n},\n" for n in (7, 8)
)
"""A sheet of which one column says who does the work, and one changes its name every month."""


UNSURE = (
    "what this column is, is not known, and “Person responsible” (owner) of columns.toml is not in this sheet. "
    'If it is that one under another name, write `"Who does it" = "owner"` into columns.toml, below [columns]; '
    'else `"Who does it" = "notes"`'
)


def test_a_column_that_may_have_got_another_name_is_asked_about(folder: Path) -> None:
    """Until somebody says what it is, it is told each time, and the columns file does not call it a mere remark."""
    arguments = ("own.csv", "--columns", "columns.toml", "--yes")
    (folder / "own.csv").write_text(OWNED)
    assert run(*arguments).returncode == 0
    (folder / "own.csv").write_text(OWNED.replace("Person responsible", "Who does it").replace("May", "June"))
    for _ in range(2):
        done = run(*arguments)
        told = [line for line in done.stdout.splitlines() if line.startswith("!")]
        assert (done.returncode, told) == (1, [f"! own.csv:2: C (Who does it): {UNSURE}"])
    text = (folder / "columns.toml").read_text()
    assert "Who does it" not in text
    assert '"Current (June 2026)"' in text
    (folder / "columns.toml").write_text(text + '"Who does it" = "owner"\n')
    (folder / "own.csv").write_text((folder / "own.csv").read_text() + "All read,Work 9,Library,June 2029,\n")
    done = run(*arguments)
    assert (done.returncode, 'owner = "Library"' in (folder / "plan.toml").read_text()) == (0, True), done.stdout


def test_a_heading_that_changes_every_month_is_not_missed(folder: Path) -> None:
    """Nor is a remark, nor what another column says as well: a new column beside them is simply new."""
    (folder / "own.csv").write_text(OWNED)
    assert run("own.csv", "--columns", "columns.toml", "--yes").returncode == 0
    with (folder / "columns.toml").open("a") as file:
        file.write('"Room" = "notes"\n"Lead" = "owner"\n')
    (folder / "own.csv").write_text(OWNED.replace("Current (May 2026)", "Wo"))
    done = run("own.csv", "--columns", "columns.toml", "--yes")
    assert (done.returncode, '"Wo" = "notes"' in (folder / "columns.toml").read_text()) == (0, True), done.stdout
