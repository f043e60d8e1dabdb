"""Lets a test run as an account that may not do everything, though tests are root's: nothing is denied to root."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder that belongs to an ordinary account, and the block runs as that account (root may write anything)."""
    folder = Path(tempfile.mkdtemp(prefix="syncd-nobody-", dir="/tmp"))
    root = os.geteuid() == 0
    try:
        if root:
            shutil.chown(folder, "nobody")
            os.seteuid(pwd.getpwnam("nobody").pw_uid)
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)
