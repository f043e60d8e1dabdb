"""Live through the week and show what `syncd log` tells of it: `python -m tests.story [OPTIONS OF syncd log]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.story.days import DAYS, Week
from tests.story.town import town


def main() -> None:
    """Print the log of the week."""
    with tempfile.TemporaryDirectory() as folder, town(Path(folder)) as here:
        week = Week.begins(here)
        for day in DAYS:
            day(week)
        sys.stdout.write(here.syncd("log", "--limit", "10000", *sys.argv[1:]).out)


if __name__ == "__main__":
    main()
