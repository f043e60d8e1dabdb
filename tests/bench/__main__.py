"""`python -m tests.bench [NAME …]`: measures against the budgets and prints one table; exit 1 if one is broken."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Callable, Sequence

from tests import bench
from tests.bench.rows import Row

Measure = Callable[[], list[Row]]


def main(names: Sequence[str]) -> int:
    """Measure every module of the package that can, or those named; 0 if all budgets hold."""
    sys.stdout.write(f"{platform.python_implementation()} {platform.python_version()}, {_machine()}\n")
    rows: list[Row] = []
    for measure in measures(names):
        rows += measure()
    sys.stdout.write(f"{table(rows)}\n")
    return 0 if all(row.holds for row in rows) else 1


def measures(names: Sequence[str]) -> list[Measure]:
    """The `measure` of each of these modules, or of all that have one, in the order of their names."""
    return [measure for name, measure in _all_measures().items() if not names or name in names]


def _all_measures() -> dict[str, Measure]:
    modules = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name != "__main__")
    loaded = {name: importlib.import_module(f"tests.bench.{name}") for name in modules}
    return {name: module.measure for name, module in loaded.items() if hasattr(module, "measure")}


def table(rows: Sequence[Row]) -> str:
    """The rows in columns; a broken budget is told at the end of its line."""
    lines = [("what", "measured", "budget", "")]
    lines += [(row.what, row.measured, row.budget, "" if row.holds else "BROKEN") for row in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(4)]
    cells = (zip(line, widths, strict=True) for line in lines)
    return "\n".join("  ".join(text.ljust(width) for text, width in line).rstrip() for line in cells)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(_all_measures())}; all without")
    chosen = parser.parse_args().names
    if unknown := set(chosen) - _all_measures().keys():
        parser.error(f"nothing is measured by the name of {', '.join(sorted(unknown))}")
    sys.exit(main(chosen))
