"""What was published is on record in the store: what is published next is held against it, whatever way it goes out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.public_record import PublicRecord
from syncd.publishing.publish import publish
from syncd.store import Store, StoreError
from tests.cli.district import District
from tests.store.test_moving import downgraded

PLAN = """\
[plan]
id = "district"
title = "Every Student Ready"
audience = "public"
[[goals]]
id = "G1"
title = "Every child reads"
[[goals.kpis]]
id = "K1"
title = "Grade 3 reading"
unit = "%"
baseline = {{ value = 40, on = 2025-06-30 }}
target = {{ value = 70, on = 2029-06-30 }}
readings = [
  {{ value = 50, on = 2026-02-01, scope = "school", where = "Elm", n = 40 }},
  {{ value = 50, on = 2026-02-01, scope = "school", where = "Ash", n = 56 }},
  {{ value = 50, on = 2026-02-01, scope = "school", where = "Oak", n = {oak} }},
  {{ value = 50, on = 2026-02-01, n = {all} }},
]
"""
SMALL, LARGE = PLAN.format(oak=4, all=100), PLAN.format(oak=14, all=110)


@pytest.fixture
def district(district: District) -> District:
    """A district whose plan has a school of four."""
    district.write_plan(SMALL)
    return district


def told(card: Any) -> dict[str, float | None]:
    """What a scorecard as JSON tells of the schools, and of the district."""
    [kpi] = [kpi for goal in card["goals"] for outcome in goal["outcomes"] for kpi in outcome["kpis"]]
    return {part["where"]: part["measured"] for part in kpi["parts"]} | {"all": kpi["measured"]}


def published(district: District) -> dict[str, float | None]:
    """What `syncd publish` tells."""
    out = district.folder / "www"
    district.run("publish", "--out", str(out))
    return told(json.loads((out / "scorecard.json").read_text(encoding="utf-8")))


def shown(district: District) -> dict[str, float | None]:
    """What a command tells."""
    return told(district.run("scorecard", "--audience", "public", "--format", "json").json)


def test_what_hid_a_small_school_stays_hidden(district: District) -> None:
    """Oak has grown by a correction; Elm, which follows from it now, would give away what four children had done."""
    first = {"Ash": 50, "Elm": None, "Oak": None, "all": 50}
    assert published(district) == first
    district.write_plan(LARGE)
    assert published(district) == first
    assert shown(district) == first


def test_without_that_publication_it_would_be_shown(district: District) -> None:
    """Nobody ever saw that Oak was small."""
    district.write_plan(LARGE)
    assert published(district) == {"Ash": 50, "Elm": 50, "Oak": 50, "all": 50}


def test_whatever_is_made_for_the_public_counts(district: District) -> None:
    """A command's output may be anywhere by now. A store is made for it, as for a publication."""
    shown(district)
    district.write_plan(LARGE)
    assert published(district)["Elm"] is None


def test_being_internal_for_a_time_forgets_nothing(district: District) -> None:
    """Public, internal, public again."""
    published(district)
    district.write_plan(SMALL.replace('"public"', '"internal"'))
    district.run("publish", "--out", str(district.folder / "www"))
    district.write_plan(LARGE)
    assert published(district)["Elm"] is None


def test_publishing_again_adds_nothing(district: District) -> None:
    """The record grows with what is new alone."""
    with App(load_config(district.config)) as app:
        for _ in range(2):
            list(publish(app, district.folder / "www"))
            app.scorecard(audience=Audience.PUBLIC)
        with app.store.reading() as reader:
            assert len(reader.told("district")) == len(["the schools", "the district"])


def test_two_at_once_wait_for_each_other(district: District) -> None:
    """Who comes second is held against what the first one told meanwhile."""
    with App(load_config(district.config)) as app:
        app.open_store()
        record = PublicRecord(lambda: app.store, app.store, app.open_store)
        _, mark = record.of("district")
        app.scorecard(audience=Audience.PUBLIC)
        assert not record.add("district", {}, mark, app.clock.now())
        assert record.of("district")[1] > mark


def test_the_store_of_an_older_daemon_stays_as_it_is(district: District) -> None:
    """What is told in public brings a store up to date, but not beneath a daemon that works on it."""
    with App(load_config(district.config)) as app:
        app.open_store()
    downgraded(app.config.store.url, "0006")
    before = app.store.current()
    lead = app.store.lead()
    assert lead.take()
    with App(load_config(district.config)) as app:
        with pytest.raises(StoreError, match="whose daemon works on it"):
            app.public_record.add("district", {}, 0, app.clock.now())
        assert app.store.current() == before
        lead.release()
        assert app.public_record.add("district", {}, 0, app.clock.now())
        assert app.store.current() == app.store.head() != before


def test_what_cannot_be_put_on_record_is_not_told(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the page, and not the data."""

    def refuse(_store: Store) -> None:
        raise StoreError("the store cannot be written", "Make room.")

    monkeypatch.setattr(Store, "writing", refuse)
    with App(load_config(district.config)) as app:
        with pytest.raises(StoreError, match="cannot be written"):
            app.scorecard(audience=Audience.PUBLIC)
        assert app.scorecard(audience=Audience.INTERNAL).goals


def test_a_record_that_cannot_be_read_is_not_taken_for_none(district: District) -> None:
    """Then nothing is told, and what to do is."""
    with App(load_config(district.config)) as app:
        app.open_store()
        with app.store.writing() as writer:
            writer.add_told("district", app.clock.now(), [("K1", {"about": [1, 2]})])
        with pytest.raises(StoreError, match="what was published of K1 cannot be read"):
            app.scorecard(audience=Audience.PUBLIC)


def test_a_district_that_is_kept_back_says_why_and_keeps_its_past(district: District) -> None:
    """Only that day's figure is gone; whoever publishes learns what to do, and nobody is told of too few."""
    past, whole = "{ value = 45, on = 2025-09-01, n = 100 },", "{ value = 50, on = 2026-02-01, n = 100 },"
    first = SMALL.replace(whole, f"{past} {whole}")
    for plan, kept_back in ((first, False), (first.replace(whole, whole.replace("50", "60")), True), (first, False)):
        district.write_plan(plan)
        ran = district.run("publish", "--out", str(district.folder / "www"))
        page = (district.folder / "www" / "packet.html").read_text(encoding="utf-8")
        card = json.loads((district.folder / "www" / "scorecard.json").read_text(encoding="utf-8"))
        [kpi] = [kpi for goal in card["goals"] for outcome in goal["outcomes"] for kpi in outcome["kpis"]]
        assert (kpi["pace"] == "suppressed", kpi["measured"] is None) == (kept_back, kept_back)
        assert kpi["baseline"] == 40
        assert ">45 %<" in page
        assert ("not published</span>" in page) is kept_back
        assert ("Suppressed: together with what was published before" in page) is kept_back
        assert ("put the figures back that were published" in ran.err) is kept_back
        assert "Suppressed: the group is too small" not in page
