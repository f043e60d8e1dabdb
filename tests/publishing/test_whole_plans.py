"""What of a whole plan is published: its name only where something of it is, and nothing that may name a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.clock import SystemClock
from syncd.app import App
from syncd.config import load_config
from tests.cli.district import PLAN, District, Said, run

PUBLIC = PLAN.replace("end = 2029-06-30\n", 'end = 2029-06-30\naudience = "public"\n', 1)

NAMES = ("Every Student Ready", "Riverbend")


class Yesterday(SystemClock):
    """A clock that is a day behind."""

    def now(self) -> datetime:
        """The instant a day ago."""
        return super().now() - timedelta(days=1)


@pytest.fixture
def district(district: District) -> District:
    """A district whose plan is public."""
    district.write_plan(PUBLIC)
    return district


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


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (('title = "Every Student Ready"', 'title = "IEP for Jonas"'), "title"),
        (('organization = "Riverbend Unified"', 'organization = "Home of student Jonas Lee"'), "organization"),
        (("[[goals]]", '[plan.offices]\nann = "Suspension of Jonas"\n\n[[goals]]'), "title of an office"),
    ],
)
def test_a_plan_whose_own_texts_may_name_a_student_is_not_published(
    district: District, change: tuple[str, str], name: str
) -> None:
    """Publishing refuses, with which text and what to do; what is there stays, and no page names anybody."""
    assert published(district).code == 0
    before = everything(district)
    district.write_plan(PUBLIC.replace(*change, 1))
    said = published(district)
    assert (said.code, everything(district) == before) == (2, True)
    assert f"plan district: its {name} may name a student or a small group" in said.err
    assert 'waive it in config.toml: [[plans.district.waivers]] item = "district", rule = "PL20"' in said.err
    assert "Jonas" not in said.out + said.err
    config = ("--config", str(district.config))
    shown = run(*config, "scorecard", "--audience", "public", "--format", "html").out
    assert ("Jonas" in shown, "Nothing in this plan is published yet." in shown) == (False, True)
    checked = run(*config, "check")
    assert f"district: its {name} may name a student" in checked.out + checked.err
    linted = run(*config, "lint", "--json").json["findings"]
    assert [(each["item"], each["severity"]) for each in linted if each["rule"] == "PL20"] == [("district", "E")]
    waiver = '[[plans.district.waivers]]\nitem = "district"\nrule = "PL20"\nreason = "a book"\n'
    district.write_config(more=waiver)
    assert published(district).code == 0


def test_an_address_in_what_everybody_reads_is_kept_back_until_it_is_waived(district: District) -> None:
    """Its item is not published, whoever publishes is told, and a waiver lets it pass."""
    district.write_plan(PUBLIC.replace('unit = "%"\n', 'unit = "%"\nsource = "from ann.lee@district.example"\n', 1))
    said = published(district)
    assert said.code == 1
    assert "G1.O1.K1 is not published: its source holds an e-mail address" in said.err
    assert [text in everything(district) for text in ("ann.lee", "Hire the family liaison")] == [False, True]
    waiver = '[[plans.district.waivers]]\nitem = "G1.O1.K1"\nrule = "PL20"\nreason = "the office of data"\n'
    district.write_config(more=waiver)
    assert published(district).code == 0
    assert "ann.lee@district.example" in everything(district)


def test_of_a_day_that_is_past_no_more_is_public(district: District) -> None:
    """What may name somebody now, or did then, is left out of what was known then as well."""
    day = datetime.now(tz=UTC).astimezone(ZoneInfo("America/New_York")).date()
    naming = PUBLIC.replace("Train every K-3 teacher", "Review the IEP for Jonas")
    district.write_plan(naming)
    with App(load_config(district.config), Yesterday()) as app:
        app.open_store()
        app.record()
    words = ("scorecard", "--audience", "public", "--as-of", (day - timedelta(days=1)).isoformat())
    for now in (naming, PUBLIC):
        district.write_plan(now)
        said = run("--config", str(district.config), *words)
        assert (said.code, "Jonas" in said.out, "Choose the reading books" in said.out) == (0, False, True)
