"""`syncd init` against both local tools: as a script, at a terminal, stopped and gone on with, and what is refused."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from connectors.asana.sandbox import Fault
from connectors.asana.sandbox import Sandbox as AsanaBox
from connectors.monday.sandbox import Sandbox as MondayBox
from syncd.config import load_config
from tests.cli.district import PLAN, TOKEN, Said, run

# A shell has what it runs in the background not hear Ctrl-C, and that is handed down: here it is heard.
HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
PROGRAM = [sys.executable, "-c", f"{HEARING}import sys; from syncd.cli import main; sys.exit(main())"]
SECRET = Path("secrets") / "CONNECTIONS__ASANA__TOKEN"


@pytest.fixture
def box() -> Iterator[AsanaBox]:
    """A local Asana with Ann in it."""
    with AsanaBox(token=TOKEN) as box:
        box.world.add_user("Ann", "ann@district.example")
        yield box


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing but a plan and a file with the token, in which one stands."""
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "token.txt").write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SYNCD_CONFIG", raising=False)
    return tmp_path


def init(box: AsanaBox | MondayBox, *more: str, tool: str = "asana") -> Said:
    """The command as a script calls it; the token is never shown."""
    told = ("--token-file", "token.txt") if Path("token.txt").exists() else ()
    said = run("init", "--tool", tool, "--base-url", box.base_url, *told, *more, "--yes")
    assert box.token not in said.out + said.err
    return said


def left(folder: Path) -> set[str]:
    """The files that a set-up left in the folder."""
    return {path.name for path in folder.iterdir()} - {"plan.toml", "token.txt"}


def test_as_a_script(box: AsanaBox, folder: Path) -> None:
    """With every answer as an option nothing is asked: what is written works, and nothing was written into the tool."""
    said = init(box, "--new-container", "Our plan", "--timezone", "America/Denver")
    assert said.code == 0, said.err
    assert "district: 5 to create" in said.out
    assert {seen.method for seen in box.requests} == {"GET"}
    assert left(folder) == {"config.toml", "secrets"}
    assert TOKEN not in (folder / "config.toml").read_text(encoding="utf-8")
    assert stat.S_IMODE((folder / SECRET).stat().st_mode) == 0o600
    config = load_config(folder / "config.toml", {})
    assert (config.timezone, config.connections["asana"].base_url) == ("America/Denver", box.base_url)
    assert run("check", "--online").code == 0
    assert [row["created"] for row in run("sync", "--json").json["passes"]] == [5]


@pytest.mark.parametrize(("keep", "rights"), [("config", 0o600), ("environment", None)])
def test_where_the_token_is_kept(box: AsanaBox, folder: Path, keep: str, rights: int | None) -> None:
    """In the configuration only for whoever says so, and then nobody else may read that; or nowhere."""
    said = init(box, "--new-container", "P", "--keep-token", keep)
    assert said.code == 0, said.err
    assert left(folder) == {"config.toml"}
    assert (TOKEN in (folder / "config.toml").read_text(encoding="utf-8")) == (keep == "config")
    if rights:
        assert stat.S_IMODE((folder / "config.toml").stat().st_mode) == rights
    else:
        assert "the environment variable SYNCD_CONNECTIONS__ASANA__TOKEN." in said.out
        assert load_config(folder / "config.toml", {"SYNCD_CONNECTIONS__ASANA__TOKEN": TOKEN})


def test_a_project_called_like_a_goal_gets_that_branch(box: AsanaBox, folder: Path) -> None:
    """It is proposed with that branch alone, and its fields get what the plan holds by their name."""
    box.world.add_project("Something else")
    project = box.world.add_project("Every family is heard").gid
    box.world.add_field("Weight", "number", project=project)
    said = init(box)
    assert said.code == 0, said.err
    mapping = load_config(folder / "config.toml", {}).mappings["district"]
    assert (mapping.container, mapping.select) == (project, ("G2",))
    assert mapping.fields["weight"].to == "Weight"
    assert "no field “Plan ID”" in said.err
    assert "sync --create-columns` makes what is missing" in said.err
    assert "district: 2 to create" in said.out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "say it with --container or --new-container (there are: "),
        (("--container", "1", "--new-container", "P"), "leave one of them out"),
        (("--new-container", "P", "--select", "G9"), "The plan has no G9"),
        (("--new-container", "P", "--plan", "no.toml"), "no.toml: there is no such file"),
    ],
)
def test_what_is_missing_or_wrong_is_named(box: AsanaBox, folder: Path, more: tuple[str, ...], words: str) -> None:
    """Exit code 2, the option to say it with, and no configuration."""
    box.world.add_project("Something else")
    said = init(box, *more)
    assert said.code == 2
    assert words in said.err
    assert not (folder / "config.toml").exists()


