"""`syncd retry`: what is set aside is due now, one item or all, and what is not set aside is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.asana.sandbox import Fault
from syncd.records import SetAside
from syncd.store import Store
from tests.cli.district import TASKS, District

STRANGE = "name: too odd"


@pytest.fixture
def troubled(district: District) -> District:
    """A district of whose five tasks the tool refused the first one, an action; its projects wait for it."""
    district.box.faults.append(Fault(match="POST /tasks", status=400, message=STRANGE))
    assert district.run("sync").code == 1
    return district


def aside(district: District) -> dict[str, SetAside]:
    """What is set aside by item, as the store holds it."""
    store = Store(f"sqlite:///{district.store}")
    with store.reading() as reader:
        found = reader.set_aside("academics")
    store.close()
    return found


def test_the_next_pass_tries_it_at_once(troubled: District) -> None:
    """Without it the item waits for its time; with it the next sync makes the task, and nothing is aside any more."""
    [item] = aside(troubled)
    assert troubled.run("sync", "--json").json["passes"][0]["created"] == 0
    said = troubled.run("retry")
    assert said.code == 0
    assert (f"academics  {item}  " in said.out, STRANGE in said.out) == (True, True)
    assert f"one now: syncd --config {troubled.config} sync" in said.out
    assert aside(troubled)[item].retry_at <= datetime.now(UTC)
    assert aside(troubled)[item].tries == 1
    assert troubled.run("sync", "--json").json["passes"][0]["created"] > 0
    assert aside(troubled) == {}
    assert troubled.run("status", "--json").json["mappings"][0]["links"] == TASKS


def test_one_item_of_several(troubled: District) -> None:
    """Only the item that was named is due, in the mapping that was named."""
    [first] = aside(troubled)
    later = datetime(2999, 1, 1, tzinfo=UTC)
    store = Store(f"sqlite:///{troubled.store}")
    with store.writing() as writer:
        writer.put_set_aside("academics", SetAside("G2.A1.P1", "create", "no", "wait", 3, later))
    store.close()
    said = troubled.run("retry", first, "--mapping", "academics", "--json")
    assert said.json == {"due": [{"mapping": "academics", "item": first}]}
    assert aside(troubled)["G2.A1.P1"].retry_at == later
    assert troubled.run("retry", "--mapping", "athletics").code == 2


def test_what_is_not_set_aside(troubled: District) -> None:
    """The nearest is named, else some of what there is; nothing is changed, not even for those that are aside."""
    [item] = before = aside(troubled)
    near = troubled.run("retry", item, f"{item}x")
    assert (near.code, f"{item}x is not set aside; did you mean {item}?" in near.err) == (2, True)
    far = troubled.run("retry", "zzz")
    assert (far.code, f"zzz is not set aside; there is: {item}" in far.err) == (2, True)
    assert aside(troubled) == before


def test_nothing_is_set_aside(district: District) -> None:
    """Before the first pass and after a good one: it says so, and makes no store."""
    left = district.left()
    said = district.run("retry")
    assert (said.code, said.out) == (0, "Nothing is set aside.\n")
    assert district.left() == left
    stranger = district.run("retry", "G1")
    assert (stranger.code, "G1 is not set aside; nothing is" in stranger.err) == (2, True)
