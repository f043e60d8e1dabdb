"""`python -m tests.soak [--minutes N] [--seed S]`: random histories, one after the other, until time is up."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.simulator import Failed, live_through


def main(arguments: list[str] | None = None) -> int:
    """Run histories; 0 if all of them held, 1 with the seed and how to replay it for the first that did not."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long to go on (default: 5)")
    parser.add_argument("--seed", type=int, help="live through this one history only")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="syncd-soak-") as folder:
        return _soak(Path(folder), options.minutes, options.seed)


def _soak(folder: Path, minutes: float, only: int | None) -> int:
    first = only if only is not None else int(time.time())
    until, seed = time.monotonic() + minutes * 60, first
    _say(f"histories from seed {first} on")
    while True:
        try:
            live_through(seed, folder)
        except Failed as failed:
            sys.stderr.write(f"{failed}\nreplay it with: python -m tests.soak --seed {failed.seed}\n")
            return 1
        seed += 1
        if (seed - first) % 20 == 0:
            _say(f"{seed - first} histories held")
        if only is not None or time.monotonic() >= until:
            _say(f"nothing lost, nothing doubled in {seed - first} histories")
            return 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