def test_in_a_folder_of_files(box: AsanaBox, folder: Path) -> None:
    """Where `--config` names a folder, the file for all is made in it, and the folder works as a whole."""
    (folder / "agency").mkdir()
    said = init(box, "--new-container", "Our plan", "--plan", "../plan.toml", "--config", "agency")
    assert said.code == 0, said.err
    assert (folder / "agency" / "config.toml").is_file()
    assert load_config(folder / "agency", {}).is_folder


def test_a_configuration_that_is_there(box: AsanaBox, folder: Path) -> None:
    """It is never written over unasked; when asked, a copy of it stays that nobody else may read."""
    (folder / "config.toml").write_text("mine = 1\n", encoding="utf-8")
    said = init(box, "--new-container", "P")
    assert (said.code, box.requests) == (2, [])
    assert "With --replace" in said.err
    assert (folder / "config.toml").read_text(encoding="utf-8") == "mine = 1\n"
    assert init(box, "--new-container", "P", "--replace").code == 0
    before = folder / "config.toml.before"
    assert (before.read_text(encoding="utf-8"), stat.S_IMODE(before.stat().st_mode)) == ("mine = 1\n", 0o600)


def test_several_workspaces(box: AsanaBox, folder: Path) -> None:
    """They are named; with one chosen it goes on, and it stands in the configuration."""
    box.world.elsewhere["9001"] = "Band club"
    said = init(box, "--new-container", "P")
    assert said.code == 2
    assert f"say it with --workspace (there are: 9001, {box.workspace})" in said.err
    assert init(box, "--new-container", "P", "--workspace", box.workspace).code == 0
    assert load_config(folder / "config.toml", {}).connections["asana"].workspace == box.workspace


def test_a_token_that_does_not_hold_and_no_network(box: AsanaBox, folder: Path) -> None:
    """Exit code 4; the answers stay, without the token, and nothing else."""
    (folder / "token.txt").write_text("2/1/not-one-of-ours\n", encoding="utf-8")
    said = init(box, "--new-container", "P")
    assert (said.code, left(folder)) == (4, {"config.toml.init.json"})
    assert "not-one-of-ours" not in said.err + (folder / "config.toml.init.json").read_text(encoding="utf-8")
    box.close()
    said = init(box, "--new-container", "P")
    assert said.code == 4
    assert "goes on from there" in said.err


@pytest.mark.parametrize(
    ("held", "address", "words"),
    [
        (b"one\ntwo\n", "http://127.0.0.1:1", "token.txt holds more than a token, which is one word"),
        ("tök".encode(), "http://127.0.0.1:1", "token.txt holds a character that no token has"),
        (b"\xff\xfe\x00", "http://127.0.0.1:1", "token.txt is no text"),
        (b"token", "nonsense", "--base-url nonsense is no address; it begins with https:// or http://"),
        (b"token", "file:///etc/passwd", "--base-url file:///etc/passwd is no address"),
    ],
)
def test_what_can_be_no_token_and_no_address(folder: Path, held: bytes, address: str, words: str) -> None:
    """It is told at once, and nothing is asked anywhere."""
    (folder / "token.txt").write_bytes(held)
    arguments = ("--tool", "asana", "--base-url", address, "--token-file", "token.txt", "--plan", "plan.toml")
    said = run("init", *arguments, "--new-container", "Plan", "--yes")
    assert (said.code, words in said.err) == (2, True), said
    assert not (folder / "config.toml").exists()


def test_an_account_that_may_change_nothing(box: AsanaBox, folder: Path) -> None:
    """That is said at once, with what to do."""
    box.world.users[box.world.me].kind = "view_only"
    said = init(box, "--new-container", "P")
    assert "may look and change nothing" in said.err
    assert "→ Give it a seat that may edit" in said.err


