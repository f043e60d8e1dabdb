"""The field that readings are taken from: found by its title or its id, and only numbers are taken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.vocabulary import Container, Field, FieldType, Task
from mappings.readings import figure, misfit

BOARD = Container(
    "B", "KPIs", "", fields=(Field("N", "Current value", FieldType.NUMBER), Field("T", "Remark", FieldType.TEXT))
)


def task(**fields: object) -> Task:
    """A KPI's task that holds these."""
    return Task("1", "B", "Reading", "", fields=fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Current value", "N"])
def test_a_number_field_is_read(name: str) -> None:
    """By its title, or by its id."""
    assert misfit("kpis", name, BOARD) is None
    assert figure(name, task(N=Decimal("61.5"), T="62"), BOARD) == Decimal("61.5")
    assert figure(name, task(N=None), BOARD) is None
    assert figure(name, task(), BOARD) is None


def test_what_cannot_be_read_is_said() -> None:
    """Text is never taken for a number, whatever it says."""
    text = misfit("kpis", "Remark", BOARD)
    assert text is not None
    assert text.words == "readings are to be taken from “Remark”, which holds no number (text)"
    assert text.fix == "Name a number field with readings in [mappings.kpis]."
    assert figure("Remark", task(T="62"), BOARD) is None
    gone = misfit("kpis", "Value", BOARD)
    assert gone is not None
    assert gone.words == "readings are to be taken from a field “Value”, which is not there"
    assert figure("Value", task(N=Decimal(1)), BOARD) is None
