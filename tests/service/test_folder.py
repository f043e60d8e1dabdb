"""A daemon with a folder of files: districts come, are left out and are mended while it runs, and others go on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.agency import DISTRICTS, Agency, agency_in
from tests.cli.district import TASKS
from tests.service.daemons import Daemon, running, until

LAKESIDE, RIVERBEND = DISTRICTS
ADMIN = "let-me-in-1234567"


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """Two districts, each looked at every second."""
    with agency_in(tmp_path / "agency") as made:
        for name in DISTRICTS:
            made.write(name, made.own(name) + 'every = "1s"\n')
        shared = (made.folder / "config.toml").read_text()
        made.write("config", f'{shared}admin_token = "{ADMIN}"\n')
        yield made


def told(daemon: Daemon, path: str) -> str:
    """What a page for the admin says."""
    return daemon.get(path, authorization=f"Bearer {ADMIN}").text


def troubles(daemon: Daemon, event: str = "trouble") -> list[str]:
    """What the log says stands in the way, or is well again."""
    return [line["about"] for line in daemon.said(event)]


def test_a_bad_file_when_it_starts(agency: Agency) -> None:
    """The others get their passes; log, readiness and metrics say so; mended, it is taken up within moments."""
    good = (agency.folder / "lakeside.toml").read_text()
    agency.write(LAKESIDE, good + "evry = 3\n")
    with running(agency) as daemon:
        until(lambda: agency.tasks(RIVERBEND) == TASKS)
        [trouble] = [line for line in daemon.said("trouble") if line["about"] == "file lakeside.toml"]
        assert "lakeside.toml:12: mappings.lakeside-academics.evry: there is no key “evry” here" in trouble["message"]
        assert daemon.get("/readyz").status_code == 503
        assert "evry" in told(daemon, "/readyz")
        assert "\nsyncd_left_out 1.0" in told(daemon, "/metrics")
        assert agency.tasks(LAKESIDE) == 0
        agency.write(LAKESIDE, good)
        until(lambda: agency.tasks(LAKESIDE) == TASKS)
        assert "file lakeside.toml" in troubles(daemon, "well_again")
        until(lambda: daemon.get("/readyz").status_code == 200)
        assert "\nsyncd_left_out 0.0" in told(daemon, "/metrics")


def test_a_file_that_is_broken_while_it_runs(agency: Agency) -> None:
    """Its mappings rest, the other's go on; taken away it is no trouble any more; a new one gets its passes."""
    with running(agency) as daemon:
        until(lambda: (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (TASKS, TASKS))
        lakeside = agency.folder / "lakeside.toml"
        aside = lakeside.read_text()
        agency.write(LAKESIDE, "[plans\n")
        until(lambda: "file lakeside.toml" in troubles(daemon))
        until(lambda: daemon.said("reloaded"))
        seen = passes(daemon, RIVERBEND)
        until(lambda: passes(daemon, RIVERBEND) >= seen + 2)
        assert 'mapping="lakeside-academics"' not in lag(daemon)
        lakeside.unlink()
        until(lambda: "file lakeside.toml" in troubles(daemon, "well_again"))
        agency.write("other-name", aside)
        until(lambda: 'mapping="lakeside-academics"' in lag(daemon))
        assert agency.tasks(LAKESIDE) == TASKS


def test_a_plan_that_is_missing_when_it_starts(agency: Agency) -> None:
    """Its mapping fails and says why; the other's does not; once the plan is there, it has its pass."""
    shutil.rmtree(agency.folder / LAKESIDE)
    with running(agency) as daemon:
        until(lambda: agency.tasks(RIVERBEND) == TASKS)
        until(lambda: "passes of lakeside-academics" in troubles(daemon))
        assert "\nsyncd_left_out 1.0" in told(daemon, "/metrics")
        (agency.folder / LAKESIDE).mkdir()
        agency.write_plan(LAKESIDE)
        until(lambda: agency.tasks(LAKESIDE) == TASKS)
        until(lambda: "passes of lakeside-academics" in troubles(daemon, "well_again"))


def test_a_bad_file_for_all_leaves_everything_as_it_was(agency: Agency) -> None:
    """As with one file: what was in force before stays so, for every district."""
    with running(agency) as daemon:
        until(lambda: (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (TASKS, TASKS))
        agency.write("config", "[store\n")
        until(lambda: "configuration" in troubles(daemon))
        seen = passes(daemon, LAKESIDE), passes(daemon, RIVERBEND)
        until(lambda: passes(daemon, LAKESIDE) > seen[0] and passes(daemon, RIVERBEND) > seen[1])


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_text("# to be filled in\n")])
def test_a_file_for_all_that_is_lost_leaves_everything_as_it_was(
    agency: Agency, spoil: Callable[[Path], object]
) -> None:
    """The store that it named stays in use, and no other one is begun, until somebody restarts syncd without it."""
    shared = agency.folder / "config.toml"
    text = shared.read_text()
    with running(agency) as daemon:
        until(lambda: (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (TASKS, TASKS))
        spoil(shared)
        until(lambda: "configuration" in troubles(daemon))
        [trouble] = [line["message"] for line in daemon.said("trouble") if line["about"] == "configuration"]
        assert trouble.startswith(f"the one before stays in force: {shared}: it ")
        assert "put it back, or restart syncd to go on without it" in trouble
        seen = passes(daemon, LAKESIDE)
        until(lambda: passes(daemon, LAKESIDE) > seen)
        assert not daemon.said("reloaded")
        assert [file.name for file in agency.folder.glob("*.db")] == ["all.db"]
        shared.write_text(text)
        until(lambda: "configuration" in troubles(daemon, "well_again"))


def test_a_start_with_a_store_that_nothing_names(agency: Agency) -> None:
    """The log says once that an empty one is begun, where, and what to do if there was another."""
    (agency.folder / "config.toml").write_text('[server]\nlisten = "127.0.0.1:0"\n')
    for times in (1, 0):
        with running(agency) as daemon:
            until(lambda: (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (TASKS, TASKS))
            told = daemon.said("new_store")
            assert [line["log_level"] for line in told] == ["warning"] * times
            assert all(f"there is none at {agency.folder}/syncd.db yet" in line["message"] for line in told)


def passes(daemon: Daemon, district: str) -> int:
    """How many passes of a district's mapping ended."""
    return len([line for line in daemon.said("pass_ended") if line["mapping"] == f"{district}-academics"])


def lag(daemon: Daemon) -> str:
    """The lines of the metrics that tell how far mappings are behind."""
    return "\n".join(line for line in told(daemon, "/metrics").split("\n") if line.startswith("syncd_lag_seconds{"))