def test_people_and_projects_that_fail_to_be_listed(box: AsanaBox, folder: Path) -> None:
    """A project that is out of sight ends it in the tool's words."""
    box.faults.append(Fault(match="GET /workspaces/.*/projects", status=403, times=9))
    said = init(box)
    assert said.code == 2
    assert "Ask the owner of the container" in said.err


def test_answers_that_somebody_spoilt(box: AsanaBox, folder: Path) -> None:
    """They are never taken for none."""
    (folder / "config.toml.init.json").write_text("{", encoding="utf-8")
    with Terminal("init") as person:
        person.sees("these are no answers that `syncd init` kept; delete the file, or begin with --afresh")
        assert person.ended() == 2


def test_monday_as_a_script(folder: Path) -> None:
    """Its two levels lead to another shape; a board without the text column is told what makes it."""
    with MondayBox() as box:
        (folder / "token.txt").write_text(box.token, encoding="utf-8")
        board = box.world.add_board("Every Student Ready").id
        said = init(box, tool="monday")
        assert said.code == 1, said.err
        assert 'group_by = "action", action = "none", project = "task"' in said.out
        assert "no text column “Plan ID”" in said.err
        assert "sync --create-columns" in said.out
        assert load_config(folder / "config.toml", {}).mappings["district"].container == board
        assert run("sync").code == 2
        assert [row["created"] for row in run("sync", "--create-columns", "--json").json["passes"]] == [3]


def test_two_configurations_side_by_side(box: AsanaBox, folder: Path) -> None:
    """As in the tutorial: each has a store and a folder for its token of its own, and neither is in the other's way."""
    assert init(box, "--new-container", "Our plan").code == 0
    with MondayBox() as other:
        (folder / "token.txt").write_text(other.token, encoding="utf-8")
        assert init(other, "--new-container", "Our plan", "--config", "monday.toml", tool="monday").code == 0
        assert {"secrets", "secrets-monday", "config.toml", "monday.toml"} <= left(folder)
        for arguments in (("check",), ("sync",), ("check", "--online")):
            for config in ("config.toml", "monday.toml"):
                assert run(*arguments, "--config", config).code == 0, (arguments, config)


