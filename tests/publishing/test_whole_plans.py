"""What of a whole plan is published: its name only where something of it is, and nothing that may name a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Sandbox
from tests.cli.district import PLAN, TOKEN, District, Said, run

PUBLIC = PLAN.replace("end = 2029-06-30\n", 'end = 2029-06-30\naudience = "public"\n', 1)

NAMES = ("Every Student Ready", "Riverbend")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district whose plan is public."""
    with Sandbox(token=TOKEN) as box:
        made = District(tmp_path, box)
        made.write_plan(PUBLIC)
        yield made


def published(district: District, folder: str = "plan") -> Said:
    """What publishing says."""
    return run("--config", str(district.config), "publish", "--out", str(district.folder / folder), "--json")


def everything(district: District, folder: str = "plan") -> str:
    """All that is published, in one text."""
    files = [each for each in (district.folder / folder).resolve().rglob("*") if each.is_file()]
    assert "index.html" in {each.name for each in files}
    return "".join(each.read_text("utf-8") for each in files)


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_a_plan_that_is_not_adopted_is_not_named(district: District, status: str) -> None:
    """Neither its title nor its organization stands anywhere, and whoever publishes it is told."""
    assert published(district).code == 0
    assert "Every Student Ready" in everything(district)
    district.write_plan(PUBLIC.replace("[plan]\n", f'[plan]\nstatus = "{status}"\n', 1))
    said = published(district, "later")
    assert "district: nothing of the plan is public and adopted: the pages say so, and do not name it." in said.err
    assert said.json["published"][0]["withheld"]["everything"] is True
    now = everything(district, "later")
    assert [word in now for word in ("Nothing in this plan is published yet.", "Strategic plan")] == [True, True]
    assert not [name for name in NAMES if name in now]


@pytest.mark.parametrize("form", ["text", "html", "json", "csv"])
def test_an_internal_plan_is_not_named_to_the_public(district: District, form: str) -> None:
    """Whatever form it is asked for in; inside it is."""
    district.write_plan(PUBLIC.replace('audience = "public"\n', ""))
    words = ("--config", str(district.config), "scorecard", "--format", form)
    assert not [name for name in NAMES if name in run(*words, "--audience", "public").out]
    assert "Hire the family liaison" in run(*words).out
