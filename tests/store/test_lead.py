"""Only one daemon works on a store: who holds the lock, and when it is free again."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from syncd.store import Store, StoreError
from tests.postgres import server

HOLDER = """\
import sys
from syncd.store import Store
lead = Store(sys.argv[1]).lead()
assert lead.take()
print("held", flush=True)
sys.stdin.read()
"""


def test_one_at_a_time(store: Store) -> None:
    """The second does not get it, and does not wait; once the first lets go, it does."""
    one, other = store.lead(), store.lead()
    assert not one.still()
    assert one.take()
    assert one.still()
    assert not other.take()
    assert not other.still()
    one.release()
    assert not one.still()
    assert other.take()
    assert not one.take()
    other.release()
    other.release()


def test_another_store_has_another_lock(url: str, store: Store, tmp_path: Path) -> None:
    """Daemons of different stores do not hinder each other, nor does one hinder passes."""
    with closing(Store(f"sqlite:///{tmp_path / 'other.db'}")) as other:
        one, two = store.lead(), other.lead()
        assert (one.take(), two.take()) == (True, True)
        with store.turn("asana"), store.turn("daemon"):
            assert one.still()
        one.release()
        two.release()


@pytest.mark.process
def test_a_killed_holder_lets_go(url: str, store: Store) -> None:
    """The lock ends with its process."""
    lead = store.lead()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert not lead.take()
        process.kill()
    assert lead.take()
    lead.release()


def test_a_lock_that_was_taken_away_is_noticed(tmp_path: Path) -> None:
    """Somebody removed a store with all that stands beside it: who comes next has the lock, and no other one."""
    with closing(Store(f"sqlite:///{tmp_path / 'syncd.db'}")) as store:
        store.upgrade()
        one, other = store.lead(), store.lead()
        assert one.take()
        for file in tmp_path.iterdir():
            file.unlink()
        assert other.take()
        assert not one.still()
        assert not one.take()
        other.release()


def test_a_lost_session_is_noticed() -> None:
    """In PostgreSQL the lock goes with the session, and whoever held it finds out."""
    name = server().create()
    with closing(Store(server().url(name))) as store:
        lead = store.lead()
        assert lead.take()
        server().cut_off(name)
        assert [lead.still() for _ in range(2)] == [False, False]
        other = store.lead()
        assert other.take()
        assert not lead.take()
        other.release()
        assert lead.take()
        lead.release()
    server().drop(name)


def test_a_store_that_cannot_be_reached(tmp_path: Path) -> None:
    """It is said as of any other use of the store."""
    with (
        closing(Store(f"sqlite:///{tmp_path / 'nowhere' / 'syncd.db'}")) as store,
        pytest.raises(StoreError, match="cannot be opened"),
    ):
        store.lead().take()
    with closing(Store(f"postgresql://me@/nothing?host={tmp_path}")) as store, pytest.raises(StoreError):
        store.lead().take()
