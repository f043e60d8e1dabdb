"""Says things: results to stdout, everything else to stderr; neither a secret nor what steers a terminal in either."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from syncd import logs
from syncd.characters import STEERING, shown
from syncd.filing import put
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
    put(text, out)
