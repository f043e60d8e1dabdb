"""`syncd changes`: what happened between two days, in words and for programs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncd.app import App
from syncd.config import load_config
from tests.cli.district import District
from tests.connectors.clock import ToldClock

TODAY = datetime.now(ZoneInfo("America/New_York")).date()


@pytest.fixture
def year(pushed: District) -> District:
    """A district in which ten days ago the plan was as it is, and since then something happened."""

    class Earlier(ToldClock):
        def now(self) -> datetime:
            return datetime.now(ZoneInfo("UTC")) - timedelta(days=10)

    (pushed.folder / "syncd.db").rename(pushed.folder / "kept.db")
    with App(load_config(pushed.config), Earlier()) as app:
        list(app.sync())
    pushed.change_plan(
        (
            'title = "Hire the family liaison"',
            'title = "Hire the family liaison"\n\n[[goals.actions.projects]]\nid = "G2.A1.P2"\ntitle = "Rent a room"',
        ),
        ("value = 55.5, on = 2026-01-31 }", "value = 55.9, on = 2026-01-31 }"),
        ('owner = "ann@district.example"', 'owner = "Chief Academic Officer"'),
    )
    world = pushed.box.world
    world.complete(pushed.task("Hire the family liaison").gid)
    assert pushed.run("sync").code == 0
    return pushed


def since(days: int) -> str:
    """A day so many days ago."""
    return (TODAY - timedelta(days=days)).isoformat()


def test_in_words(year: District) -> None:
    """Wins come first; then states, figures with what moved them, readings, and edits with their day."""
    said = year.run("changes", "--since", since(5))
    assert said.code == 0, said.err
    parts = [line for line in said.out.splitlines() if line and not line.startswith(" ")]
    assert parts[2:] == [
        "Wins",
        "States that changed",
        "Figures that moved",
        "Readings that came in",
        "Edits of the plan",
    ]
    told = " ".join(said.out.split())
    assert "★ Hire the family liaison" in told
    assert "Open a family office, work done: 0 % → 50 %" in told
    assert f"1 project added on {TODAY.day} " in told
    assert "1 more done" in told
    assert "corrected from 55.5 %" in told
    assert "Chief Academic Officer" in told


def test_the_public_is_told_less(year: District) -> None:
    """Neither owners nor internal work."""
    told = year.run("changes", "--since", since(5), "--audience", "public").out
    assert "55.9 %" in told
    assert not any(word in told for word in ("Chief", "ann@", "family"))


def test_for_programs(year: District) -> None:
    """The same facts as JSON."""
    found = year.run("changes", "--since", since(5), "--json").json
    assert found.keys() == {
        *("plan", "since", "until", "audience", "wins", "states", "figures", "readings", "edits", "caveats"),
    }
    assert (found["plan"], found["until"], found["audience"]) == ("district", TODAY.isoformat(), "internal")
    assert [win["id"] for win in found["wins"]] == ["G2.A1.P1"]
    [reading] = found["readings"]
    assert (reading["value"], reading["before"], reading["on"]) == (55.9, 55.5, "2026-01-31")
    moved = {each["id"]: each for each in found["figures"]}
    assert (moved["G2.A1"]["before"], moved["G2.A1"]["after"], moved["G2.A1"]["figure"]) == (0, 0.5, "progress")
    assert len(found["edits"]) == 3


def test_between_two_days_without_change(year: District) -> None:
    """That nothing changed is said too."""
    said = year.run("changes", "--since", since(9), "--until", since(5))
    assert "Nothing changed in between." in said.out
    found = year.run("changes", "--since", since(9), "--until", since(5), "--json").json
    assert [found[name] for name in ("wins", "states", "figures", "readings", "edits", "caveats")] == [[]] * 6


def test_days_that_make_no_period(year: District) -> None:
    """Before the history begins, in the future, or the wrong way round: each is said; exit 2."""
    for arguments, words in [
        (["--since", "2020-01-01"], "Nothing was known yet of the plan “district” on 1 January 2020"),
        (["--since", since(1), "--until", since(5)], f"--since {since(1)} is after {since(5)}"),
        (["--since", since(1), "--until", str(date(TODAY.year + 1, 1, 1))], "lies in the future"),
        ([], "--since"),
        (["--since", "soon"], "2026-06-10"),
    ]:
        said = year.run("changes", *arguments)
        assert (said.code, said.out) == (2, ""), arguments
        assert words in said.err


def test_the_log_stands_on_the_scorecard(year: District) -> None:
    """What was edited in the plan is on the page, for the public only what is public."""
    page = year.run("scorecard", "--format", "html").out
    assert "Project “Rent a room” was added to “Open a family office”" in page
    public = year.run("scorecard", "--format", "html", "--audience", "public").out
    assert "Rent a room" not in public
    assert "reading of 31 January 2026 corrected, 55.5 % → 55.9 %" in public
