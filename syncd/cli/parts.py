"""Says which files of a folder are left out for their mistakes, beside what a command does for all the others."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.cli.codes import Code
from syncd.cli.options import copyable
from syncd.cli.output import tell
from syncd.config_files import LeftOut


def told(left_out: Iterable[LeftOut]) -> Code:
    """Say it on stderr; the exit code that comes of it."""
    code = Code.DONE
    for each in left_out:
        resting = f"; its mappings rest: {', '.join(each.mappings)}" if each.mappings else ""
        tell(copyable(f"{each.name} is left out until it is mended{resting}\n{each}"))
        code = Code.FINDINGS
    return code
