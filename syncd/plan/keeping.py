"""Keeps changes in the place where a plan's text stands: as a whole or not at all, and never over somebody's edit."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from syncd.documents.document import FORMS
from syncd.documents.file import LARGEST, content
from syncd.plan import sources
from syncd.plan.edits import Kept, NewItem, PlanChange, PlanEdit, Unwritten
from syncd.plan.obstacles import obstacle
from syncd.plan.rewriting import Rewritten, rewrite

if sys.platform != "win32":
    import fcntl

TRIES: Final = 5
"""How often a text that somebody changes meanwhile is read and rewritten again."""
PATIENCE: Final = 5.0
"""Seconds for which another program may keep the plan's folder locked; a swap takes a few thousandths of one."""
_LOOK: Final = 0.02


class Unwritable(Exception):
    """A place cannot be read or written; the words say why, to people."""


class PlanPlace(Protocol):
    """Where a plan's text stands."""

    def read(self) -> str:
        """The text as it stands, every byte of it. Raises Unwritable."""

    def swap(self, expected: str, new: str) -> bool:
        """Put the new text in the place of the expected one, at once and whole, and keep that beside it.

        False where something else stands there by now. Raises Unwritable.
        """

    def why_not(self) -> str:
        """Why nothing can be written there, in words for people; "" if it can."""


def keep(place: PlanPlace, ending: str, edits: Sequence[PlanEdit], additions: Sequence[NewItem] = ()) -> Kept:
    """Put values and new items into the plan at a place. What somebody edits meanwhile is merged field by field."""
    asked: tuple[PlanChange, ...] = (*edits, *additions)
    reason = place.why_not()
    try:
        for _ in range(0 if reason else TRIES):
            text = place.read()
            found = rewrite(text, ending, edits, additions) if additions else _rewritten(text, ending, tuple(edits))
            if found.text == text or place.swap(text, found.text):
                return Kept(found.done, found.unwritten)
    except Unwritable as error:
        reason = str(error)
    reason = reason or "somebody is writing the plan's file; it is tried again later"
    return Kept((), tuple(Unwritten(each, reason) for each in asked))


def refusals(place: PlanPlace, ending: str, edits: Sequence[PlanEdit]) -> Mapping[PlanEdit, str]:
    """Why the plan at a place would not take values, as its text stands now; nothing is written."""
    try:
        found = _rewritten(place.read(), ending, tuple(edits))
        _require_readable(found.text)
    except Unwritable as error:
        return dict.fromkeys(edits, str(error))
    return {each.what: each.reason for each in found.unwritten if isinstance(each.what, PlanEdit)}


@lru_cache(maxsize=2)
def _rewritten(text: str, ending: str, edits: tuple[PlanEdit, ...]) -> Rewritten:
    """The rewritten text; what was asked last is known, also from pass to pass where it waits for people."""
    return rewrite(text, ending, edits)


def _require_readable(text: str) -> None:
    if len(text.encode()) > LARGEST:
        raise Unwritable("the plan's file would become too large to be read again")


class FilePlace:
    """A plan in a file, by its path; a web address is a place too, one that is never written."""

    def __init__(self, source: str | Path) -> None:
        self._source = str(source)

    def why_not(self) -> str:
        """Why the file cannot be written, in words for people; "" if it can."""
        if sources.is_address(self._source):
            return "the plan comes from a web address, which is only read"
        if sources.ending(self._source) not in FORMS:
            return f"values are written into {', '.join(FORMS)} files only"
        try:
            path = self._path()
            return obstacle(path, (*backups(path), _hidden(path)))
        except OSError as error:
            return f"the plan's file cannot be reached: {error.strerror}"

    def read(self) -> str:
        """The text of the file, every byte of it. Raises Unwritable."""
        with _in_words():
            return content(self._path()).decode()

    def swap(self, expected: str, new: str) -> bool:
        """Put the new text in the place of the expected one, at once and whole; that stays as a backup beside it.

        False where the file holds something else by now, even if it was saved while it was being swapped: then that
        stands there again. Raises Unwritable.
        """
        _require_readable(new)
        held, wanted = expected.encode(), new.encode()
        with _in_words():
            path = self._path()
            with _locked(path.parent), _beside(path, "new", wanted) as fresh, _second_name(path, held) as old:
                before = path.stat()
                if content(path) != held:
                    return False
                backup = _backed_up(path, old, held)
                if _saved_since(path, before):
                    return False
                fresh.replace(path)
                if content(backup) == held:
                    return True
                if content(path) == wanted:
                    backup.replace(path)
        return False

    def _path(self) -> Path:
        """The file itself, wherever links lead."""
        return Path(os.path.realpath(self._source, strict=True))


