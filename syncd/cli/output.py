"""Says things: results to stdout, everything else to stderr; neither a secret nor what steers a terminal in either."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from syncd import logs
from syncd.characters import STEERING, shown
from syncd.views.values import scrubbed


def show(text: str) -> None:
    """One or more lines of a result."""
    sys.stdout.write(f"{logs.scrub(shown(text))}\n")


def show_json(value: object) -> None:
    """A result for other programs."""
    text = json.dumps(scrubbed(value), ensure_ascii=False, indent=2)
    sys.stdout.write(STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def tell(text: str) -> None:
    """What is no result: what is being done, what went wrong, what to do next."""
    sys.stdout.flush()
    sys.stderr.write(f"{logs.scrub(shown(text))}\n")


def deliver(text: str, out: Path | None) -> None:
    """A document to stdout, or into a file that is either there as a whole or as it was before.

    Raises OSError where the file cannot be written.
    """
    if out is None:
        sys.stdout.write(text)
        return
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            # Not by its name, where that can be helped: in a folder of many, a link may stand there by now.
            opened = handle if os.chmod in os.supports_fd else part
            os.chmod(opened, out.stat().st_mode & 0o777 if out.exists() else 0o666 & ~_umask())  # noqa: PTH101
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    """The bits that new files do not get; it can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
