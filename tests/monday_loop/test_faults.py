"""Whatever goes wrong on the way to monday: the rest is done, it is told in clear words, and nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from connectors.monday.sandbox import Limits
from connectors.monday.transport import Transport
from tests.monday_loop.place import Place, place

ACTIONS, PROJECTS = 15, 12
ALL = ACTIONS + PROJECTS
"""Items on the board, and subitems below the first of them: two batches each."""
TIMEOUT = 2.5
WRITES = r"^mutation Write"


def plan() -> str:
    """A plan of one goal with many actions, and projects below the first."""
    text = '[plan]\nid = "district"\ntitle = "Plan"\n[[goals]]\nid = "G1"\ntitle = "Reading"\n'
    for action in range(1, ACTIONS + 1):
        text += f'[[goals.actions]]\nid = "G1.A{action}"\ntitle = "Action {action}"\n'
        for project in range(1, PROJECTS + 1) if action == 1 else ():
            text += f'[[goals.actions.projects]]\nid = "G1.A1.P{project}"\ntitle = "Project {project}"\n'
    return text


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Place]:
    """A district with a plan that takes several batches, and a board that is furnished for it."""
    with place(tmp_path, timeout=TIMEOUT) as made:
        made.write_plan('[plan]\nid = "district"\ntitle = "Plan"\n[[goals]]\nid = "G1"\ntitle = "Reading"\n')
        made.sync()
        made.write_plan(plan())
        yield made


FAULTS: dict[str, dict[str, Any]] = {
    "reply lost": {"kind": "lost_reply"},
    "connection broken": {"kind": "reset"},
    "429 with a time": {"kind": "rate_limit", "retry_after": "20"},
    "429 without": {"kind": "rate_limit"},
    "429 after the effect": {"status": 429, "code": "RATE_LIMIT_EXCEEDED", "effect": True},
    "complexity, after the effect": {"status": 200, "code": "COMPLEXITY_BUDGET_EXHAUSTED", "effect": True},
    "500 without effect": {"status": 500},
    "500 after the effect": {"status": 500, "effect": True},
    "502 as HTML after the effect": {"status": 502, "body": "html", "effect": True},
    "JSON cut short": {"kind": "truncated"},
    "silent after the effect": {"kind": "hang", "seconds": TIMEOUT + 0.5, "when": "after"},
    "half of the batch": {"kind": "partial", "alias": "w4_values"},
    "half of the batch, after the effect": {"kind": "partial", "alias": "w4_values", "effect": True},
}
"""What strikes one request that makes ten items; it may or may not have taken effect."""


@pytest.mark.parametrize("skip", [0, 2], ids=["items", "subitems"])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_bad_answer_to_a_batch(there: Place, fault: str, skip: int) -> None:
    """Whatever ten creates are answered: the others go through, nothing is doubled, and at last all is there once."""
    there.fault(WRITES, skip=skip, **FAULTS[fault])

    said = there.run("sync")

    assert not there.box.faults, "it never struck"
    assert said.code in (0, 1), said
    there.run("sync", "--retry")
    assert there.once_each(ALL), said
    assert there.settled()


def test_a_lost_reply_after_ten_creates(there: Place) -> None:
    """Ten items were made and nobody heard of it: the same pass finds all ten by their markers, and makes none anew."""
    there.fault(WRITES, kind="lost_reply")

    figures = there.sync()

    assert figures["created"] + figures["adopted"] == ALL
    assert figures["adopted"] == 10
    assert there.once_each(ALL)
    assert there.settled()


@pytest.mark.parametrize("what", ["CreateBoard", "CreateColumns", "CreateGroups"])
@pytest.mark.parametrize("fault", ["reply lost", "connection broken", "500 after the effect", "500 without effect"])
def test_one_bad_answer_while_the_board_is_made(fresh: Place, what: str, fault: str) -> None:
    """Board, columns and groups are each made once, whatever the request that makes them is answered.

    What could not be finished, the next pass finishes by itself: the board is syncd's own.
    """
    fresh.write_plan(plan())
    fresh.fault(f"^mutation {what}", **FAULTS[fault])
    fresh.run("sync")
    assert not fresh.box.faults
    fresh.run("sync", "--retry")

    board = fresh.board()
    titles = [column.title for column in board.columns]
    assert len(titles) == len(set(titles))
    assert [group.title for group in board.groups].count("Reading") == 1
    assert fresh.once_each(ALL)
    assert fresh.settled()


def test_what_is_refused_is_set_aside(there: Place) -> None:
    """One item that monday will not take is named with monday's words, the others are made; later it goes through."""
    words = "The name has a word that nobody likes"
    there.fault(WRITES, kind="partial", alias="w4_values", code="InvalidItemNameException", message=words, status=200)

    said = there.run("sync")

    assert said.code == 1, said
    assert words in said.out
    assert f"{ALL - 1} created, 1 failed" in said.out
    assert there.once_each(ALL - 1)
    assert there.sync("--retry")["created"] == 1
    assert there.settled()


