"""A plan's file is swapped as a whole or not at all, with one backup, and never over what somebody wrote meanwhile."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from syncd.documents import file as documents
from syncd.documents import from_toml
from syncd.plan import keeping, obstacles
from syncd.plan.edits import Kept, NewItem, PlanEdit, Unwritten
from syncd.plan.keeping import TRIES, FilePlace, Unwritable, keep, refusals
from syncd.plan.rewriting import Rewritten, rewrite
from tests.plan.files import loaded

PLAN = '[plan]\nid = "p"\ntitle = "t"\n[[goals]]\nid = "G"\ntitle = "g" # é\n[[goals.actions]]\nid = "A"\ntitle = "a"\n'
BACKUP, EARLIER = "plan.toml.syncd-1.bak", "plan.toml.syncd-2.bak"
EDIT = PlanEdit("A", "title", "a", "b")
WANTED = PLAN.replace('"a"', '"b"')


class Desk:
    """A place that is a text in memory; `meanwhile` is what somebody writes between each reading and the swap."""

    def __init__(self, text: str, meanwhile: Callable[[str], str] = str) -> None:
        self.text, self.swaps = text, 0
        self._meanwhile = meanwhile

    def read(self) -> str:
        """The text."""
        return self.text

    def swap(self, expected: str, new: str) -> bool:
        """The swap, after what somebody else wrote."""
        self.swaps += 1
        self.text = self._meanwhile(self.text)
        if self.text != expected:
            return False
        self.text = new
        return True

    def why_not(self) -> str:
        """Nothing."""
        return ""


def file(folder: Path, text: str = PLAN, name: str = "plan.toml") -> Path:
    """A plan's file in a folder."""
    path = folder / name
    path.write_bytes(text.encode())
    return path


def refusing(number: int) -> Callable[..., None]:
    """A call to the system that always fails."""

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def names(folder: Path) -> list[str]:
    """All that lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def test_a_value_is_kept_in_the_file(tmp_path: Path) -> None:
    """The old text lies beside it, byte for byte, and the one before that; a backup of the user's own stays."""
    path = file(tmp_path, "\ufeff" + PLAN.replace("\n", "\r\n"))
    (tmp_path / "plan.toml.bak").write_text("my own")
    assert keep(FilePlace(path), ".toml", [EDIT]) == Kept((EDIT,), ())
    assert path.read_bytes() == ("\ufeff" + WANTED.replace("\n", "\r\n")).encode()
    assert (tmp_path / BACKUP).read_bytes() == ("\ufeff" + PLAN.replace("\n", "\r\n")).encode()
    more, new = PlanEdit("G", "title", "g", "h"), NewItem("B", "action", "G", {"title": "b"})
    assert keep(FilePlace(path), ".toml", [more], [new]) == Kept((more, new), ())
    assert (tmp_path / BACKUP).read_bytes() == ("\ufeff" + WANTED.replace("\n", "\r\n")).encode()
    assert (tmp_path / EARLIER).read_bytes() == ("\ufeff" + PLAN.replace("\n", "\r\n")).encode()
    assert (tmp_path / "plan.toml.bak").read_text() == "my own"
    assert names(tmp_path) == ["plan.toml", "plan.toml.bak", BACKUP, EARLIER]
    back = [PlanEdit("G", "title", "h", "g"), PlanEdit("A", "title", "b", "a")]
    assert keep(FilePlace(path), ".toml", back).unwritten == ()
    assert len(names(tmp_path)) == 4


def test_nothing_to_write_touches_nothing(tmp_path: Path) -> None:
    """What is there already is done; no backup is made, and the file is as old as it was."""
    path = file(tmp_path)
    before = path.stat()
    done, stale = PlanEdit("A", "title", "z", "a"), PlanEdit("A", "title", "z", "y")
    kept = keep(FilePlace(path), ".toml", [done, stale])
    assert (kept.done, [each.what for each in kept.unwritten]) == ((done,), [stale])
    assert path.stat() == before or path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert names(tmp_path) == ["plan.toml"]


