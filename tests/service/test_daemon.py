"""The daemon in this process: what teams do reaches the page, and no trouble ends it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import Any

from connectors.asana.sandbox import Fault
from syncd.plan.model import Plan
from tests.cli.district import PLAN, TASKS, District
from tests.service.daemons import Daemon, running, tick, until

TITLE = "Train every K-3 teacher"


def _project(daemon: Daemon, title: str = TITLE) -> Any:
    """A project as the page's data show it."""
    goals = daemon.get("/scorecard.json").json()["goals"]
    found = [each for goal in goals for action in goal["actions"] for each in action["projects"]]
    return next((each for each in found if each["title"] == title), None)


def _pushed(district: District) -> bool:
    return len(district.box.world.tasks) == TASKS


def test_a_tick_reaches_the_page(district: District) -> None:
    """What a team ticks off stands on the scorecard soon, without anybody asking for a pass."""
    with running(district) as daemon:
        until(lambda: (_project(daemon) or {}).get("url"))
        assert _project(daemon)["done"] is False
        tick(district, TITLE)
        until(lambda: _project(daemon)["done"])
    assert _pushed(district)


def test_quiet_passes_are_not_logged(district: District) -> None:
    """The push is one line; the passes after it, which do nothing, are for those who debug."""
    with running(district) as daemon:
        until(lambda: len(daemon.said("pass_ended")) >= 3)
    lines = daemon.said("pass_ended")
    assert [line["log_level"] for line in lines] == ["info"] + ["debug"] * (len(lines) - 1)
    assert lines[0]["created"] == TASKS
    assert not daemon.said("trouble")


def test_a_changed_plan_is_taken_in(district: District) -> None:
    """An edit of the plan file reaches tasks and page without a restart."""
    with running(district) as daemon:
        until(lambda: _pushed(district))
        district.change_plan((TITLE, "Train all teachers"))
        until(lambda: [task for task in district.box.world.tasks.values() if task.name == "Train all teachers"])
        until(lambda: _project(daemon, "Train all teachers"))


def test_a_broken_plan_leaves_the_last_good_one_in_force(district: District) -> None:
    """It is said once, the page goes on to show the last good plan, and the mended one is taken up again."""
    with running(district) as daemon:
        until(lambda: _pushed(district))
        district.write_plan(PLAN + "[[goals]\n")
        until(lambda: daemon.said("trouble"))
        seen = len(daemon.said("pass_ended"))
        until(lambda: len(daemon.said("pass_ended")) >= seen + 2)
        assert _project(daemon)
        assert daemon.get("/readyz").status_code == 200
        assert [line["about"] for line in daemon.said("trouble")] == ["plan district"]
        assert "plan.toml" in daemon.said("trouble")[0]["message"]
        district.write_plan(PLAN)
        until(lambda: daemon.said("well_again"))


def test_a_tool_that_fails_is_said_once(district: District) -> None:
    """A tool that refuses us is one line of trouble however long it lasts, and one when it is over."""
    with running(district) as daemon:
        until(lambda: daemon.said("pass_ended"))
        district.box.faults.append(Fault(kind="status", status=401, times=10_000))
        until(lambda: daemon.said("trouble"))
        seen = len(daemon.said("pass_ended"))
        until(lambda: len(daemon.said("pass_ended")) >= seen + 2)
        district.box.faults.clear()
        until(lambda: daemon.said("well_again"))
    [trouble] = daemon.said("trouble")
    assert (trouble["about"], trouble["outcome"]) == ("mapping academics", "unreachable")


