"""What of a folder of configuration files is not in force, for other programs."""

from __future__ import annotations

from typing import Any

from syncd.config_files import LeftOut


def as_json(left_out: LeftOut) -> dict[str, Any]:
    """A file that is left out, the mappings that rest with it, and why."""
    problems = [
        {"file": each.file, "line": each.line, "key": each.key or None, "message": each.message}
        for each in left_out.problems
    ]
    return {"file": left_out.file, "mappings": list(left_out.mappings), "problems": problems}
