"""Copies of a store: one a day of which the last are kept, one before an upgrade, none of PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.backups import KEPT, Backups
from syncd.store import Store, StoreError, schema
from syncd.store.opening import migrating_engine
from tests.store.samples import LINK, fill

DAY = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.fixture
def old(store: Store) -> Store:
    """A filled store with the schema before the newest."""
    fill(store)
    with migrating_engine(store._address, patience=5).begin() as connection:
        schema.downgrade(connection, "0002")
    return store


def made(folder: Path) -> list[str]:
    """The files there, in order."""
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


def test_one_a_day(store: Store, tmp_path: Path) -> None:
    """A second run on the same day makes none; a week's are kept, whatever else is in the folder stays."""
    fill(store)
    folder = tmp_path / "deep" / "backups"
    backups = Backups(store, folder)
    first = backups.daily(DAY)
    assert backups.daily(DAY + timedelta(hours=9)) is None
    if not store.in_file:
        assert (first, made(folder)) == (None, [])
        return
    (folder / "syncd-before-0003-2026-11-01-120000.db").touch()
    (folder / "notes.txt").touch()
    for number in range(1, KEPT + 3):
        assert (
            backups.daily(DAY + timedelta(days=number)) == folder / f"syncd-{DAY + timedelta(days=number):%Y-%m-%d}.db"
        )
    assert made(folder) == [
        "notes.txt",
        *(f"syncd-{DAY + timedelta(days=number):%Y-%m-%d}.db" for number in range(3, KEPT + 3)),
        "syncd-before-0003-2026-11-01-120000.db",
    ]
    with closing(Store(f"sqlite:///{folder / 'syncd-2026-11-28.db'}")) as copy:
        copy.check()
        with copy.reading() as reader:
            assert reader.links("academics") == {LINK.item: LINK}


def test_before_an_upgrade(old: Store, tmp_path: Path) -> None:
    """The copy holds the store as it was; a store that is new, or of the right schema, is not copied."""
    backups = Backups(old, tmp_path / "backups")
    file = backups.before_upgrade(DAY)
    assert (file is not None) == old.in_file
    if file:
        assert file.name == f"syncd-before-{old.head()}-2026-11-25-030000.db"
        with closing(Store(f"sqlite:///{file}")) as copy:
            assert copy.current() == "0002"
    old.upgrade()
    assert backups.before_upgrade(DAY + timedelta(days=1)) is None
    with closing(Store(f"sqlite:///{tmp_path / 'new.db'}")) as new:
        assert Backups(new, tmp_path / "backups").before_upgrade(DAY) is None


def test_a_folder_that_cannot_be_made(store: Store, tmp_path: Path) -> None:
    """It is said with the folder and the key, and nothing is changed."""
    (tmp_path / "file").touch()
    if store.in_file:
        with pytest.raises(StoreError, match="the folder for backups") as told:
            Backups(store, tmp_path / "file" / "backups").daily(DAY)
        assert "`backups` in [store]" in told.value.next_step
