"""The relative addresses of a scorecard's pages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 60


def goal_pages(goals: Iterable[str]) -> dict[str, str]:
    """The path of each goal's page, by the goals' ids."""
    return named("goals", goals)


def named(folder: str, names: Iterable[str]) -> dict[str, str]:
    """A path for each name: of small letters, digits and dashes, and no two alike on any file system.

    None is what web servers give out for the folder itself.
    """
    paths: dict[str, str] = {}
    taken = {"index"}
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST].strip("-") or "page"
        free, number = plain, 2
        while free in taken:
            free, number = f"{plain}-{number}", number + 1
        taken.add(free)
        paths[name] = f"{folder}/{free}.html"
    return paths
