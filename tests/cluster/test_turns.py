"""Turns that are lost unseen: PostgreSQL ends the session that held one, and another process begins its own."""

from __future__ import annotations

import hashlib
import threading
from contextlib import closing

import psycopg
import pytest

from syncd.app import App
from syncd.config import load_config
from syncd.engine.tally import PassReport
from syncd.records import Outcome
from syncd.service import jobs
from syncd.store import Store, StoreError
from tests.cluster.shared import Shared
from tests.cluster.test_passes import hands, hurried
from tests.cluster.test_queue import Opened
from tests.process.plans import creates, on_board, plan, wanted
from tests.service.daemons import until

__all__ = ["hurried"]  # a fixture for each of these tests


def end_turn(url: str, connection: str) -> int:
    """End the session that holds the turn of a connection, and no other; how many there were."""
    key = int.from_bytes(hashlib.sha256(f"syncd turn {connection}".encode()).digest()[:8])
    with psycopg.connect(url, autocommit=True) as asking:
        ended = asking.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid::bigint = %s AND objid::bigint = %s",
            [key >> 32, key & 0xFFFFFFFF],
        )
        return len(ended.fetchall())


def test_whoever_asks_is_told_that_a_turn_was_lost(url: str) -> None:
    """From then on, also when another has it; its block ends with words, and the thread may take others."""
    with closing(Store(url)) as one, closing(Store(url, patience=0.1)) as other:
        over = one.or_overtaken(lambda: False)
        assert not over()
        with pytest.raises(StoreError, match=r"the session with the store .* was lost amid the work with asana"):
            _lose(one, other, url)
        assert not over()
        with one.turn("asana"), pytest.raises(StoreError, match="another syncd is working"), other.turn("asana"):
            pass


def _lose(one: Store, other: Store, url: str) -> None:
    over, elsewhere = one.or_overtaken(lambda: False), one.or_overtaken(lambda: False)
    with one.turn("asana"):
        assert not over()
        assert one.or_overtaken(lambda: True)()
        assert end_turn(url, "asana") == 1
        with other.turn("asana"):
            assert over()
            assert over()
            found: list[bool] = []
            asking = threading.Thread(target=lambda: found.append(elsewhere()))
            asking.start()
            asking.join()
            assert found == [False], "another thread has a turn of its own, or none"


def test_a_pass_whose_turn_is_lost_ends_and_the_next_one_goes_on(district: Shared, url: str) -> None:
    """Two processes; the session behind the first one's turn is ended in the midst of a first push.

    The other begins at once. The first sends nothing more, ends its pass in order and says why; each task is made once.
    """
    district.write_plan(plan(actions=4, projects=5))
    district.box._api.latency = 0.2
    reports: list[PassReport] = []
    errors: list[str] = []

    def first() -> None:
        with App(load_config(district.config)) as app:
            try:
                reports.extend(app.sync())
            except StoreError as error:
                errors.append(str(error))

    working = threading.Thread(target=first)
    working.start()
    until(lambda: creates(district) >= 4)
    assert end_turn(url, "asana") == 1
    with App(load_config(district.config)) as other:
        [report] = other.sync()
    working.join()
    assert len(errors) == 1
    assert "was lost amid the work with asana" in errors[0]
    assert [each.outcome for each in reports] in ([], [Outcome.ABANDONED])
    assert report.outcome is Outcome.DONE
    assert on_board(district) == wanted(district)
    assert creates(district) == wanted(district).total(), "something was sent twice"


def test_hands_go_on_with_what_a_lost_turn_cut(district: Shared, opened: Opened, url: str) -> None:
    """The queue holds the job still, and whoever takes it next finishes the push; no tick is waited for."""
    district.write_plan(plan(actions=4, projects=5))
    district.box._api.latency = 0.2
    queue = opened()
    with hands(district, queue):
        queue.put(jobs.by_clock("asana", ["academics"]))
        until(lambda: creates(district) >= 4)
        assert end_turn(url, "asana") == 1
        until(lambda: on_board(district) == wanted(district), 60)
    assert creates(district) == wanted(district).total()
