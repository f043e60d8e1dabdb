"""`python -m tests.monday_loop`: a whole day of the Standard plan over twenty boards; exit 1 if a promise is broken."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import structlog

from connectors.monday.sandbox import Limits
from tests.monday_loop.day import Day
from tests.monday_loop.large import furnish
from tests.monday_loop.place import place


def main() -> int:
    """Live through the day and tell what it was like; 0 if all went as promised."""
    argparse.ArgumentParser(prog="python -m tests.monday_loop", description=__doc__).parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder, place(Path(folder), Limits(), settings="") as there:
        furnish(there)
        with there.app() as app:
            list(app.sync())
            day = Day(there, edits=300, neighbour=300, every=timedelta(minutes=5))
            day.live(app)
    sys.stdout.writelines(f"{line}\n" for line in day.lines())
    kept = len(day.lags) == day.edits and max(day.lags) <= day.promised
    return 0 if kept and day.used <= 1000 and not day.refused else 1


if __name__ == "__main__":
    sys.exit(main())
