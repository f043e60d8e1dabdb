"""Whatever goes wrong on the way during a push: the rest is done, it is told in clear words, and nothing is doubled."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from connectors.asana.sandbox import Fault
from tests.cli.district import District
from tests.process.hurry import Hurried, command
from tests.process.plans import on_board, wanted

pytestmark = pytest.mark.process

TIMEOUT = 2.5
_CREATES = Fault(r"^POST /tasks", times=3, skip=5)
FAULTS = {
    "lost reply": replace(_CREATES, kind="lost_reply"),
    "broken connection": replace(_CREATES, kind="reset"),
    "429 with a time": replace(_CREATES, kind="rate_limit", retry_after="20"),
    "429 without a time": replace(_CREATES, kind="rate_limit"),
    "500 without effect": _CREATES,
    "500 after the effect": replace(_CREATES, effect=True),
    "502 as HTML": replace(_CREATES, status=502, body="html", effect=True),
    "truncated JSON": replace(_CREATES, kind="truncated"),
    "hang before the effect": replace(_CREATES, kind="hang", times=1, seconds=TIMEOUT + 0.5),
    "hang after the effect": replace(_CREATES, kind="hang", times=1, seconds=TIMEOUT + 0.5, when="after"),
}
"""What strikes some of the creates; each may or may not have taken effect."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_one_pass_gets_over_it(district: District, clock: Hurried, fault: Fault) -> None:
    """The pass that was struck ends with each task once, says so, and leaves nothing to do."""
    district.box.faults.append(replace(fault))

    said = command(district, clock, "sync", timeout=TIMEOUT)

    assert not district.box.faults, "it never struck"
    assert said.code == 0, said
    assert on_board(district) == wanted(district)
    assert command(district, clock, "sync").out.split(" — ")[0] == "academics: nothing to do"


def test_what_is_refused_is_set_aside(district: District, clock: Hurried) -> None:
    """One item that Asana will not take: it is named with Asana's words, all others are made, the exit code is 1."""
    words = "name: Asana does not like this one"
    refusal = replace(_CREATES, times=1, skip=12, status=400, message=words)
    district.box.faults.append(refusal)

    said = command(district, clock, "sync")

    assert said.code == 1, said
    [missing] = wanted(district) - on_board(district)
    assert on_board(district) == wanted(district) - Counter([missing])
    item = missing.partition(" ")[2]
    assert f"! {item}  {missing}" in said.out
    assert words in said.out
    assert "Traceback" not in said.out + said.err


def test_a_tool_that_answers_nothing_but_errors(district: District, clock: Hurried) -> None:
    """Asana breaks down in the middle of a push: the pass gives up in words, and the next one ends the work."""
    breakdown = replace(_CREATES, times=10_000, skip=15, status=503, body="html")
    district.box.faults.append(breakdown)

    said = command(district, clock, "sync")

    assert said.code in (1, 4), said
    assert "503" in said.out + said.err
    assert max(on_board(district).values()) == 1
    district.box.faults.clear()
    assert command(district, clock, "sync", "--retry").code == 0
    assert on_board(district) == wanted(district)
