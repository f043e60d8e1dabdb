"""What docs/reliability.md says of the safeties that are switched off is what the tests hold."""

from __future__ import annotations

import re
from pathlib import Path

from tests.planner_runs.without import MECHANISMS
from tests.soak.switches import SWITCHES

PAGE = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text("utf-8")


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_table_of_the_whole_histories_is_that_of_the_tests() -> None:
    """Each safety that can be switched off has its row, with the number of runs that the test allows."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [\d,]+ \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert {name: _number(within) for name, within in rows} == {
        name: switch.within for name, switch in SWITCHES.items()
    }


def test_each_safety_was_found_within_its_number() -> None:
    """The history in which a safety was missed is one of those that the test lives through."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([\d,]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert rows
    assert not [name for name, found, within in rows if _number(found) > _number(within)]


def test_the_table_of_the_planner_runs_is_that_of_the_tests() -> None:
    """The same for the planner's own rules."""
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert {name: _number(within) for name, within in rows} == {name: runs for name, (_, runs) in MECHANISMS.items()}
