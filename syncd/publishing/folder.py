"""Replaces a published folder at once, and keeps what was published on each day.

The folder that a web server gives out is a link to one of the versions that stand beside it. A new version is written
whole, and then the link is put in the place of the old one in one step: whoever reads sees the old one or the new one,
and a crash at any moment leaves the old one. Snapshots stand beside the versions, and none is ever written again: they
are copies, so that whoever edits a published file by hand does not edit the snapshot.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

SUMS: Final = "SHA256SUMS"
"""The file that holds the hash of every other one, as `sha256sum --check` reads it."""
ARCHIVE: Final = "archive"
_BESIDE: Final = ".versions"
"""How the name ends of what stands beside a published folder and holds its versions."""
_NEW, _LINK = ".new-", ".link-"
_NAME: Final = 16
"""Digits of a version's hash that it is called by."""
_VERSION: Final = re.compile(rf"[0-9a-f]{{{_NAME}}}")
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d+))?")
"""A snapshot's name: its day, and a number from the second one of that day on."""
_AN_HOUR: Final = 3600
_BACK: Final = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>All snapshots</title></head>
<body><main><h1>Earlier days</h1><p><a href="../../index.html">All snapshots</a></p></main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was published on a `day`, and the hash of its list of hashes; the second of a day is of "2026-03-02-2"."""

    day: str
    digest: str


class Folder:
    """A published folder. Every method raises OSError where something cannot be written."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._beside = out.with_name(out.name + _BESIDE)
        self.archive = self._beside / ARCHIVE

    def foreign(self) -> Path | None:
        """What stands where this is to stand, or where its versions are, and was not put there by publishing."""
        if self._beside.is_symlink() or self._holds_others():
            return self._beside
        if self.out.is_symlink():
            return None if self.out.readlink().parent == Path(self._beside.name) else self.out
        return self.out if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())) else None

    def _holds_others(self) -> bool:
        names = [each.name for each in self._beside.iterdir()] if self._beside.is_dir() else []
        return not all(name == ARCHIVE or _is_ours(name) for name in names)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one that publishes there: two at once would take each other's versions away.

        Raises BlockingIOError where another one does; the system itself lets go of what a dead process held.
        """
        make(self.archive)
        if sys.platform == "win32":
            yield
            return
        opened = os.open(self._beside, os.O_RDONLY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(opened)

    def current(self) -> str:
        """The hash of what is published now, "" for nothing."""
        return digest(self.out)

    def write(self, files: Iterable[tuple[str, Iterable[str]]]) -> Path:
        """A new version, whole but not published yet."""
        fresh = Path(tempfile.mkdtemp(prefix=_NEW, dir=self._beside))
        try:
            fresh.chmod(0o755)
            sums = []
            for path, text in files:
                sums.append(f"{_write(fresh / path, text)}  {path}\n")
            _write(fresh / SUMS, sums)
            (fresh / ARCHIVE).symlink_to(Path(os.pardir) / ARCHIVE)
            version = self._beside / digest(fresh)[:_NAME]
            if version.is_dir():
                _mend(version, fresh)
                shutil.rmtree(fresh)
            else:
                fresh.rename(version)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return version

    def keep(self, version: Path, day: str, *, again: bool = False) -> str:
        """Have the archive hold what is published on this day, if it has no snapshot of it yet; the name of a new one.

        `again` has it hold another one beside those of that day, if it differs from the newest of them.
        """
        before = [each for each in self.snapshots() if each.day == day or each.day.startswith(f"{day}-")]
        if before and (not again or before[0].digest == digest(version)):
            return ""
        name = f"{day}-{_place(before[0].day)[1] + 1}" if before else day
        fresh = Path(tempfile.mkdtemp(prefix=_NEW, dir=self._beside))  # where it is tidied up after a crash
        try:
            for file in _files(version):
                _copied(file, fresh / file.relative_to(version))
            _write(fresh / ARCHIVE / "index.html", [_BACK])
            fresh.chmod(0o755)
            _settle()
            fresh.rename(self.archive / name)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return name

    def snapshots(self) -> list[Snapshot]:
        """All that are kept, the newest first."""
        kept = [each for each in self.archive.iterdir() if _DAY.fullmatch(each.name) and (each / SUMS).is_file()]
        kept.sort(key=lambda each: _place(each.name), reverse=True)
        return [Snapshot(each.name, digest(each)) for each in kept]

    def publish(self, version: Path) -> None:
        """Have the folder be this version from one moment to the next; the one before it stays for who reads it yet."""
        before = self._beside / self.out.readlink().name if self.out.is_symlink() else None
        _settle()
        link = Path(tempfile.mktemp(prefix=_LINK, dir=self._beside))  # noqa: S306  made below, and never over anything
        link.symlink_to(Path(self._beside.name) / version.name)
        try:
            if self.out.is_dir() and not self.out.is_symlink():
                self.out.rmdir()  # an empty one that somebody made
            # A link is read from where it stands: it is made there, in one step, as what it is here.
            link.replace(self.out)
        finally:
            link.unlink(missing_ok=True)
        self._tidy({version, before}, self.out.lstat().st_mtime)

    def _tidy(self, keep: set[Path | None], now: float) -> None:
        """Take away old versions, and what a process that died left unfinished."""
        for each in self._beside.iterdir():
            if each in keep or not _is_ours(each.name):
                continue
            if not each.name.startswith((_NEW, _LINK)) or now - each.lstat().st_mtime > _AN_HOUR:
                with suppress(OSError):
                    each.unlink() if each.is_symlink() else shutil.rmtree(each)


def is_published(file: Path) -> bool:
    """Whether a file of that name stands, or would stand, in a published folder or beside its versions."""
    return any(above.name.endswith(_BESIDE) and (above / ARCHIVE).is_dir() for above in file.resolve().parents)


def _is_ours(name: str) -> bool:
    """Whether publishing calls a version so, or what it has not finished."""
    return name.startswith((_NEW, _LINK)) or _VERSION.fullmatch(name) is not None


def _place(name: str) -> tuple[str, int]:
    """Where a snapshot stands among all: its day, and which of that day it is."""
    return name[:10], int(name[11:] or 1)


def make(place: Path) -> None:
    """Make a folder where there is none, open to others: what is public is for them, whatever our own files are."""
    if not place.is_dir():
        make(place.parent)
        place.mkdir(exist_ok=True)
        place.chmod(0o755)


def _write(file: Path, text: Iterable[str]) -> str:
    """Write a file that others may read, piece by piece; its hash."""
    make(file.parent)
    found = hashlib.sha256()
    with file.open("xb") as out:
        for piece in text:
            part = piece.encode()
            found.update(part)
            out.write(part)
    file.chmod(0o644)
    return found.hexdigest()


def _mend(version: Path, fresh: Path) -> None:
    """Have a version that is there hold what it was written with: somebody, or a power cut, may have damaged it."""
    right = {file.relative_to(fresh) for file in _files(fresh)}
    for file in _files(version):
        if file.relative_to(version) not in right:
            file.unlink()
    for path in right:
        if not (version / path).is_file() or not cmp(fresh / path, version / path, shallow=False):
            make((version / path).parent)
            (fresh / path).replace(version / path)


def _files(version: Path) -> list[Path]:
    """All files of a version, without the archive that it links to."""
    files = (each for each in version.rglob("*") if each.is_file())
    return [file for file in files if file.relative_to(version).parts[0] != ARCHIVE]


def _copied(file: Path, kept: Path) -> None:
    make(kept.parent)
    shutil.copyfile(file, kept)
    kept.chmod(0o644)


def digest(folder: Path) -> str:
    """The hash of a version's list of hashes, by which it is told from others; "" where it has none."""
    try:
        return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _settle() -> None:
    """Have all that was written be on disk before it is pointed at: also a power cut leaves the old version."""
    if hasattr(os, "sync"):
        os.sync()
