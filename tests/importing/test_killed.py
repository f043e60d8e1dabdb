"""An import that is killed, wherever: the next one finds all again, and the plan says what the sheets say."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from syncd.importing import places
from syncd.importing.bringing import Brought, bring
from syncd.importing.importer import Settings, propose

pytestmark = [pytest.mark.process, pytest.mark.skipif(sys.platform == "win32", reason="it has no fork")]

HEAD = "Goal,KPI,Baseline,Target,Actual June 2026,Action,Owner,Due\n"
FIRST = (
    f"{HEAD}All read,Proficiency,54%,70%,57%,,HR,\n,,,,,Train teachers,HR,June 2027\n,,,,,Hire coaches,HR,June 2027\n"
)
SECOND = (
    FIRST.replace("June 2027", "June 2028").replace("Train teachers", "Train all teachers") + ",,,,,Buy books,HR,\n"
)
THIRD = SECOND.replace("June 2028", "June 2029").replace("Buy books", "Buy new books")


def imported(sheet: str, out: Path) -> Brought:
    """One import, as the command does it."""
    there = places.plan(out)
    done = bring(propose(sheet.encode(), "sheet.csv", Settings()), Settings(), there)
    places.write(done, out, there)
    return done


def killed(sheet: str, out: Path, moment: int) -> bool:
    """Whether an import in another process was killed right before its n-th call that touches a file."""
    child = os.fork()
    if not child:
        calls = 0

        def kill(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal calls
            if event.startswith(("os.", "open", "fcntl", "shutil", "tempfile")) and str(out.parent) in str(arguments):
                calls += 1
                if calls == moment:
                    os._exit(7)

        sys.addaudithook(kill)
        imported(sheet, out)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


@pytest.mark.parametrize("before", [[], [FIRST]], ids=["a new plan", "a plan that is there"])
def test_next_month_finds_all_again(before: list[str], tmp_path: Path) -> None:
    """Killed at each of its calls in turn: the versions after it come out as if nothing had been."""
    wanted = tmp_path / "wanted" / "plan.toml"
    wanted.parent.mkdir()
    for sheet in [*before, SECOND, THIRD]:
        imported(sheet, wanted)
    outcomes = set()
    for moment in range(1, 200):
        out = tmp_path / str(moment) / "plan.toml"
        out.parent.mkdir()
        for sheet in before:
            imported(sheet, out)
        was = out.read_text() if before else None
        stopped = killed(SECOND, out, moment)
        outcomes.add((out.read_text() if out.exists() else None) == was)
        done = imported(THIRD, out)
        assert done.update is None or (done.update.kept, done.update.left_out, done.update.gone) == ([], [], []), moment
        assert out.read_text() == wanted.read_text(), moment
        assert places.memory(out).read_text() == places.memory(wanted).read_text(), moment
        assert not [each.name for each in out.parent.iterdir() if each.name.endswith(".json.new")]
        if not stopped:
            break
    assert not stopped
    assert outcomes == {True, False}
    assert moment > 10