def backups(path: Path) -> tuple[Path, Path]:
    """Where a file's text from before the last change is kept, and the one from before that."""
    return path.with_name(f"{path.name}.syncd-1.bak"), path.with_name(f"{path.name}.syncd-2.bak")


def _hidden(path: Path, what: str = "old") -> Path:
    return path.with_name(f".{path.name}.{what}")


def _saved_since(path: Path, before: os.stat_result) -> bool:
    """Whether somebody saved the file, or put another in its place as many editors do, since it was like that."""
    now = path.stat()
    return not os.path.samestat(now, before) or (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


def _backed_up(path: Path, old: Path, held: bytes) -> Path:
    """Where the old file stays; what stayed there before moves on, unless a try that failed put the same there."""
    last, before = backups(path)
    if last.is_file() and content(last) != held:
        last.replace(before)
    old.replace(last)
    return last


@contextmanager
def _in_words() -> Iterator[None]:
    """Failures of the file as Unwritable."""
    try:
        yield
    except UnicodeDecodeError:
        raise Unwritable("the plan's file is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        hint = "; it is mounted by itself: mount its folder instead" if error.errno == errno.EBUSY else ""
        raise Unwritable(f"the plan's file cannot be read or written: {error.strerror}{hint}") from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone among all that swap files in this folder; what was swapped is on the disk afterwards.

    A file system without locks, or without folders that can be put on the disk, must do without.
    """
    if sys.platform == "win32":
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        _lock(opened)
        yield
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)


def _lock(folder: int) -> None:
    """Lock an open folder. Whoever may read it can do that and never let go, so it is not waited for without end."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                words = "another program keeps the plan's folder locked; it is tried again later"
                raise Unwritable(words) from None
            time.sleep(_LOOK)
        except OSError:
            return
        else:
            return


@contextmanager
def _second_name(path: Path, held: bytes) -> Iterator[Path]:
    """Another, hidden name for the file itself, so that what is still being saved into it is not lost.

    A file system without such names must do with a copy.
    """
    place = _hidden(path)
    place.unlink(missing_ok=True)
    try:
        os.link(path, place)
    except OSError:
        with _beside(path, "old", held) as copy:
            yield copy
        return
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)


@contextmanager
def _beside(path: Path, name: str, held: bytes) -> Iterator[Path]:
    """A hidden file beside another, with that content and everything else alike; gone afterwards, if it still is there.

    One that a crash left behind makes room. It is on the disk before it takes a name that people read.
    """
    place = _hidden(path, name)
    place.unlink(missing_ok=True)
    opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            _make_alike(file.fileno() if os.chmod in os.supports_fd else place, path)
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        yield place
    finally:
        place.unlink(missing_ok=True)


def _make_alike(place: Path | int, path: Path) -> None:
    """Give an open file the owner and the rights of another, before anything stands in it.

    By its name only where it cannot be had otherwise: in a folder of many, a link may stand there by now.
    """
    its, wanted = os.stat(place), path.stat()  # noqa: PTH116  an open file has no path
    if sys.platform != "win32" and (its.st_uid, its.st_gid) != (wanted.st_uid, wanted.st_gid):
        os.chown(place, wanted.st_uid, wanted.st_gid)
    shutil.copystat(path, place)  # type: ignore[arg-type]  # it takes whatever os.chmod takes
