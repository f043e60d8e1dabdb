"""The web surface: who sees what, what a browser may keep, what an answer never holds."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction

import httpx
import structlog

from syncd.plan.model import Audience
from syncd.service.attempts import ALL, EACH, WINDOW
from syncd.service.bounds import LONGEST_ADDRESS, LONGEST_BODY
from syncd.service.refusals import HEADERS
from syncd.service.server import serve
from syncd.service.signin import COOKIE, LASTS
from syncd.service.web import make_app
from tests.scorecard.page_sample import OWNER, TOOL, sample
from tests.service.sites import SIGNED_IN, TOKEN, FakeSite, Visitor


def sign_in(browser: httpx.Client, token: str = TOKEN) -> httpx.Response:
    """Send the sign-in form."""
    return browser.post("/sign-in", data={"token": token})


def test_everybody_sees_the_public_page_without_owners_and_tool_addresses(visit: Visitor) -> None:
    """The front page is the public scorecard, and names nobody."""
    page = visit().browser.get("/")
    assert page.status_code == 200
    assert "Every Student Ready" in page.text
    assert OWNER not in page.text
    assert TOOL not in page.text


def test_every_answer_carries_the_security_headers(visit: Visitor) -> None:
    """No answer, refusals included, comes without the policy that keeps everything foreign out."""
    browser = visit().browser
    for path in ("/", "/internal", "/healthz", "/readyz", "/metrics", "/nowhere", "/scorecard.json", "/scorecard.csv"):
        answer = browser.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_browser_that_has_the_page_is_told_so(visit: Visitor) -> None:
    """The tag of an answer brings 304 without a body until the scorecard changes."""
    here = visit()
    tag = here.browser.get("/").headers["etag"]
    again = here.browser.get("/", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    here.site.card = replace(here.site.card, title="Another title")
    here.clock.seconds += 2
    fresh = here.browser.get("/", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert "Another title" in fresh.text


def test_head_says_what_get_would_say_without_the_body(visit: Visitor) -> None:
    """HEAD answers with the tag and no body."""
    browser = visit().browser
    head = browser.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == browser.get("/").headers["etag"]


def test_a_scorecard_is_built_once_a_second_however_many_look(visit: Visitor) -> None:
    """Many visitors in one second cost one scorecard; the next second costs one more."""
    here = visit()
    for _ in range(5):
        here.browser.get("/")
    assert here.site.asked == 1
    here.clock.seconds += 1
    here.browser.get("/")
    assert here.site.asked == 2


def test_health_is_told_however_many_wait_for_a_slow_scorecard(visit: Visitor) -> None:
    """Whoever starts the service anew when it is dead must not take it for that."""
    seen = visit()
    seen.site.may_build = threading.Event()
    place = (seen.browser.base_url.host, seen.browser.base_url.port)
    with ExitStack() as waiting:
        for _ in range(100):
            visitor = waiting.enter_context(socket.create_connection(place))
            visitor.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert [seen.browser.get("/healthz", timeout=5).status_code for _ in range(20)] == [200] * 20
        seen.site.may_build.set()


def test_the_page_travels_compressed(visit: Visitor) -> None:
    """A browser that takes gzip gets far fewer bytes."""
    answer = visit().browser.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.num_bytes_downloaded < len(answer.content) / 3


def test_without_an_admin_token_only_health_and_the_public_page_answer(visit: Visitor) -> None:
    """What needs a sign-in does not exist where nobody could sign in, whatever is sent."""
    browser = visit(token=None).browser
    empty = {"Authorization": "Bearer"}
    statuses = {
        path: browser.get(path, headers=empty).status_code
        for path in ("/", "/healthz", "/readyz", "/internal", "/metrics")
    }
    assert statuses == {"/": 200, "/healthz": 200, "/readyz": 200, "/internal": 404, "/metrics": 404}
    assert sign_in(browser, "").status_code == 404


def test_the_internal_page_asks_who_is_there(visit: Visitor) -> None:
    """Without a sign-in there is a form and no figure."""
    answer = visit().browser.get("/internal")
    assert answer.status_code == 401
    assert 'name="token"' in answer.text
    assert "Every Student Ready" not in answer.text


def test_a_wrong_bearer_is_refused(visit: Visitor) -> None:
    """Only the exact token under the right scheme opens the page, and strange letters break nothing."""
    browser = visit().browser
    for header in ("Bearer wrong", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ключ"):
        answer = browser.get("/internal", headers=[(b"Authorization", header.encode())])
        assert answer.status_code == 401, header


def test_the_bearer_token_opens_the_internal_page_and_the_metrics(visit: Visitor) -> None:
    """A program signs in with a header; nothing of the answer may be kept on the way."""
    browser = visit().browser
    page = browser.get("/internal", headers={"Authorization": f"Bearer {TOKEN}"})
    assert page.status_code == 200
    assert OWNER in page.text
    assert page.headers["cache-control"] == "no-store"
    assert browser.get("/metrics").status_code == 401
    assert "syncd_up 1" in browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text


def test_the_form_sets_a_cookie_that_scripts_and_other_sites_cannot_use(visit: Visitor) -> None:
    """A person signs in once; the cookie holds no token, and signing out takes it back."""
    browser = visit().browser
    answer = sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/internal")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert OWNER in browser.get("/internal").text
    browser.post("/sign-out")
    assert browser.get("/internal").status_code == 401


def test_over_https_the_cookie_stays_on_https(visit: Visitor) -> None:
    """The cookie is Secure where the page is, also where the web server in front does not say so."""
    assert "Secure" in sign_in(visit(**{"X-Forwarded-Proto": "https"}).browser).headers["set-cookie"]
    assert "Secure" not in sign_in(visit(public_url="https://plan.example.org").browser).headers["set-cookie"]
    for public, host, secure in (
        ("https://plan.example.org/x", "Plan.example.org:443", True),
        ("http://plan.example.org", "plan.example.org", False),
    ):
        cookie = sign_in(visit(public_url=public, Host=host).browser).headers["set-cookie"]
        assert ("Secure" in cookie) is secure


def test_a_wrong_token_in_the_form_sets_no_cookie(visit: Visitor) -> None:
    """The form says that it was wrong and repeats nothing of what was typed."""
    answer = sign_in(visit().browser, "<b>guess</b>")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "guess" not in answer.text


def test_a_sign_in_ends_after_a_working_day(visit: Visitor) -> None:
    """The cookie's own end is signed and holds, even if the browser keeps it longer."""
    here = visit()
    cookie = sign_in(here.browser).cookies[COOKIE]
    here.clock.seconds += LASTS + 1
    assert here.browser.get("/internal", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401


def test_a_forged_cookie_is_refused(visit: Visitor) -> None:
    """Neither a later end under an old signature nor a cookie signed with another token opens the page."""
    here = visit()
    ends, _, signature = sign_in(here.browser).cookies[COOKIE].partition(".")
    other = sign_in(visit(token="another-token").browser, "another-token").cookies[COOKIE]
    for forged in (f"{int(ends) + 9}.{signature}", f"{ends}.", f".{signature}", "x.y", other):
        fresh = visit()
        assert fresh.browser.get("/internal", headers={"Cookie": f"{COOKIE}={forged}"}).status_code == 401


def test_an_endless_sign_in_form_is_cut_off(visit: Visitor) -> None:
    """Nobody fills the memory through the form."""
    assert visit().browser.post("/sign-in", content=b"token=" + b"x" * 5000).status_code == 413


def test_a_failure_shows_a_page_in_plain_words_and_nothing_from_inside(visit: Visitor) -> None:
    """When the scorecard cannot be built the page says so and keeps the reason to the log."""
    here = visit()
    here.site.broken = True
    with structlog.testing.capture_logs():  # else its trace is printed with all that was known, which takes long
        answer = here.browser.get("/")
    assert answer.status_code == 503
    assert "cannot be shown right now" in answer.text
    assert "secret" not in answer.text


def test_a_failure_is_logged_once_however_often_it_is_looked_at(visit: Visitor) -> None:
    """Everybody may ask for the page: the trace stands in the log once, until it was well in between."""
    here = visit()
    with structlog.testing.capture_logs() as kept:
        for broken in (True, True, False, True):
            here.site.broken = broken
            here.browser.get("/")
            here.clock.seconds += 2
    assert [line["event"] for line in kept] == ["scorecard_not_shown"] * 2


def test_an_address_with_a_slash_too_many_leads_nowhere_else(visit: Visitor) -> None:
    """The internal page is found all the same; no redirect names the host that the request claims."""
    browser, evil = visit().browser, {"Host": "evil.example"}
    answer = browser.get("/internal/", headers=evil, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (308, "/internal")
    answer = browser.get("/scorecard.json/", headers=evil, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


def test_ready_says_no_while_the_site_is_not(visit: Visitor) -> None:
    """A balancer sends nobody to a service that cannot answer; why is for those signed in, and it is alive."""
    here = visit()
    here.site.is_ready = False
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = here.browser.get("/readyz", headers=headers)
        assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert here.browser.get("/readyz", headers=SIGNED_IN).json()["store"] == {"trouble": "a detail"}
    assert here.browser.get("/healthz").json() == {"ok": True}


def test_the_demonstration_shows_the_internal_page_to_this_machine_only(visit: Visitor) -> None:
    """With the internal page in front, a foreign name in the request (DNS rebinding) is refused."""
    here = visit(front=Audience.INTERNAL)
    assert OWNER in here.browser.get("/").text
    assert here.browser.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_what_does_not_exist_or_is_asked_the_wrong_way_is_said_in_words(visit: Visitor) -> None:
    """Unknown addresses and methods have a page of their own."""
    browser = visit().browser
    assert (browser.get("/x").status_code, browser.post("/").status_code) == (404, 405)
    assert "nothing at this address" in browser.get("/x").text


def test_a_changed_figure_changes_the_page_alone(visit: Visitor) -> None:
    """A scorecard that is equal gives the same bytes, so browsers are not sent it again."""
    here = visit()
    first = here.browser.get("/goals/g1.html").headers["etag"]
    here.clock.seconds += 5
    here.site.card = sample()
    assert here.browser.get("/goals/g1.html").headers["etag"] == first
    goal = here.site.card.goals[0]
    action = replace(goal.actions[0], progress=Fraction(4, 5))
    here.site.card = replace(
        here.site.card, goals=(replace(goal, actions=(action, *goal.actions[1:])), *here.site.card.goals[1:])
    )
    here.clock.seconds += 5
    assert here.browser.get("/goals/g1.html").headers["etag"] != first


def test_how_an_address_may_be_asked_is_told(visit: Visitor) -> None:
    """OPTIONS names the methods, another method is refused with them, and HEAD has no body."""
    browser = visit().browser
    for path, allowed in (("/", {"GET", "HEAD"}), ("/sign-in", {"POST"}), ("/api/v1/status", {"GET", "HEAD"})):
        asked, refused = browser.options(path), browser.delete(path)
        assert (asked.status_code, asked.content) == (204, b"")
        assert refused.status_code == 405
        for answer in (asked, refused):
            assert set(answer.headers["allow"].split(", ")) == allowed
    head = browser.head("/api/v1/status")
    assert (head.status_code, head.content) == (401, b"")
    assert browser.options("/nowhere").status_code == 404


def test_what_is_too_long_is_refused_before_anybody_looks_at_it(visit: Visitor) -> None:
    """Neither an endless address nor an announced endless body reaches a route; the refusal is safe too."""
    browser = visit().browser
    assert browser.get("/", params={"x": "y" * (LONGEST_ADDRESS - 3)}).status_code == 200
    answers = [
        browser.get("/", params={"x": "y" * LONGEST_ADDRESS}),
        browser.get(f"/api/{'y' * LONGEST_ADDRESS}"),
        browser.post("/sign-in", content=b"x" * (LONGEST_BODY + 1)),
    ]
    assert [answer.status_code for answer in answers] == [414, 414, 413]
    assert answers[1].json() == {"error": "The address is longer than this service reads."}
    assert all(answer.headers["x-frame-options"] == "DENY" for answer in answers)


def test_a_guesser_must_wait(visit: Visitor) -> None:
    """After some wrong tokens not even the right one is tried, by header or form, until some time has passed."""
    here = visit()
    for number in range(EACH):
        here.browser.get("/metrics", headers={"Authorization": f"Bearer guess-{number}"})
    refused = here.browser.get("/metrics", headers=SIGNED_IN)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(int(WINDOW)))
    assert sign_in(here.browser).status_code == 429
    assert here.browser.get("/").status_code == 200
    here.clock.seconds += WINDOW
    assert here.browser.get("/metrics", headers=SIGNED_IN).status_code == 200


def test_a_sign_in_holds_while_somebody_guesses(visit: Visitor) -> None:
    """Who is signed in by cookie goes on working; and asking without any token is no guess."""
    here = visit()
    sign_in(here.browser)
    for _ in range(EACH + 1):
        here.browser.get("/metrics", headers={"Authorization": "Bearer guess", "Cookie": ""})
        httpx.get(f"{here.browser.base_url}/metrics", trust_env=False)
    assert here.browser.get("/internal").status_code == 200


def test_many_addresses_guess_no_faster_than_a_few(visit: Visitor) -> None:
    """Behind a proxy addresses are told apart; all together must wait, but not one that had the right token."""
    here = visit()

    def ask(address: str, token: str = TOKEN) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": address}
        return here.browser.get("/metrics", headers=headers).status_code

    assert ask("192.0.2.1") == 200
    assert [ask(f"198.51.100.{number}", "guess") for number in range(ALL)] == [401] * ALL
    assert ask("203.0.113.9") == 429
    assert ask("192.0.2.1") == 200
    here.clock.seconds += WINDOW
    assert ask("203.0.113.9") == 200


def test_addresses_are_told_apart_where_both_kinds_are_listened_for() -> None:
    """There IPv4 is written as IPv6: one guesser keeps nobody else out. A server in front may come by IPv6 too."""
    with serve(make_app(FakeSite(), admin_token=TOKEN), "[::1]:0") as address:

        def ask(whom: str, token: str) -> int:
            headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": whom}
            return httpx.get(f"{address}/metrics", headers=headers, trust_env=False).status_code

        assert [ask("::ffff:192.0.2.1", "guess") for _ in range(EACH)] == [401] * EACH
        assert [ask(whom, TOKEN) for whom in ("::ffff:192.0.2.1", "::ffff:192.0.2.2")] == [429, 200]


def test_a_whole_network_of_addresses_is_one_guesser(visit: Visitor) -> None:
    """Who has a network of IPv6 addresses does not begin anew with each of them."""
    browser = visit().browser
    codes = [
        browser.get("/metrics", headers={"Authorization": "Bearer guess", "X-Forwarded-For": f"2001:db8:1:2::{n:x}"})
        for n in range(EACH + 1)
    ]
    assert [answer.status_code for answer in codes] == [401] * EACH + [429]
