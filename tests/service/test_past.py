"""The past on the web: any day for those who hold the token, the last three months for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog

from syncd.service.past import LATELY
from tests.scorecard.page_sample import OWNER, TODAY, TOOL, sample
from tests.service.sites import SIGNED_IN, Visitor

WIN = sample().wins[0].title


def test_everybody_reads_what_changed_lately(visit: Visitor) -> None:
    """The public page of three months, without owners and addresses; what was made once is shown to all."""
    seen = visit()
    pages = [seen.browser.get("/changes") for _ in range(3)]
    assert {page.status_code for page in pages} == {200}
    assert seen.site.asked == 1
    assert "<h1>What changed</h1>" in pages[0].text
    assert WIN.replace("&", "&amp;") in pages[0].text
    since = TODAY - LATELY
    assert f'<time datetime="{since}">' in pages[0].text
    assert not any(word in pages[0].text for word in (OWNER, TOOL, "Sign out"))


def test_since_the_history_begins(visit: Visitor) -> None:
    """Where less than three months are known, it is told since the first day that is."""
    begins = TODAY - timedelta(days=5)
    seen = visit()
    seen.site.begins = begins
    page = seen.browser.get("/changes")
    assert f'<time datetime="{begins}">' in page.text


def test_a_new_version_is_told(visit: Visitor) -> None:
    """As soon as there may be something new, the page is made anew."""
    version = [1]
    seen = visit(version=lambda: version[0])
    for _ in range(2):
        seen.browser.get("/changes")
    version[0] = 2
    seen.browser.get("/changes")
    assert seen.site.asked == 2


def test_days_are_for_those_signed_in(visit: Visitor) -> None:
    """Whoever names days, an audience or an earlier day must hold the token; where there is none, nothing is there."""
    browser = visit().browser
    for path in ("/changes?since=2026-11-01", "/changes?audience=internal", "/as-of/2026-11-01"):
        assert browser.get(path).status_code == 401
        assert browser.get(path, headers=SIGNED_IN).status_code == 200
        assert visit(token=None).browser.get(path, headers=SIGNED_IN).status_code == 404
    office = browser.get("/changes?since=2026-11-01&until=2026-11-10", headers=SIGNED_IN)
    assert '<time datetime="2026-11-01">' in office.text
    assert '<time datetime="2026-11-10">' in office.text
    assert "Internal" in office.text
    assert (office.headers["cache-control"], office.headers["vary"].startswith("Authorization")) == ("no-store", True)
    assert "Sign out" in office.text
    assert '<a href="internal">To the scorecard</a>' in office.text
    assert OWNER in browser.get("/as-of/2026-11-01", headers=SIGNED_IN).text
    assert OWNER not in browser.get("/as-of/2026-11-01?audience=public", headers=SIGNED_IN).text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/changes?since=soon", 400, "“soon” is no day that syncd can read"),
        ("/changes?since=2026-11-10&until=2026-11-01", 400, "These days make no period that is past."),
        (f"/changes?until={TODAY + timedelta(days=1)}", 400, "These days make no period that is past."),
        ("/changes?audience=everybody", 400, "audience: it must be public or internal"),
        ("/as-of/yesterday", 400, "“yesterday” is no day that syncd can read"),
        (f"/as-of/{TODAY + timedelta(days=1)}", 404, "That day is still to come."),
        ("/changes?since=2020-01-01", 200, "Nothing was known yet of the plan “district” on 1 January 2020"),
    ],
)
def test_what_cannot_be_told_is_said(visit: Visitor, path: str, status: int, words: str) -> None:
    """Days that are none, that make no period, or of which nothing is known, are answered in words."""
    answer = visit().browser.get(path, headers=SIGNED_IN)
    assert (answer.status_code, words in answer.text) == (status, True)


def test_nothing_noted_yet(visit: Visitor) -> None:
    """Where no history has begun, that is said instead of an empty page."""
    seen = visit()
    seen.site.begins = None
    page = seen.browser.get("/changes")
    assert (page.status_code, "its history begins with the first pass" in page.text) == (200, True)


def test_what_breaks_shows_nothing_from_inside(visit: Visitor) -> None:
    """Whatever goes wrong, there is a page that says so, the log says it once, and no secret stands anywhere."""
    seen = visit()
    seen.site.broken = True
    with structlog.testing.capture_logs() as lines:
        answers = [seen.browser.get("/changes") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {503}
    assert "secret" not in answers[0].text
    assert [line["event"] for line in lines] == ["past_not_shown"]
    seen.site.broken = False
    assert seen.browser.get("/changes").status_code == 200