def test_a_plan_without_what_a_mapping_selects_holds_up_that_mapping_alone(district: District) -> None:
    """A selection that the plan no longer holds is said once, and another mapping goes on."""
    other = '[mappings.families]\nplan = "district"\nconnection = "asana"\nevery = "1s"\nselect = ["G2"]\n'
    district.write_config(mapping='every = "1s"\nselect = ["G1"]', more=other + 'container = { name = "Families" }\n')
    with running(district) as daemon:
        until(lambda: _pushed(district))
        district.change_plan(('id = "G2"', 'id = "G3"'), ('id = "G2.', 'id = "G3.'))
        until(lambda: [line for line in daemon.said("trouble") if line["about"] == "passes of families"])
        seen = len(daemon.said("pass_ended"))
        until(lambda: len(daemon.said("pass_ended")) >= seen + 2)
        district.change_plan(('id = "G3"', 'id = "G2"'), ('id = "G3.', 'id = "G2.'))
        until(lambda: [line for line in daemon.said("well_again") if line["about"] == "passes of families"])
    # A plan that is read while it is being written is a trouble of its own.
    held_up = [line["about"] for line in daemon.said("trouble") if line["about"] != "plan district"]
    assert held_up == ["passes of families"]
    _never_at_once(daemon, "academics", "families")


def _never_at_once(daemon: Daemon, *mappings: str) -> None:
    """No pass of a connection began before the one before it had ended."""
    with daemon.app.store.reading() as reader:
        passes = [each for name in mappings for each in reader.passes(name)]
    assert {each.mapping for each in passes} == set(mappings)
    passes.sort(key=lambda each: each.started_at)
    for one, after in pairwise(passes):
        assert one.ended_at is not None
        assert one.ended_at <= after.started_at


def test_a_store_that_fails_is_said_and_tried_again(district: District) -> None:
    """While the store cannot be used the daemon says so, is not ready, shows nothing, and goes on when it can."""
    with running(district) as daemon:
        until(lambda: daemon.said("pass_ended"))
        _alter(district, "mapping_states RENAME TO elsewhere")
        until(lambda: daemon.said("trouble"))
        assert daemon.get("/readyz").status_code == 503
        until(lambda: daemon.get("/").status_code == 503)
        _alter(district, "elsewhere RENAME TO mapping_states")
        until(lambda: daemon.said("well_again"))
        until(lambda: daemon.get("/readyz").json() == {"ready": True})
    [trouble] = daemon.said("trouble")
    assert trouble["about"] == "passes of academics"


def _alter(district: District, table: str) -> None:
    with closing(sqlite3.connect(district.store, timeout=20)) as store:
        store.execute(f"ALTER TABLE {table}")


def test_a_fault_of_our_own_is_told_with_its_trace(district: District) -> None:
    """Something unforeseen in a pass is logged once with its trace, and the schedule goes on."""
    with running(district) as daemon:
        until(lambda: daemon.said("pass_ended"))
        whole = daemon.app.plans.get

        def broken(name: str) -> Plan:
            raise ZeroDivisionError("nobody foresaw this")

        daemon.app.plans.get = broken  # type: ignore[method-assign]
        until(lambda: daemon.said("trouble"))
        daemon.app.plans.get = whole  # type: ignore[method-assign]
        until(lambda: daemon.said("well_again"))
    [trouble] = daemon.said("trouble")
    assert trouble["message"] == "ZeroDivisionError: nobody foresaw this"
    assert trouble["exc_info"] is True


def test_health_readiness_and_metrics(district: District) -> None:
    """The facts that watch a daemon: health for all, metrics for those with the token, names and labels as promised."""
    text = district.config.read_text(encoding="utf-8")
    listen = 'listen = "127.0.0.1:0"'
    district.config.write_text(text.replace(listen, f'{listen}\nadmin_token = "let-me-in-123456"'), encoding="utf-8")
    with running(district) as daemon:
        until(lambda: daemon.said("pass_ended"))
        health = daemon.get("/healthz").json()
        assert health["status"] == "ok"
        assert health["passes"] >= 1
        assert daemon.get("/readyz").json() == {"ready": True}
        assert daemon.get("/metrics").status_code == 401
        metrics = daemon.get("/metrics", authorization="Bearer let-me-in-123456").text
    figures = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert float(figures['syncd_passes_total{mapping="academics",outcome="done"}']) >= 1
    assert float(figures['syncd_requests_total{connection="asana",outcome="ok"}']) >= TASKS
    assert float(figures['syncd_set_aside{mapping="academics"}']) == 0
    assert float(figures['syncd_held{mapping="academics"}']) == 0
    assert 0 <= float(figures['syncd_lag_seconds{mapping="academics"}']) < 60
