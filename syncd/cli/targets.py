"""Says where a list of proposals, or a copy of a plan, may be written: over nothing but an earlier one."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Final

import click

from syncd.app import App
from syncd.documents.document import FORMS, Unreadable, parse
from syncd.documents.file import content
from syncd.plan.fitting import fitted
from syncd.plan.model import Kpi, Plan
from syncd.plan.sources import ending, is_address, locate
from syncd.views.proposals import COLUMNS

_SAME: Final = {".yml": ".yaml"}
"""Endings that mean the same as another."""


def require_list(path: Path) -> None:
    """Raises UsageError where something else than an earlier list stands there."""
    if path.exists() and not _is_list(path):
        raise click.UsageError(f"{path} is there already and holds no list of proposals; name another file")


def require_copy(app: App, plan: str, to: Path) -> None:
    """Raises UsageError where no copy of a plan, by its name in the configuration, can be put there, or be of use."""
    source = locate(app.config.plans[plan].source, app.config.folder)
    wanted, held = ending(source), app.plan(plan)
    if not to.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder {to.absolute().parent}; make it, or name another file")
    for name in app.config.plans:
        own = Path(locate(app.config.plans[name].source, app.config.folder))
        if to.exists() and own.exists() and to.samefile(own):
            whose = "the plan's own file" if name == plan else f"the file of the plan “{name}”"
            raise click.UsageError(f"that is {whose}: leave --to out, or name another file")
    if wanted in FORMS and _form(ending(to.name)) != _form(wanted):
        raise click.UsageError(f"the plan is a {wanted} file, and so is its copy: give {to.name} that ending")
    if to.exists() and not _holds(to, held):
        raise click.UsageError(f"{to} is there already and holds no copy of the plan “{held.id}”; name another file")
    readings = _readings_beside(held)
    if readings and (is_address(source) or not to.absolute().parent.samefile(Path(source).parent)):
        there = "where that comes from" if is_address(source) else f"in {Path(source).parent}"
        raise click.UsageError(
            f"the plan takes readings from {readings}, beside it, which a copy elsewhere would not find; "
            f"name a file {there}, or have the plan name its readings by a full path or address"
        )


def _is_list(path: Path) -> bool:
    try:
        text = content(path).decode()
        if path.suffix.lower() == ".csv":
            return next(csv.reader([text.partition("\n")[0]]), []) == [*COLUMNS]
        listed = json.loads(text)
    except (OSError, ValueError, csv.Error):
        return False
    return isinstance(listed, list) and all(isinstance(each, dict) and each.keys() == {*COLUMNS} for each in listed)


def _form(ending: str) -> str:
    return _SAME.get(ending, ending)


def _holds(path: Path, plan: Plan) -> bool:
    """Whether a file holds an edition of a plan."""
    try:
        found = fitted(parse(content(path).decode("utf-8-sig"), file="", ending=ending(path.name))).plan
    except (OSError, ValueError, Unreadable):
        return False
    return found is not None and found.id == plan.id


def _readings_beside(plan: Plan) -> str:
    """The first file of readings that the plan names by its place beside it, "" if there is none."""
    named = (placed.item.readings_from or "" for placed in plan.items.values() if isinstance(placed.item, Kpi))
    return next((name for name in named if name and not is_address(name) and not Path(name).is_absolute()), "")