def test_a_tool_that_answers_nothing_but_errors(there: Place) -> None:
    """Monday breaks down in the middle of a push: the pass gives up in words, and the next one ends the work."""
    there.fault("", times=10_000, skip=6, status=503, body="html")

    said = there.run("sync")

    assert said.code in (1, 4), said
    assert "503" in said.out + said.err
    there.box.faults.clear()
    there.run("sync", "--retry")
    assert there.once_each(ALL)
    assert there.settled()


def test_the_days_requests_run_out(tmp_path: Path) -> None:
    """In the middle of a push the day's requests are used up: it stops in words, and goes on after midnight UTC."""
    with place(tmp_path, Limits(daily=1000), settings="daily_calls = 10\nshare_left = 0") as there:
        there.write_plan(plan())
        said = there.run("sync")
        assert said.code == 1, said
        assert "the day's 10 requests are used" in said.out + said.err
        assert "midnight UTC" in said.out + said.err
        assert len(there.box.requests) <= 10
        quota = there.run("status", "--json").json["connections"][0]["quota"]
        assert (quota["limit"], quota["left"]) == (10, 0)
        sent = len(there.box.requests)
        there.run("sync")
        assert len(there.box.requests) == sent

        there.clock.pass_(hours=16)
        there.run("sync", "--retry")
        assert there.once_each(ALL)


def test_the_tool_says_the_day_is_over(there: Place) -> None:
    """Others used up the account's day: what monday says is told, nothing is asked again soon, and then all goes on."""
    there.box.gate.limits = Limits(per_minute=None, concurrency=None, daily=1)
    said = there.run("sync")
    assert said.code in (1, 4), said
    assert "Daily limit exceeded" in said.out + said.err
    there.box.gate.limits = Limits(per_minute=None, concurrency=None, daily=None)
    there.clock.pass_(hours=17)
    there.run("sync", "--retry")
    assert there.once_each(ALL)


def test_a_cursor_that_expires(there: Place) -> None:
    """The cursor between two pages of a full read expires: the board is read anew, and nothing is called gone."""
    there.sync()
    for number in range(520):
        there.box.world.add_item(f"Work {number}", there.board().id)
    there.sync("--full")
    there.fault("next_items_page", kind="expire_cursors")
    before = len(there.box.requests)
    figures = there.sync("--full")
    assert not there.box.faults
    assert (figures["held"], figures["created"], there.wrote(before)) == (0, 0, [])
    there.fault("next_items_page", status=500, times=1000)
    assert there.run("sync", "--full").code == 4
    assert there.card()["G1.A1"] == 0


def test_a_log_with_holes(there: Place) -> None:
    """The activity log lost its lines: what a team ticked is found by its time all the same."""
    there.sync()
    there.box.world.complete(there.item("G1.A2").id)
    there.fault("^query News", kind="drop_logs", rows=1000)
    there.sync()
    assert there.card()["G1.A2"] == 1


class Dead(BaseException):
    """The process is gone: nothing that it still wanted to do happens."""


@pytest.mark.parametrize("moment", range(1, 14))
def test_killed_in_the_middle(there: Place, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """Dead at any request of a push, once it took effect and before the answer is kept: the rerun doubles nothing."""
    sent, whole = 0, Transport.ask

    def mortal(self: Transport, *arguments: Any, **named: Any) -> Any:
        nonlocal sent
        answer = whole(self, *arguments, **named)
        sent += 1
        if sent >= moment:
            raise Dead
        return answer

    with monkeypatch.context() as patch, suppress(Dead):
        patch.setattr(Transport, "ask", mortal)
        there.run("sync")
    said = there.run("sync")
    assert said.code == 0, said
    assert there.once_each(ALL), said
    assert there.settled()
