"""Quiet hours: how they are written, when they hold, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.config.written import SMALL, read, refused

ZONE = ZoneInfo("America/New_York")


def rests(folder: Path, hours: str, *moment: int) -> bool:
    """Whether these quiet hours hold at that moment of the district's clocks."""
    config = read(folder, f"[schedule]\nquiet_hours = [{hours}]\n{SMALL}")
    return config.schedule.rests(datetime(*moment, tzinfo=ZONE))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("clock", "over_midnight", "by_day"),
    [
        *(((5, 59), True, False), ((6, 0), False, True), ((12, 0), False, True), ((19, 59), False, True)),
        *(((20, 0), True, False), ((0, 0), True, False), ((23, 59), True, False)),
    ],
)
def test_spans_of_the_day(tmp_path: Path, clock: tuple[int, int], over_midnight: bool, by_day: bool) -> None:
    """The first minute is in it, the last is not; over midnight where the end is the earlier one."""
    assert rests(tmp_path, '"20:00-06:00"', 2026, 11, 25, *clock) is over_midnight
    assert rests(tmp_path, '"06:00 - 20:00"', 2026, 11, 25, *clock) is by_day


def test_days(tmp_path: Path) -> None:
    """A day is quiet from midnight to midnight of the district's clocks."""
    weekend = '"sat", "SUN"'
    assert not rests(tmp_path, weekend, 2026, 11, 27, 23, 59)
    assert rests(tmp_path, weekend, 2026, 11, 28)
    assert rests(tmp_path, weekend, 2026, 11, 29, 23, 59)
    assert not rests(tmp_path, weekend, 2026, 11, 30)
    assert not rests(tmp_path, "", 2026, 11, 28)


@pytest.mark.parametrize(
    ("first", "hours"), [(datetime(2027, 3, 14, 5, tzinfo=UTC), 2), (datetime(2026, 11, 1, 4, tzinfo=UTC), 4)]
)
def test_the_night_on_which_the_clocks_change(tmp_path: Path, first: datetime, hours: int) -> None:
    """From 01:00 to 04:00 by the clocks on the wall: two hours in spring, four in autumn."""
    config = read(tmp_path, f'[schedule]\nquiet_hours = ["01:00-04:00"]\n{SMALL}')
    minutes = [first + timedelta(minutes=number) for number in range(8 * 60)]
    assert sum(config.schedule.rests(minute.astimezone(ZONE)) for minute in minutes) == hours * 60


@pytest.mark.parametrize(
    "hours", ['"20-6"', '"20:00-20:00"', '"25:00-06:00"', '"saturday"', '"6"', "6", '"20:00-06:00 sat"']
)
def test_what_is_no_span_and_no_day(tmp_path: Path, hours: str) -> None:
    """Each is refused with its place, and with both ways to write it."""
    [problem] = refused(tmp_path, f"[schedule]\nquiet_hours = [{hours}]\n{SMALL}")
    assert problem.startswith("config.toml:2: schedule.quiet_hours")
    assert "is neither a span of the day, such as “20:00-06:00”, nor one of “mon”" in problem


def test_backups_stand_where_the_file_says(tmp_path: Path) -> None:
    """Daily in the folder `backups` unless something else is said."""
    config = read(tmp_path)
    assert (config.schedule.backup, config.store.backups) == ("daily", "backups")
    config = read(tmp_path, f'[schedule]\nbackup = "off"\n[store]\nbackups = "elsewhere"\n{SMALL}')
    assert (config.schedule.backup, config.store.backups) == ("off", "elsewhere")
    assert config.store.url == f"sqlite:///{tmp_path / 'syncd.db'}"
    [problem] = refused(tmp_path, f'[schedule]\nbackup = "weekly"\n{SMALL}')
    assert problem.startswith("config.toml:2: schedule.backup")
