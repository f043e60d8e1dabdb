"""Finds what keeps a file from being swapped as a whole, before that is tried, and says it in words for people."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
"""Where Linux tells what is mounted."""
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")


def obstacle(path: Path, own: Iterable[Path] = ()) -> str:
    """What keeps the file from being swapped, "" if nothing does; where the rights are, even for who may do all.

    `own` are the names under which the swap itself keeps the old file. Raises OSError.
    """
    found, folder = path.stat(), path.parent
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        return f"{path} may only be read; allow it to be written"
    if not folder.stat().st_mode & 0o222 or not os.access(folder, os.W_OK | os.X_OK):
        return f"nothing may be written in the folder {folder}; allow it, so that the file can be swapped as a whole"
    if str(path) in _mounted():
        return f"{path} is mounted by itself, so it cannot be swapped as a whole; mount its folder instead"
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1 + sum(each.is_file() and each.samefile(path) for each in own):
        return f"{path} has a second name (a hard link), which would keep the old text; make that a symbolic link"
    return "" if sys.platform == "win32" else _refusal(path, found)


def _refusal(path: Path, found: os.stat_result) -> str:
    """Why the system would not have a file like this one made beside it, "" if it would."""
    room, folder, account = os.statvfs(path.parent), path.parent.stat(), os.geteuid()
    groups = {os.getegid(), *os.getgroups()} | ({folder.st_gid} if folder.st_mode & stat.S_ISGID else set())
    if account not in (0, found.st_uid):
        return f"{path} belongs to another account; give it to the one that syncd runs as"
    if account != 0 and found.st_gid not in groups:
        return f"{path} belongs to a group that syncd's account is not in; give it to a group of that account"
    if room.f_bavail * room.f_frsize < 2 * found.st_size:
        return f"the disk on which {path} stands is full; make room there"
    return ""


def _mounted() -> frozenset[str]:
    """Every path on which something is mounted, single files too; none where the system does not tell."""
    try:
        lines = os.fsdecode(MOUNTS.read_bytes()).splitlines()
    except OSError:
        return frozenset()
    return frozenset(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), line.split(" ")[4]) for line in lines)
