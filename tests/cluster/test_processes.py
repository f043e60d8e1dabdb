"""Real processes on one database: whoever is killed, the others go on, and nothing is made twice."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.cluster.shared import Shared, started
from tests.process.plans import creates, plan
from tests.service.daemons import until

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]
LONG = 150.0
"""Seconds: four processes begin at once, and a create that was under way is waited for until it can arrive no more."""


def test_kill_9_of_whoever_makes_the_pass_and_of_whoever_leads(district: Shared) -> None:
    """With a part of the first push made, another process goes on, and each task is there once in the end.

    When the daemon that leads dies as well, another one leads, and takes in what is edited. SIGTERM ends the rest.
    """
    district.write_plan(plan(actions=5, projects=4))
    district.box._api.latency = 0.1
    with ExitStack() as stack:
        commands = {"daemon": "run", "other": "run", "first": "worker", "second": "worker"}
        each = {name: stack.enter_context(started(district, command, name)) for name, command in commands.items()}
        until(lambda: creates(district) >= 8, LONG)
        maker = max(each, key=lambda name: each[name].when("job_begins"))  # on a busy machine it was another one before
        each.pop(maker).kill()
        assert not district.is_pushed()
        district.box._api.latency = 0.0
        until(district.is_pushed, LONG)
        assert any(process.said("job_taken_over") for process in each.values())

        leading = [name for name in ("daemon", "other") if name in each and each[name].said("working")]
        for name in leading[: len(each.keys() & {"daemon", "other"}) - 1]:
            each.pop(name).kill()
        [last] = [each[name] for name in ("daemon", "other") if name in each]
        until(lambda: last.said("working") and last.said("running"), LONG)
        district.change_plan(('title = "Action G1.A1"', 'title = "Action of another name"'))
        until(district.is_pushed, LONG)
        assert {name: process.stop() for name, process in each.items()} == dict.fromkeys(each, 0)
    assert district.is_pushed()
    [rest] = district.run("sync", "--json").json["passes"]  # the last pass was asked to stop, and may have left some
    assert (rest["created"], rest["failed"]) == (0, 0)
    [figures] = district.run("sync", "--json").json["passes"]
    assert (figures["created"], figures["updated"], figures["failed"]) == (0, 0, 0)
