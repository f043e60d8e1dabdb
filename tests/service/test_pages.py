"""The pages below the front page: who sees which, that their links lead on, and that building them waits for nobody."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import pytest

from syncd.plan.model import Audience
from syncd.scorecard.pages import Pages
from syncd.scorecard.view import HistoryLine
from syncd.service import fresh as fresh_module
from syncd.service.fresh import LONG, OLDEST, Fresh, Showcase
from tests.scorecard.page_sample import OWNER, TODAY, sample
from tests.scorecard.test_pages import full
from tests.service.daemons import until
from tests.service.sites import SIGNED_IN, Clock, Visit, Visitor


@pytest.fixture
def there(visit: Visitor) -> Visit:
    """A site that shows a scorecard with offices and schools."""
    here = visit()
    here.site.card = replace(full(), history=(HistoryLine(TODAY, "3 projects were added", Audience.PUBLIC),))
    return here


def addresses(page: str, at: str) -> set[str]:
    """The addresses that a page there links to, without the places on them."""
    links = [urlsplit(link) for link in re.findall(r'href="([^"#]+)', page)]
    return {normpath(join(dirname(at), link.path)) for link in links if not link.scheme}


@pytest.mark.parametrize(("front", "headers"), [("/", {}), ("/internal", SIGNED_IN)])
def test_every_page_can_be_reached_from_the_front_page(there: Visit, front: str, headers: dict[str, str]) -> None:
    """Following all links from there, nothing is missing, and nobody leaves the pages of their own audience."""
    waiting, seen = [front], {front}
    while waiting:
        at = waiting.pop()
        answer = there.browser.get(at, headers=headers)
        assert answer.status_code == 200, at
        assert at.startswith(front)
        if "text/html" in answer.headers["content-type"]:
            assert (OWNER in answer.text) <= (front == "/internal"), at
            found = addresses(answer.text, at) - seen - {"/changes"}
            seen |= found
            waiting += found
    root = "" if front == "/" else front
    assert {f"{root}/goals/g1.html", f"{root}/offices/chief-academic-officer.html", f"{root}/scorecard.csv"} <= seen


def test_the_internal_pages_and_data_ask_who_is_there(there: Visit) -> None:
    """As the front page of the internal scorecard does; there are no others."""
    for path in ("/internal/goals/g1.html", "/internal/scorecard.csv", "/internal/scorecard.json"):
        assert there.browser.get(path).status_code == 401, path
        answer = there.browser.get(path, headers=SIGNED_IN)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), path
    assert there.browser.get("/internal/goals/g9.html", headers=SIGNED_IN).status_code == 404
    assert there.browser.get("/internal/scorecard.xml", headers=SIGNED_IN).status_code == 404
    assert there.browser.get("/goals/g9.html").status_code == 404


def test_without_an_admin_token_there_are_no_internal_pages(visit: Visitor) -> None:
    """Nothing says that there could be."""
    assert visit(token=None).browser.get("/internal/goals/g1.html").status_code == 404


def test_a_page_is_written_once_for_as_long_as_the_scorecard_is_the_same() -> None:
    """A scorecard that is built anew and says the same takes no new writing."""
    clock = Clock()
    showcase = Showcase(lambda audience, _plan: replace(sample(), audience=audience), clock)
    first = showcase.page(Audience.PUBLIC, "goals/g1.html")
    clock.seconds += 5
    assert showcase.page(Audience.PUBLIC, "goals/g1.html") is first
    assert showcase.page(Audience.PUBLIC, "goals/g2.html") is not first


def test_nobody_waits_for_a_scorecard_that_takes_long_to_build() -> None:
    """While it is built in the background the one before is shown, unless that is too old."""
    clock, made, may = Clock(), [0], threading.Event()

    def make() -> int:
        made[0] += 1
        if made[0] == 1:
            clock.seconds += 3
        else:
            may.wait(10)
        return made[0]

    fresh = Fresh(make, clock, oldest=OLDEST)
    assert fresh.get() == 1
    clock.seconds += 4
    assert fresh.get() == 1
    may.set()
    for thread in threading.enumerate():
        if thread.name == "renewing":
            thread.join(10)
    assert fresh.get() == 2
    clock.seconds += OLDEST
    assert fresh.get() == 3


def test_nobody_waits_for_what_would_not_be_there_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change what stood there before is shown at once, where making the new one takes long."""
    monkeypatch.setattr(fresh_module, "PATIENCE", 20.0)
    clock, made, version, asked = Clock(), [0], [0], threading.Event()

    def make() -> int:
        made[0] += 1
        clock.seconds += LONG
        if made[0] > 1:
            asked.wait(40)
        return made[0]

    fresh = Fresh(make, clock, lambda: version[0], oldest=OLDEST)
    assert fresh.get() == 1
    version[0] = 1
    began = time.monotonic()
    assert fresh.get() == 1
    assert time.monotonic() - began < 10
    asked.set()
    until(lambda: fresh.get() == 2)


def test_who_asks_for_one_page_does_not_wait_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody's page is being written everybody else gets theirs, and who asks for the same one the same."""
    writing, may = threading.Event(), threading.Event()
    whole = Pages.pieces

    def slowly(pages: Pages, path: str, *, base: str | None = None) -> Iterator[str]:
        def pieces() -> Iterator[str]:
            writing.set()
            may.wait(20)
            yield from whole(pages, path, base=base)

        return pieces() if path == "packet.html" else whole(pages, path, base=base)

    monkeypatch.setattr(Pages, "pieces", slowly)
    showcase = Showcase(lambda audience, _plan: replace(sample(), audience=audience), Clock())
    with ThreadPoolExecutor() as visitors:
        both = [visitors.submit(showcase.page, Audience.PUBLIC, "packet.html") for _ in range(2)]
        assert writing.wait(20)
        assert showcase.page(Audience.PUBLIC, "goals/g1.html").body
        assert not any(each.done() for each in both)
        may.set()
        assert both[0].result() is both[1].result()


def test_no_more_is_kept_of_a_scorecard_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page that was written last stays; what goes is written again when it is asked for."""
    monkeypatch.setattr(fresh_module, "MOST_WRITTEN", 1)
    showcase = Showcase(lambda audience, _plan: replace(sample(), audience=audience), Clock())
    first = showcase.page(Audience.PUBLIC, "goals/g1.html")
    assert showcase.page(Audience.PUBLIC, "goals/g1.html") is first
    showcase.page(Audience.PUBLIC, "goals/g2.html")
    again = showcase.page(Audience.PUBLIC, "goals/g1.html")
    assert again == first
    assert again is not first
