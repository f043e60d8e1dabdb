"""`syncd links` beside a daemon that works on the same store: each waits for its turn, and the daemon goes by them."""

from __future__ import annotations

import pytest

from tests.cli.district import PLAN, TASKS, District
from tests.links.test_links import NEW, marked
from tests.service.daemons import Daemon, running, until

FAMILIES = "Call every family"


@pytest.fixture
def busy(pushed: District, monkeypatch: pytest.MonkeyPatch) -> District:
    """A pushed district whose daemon looks at everything ten times a second, and passes every second."""
    monkeypatch.setattr("syncd.service.daemon.LOOK_EVERY", 0.1)
    pushed.write_config(mapping='every = "1s"')
    return pushed


def passes(daemon: Daemon, more: int) -> None:
    """Wait for the end of so many passes that begin from now on, at least."""

    def made() -> int:
        return int(daemon.get("/healthz").json()["passes"])

    before = made()
    until(lambda: made() > before + more)


def test_a_task_is_adopted_beside_a_daemon(busy: District) -> None:
    """While its mapping rests the team's task is linked; from then on the daemon writes on that one, and makes none."""
    world = busy.box.world
    with running(busy) as daemon:
        passes(daemon, 1)
        assert busy.run("pause", "academics").code == 0
        busy.change_plan((PLAN, PLAN + NEW))
        world.add_task(FAMILIES, next(iter(world.projects)), notes="By phone")
        adopted = busy.run("links", "adopt", "G2.A2")
        assert adopted.code == 0, adopted.err
        assert busy.run("resume", "academics").code == 0
        until(lambda: marked(busy, FAMILIES) == 1 if "syncd:" in f"{busy.task(FAMILIES)}" else False)
        passes(daemon, 2)
    assert len([task for task in world.tasks.values() if not task.deleted]) == TASKS + 1
    assert busy.task(FAMILIES).notes.startswith("By phone")


def test_a_link_is_dropped_beside_a_daemon(busy: District) -> None:
    """What stays in the plan gets a new task from the daemon's next pass, and what was let go of stays the team's."""
    world, title = busy.box.world, "Open a family office"
    old = busy.task(title).gid
    with running(busy) as daemon:
        passes(daemon, 1)
        said = busy.run("links", "drop", "G2.A1")
        assert said.code == 0, said.err
        until(lambda: len([task for task in world.tasks.values() if task.name == title]) == 2)
        passes(daemon, 2)
    held = [task for task in world.tasks.values() if task.name == title]
    assert len(held) == 2
    assert "syncd:" not in f"{world.tasks[old].notes}{world.tasks[old].values}"
