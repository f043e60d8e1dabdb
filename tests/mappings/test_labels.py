"""What a mapping says of labels and of progress, held against the container: every finding, and none where it fits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.vocabulary import Container, Field, FieldType
from mappings.labels import misfits
from mappings.rules import Rules

STATUS = Field("S", "State", FieldType.OPTION, options={"Half": "1", "Done": "2"}, holds="status")
PERCENT = Field("F", "Percent", FieldType.NUMBER)
BARE = Container("B", "Plan", "", fields=(PERCENT,))
BOARD = Container("B", "Plan", "", fields=(STATUS, PERCENT))
EMPTY = replace(BOARD, fields=(replace(STATUS, options={}), PERCENT))
COMPLETED = Rules("m", "d")
BY_STATUS = replace(COMPLETED, progress="status")
HALF, ALL = {"Half": Decimal("0.5")}, {"Half": Decimal("0.5"), "Done": Decimal(1)}


@pytest.mark.parametrize(
    ("rules", "container", "told"),
    [
        (COMPLETED, BARE, []),
        (COMPLETED, BOARD, []),
        (BY_STATUS, BARE, ["no status field"]),
        (replace(COMPLETED, status=HALF), BARE, ["no status field"]),
        (replace(BY_STATUS, status=ALL), BOARD, []),
        (replace(BY_STATUS, status=HALF), BOARD, ["no rule says what “Done” is worth"]),
        (replace(COMPLETED, status=HALF), BOARD, []),
        (replace(COMPLETED, status={"Haf": Decimal(1)}), BOARD, ["has no label “Haf”; it has “Half”, “Done”"]),
        (replace(COMPLETED, status=HALF), EMPTY, ["has no label “Half”; it has none"]),
        (
            replace(BY_STATUS, status={"Haf": Decimal(1)}),
            BOARD,
            ["has no label “Haf”", "no rule says what “Half”, “Done” is worth"],
        ),
        (replace(COMPLETED, progress="field:Percent"), BOARD, []),
        (replace(COMPLETED, progress="field:F"), BOARD, []),
        (replace(COMPLETED, progress="field:Elsewhere"), BOARD, []),
        (replace(COMPLETED, progress="field:State"), BOARD, ["“State”, which holds no number"]),
    ],
)
def test_what_does_not_fit(rules: Rules, container: Container, told: list[str]) -> None:
    """A label nobody has, a label without a rule, progress where no figure is; a missing field is found elsewhere."""
    found = list(misfits(rules, container))
    assert len(found) == len(told)
    assert all(words in one.words for words, one in zip(told, found, strict=True))
    assert all("[mappings.m." in one.fix for one in found)