def test_a_plan_with_readings_of_its_own_is_kept(tmp_path: Path) -> None:
    """Readings that lie beside it are none of what changes."""
    kpi = '[[goals.kpis]]\nid = "K"\ntitle = "k"\nreadings_from = "r.csv"\n'
    (tmp_path / "r.csv").write_text("kpi,value,on\nK,5,2026-01-31\n")
    path = file(tmp_path, PLAN + kpi)
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert loaded(tmp_path, path.read_bytes()).items["A"].item.title == "b"


def test_what_somebody_edits_meanwhile_is_merged_by_field() -> None:
    """Their words on other fields stay, and ours are written into their text; their word on ours wins."""
    for theirs, wanted, done in (('"g"', '"their goal"', (EDIT,)), ('"a"', '"their action"', ())):
        desk = Desk(PLAN, lambda text, old=theirs, new=wanted: text.replace(old, new))  # type: ignore[misc]
        assert keep(desk, ".toml", [EDIT]).done == done
        assert wanted in desk.text
        assert ('"b"' in desk.text) == bool(done)


def test_somebody_who_writes_on_and_on_is_let_go_first() -> None:
    """After some tries it is left for later, with the reason; nothing of theirs is lost."""
    desk = Desk(PLAN, lambda text: f"{text}# more\n")
    kept = keep(desk, ".toml", [EDIT])
    assert kept == Kept((), (Unwritten(EDIT, "somebody is writing the plan's file; it is tried again later"),))
    assert (desk.swaps, desk.text) == (TRIES, PLAN + "# more\n" * TRIES)


def test_a_half_written_file_is_left_alone(tmp_path: Path) -> None:
    """Somebody's editor has saved a mistake."""
    path = file(tmp_path, PLAN + "[[goals")
    (unwritten,) = keep(FilePlace(path), ".toml", [EDIT]).unwritten
    assert unwritten.reason.startswith("the plan's file has a mistake, which must be repaired first (line 10: ")
    assert names(tmp_path) == ["plan.toml"]


def test_a_file_that_holds_something_else_is_not_swapped(tmp_path: Path) -> None:
    """Not even if it differs in the end of a line only; neither is the backup."""
    path = file(tmp_path, PLAN + "\n")
    (tmp_path / BACKUP).write_text("old")
    assert not FilePlace(path).swap(PLAN, WANTED)
    assert path.read_text() == PLAN + "\n"
    assert (tmp_path / BACKUP).read_text() == "old"
    assert names(tmp_path) == ["plan.toml", BACKUP]


def test_rights_and_links_stay(tmp_path: Path) -> None:
    """The file that a link leads to is swapped, and keeps its rights; so does the backup, which lies beside it."""
    folder = tmp_path / "real"
    folder.mkdir()
    path = file(folder)
    path.chmod(0o640)
    os.utime(path, (0, 0))
    link, further = tmp_path / "plan.toml", tmp_path / "further.toml"
    link.symlink_to("real/plan.toml")
    further.symlink_to(link)
    assert keep(FilePlace(further), ".toml", [EDIT]).unwritten == ()
    assert path.read_text() == WANTED
    assert link.is_symlink()
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o640}
    assert path.stat().st_mtime > 10**9
    assert (names(tmp_path), names(folder)) == (["further.toml", "plan.toml", "real"], ["plan.toml", BACKUP])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("https://example.org/plan.toml", "the plan comes from a web address, which is only read"),
        ("plan.xlsx", "values are written into .toml, .yaml, .yml, .json files only"),
        ("nothing.toml", "the plan's file cannot be reached: No such file or directory"),
        ("loop.toml", "the plan's file cannot be reached: Too many levels of symbolic links"),
        ("file.toml/plan.toml", "the plan's file cannot be reached: Not a directory"),
    ],
)
def test_places_that_are_not_written_say_so(source: str, words: str, tmp_path: Path) -> None:
    """Before anything is tried."""
    file(tmp_path, name="file.toml")
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    place = FilePlace(source if "://" in source else tmp_path / source)
    assert place.why_not() == words
    assert keep(place, ".toml", [EDIT]) == Kept((), (Unwritten(EDIT, words),))


