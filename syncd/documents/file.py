"""Reads a file whole, if it is a regular one of bearable size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

LARGEST: Final = 20_000_000
"""Bytes that a file may have."""


def content(path: Path) -> bytes:
    """What the file holds. Raises OSError, also for a folder, a pipe or a device, and for more than LARGEST bytes."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no file but a pipe or a device")
    with path.open("rb") as file:
        held = file.read(LARGEST + 1)
    if len(held) > LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST // 10**6} MB")
    return held


def stamp(path: Path) -> tuple[int, int] | None:
    """What the system says of a file, which differs once it was written; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
