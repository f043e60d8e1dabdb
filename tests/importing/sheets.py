"""Small sheets for examples, and what comes of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from syncd.documents.document import parse
from syncd.importing.bringing import Brought, bring
from syncd.importing.importer import Settings, propose
from syncd.plan.fitting import fitted
from syncd.plan.model import AnyItem, Plan


def imported(held: str | bytes, settings: Settings | None = None, file: str = "plan.csv") -> Brought:
    """What comes of a file."""
    chosen = settings or Settings()
    return bring(propose(held.encode() if isinstance(held, str) else held, file, chosen), chosen, None)


def plan_of(held: str | bytes) -> Plan:
    """The plan that a file makes."""
    plan = fitted(parse(imported(held).text, file="plan.toml", ending=".toml")).plan
    assert plan is not None
    return plan


def item(held: str | bytes, id_: str) -> Any:
    """One item of it."""
    found: AnyItem = plan_of(held).items[id_].item
    return found


def ids(held: str | bytes) -> dict[str, str]:
    """All titles by their ids."""
    return {id_: placed.item.title for id_, placed in plan_of(held).items.items()}


def problems(held: str | bytes) -> list[str]:
    """What is wrong, with its place."""
    return [str(each) for each in imported(held).imported.found.problems]


def workbook(*rows: Sequence[Any], merge: tuple[str, ...] = (), formats: dict[str, str] | None = None) -> bytes:
    """A workbook with these rows, merged ranges and number formats."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for place in merge:
        book.active.merge_cells(place)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
