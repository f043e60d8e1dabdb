"""Writes a document into a file, which is then there as a whole or as it was before."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path


def put(content: str | bytes, out: Path, rights: int | None = None) -> None:
    """Have the file hold this, text as UTF-8, with the rights that it had.

    A new one gets `rights`, else those of any new file.
    Raises OSError where it cannot be written.
    """
    if not out.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(out.parent))
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            # Not by its name, where that can be helped: in a folder of many, a link may stand there by now.
            opened = handle if os.chmod in os.supports_fd else part
            new = rights if rights is not None else 0o666 & ~_umask()
            os.chmod(opened, out.stat().st_mode & 0o777 if out.exists() else new)  # noqa: PTH101
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    """The bits that new files do not get; it can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
