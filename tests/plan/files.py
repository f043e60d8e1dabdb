"""Plan files for tests: small ones, and what loading them said."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.errors import PlanError
from syncd.plan.load import load_plan
from syncd.plan.model import Kpi, Plan

HEAD = '[plan]\nid = "p"\ntitle = "t"\n[[goals]]\nid = "G"\ntitle = "g"\n'
"""Six lines with one goal; what follows belongs to it."""
KPI = '[[goals.kpis]]\nid = "K"\ntitle = "k"\n'
"""Three lines with one KPI; with HEAD before it, the next line is line 10."""


def loaded(folder: Path, text: str | bytes, name: str = "plan.toml") -> Plan:
    """The plan in that text, by way of a file."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_plan(name, folder)


def refused(folder: Path, text: str | bytes, name: str = "plan.toml") -> list[str]:
    """What is wrong with the plan in that text, line by line, with the folder left out."""
    with pytest.raises(PlanError) as error:
        loaded(folder, text, name)
    assert all(problem.file.startswith(str(folder)) for problem in error.value.problems)
    return str(error.value).replace(f"{folder}/", "").split("\n")


def kpi(plan: Plan, name: str = "K") -> Kpi:
    """A KPI of the plan."""
    item = plan.items[name].item
    assert isinstance(item, Kpi)
    return item
