"""Replaces a published folder at once, and keeps what was published on each day.

The folder that a web server gives out is a link to one of the versions that stand beside it. A new version is written
whole, and then the link is put in the place of the old one in one step: whoever reads sees the old one or the new one,
and a crash at any moment leaves the old one. Snapshots stand beside the versions, and none is ever written again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUMS: Final = "SHA256SUMS"
"""The file that holds the hash of every other one, as `sha256sum --check` reads it."""
ARCHIVE: Final = "archive"
_NEW, _LINK = ".new-", ".link-"
_NAME: Final = 16
"""Digits of a version's hash that it is called by."""
_AN_HOUR: Final = 3600
_BACK: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>All snapshots</title></head>
<body><p><a href="../../index.html">All snapshots</a></p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was published on a day, and the hash of its list of hashes."""

    day: str
    digest: str


class Folder:
    """A published folder. Every method raises OSError where something cannot be written."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._beside = out.with_name(f"{out.name}.versions")
        self.archive = self._beside / ARCHIVE

    def foreign(self) -> bool:
        """Whether something stands there that was not put there by publishing."""
        if self.out.is_symlink():
            return self.out.readlink().parent.name != self._beside.name
        return self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir()))

    def current(self) -> str:
        """The hash of what is published now, "" for nothing."""
        return _digest(self.out)

    def write(self, files: Iterable[tuple[str, Iterable[str]]]) -> Path:
        """A new version, whole but not published yet."""
        make(self.archive)
        fresh = Path(tempfile.mkdtemp(prefix=_NEW, dir=self._beside))
        try:
            fresh.chmod(0o755)
            sums = []
            for path, text in files:
                sums.append(f"{_write(fresh / path, text)}  {path}\n")
            _write(fresh / SUMS, sums)
            (fresh / ARCHIVE).symlink_to(Path(os.pardir) / ARCHIVE)
            version = self._beside / _digest(fresh)[:_NAME]
            if version.is_dir():
                shutil.rmtree(fresh)
            else:
                fresh.rename(version)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return version

    def keep(self, version: Path, day: str) -> bool:
        """Have the archive hold what is published on this day; whether there was no snapshot of it yet."""
        kept = self.archive / day
        if kept.exists():
            return False
        fresh = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.archive))
        try:
            for file in sorted(each for each in version.rglob("*") if each.is_file()):
                if ARCHIVE not in file.relative_to(version).parts[:1]:
                    _same(file, fresh / file.relative_to(version))
            _write(fresh / ARCHIVE / "index.html", [_BACK])
            fresh.chmod(0o755)
            fresh.rename(kept)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return True

    def snapshots(self) -> list[Snapshot]:
        """All that are kept, the newest first."""
        days = sorted((each for each in self.archive.iterdir() if (each / SUMS).is_file()), reverse=True)
        return [Snapshot(each.name, _digest(each)) for each in days if not each.name.startswith(_NEW)]

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
        self._tidy({version, before}, version.stat().st_mtime)

    def _tidy(self, keep: set[Path | None], now: float) -> None:
        """Take away old versions, and what a process that died left unfinished."""
        for each in self._beside.iterdir():
            if each in keep or each.name == ARCHIVE:
                continue
            if not each.name.startswith((_NEW, _LINK)) or now - each.lstat().st_mtime > _AN_HOUR:
                with suppress(OSError):
                    each.unlink() if each.is_symlink() else shutil.rmtree(each)


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
    with file.open("wb") as out:
        for piece in text:
            part = piece.encode()
            found.update(part)
            out.write(part)
    file.chmod(0o644)
    return found.hexdigest()


def _same(file: Path, kept: Path) -> None:
    """Keep a file that is never written again: by a second name, or as a copy where there are none."""
    make(kept.parent)
    try:
        os.link(file, kept)
    except OSError:
        shutil.copy2(file, kept)


def _digest(folder: Path) -> str:
    """The hash of a folder's list of hashes, "" where it has none."""
    try:
        return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _settle() -> None:
    """Have all that was written be on disk before it is pointed at: also a power cut leaves the old version."""
    if hasattr(os, "sync"):
        os.sync()
