"""Readings from an address: fetched anew only where they changed, and while the address fails, the last good copy."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.network import DIRECT
from syncd.errors import PlanError
from syncd.plan.feeds import Feeds
from syncd.plan.load import load_plan
from syncd.plans import FETCH_EVERY, Plans
from syncd.sections import PlanConfig
from tests.plan.files import HEAD, KPI, kpi
from tests.plan.office import Office, serving

NOW = datetime(2026, 5, 3, 10, 15, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    """What the server answers."""
    return Office()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The address of the readings."""
    with serving(office) as found:
        yield found


@pytest.fixture
def folder(address: str, tmp_path: Path) -> Path:
    """A folder with a plan whose readings come from the address."""
    (tmp_path / "plan.toml").write_text(HEAD + KPI + f'readings_from = "{address}"\n')
    return tmp_path


def value(folder: Path, feeds: Feeds) -> Decimal | None:
    """The reading that the plan has."""
    return kpi(load_plan("plan.toml", folder, DIRECT, feeds)).readings[0].value


def kept(folder: Path) -> Feeds:
    """Copies that are kept in a folder."""
    return Feeds(folder / "backups" / "feeds", lambda: NOW)


@pytest.mark.parametrize(
    "tags",
    [{"ETag": '"a"'}, {"Last-Modified": "Sun, 03 May 2026 10:00:00 GMT"}, {"ETag": 'W/"a"', "Last-Modified": "x"}],
)
def test_what_did_not_change_is_not_sent_again(tags: dict[str, str], office: Office, folder: Path) -> None:
    """The tags that the address gave are shown to it, also after a restart; what changed comes whole."""
    office.tags, feeds = tags, kept(folder)
    assert [value(folder, feeds), value(folder, feeds)] == [1, 1]
    feeds.save()
    assert value(folder, kept(folder)) == 1
    assert office.given == [200, 304, 304]
    assert ("If-None-Match" in office.asked[1], "If-Modified-Since" in office.asked[1]) == (
        "ETag" in tags,
        "Last-Modified" in tags,
    )
    office.measure("2", '"b"')
    assert (value(folder, feeds), office.given[-1]) == (Decimal(2), 200)


def test_an_address_without_tags_is_asked_plainly(office: Office, folder: Path) -> None:
    """It sends everything each time."""
    office.tags, feeds = {}, kept(folder)
    assert [value(folder, feeds), value(folder, feeds), office.given] == [1, 1, [200, 200]]


@pytest.mark.parametrize("status", [500, 503, 404, 403])
def test_while_an_address_fails_its_last_good_copy_stands(status: int, office: Office, folder: Path) -> None:
    """And that is said, with the reason and the copy's age, until the address is back."""
    feeds = kept(folder)
    assert (value(folder, feeds), len(feeds.notes)) == (Decimal(1), 0)
    office.status = status
    assert value(folder, feeds) == 1
    ((at, note),) = feeds.notes.items()
    assert at.endswith("/r.csv")
    assert f"status {status}" in note
    assert note.endswith("; until it can be read again, the copy of 2026-05-03 10:15 UTC stands in for it")
    office.status = 200
    office.measure("2", '"b"')
    assert (value(folder, feeds), len(feeds.notes)) == (Decimal(2), 0)


def test_without_a_copy_a_failing_address_is_an_error(office: Office, folder: Path) -> None:
    """Nothing is made up; so is it where the copy cannot be read any more."""
    office.status = 500
    for feeds in (Feeds(), kept(folder)):
        with pytest.raises(PlanError, match="status 500"):
            value(folder, feeds)
    office.status, feeds = 200, kept(folder)
    value(folder, feeds)
    feeds.save()
    (file,) = (folder / "backups" / "feeds").iterdir()
    for broken in (b"", b"{}\nvalue,on\n", b"[]\n", b"\xff\n"):
        file.write_bytes(broken)
        office.status = 500
        with pytest.raises(PlanError, match="status 500"):
            value(folder, kept(folder))


def test_what_cannot_be_made_out_takes_no_copys_place(office: Office, folder: Path) -> None:
    """A broken edition is an error; when the address fails after it, the good copy stands in."""
    feeds = kept(folder)
    value(folder, feeds)
    office.measure("high", '"b"')
    with pytest.raises(PlanError, match="is not a figure"):
        value(folder, feeds)
    office.status = 500
    assert value(folder, feeds) == 1


def test_copies_outlive_a_restart(office: Office, folder: Path) -> None:
    """They are files that nobody else may read; saved again only where something is new."""
    feeds = kept(folder)
    value(folder, feeds)
    feeds.save()
    place = folder / "backups" / "feeds"
    (file,) = place.iterdir()
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(place.stat().st_mode)) == (0o600, 0o700)
    file.unlink()
    feeds.save()
    assert list(place.iterdir()) == []
    value(folder, feeds)
    (place / "left.new").write_text("of a crash")
    feeds.save()
    office.status = 500
    assert value(folder, kept(folder)) == 1
    Feeds().save()


def test_a_file_of_this_machine_needs_no_copy(tmp_path: Path) -> None:
    """It is read as it is, and missing it is an error at once."""
    feeds = kept(tmp_path)
    (tmp_path / "plan.toml").write_text(HEAD + KPI + 'readings_from = "r.csv"\n')
    (tmp_path / "r.csv").write_text("value,on\n1,2026-01-31\n")
    assert value(tmp_path, feeds) == 1
    feeds.save()
    assert not (tmp_path / "backups").exists()
    (tmp_path / "r.csv").unlink()
    with pytest.raises(PlanError, match="there is no such file"):
        value(tmp_path, feeds)


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        """The same instant."""
        return NOW

    def monotonic(self) -> float:
        """What has passed."""
        return self.passed

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.passed += seconds


def test_a_running_service_goes_on_with_the_copy_and_says_so(office: Office, folder: Path) -> None:
    """The plan stays good, its notes name the address, the log has it, and a new configuration knows the copies too."""
    watch = Watch()
    sources = {"p": PlanConfig(source="plan.toml")}
    plans = Plans(sources, folder, watch, DIRECT, folder / "backups" / "feeds")
    assert (kpi(plans.get("p")).readings[0].value, len(plans.notes("p"))) == (Decimal(1), 0)
    office.status = 503
    watch.sleep(FETCH_EVERY)
    with capture_logs() as logs:
        assert kpi(plans.get("p")).readings[0].value == 1
    (note,) = plans.notes("p")
    assert ("/r.csv: the server answered with status 503" in note, plans.good("p")) == (True, True)
    assert [(line["event"], line["note"]) for line in logs] == [("readings come from a copy", note)]
    after = Plans(sources, folder, watch, DIRECT)
    after.inherit(plans)
    after.forget("p")
    assert kpi(after.get("p")).readings[0].value == 1
    plans.save_copies()
    assert len(list((folder / "backups" / "feeds").iterdir())) == 1


def test_copies_that_cannot_be_kept_stop_nothing(folder: Path) -> None:
    """It is logged: the readings are there all the same."""
    (folder / "backups").write_text("a file where the folder should be")
    plans = Plans({"p": PlanConfig(source="plan.toml")}, folder, Watch(), DIRECT, folder / "backups" / "feeds")
    plans.get("p")
    with capture_logs() as logs:
        plans.save_copies()
    assert [line["event"] for line in logs] == ["copies of readings cannot be kept"]
