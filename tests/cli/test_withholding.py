"""Texts that may name a student are kept back from the tool and from the public, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Sandbox
from tests.cli.district import PLAN, TASKS, TOKEN, District, run

WAIVER = '[[plans.district.waivers]]\nitem = "G1.A1.P1"\nrule = "PL20"\nreason = "a book"\n'


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """One whose plan names somebody in a project."""
    with Sandbox(token=TOKEN) as box:
        made = District(tmp_path, box)
        made.write_plan(PLAN.replace("Train every K-3 teacher", "Review the IEP for Maria"))
        yield made


def said(district: District, *words: str) -> tuple[int, str]:
    """How a command ends and all it says."""
    found = run("--config", str(district.config), *words)
    return found.code, found.out + found.err


def titles(district: District) -> list[str]:
    """What the tool holds."""
    return [task.name for task in district.box.world.tasks.values()]


def test_it_is_not_sent_and_all_else_is(district: District) -> None:
    """Set aside with why and what to do, in each command; once it is corrected, it goes out."""
    code, words = said(district, "check")
    assert (code, "its title may name a student" in words, "Maria" in words) == (1, True, False)
    assert "nothing of it is sent" in said(district, "diff")[1]
    code, words = said(district, "sync")
    assert (code, "nothing of it is sent" in words, len(titles(district))) == (1, True, TASKS - 1)
    assert not [title for title in titles(district) if "Maria" in title]
    assert "G1.A1.P1" in said(district, "status")[1]
    assert said(district, "sync")[0] == 1
    district.write_plan(PLAN)
    assert said(district, "sync")[0] == 0
    assert len(titles(district)) == TASKS


def test_what_is_there_stays_as_it_is(district: District) -> None:
    """A task that was made before keeps what it holds."""
    district.write_plan(PLAN)
    assert said(district, "sync")[0] == 0
    before = titles(district)
    district.write_plan(PLAN.replace("Train every K-3 teacher", "Review the IEP for Maria"))
    assert said(district, "sync")[0] == 1
    assert titles(district) == before


def test_a_waiver_lets_it_through_until_its_day(district: District) -> None:
    """With a reason; a day that is past waives nothing."""
    district.write_config(more=f"{WAIVER}until = 2020-01-01\n")
    assert said(district, "check")[0] == 1
    district.write_config(more=WAIVER)
    assert said(district, "check")[0] == 0
    assert said(district, "sync")[0] == 0


def test_it_is_not_published(district: District) -> None:
    """The item is left out of what is public; the rest is there."""
    public = PLAN.replace('title = "Every Student', 'audience = "public"\ntitle = "Every Student', 1)
    district.write_plan(public.replace("Train every K-3 teacher", "Review the IEP for Maria"))
    words = said(district, "scorecard", "--audience", "public")[1]
    assert ("Maria" in words, "Choose the reading books" in words) == (False, True)