def test_what_may_only_be_read_is_not_written(tmp_path: Path) -> None:
    """Neither by who may do all: somebody has said so. The file, or the folder in which it would be swapped."""
    path = file(tmp_path)
    assert FilePlace(path).why_not() == ""
    path.chmod(0o444)
    assert FilePlace(path).why_not() == f"{path} may only be read; allow it to be written"
    path.chmod(0o644)
    tmp_path.chmod(0o555)
    words = f"nothing may be written in the folder {tmp_path}; allow it, so that the file can be swapped as a whole"
    assert FilePlace(path).why_not() == words
    tmp_path.chmod(0o755)
    assert names(tmp_path) == ["plan.toml"]


def test_the_file_of_another_account_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Swapped, it would be another's."""
    path = file(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    words = f"{path} belongs to another account; give it to the one that syncd runs as"
    assert FilePlace(path).why_not() == words


def test_the_file_of_another_group_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gives a file to a group that is not theirs; a folder that passes its own group on does so by itself."""
    path = file(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid or 1)
    monkeypatch.setattr(os, "getegid", lambda: path.stat().st_gid + 1)
    monkeypatch.setattr(os, "getgroups", lambda: [path.stat().st_gid + 2])
    stated = path.stat()
    fake = os.stat_result((*stated[:4], stated.st_uid or 1, *stated[5:]))
    words = f"{path} belongs to a group that syncd's account is not in; give it to a group of that account"
    assert obstacles._refusal(path, fake) == words
    tmp_path.chmod(0o2755)
    assert obstacles._refusal(path, fake) == ""


def test_a_full_disk_is_seen_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file must find room beside the old one."""
    path = file(tmp_path)
    real = os.statvfs(tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((*real[:4], 0, *real[5:10])))
    assert FilePlace(path).why_not() == f"the disk on which {path} stands is full; make room there"


def test_a_file_that_is_mounted_by_itself_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a single file is into a container: it cannot be swapped, and that is known before it is tried."""
    folder = tmp_path / "é our plan"
    folder.mkdir()
    path, mounts = file(folder), tmp_path / "mountinfo"
    line = f"36 35 98:0 /plan.toml {str(path).replace(' ', chr(92) + '040')} rw,noatime - ext4 /dev/root rw\n"
    mounts.write_text(f"22 1 0:21 / / rw - overlay overlay rw\n{line}")
    assert FilePlace(path).why_not() == ""
    monkeypatch.setattr(obstacles, "MOUNTS", mounts)
    words = f"{path} is mounted by itself, so it cannot be swapped as a whole; mount its folder instead"
    assert FilePlace(path).why_not() == words
    monkeypatch.setattr(obstacles, "MOUNTS", tmp_path / "none")
    assert FilePlace(path).why_not() == ""


def test_a_file_with_a_second_name_is_not_written(tmp_path: Path) -> None:
    """The other name would keep the old text; names that a swap left behind are none of these."""
    path = file(tmp_path)
    (tmp_path / BACKUP).hardlink_to(path)
    (tmp_path / ".plan.toml.old").hardlink_to(path)
    assert FilePlace(path).why_not() == ""
    (tmp_path / "same.toml").hardlink_to(path)
    words = f"{path} has a second name (a hard link), which would keep the old text; make that a symbolic link"
    assert keep(FilePlace(path), ".toml", [EDIT]) == Kept((), (Unwritten(EDIT, words),))


def test_a_link_in_the_place_of_the_new_file_leads_to_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may write into the plan's folder gets no rights to files elsewhere by laying a link in the last instant."""
    (tmp_path / "shared").mkdir()
    path, secret, real = file(tmp_path / "shared"), tmp_path / "secret", os.fdopen
    path.chmod(0o666)
    secret.write_text("for one account")
    secret.chmod(0o600)

    def late(*arguments: Any, **named: Any) -> Any:
        fresh = path.with_name(".plan.toml.new")
        fresh.unlink()
        fresh.symlink_to(secret)
        return real(*arguments, **named)

    monkeypatch.setattr(os, "fdopen", late)
    keep(FilePlace(path), ".toml", [EDIT])
    assert (stat.S_IMODE(secret.stat().st_mode), secret.read_text()) == (0o600, "for one account")


def test_what_is_saved_during_the_swap_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that writes into the old file in the last instant: its words come back, and ours go into them."""
    path, theirs, real = file(tmp_path), PLAN.replace('"g"', '"theirs"'), Path.replace

    def late(self: Path, target: Path) -> Path:
        if target == path and self.name.endswith(".new") and theirs not in path.read_text():
            path.write_text(theirs)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", late)
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert path.read_text() == WANTED.replace('"g"', '"theirs"')
    assert (tmp_path / BACKUP).read_text() == theirs


def test_what_is_put_in_the_files_place_during_the_swap_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that saves a new file under the plan's name, as many do: that stays, and ours goes into it."""
    path, theirs, real = file(tmp_path), PLAN.replace('"g"', '"theirs"'), Path.replace

    def late(self: Path, target: Path) -> Path:
        if target == tmp_path / BACKUP and theirs not in path.read_text():
            (tmp_path / "saved").write_text(theirs)
            real(tmp_path / "saved", path)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", late)
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert path.read_text() == WANTED.replace('"g"', '"theirs"')
    assert names(tmp_path) == [path.name, BACKUP, BACKUP.replace("1", "2")]


def test_who_saves_twice_during_the_swap_has_the_last_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once into the old file and once in its place: the latter stands, the former is the backup."""
    path, real = file(tmp_path), Path.replace

    def late(self: Path, target: Path) -> Path:
        if target == path:
            path.write_text("late")
        found = real(self, target)
        if target == path:
            (tmp_path / "saved").write_text("later")
            real(tmp_path / "saved", path)
        return found

    monkeypatch.setattr(Path, "replace", late)
    assert not FilePlace(path).swap(PLAN, WANTED)
    assert (path.read_text(), (tmp_path / BACKUP).read_text()) == ("later", "late")


def test_refusals_are_known_without_a_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file would not take, and why: asked again, it is not worked out again until the file changes."""
    path = file(tmp_path)
    hidden, stale = PlanEdit("G", "title", "g", "a\u202eb"), PlanEdit("A", "notes", "z", "y")
    worked = count_calls(monkeypatch)
    for _ in range(2):
        found = refusals(FilePlace(path), ".toml", [EDIT, hidden, stale])
        assert found.keys() == {hidden, stale}
        assert "invisible character" in found[hidden]
    assert (len(worked), names(tmp_path)) == (1, ["plan.toml"])
    path.write_text(f'{PLAN}notes = "z"\n')
    assert refusals(FilePlace(path), ".toml", [EDIT, hidden, stale]).keys() == {hidden}
    assert len(worked) == 2
    path.unlink()
    words = "the plan's file cannot be read or written: No such file or directory"
    assert refusals(FilePlace(path), ".toml", [EDIT]) == {EDIT: words}


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are rewritten from now on."""
    texts: list[str] = []

    def counted(text: str, *arguments: Any) -> Rewritten:
        texts.append(text)
        return rewrite(text, *arguments)

    monkeypatch.setattr(keeping, "rewrite", counted)
    keeping._rewritten.cache_clear()
    return texts


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(tmp_path: Path) -> None:
    """Where syncd may do all, the file belongs to whom it did."""
    path = file(tmp_path)
    os.chown(path, 1234, 5678)
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert {(each.stat().st_uid, each.stat().st_gid) for each in tmp_path.iterdir()} == {(1234, 5678)}


def test_what_is_no_text_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what is no file, nor what would be too large to be read again."""
    path = tmp_path / "plan.toml"
    path.write_bytes(PLAN.encode("latin-1"))
    (unwritten,) = keep(FilePlace(path), ".toml", [EDIT]).unwritten
    assert unwritten.reason == "the plan's file is not UTF-8 text; save it as UTF-8"
    path.unlink()
    path.mkdir()
    (unwritten,) = keep(FilePlace(path), ".toml", [EDIT]).unwritten
    assert unwritten.reason == "the plan's file cannot be read or written: Is a directory"
    path.rmdir()
    for module in (keeping, documents):
        monkeypatch.setattr(module, "LARGEST", len(PLAN.encode()))
    file(tmp_path)
    long = PlanEdit("A", "title", "a", "long")
    (unwritten,) = keep(FilePlace(path), ".toml", [long]).unwritten
    assert unwritten.reason == "the plan's file would become too large to be read again"
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()


@pytest.mark.parametrize(
    ("call", "number"),
    [
        *(("fsync", 0), ("write", 0), ("copystat", 0), ("replace", 0), ("replace", 1)),
        *(
            ("copied fsync", 1),
            ("copied write", 1),
            ("copied copystat", 1),
            ("copied replace", 0),
            ("copied replace", 1),
        ),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    call: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a lost right, a file that is mounted by itself: wherever it happens, it is said.

    A file system that has no second names for a file gets a copy for a backup, which may fail as well.
    """
    path = file(tmp_path)
    if call.startswith("copied"):
        monkeypatch.setattr(os, "link", refusing(errno.EPERM))
    call = call.removeprefix("copied ")
    calls = iter(range(9))

    def failing(real: Callable[..., object]) -> Callable[..., object]:
        def fail(*arguments: object, **named: object) -> object:
            if next(calls) == number:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            return real(*arguments, **named)

        return fail

    owner: object = {"replace": Path, "copystat": shutil, "write": os}.get(call, os)
    name = {"write": "fdopen"}.get(call, call)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing(getattr(owner, name)))
        (unwritten,) = keep(FilePlace(path), ".toml", [EDIT]).unwritten
    words = (
        "the plan's file cannot be read or written: Device or resource busy; it is mounted by itself: mount its folder"
    )
    assert unwritten.reason == f"{words} instead"
    assert path.read_text() == PLAN
    assert set(names(tmp_path)) <= {"plan.toml", BACKUP}
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert (path.read_text(), (tmp_path / BACKUP).read_text()) == (WANTED, PLAN)
    assert names(tmp_path) == ["plan.toml", BACKUP]


def test_who_holds_the_folder_holds_up_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may read a folder can lock it, and never let go: the value waits, with words, and not the pass."""
    monkeypatch.setattr(keeping, "PATIENCE", 0.0)
    path, held = file(tmp_path), os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    words = "another program keeps the plan's folder locked; it is tried again later"
    assert keep(FilePlace(path), ".toml", [EDIT]) == Kept((), (Unwritten(EDIT, words),))
    os.close(held)
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert path.read_text() == WANTED


def test_a_file_system_without_locks_must_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network drives have none; the file is still compared right before the swap."""
    path = file(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refusing(errno.ENOLCK))
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert not FilePlace(path).swap(PLAN, WANTED)


def test_what_a_crash_left_behind_makes_room(tmp_path: Path) -> None:
    """The next swap clears it away."""
    path = file(tmp_path)
    for name in (".plan.toml.new", ".plan.toml.old"):
        (tmp_path / name).write_text("half")
    assert keep(FilePlace(path), ".toml", [EDIT]).unwritten == ()
    assert names(tmp_path) == ["plan.toml", BACKUP]


CRASHING = """
import os, sys
from pathlib import Path
from syncd.plan.edits import PlanEdit
from syncd.plan.keeping import FilePlace, keep

folder, old, new = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
path, backup, earlier = (folder / f"plan.toml{end}" for end in ("", ".syncd-1.bak", ".syncd-2.bak"))
edit = PlanEdit("A", "title", "a", "b")

def crash_at(moment):
    calls = 0
    def crash(event, arguments):
        nonlocal calls
        if event.startswith(("os.", "open", "fcntl", "shutil")):
            calls += 1
            if calls == moment:
                os._exit(7)
    sys.addaudithook(crash)
    keep(FilePlace(path), ".toml", [edit])
    os._exit(0)

path.write_text(old)
keep(FilePlace(path), ".toml", [edit])  # everything is imported by now
for moment in range(1, 100):
    path.write_text(old)
    backup.unlink(missing_ok=True)
    child = os.fork() or crash_at(moment)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    found = path.read_text()
    assert found in (old, new), (moment, found)
    assert not backup.exists() or backup.read_text() == old, moment
    assert keep(FilePlace(path), ".toml", [edit]).unwritten == ()
    assert path.read_text() == new
    assert {each.name for each in folder.iterdir()} <= {path.name, backup.name, earlier.name}, moment
    print(status, found == new)
    if status == 0:
        break
"""


@pytest.mark.process
def test_a_crash_at_any_moment_leaves_one_whole_file(tmp_path: Path) -> None:
    """The process is stopped at each of its calls to the system in turn: the old file or the new, and a whole backup.

    The next one clears away what it left behind, and writes the value.
    """
    command = [sys.executable, "-c", CRASHING, str(tmp_path), PLAN, WANTED]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[:-1]
    assert said[0] == "7 False"
    assert said[-1] == "0 True"
    assert "7 True" in said
    assert len(said) > 10


def test_many_who_keep_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each is told the truth about its own value, and each value that was done is there."""
    items = [f"A{number}" for number in range(12)]
    text = PLAN + "".join(f'[[goals.actions]]\nid = "{name}"\ntitle = "a"\n' for name in items)
    path = file(tmp_path, text)
    kept: dict[str, Kept] = {}

    def work(name: str) -> None:
        kept[name] = keep(FilePlace(path), ".toml", [PlanEdit(name, "title", "a", f"by {name}")])

    threads = [threading.Thread(target=work, args=(name,)) for name in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = {name for name in items if kept[name].done}
    assert done
    assert {name for name in items if f'"by {name}"' in path.read_text()} == done
    assert re.sub(r"by A\d+", "a", path.read_text()) == text
    assert names(tmp_path) == ["plan.toml", BACKUP, EARLIER]


def test_a_place_that_fails_is_told_in_words() -> None:
    """Whatever kind of place it is."""

    class Broken(Desk):
        def read(self) -> str:
            raise Unwritable("it is gone")

    assert keep(Broken(""), ".toml", [EDIT]) == Kept((), (Unwritten(EDIT, "it is gone"),))


def test_days_are_kept_in_every_form(tmp_path: Path) -> None:
    """TOML, YAML by both its endings, JSON."""
    texts = {
        ".yml": "plan: {id: p, title: t}\ngoals:\n- {id: G, title: g, actions: [{id: A, title: a}]}\n",
        ".yaml": "plan:\n  id: p\n  title: t\ngoals:\n- id: G\n  title: g\n  actions:\n  - id: A\n    title: a\n",
        ".json": json.dumps(from_toml.read(PLAN)[0]),
        ".toml": PLAN,
    }
    edit = PlanEdit("A", "due", None, date(2026, 6, 30))
    for ending, text in texts.items():
        path = file(tmp_path, text, f"plan{ending}")
        assert keep(FilePlace(path), ending, [edit]).unwritten == ()
        assert "2026-06-30" in path.read_text()
