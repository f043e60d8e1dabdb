"""`python -m tests.soak [--runs N | --minutes M]`: random histories, one after the other, until one of them fails.

`--seed S` begins with that seed (alone, it lives through that one history), `--without MECHANISM` switches off a
safety mechanism: then a failure is what should come. `--workers W` uses so many processes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tests.soak.running import results
from tests.soak.simulator import Failed
from tests.soak.switches import SWITCHES

_TELL_EVERY = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run histories; 0 if all of them held, 1 with the first that did not: its seed, its story, how to replay it."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, help="live through so many histories")
    parser.add_argument("--minutes", type=float, help="go on for so long (default: 5)")
    parser.add_argument("--seed", type=int, help="begin with this seed; alone, live through this one history")
    parser.add_argument("--without", choices=sorted(SWITCHES), help="switch this mechanism off")
    parser.add_argument("--workers", type=int, default=1, help="use so many processes (default: 1)")
    options = parser.parse_args(arguments)
    first = options.seed if options.seed is not None else int(time.time())
    runs = options.runs or (1 if options.seed is not None and options.minutes is None else None)
    minutes = None if runs else options.minutes or 5.0
    _say(f"histories from seed {first} on")
    return _soak(first, runs, minutes, options.workers, options.without or "")


def _soak(first: int, runs: int | None, minutes: float | None, workers: int, without: str) -> int:
    started = told = time.monotonic()
    held = 0
    for number, failed in results(first, runs, minutes, workers, without):
        if failed is not None:
            _tell(failed, without)
            return 1
        held += number
        if time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            _say(f"{held} histories held, {held / (told - started):.1f} a second")
    _say(f"nothing lost, nothing doubled in {held} histories, {held / (time.monotonic() - started):.1f} a second")
    return 0


def _tell(failed: Failed, without: str) -> None:
    option = f" --without {without!r}" if without else ""
    sys.stderr.write(f"{failed.told()}\nreplay it with: python -m tests.soak --seed {failed.seed}{option}\n")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
