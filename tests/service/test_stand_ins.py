"""What stands in for something that cannot be had: those inside are told on the page and by `syncd status`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Sandbox
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.scorecard.page import render_page
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.views.status import as_json, status
from tests.cli.district import TOKEN, District

OLD = "The plan cannot be read as it stands now: this is how it could last be read."


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district with a plan and a board."""
    with Sandbox(token=TOKEN) as box:
        yield District(tmp_path, box)


@pytest.fixture
def app(district: District) -> Iterator[App]:
    """Its application, as in a daemon: a broken plan stops nothing."""
    with App(load_config(district.config)) as made:
        made.on_bad_plan = lambda _name, _error: None
        yield made


def shown(app: App, audience: Audience) -> str:
    """The page."""
    return render_page(LiveSite(app, Watch(app)).scorecard(audience))


def test_a_plan_that_cannot_be_read_is_told_inside(app: App, district: District) -> None:
    """On the page of those signed in and in the status, as long as it is so; the public page says nothing of it."""
    assert as_json(status(app))["stand_ins"] == []
    assert OLD not in shown(app, Audience.INTERNAL)
    whole = (district.folder / "plan.toml").read_text(encoding="utf-8")
    district.write_plan("[plan")
    assert OLD in shown(app, Audience.INTERNAL)
    assert OLD not in shown(app, Audience.PUBLIC)
    assert as_json(status(app))["stand_ins"] == [f"district: {OLD}"]
    district.write_plan(whole)
    assert OLD not in shown(app, Audience.INTERNAL)
    assert status(app).stand_ins == ()


def test_a_tool_that_could_not_be_reached_is_told_inside(app: App, district: District) -> None:
    """Until it is reached again."""
    assert [report.outcome for report in app.sync()] == ["done"]
    assert "could not be reached" not in shown(app, Audience.INTERNAL)
    district.box.close()
    assert [report.outcome for report in app.sync()] == ["unreachable"]
    assert "asana could not be reached on " in shown(app, Audience.INTERNAL)
    assert "could not be reached" not in shown(app, Audience.PUBLIC)