class Terminal:
    """A person at a terminal with the command before them: what stands there is what they see."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self.seen = ""

    def __enter__(self) -> Self:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [*PROGRAM, *self._arguments], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def sees(self, words: str) -> str:
        """Read until these words stand there after what was seen last, and what stands before them."""
        until = time.monotonic() + 30
        while words not in (flat := re.sub(r"\s+", " ", self.seen)):
            assert time.monotonic() < until, flat
            if select.select([self._ours], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self._ours, 4096).decode(errors="replace")
                except OSError:  # the other end is gone
                    assert words in re.sub(r"\s+", " ", self.seen), self.seen
        before, _, self.seen = flat.partition(words)
        return before

    def types(self, text: str) -> None:
        """A line."""
        os.write(self._ours, f"{text}\n".encode())

    def interrupts(self) -> None:
        """Ctrl-C, as often as it takes: one that comes right before Python waits for a line is heard with the next."""
        while not select.select([self._ours], [], [], 3)[0]:
            self._process.send_signal(signal.SIGINT)

    def ended(self) -> int:
        """The exit code."""
        return self._process.wait(30)


def test_at_a_terminal_stopped_and_gone_on_with(box: AsanaBox, folder: Path) -> None:
    """A wrong token may be typed anew, none is shown; Ctrl-C keeps the answers, and the next time goes on there."""
    with Terminal("init", "--base-url", box.base_url) as person:
        person.sees("Where do the teams work:")
        person.types("asana")
        person.sees(f"A local Asana ({box.base_url}) printed its own when it was started.")
        person.sees("https://app.asana.com/0/my-apps")
        person.sees("The token (it is not shown):")
        person.types("2/1/not-one-of-ours")
        person.sees("Copy the token once more")
        person.sees("The token (it is not shown):")
        person.types(TOKEN)
        person.sees("Signed in to Asana as ")
        person.sees("“example” for one to begin with [plan.toml]:")
        person.interrupts()
        person.sees("Stopped; no configuration was written.")
        assert person.ended() == 130
    assert left(folder) == {"config.toml.init.json"}
    assert TOKEN not in (folder / "config.toml.init.json").read_text(encoding="utf-8")
    with Terminal("init") as person:
        person.sees(f"Going on from last time (tool asana, base url {box.base_url})")
        person.sees("The token (it is not shown):")
        person.types(TOKEN)
        for question, answer in [
            ("to begin with [plan.toml]:", ""),
            ("the first sync makes one. 1. a new project, which the first sync makes", None),
            ("Which project is to hold the tasks [1]:", ""),
            ("Its name [Every Student Ready]:", "Our plan"),
            ("Is that right? [Y/n]:", ""),
            ("The time zone of the district [", "America/New_York"),
            ("Where is the token kept [1]:", ""),
            ("The first pass would do this (nothing was done): district: 5 to create", None),
            ("Write config.toml? [Y/n]:", "y"),
            ("Written: config.toml, and the token into ", None),
        ]:
            person.sees(question)
            if answer is not None:
                person.types(answer)
        assert person.ended() == 0
    assert left(folder) == {"config.toml", "secrets"}
    assert run("diff").code == 0


SHEET = "Goal,Vorhaben,Owner,Due\nAll read,Train all teachers,HR,June 2027\n,Hire coaches,10432,2028\n"


@pytest.fixture
def sheet(folder: Path) -> Path:
    """No plan yet, but a spreadsheet."""
    (folder / "plan.toml").unlink()
    (folder / "ours.csv").write_text(SHEET, encoding="utf-8")
    return folder


def test_a_plan_made_of_a_spreadsheet_as_a_script(box: AsanaBox, sheet: Path) -> None:
    """What the columns mean may be said; what could not be read is named, and the code says so; a plan is kept."""
    (sheet / "own.toml").write_text('[columns]\n"Vorhaben" = "action"\n', encoding="utf-8")
    said = init(box, "--plan", "ours.csv", "--columns", "own.toml", "--new-container", "P")
    assert said.code == 1, said.err
    assert 'Put into own.toml, for the next time: "Goal" = "goal"; "Owner" = "owner"; "Due" = "due"\n' in said.err
    assert "! ours.csv:3: C (Owner): “10432”: nobody is known by a number" in said.out
    assert "The plan: “ours”, 1 goal, 2 actions." in said.out
    assert 'source = "plan.toml"' in (sheet / "config.toml").read_text(encoding="utf-8")
    assert left(sheet) == {"config.toml", "secrets", "ours.csv", "own.toml", "plan.imported.json"}
    assert [row["created"] for row in run("sync", "--create-columns", "--json").json["passes"]] == [2]
    before = (sheet / "plan.toml").read_bytes()
    said = init(box, "--plan", "ours.csv", "--new-container", "P", "--replace")
    assert (said.code, "bring it up to date with `syncd import`" in said.err) == (2, True)
    assert "Your answers, without the token, are kept in config.toml.init.json" in said.err
    assert (sheet / "plan.toml").read_bytes() == before


@pytest.mark.process
def test_a_spreadsheet_at_a_terminal_stopped_and_gone_on_with(box: AsanaBox, sheet: Path) -> None:
    """Columns that were put right need not be put right again; without a yes there is no plan."""
    arguments = ("init", "--tool", "asana", "--base-url", box.base_url, "--token-file", "token.txt")
    with Terminal(*arguments) as person:
        person.sees("a spreadsheet to make it of (.xlsx, .csv)")
        person.types("nothing.csv")
        person.sees("there is no such file")
        person.sees("a spreadsheet to make it of (.xlsx, .csv)")
        person.types("ours.csv")
        person.sees("Are the columns right?")
        person.types("n")
        for answer in ("", "action", "", ""):
            person.sees("” is [")
            person.types(answer)
        person.sees("Are the columns right?")
        person.types("y")
        person.sees("1 goal, 2 actions.")
        person.sees("Write plan.toml?")
        person.types("n")
        person.sees("Stopped; no configuration was written.")
        assert person.ended() == 130
    assert left(sheet) == {"config.toml.init.json", "ours.csv", "columns.toml"}
    assert not (sheet / "plan.toml").exists()
    with Terminal(*arguments) as person:
        person.sees("Going on from last time")
        assert "Are the columns right?" not in person.sees("Write plan.toml?")
        person.types("y")
        person.sees("What the columns mean is in columns.toml.")
        person.sees("The plan: “ours”, 1 goal, 2 actions.")
        person.sees("Which project is to hold the tasks")
        person.interrupts()
        assert person.ended() == 130
    assert {"plan.toml", "plan.imported.json"} <= {each.name for each in sheet.iterdir()}
