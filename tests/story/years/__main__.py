"""Play the four years for longer than the tests do: `python -m tests.story.years --weeks 1 --seed 7`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.story.years.test_years import play


def main() -> None:
    """Say how many days were told, and are right."""
    asked = argparse.ArgumentParser(prog="python -m tests.story.years")
    asked.add_argument("--weeks", type=int, default=1, help="from one day to the next (1: about 220 days)")
    asked.add_argument("--every", type=int, default=1, help="publish every so many days")
    asked.add_argument("--seed", type=int, default=5, help="what teams do on their boards")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        years = play(Path(folder), given.weeks, given.every, given.seed)
    sys.stdout.write(f"{len(years.told)} days were told, and all of them are told again as they were.\n")


if __name__ == "__main__":
    main()
