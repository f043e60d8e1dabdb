"""Loads a plan from TOML, YAML or JSON with its readings files, and reports everything that is wrong at once."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from connectors.network import DIRECT, Network
from syncd.checking import in_order, step
from syncd.documents.document import FORMS, Document, Unreadable, parse
from syncd.errors import PlanError, Problem
from syncd.plan import sources
from syncd.plan.feeds import Feeds
from syncd.plan.fitting import Where, fitted
from syncd.plan.joining import join
from syncd.plan.model import Plan

_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_SHEETS: Final = (".xlsx", ".xls", ".ods", ".csv")


def load_plan(source: str, folder: Path, network: Network = DIRECT, feeds: Feeds | None = None) -> Plan:
    """The plan in a file (a path relative to `folder`) or at an https address, which `network` leads to.

    Readings at addresses that fail come from the copies that `feeds` has.

    Raises PlanError with everything that is wrong; what is merely unknown (TBD, blank) is not.
    """
    place, until = sources.locate(source, folder), sources.deadline()
    found = fitted(_document(place, network, until))
    plan, problems = found.plan, [*found.problems]
    if plan is not None:
        plan, missing, more = join(plan, place, network, until, feeds or Feeds())
        problems += [*more, *found.where.problems(missing)]
    if plan is None or problems:
        raise PlanError(in_order(problems, place))
    return plan


def id_of(source: str, folder: Path) -> tuple[str, str]:
    """The id that a plan's file gives it, whatever else is wrong there, and its place; "" where none can be told."""
    place = sources.locate(source, folder)
    ending = sources.ending(place)
    if sources.is_address(source) or ending not in FORMS:
        return "", place
    try:
        text = sources.text(place, DIRECT)
    except sources.NoText:
        return "", place
    for part in (_head(text), text) if ending == ".toml" else (text,):
        with suppress(Unreadable):
            document = parse(part, file=place, ending=ending)
            told = step(step(document.data, "plan"), "id")
            if isinstance(told, str):
                return told, f"{place}:{document.line(('plan', 'id'))}"
    return "", place


def where(source: str, folder: Path, network: Network = DIRECT) -> Where:
    """Where each item of a plan stands in its file as it is now. Raises PlanError."""
    place = sources.locate(source, folder)
    return Where.of(_document(place, network, sources.deadline()))


def _head(text: str) -> str:
    """A text in TOML up to its second table. The plan's own comes first; what follows cannot change its id."""
    second = next(islice(_TABLE.finditer(text), 1, None), None)
    return text[: second.start()] if second else text


def _document(place: str, network: Network, until: float) -> Document:
    ending = sources.ending(place)
    if ending not in FORMS:
        made = "this is a spreadsheet, of which `syncd import` makes a plan"
        what = made if ending in _SHEETS else "this is no plan file"
        advice = f"a plan is a file whose name ends in {', '.join(FORMS)}, like examples/riverbend/plan.toml"
        raise PlanError([Problem(place, f"{what}; {advice}")])
    try:
        return parse(sources.text(place, network, until=until), file=place, ending=ending)
    except (sources.NoText, Unreadable) as error:
        raise PlanError([error.problem]) from None
