"""Access by OAuth: renewed in time and once, whoever asks; and told plainly where it is not given any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from connectors.asana import AUTHORITY
from connectors.asana.sandbox.signin import CLIENT_ID, CLIENT_SECRET
from connectors.contract import Connector, Grant
from connectors.errors import Refused, ToolError, Transient
from connectors.failing import NotSent
from connectors.network import DIRECT
from connectors.oauth import HOUR, MARGIN, Client, Door, Renewing, SignIn, _seconds
from connectors.vocabulary import Depth
from tests.asana.bench import AsanaBench
from tests.asana.odd import served
from tests.connectors.clock import ToldClock


class Bench(AsanaBench):
    """A local Asana with a grant, and what became known of the tokens got with it."""

    def __init__(self, closing: ExitStack) -> None:
        super().__init__("premium", closing)
        self.refresh_token = self.box.signin.grant()
        self.hidden: list[str] = []

    def signed_in(self, *, clock: ToldClock | None = None, **settings: Any) -> Connector:
        """A connector without a token of its own; by the tool's clock, or by one of its own."""
        grant = Grant(CLIENT_ID, CLIENT_SECRET, self.refresh_token)
        return self.connect(token="-", clock=clock, grant=grant, hide=self.hidden.append, **settings)

    @property
    def renewals(self) -> int:
        """How often tokens were asked for."""
        return sum(seen.path == "/oauth_token" for seen in self.box.requests)

    def statuses(self) -> list[int]:
        """How the API's requests were answered."""
        return [seen.status for seen in self.box.requests if seen.path != "/oauth_token"]

    def door(self, address: str = "", secret: str = CLIENT_SECRET) -> Door:
        """The endpoint for tokens."""
        return Door(AUTHORITY, Client("asana", address or self.box.base_url, CLIENT_ID, secret), DIRECT, 5.0)


@pytest.fixture
def oauth() -> Iterator[Bench]:
    """A running one."""
    with ExitStack() as closing:
        yield Bench(closing)


def test_the_first_request_gets_a_token(oauth: Bench) -> None:
    """It is hidden before it is used, and serves all that follow; nothing is asked as long as nothing is."""
    connector = oauth.signed_in()
    assert oauth.renewals == 0
    assert connector.me().id == oauth.world.me
    connector.discover()
    assert oauth.renewals == 1
    [token] = oauth.hidden
    assert {seen.headers.get("authorization") for seen in oauth.box.requests} == {None, f"Bearer {token}"}
    assert token not in str(connector.learnt())
    assert set(oauth.statuses()) == {200}


def test_a_token_is_renewed_before_it_ends(oauth: Bench) -> None:
    """In the middle of a long pass: no request is ever refused."""
    connector = oauth.signed_in()
    container = connector.open(oauth.container)
    oauth.clock.pass_(seconds=HOUR - MARGIN - 1)
    connector.read(container, Depth.TOP)
    assert oauth.renewals == 1
    oauth.clock.pass_(seconds=2)
    connector.read(container, Depth.TOP)
    assert (oauth.renewals, len(oauth.hidden)) == (2, 2)
    for _ in range(3):
        oauth.clock.pass_(hours=1)
        connector.read(container, Depth.TOP)
    assert oauth.renewals == 5
    assert set(oauth.statuses()) == {200}


def test_a_token_that_is_refused_is_renewed_once(oauth: Bench) -> None:
    """A write too: a request that was not let in did nothing."""
    connector = oauth.signed_in()
    container = connector.open(oauth.container)
    oauth.world.revoke(oauth.hidden[-1])
    assert connector.ensure_groups(container, ["Year 1"])
    assert oauth.renewals == 2
    assert oauth.statuses().count(401) == 1


def test_a_token_that_is_refused_again_is_no_loop(oauth: Bench) -> None:
    """An organization that blocks the app takes no token: one renewal a request, and then it is told."""
    connector = oauth.signed_in()
    connector.me()
    oauth.fault(match="users/me", status=401, message="Not Authorized", times=100)
    with pytest.raises(Refused, match="Not Authorized"):
        connector.me()
    assert oauth.renewals == 2
    assert oauth.statuses() == [200, 401, 401]


@pytest.mark.parametrize("ended", [True, False], ids=["ended", "revoked"])
def test_many_threads_renew_once(oauth: Bench, ended: bool) -> None:
    """Whoever comes meanwhile waits, and takes what came."""
    connector = oauth.signed_in()
    connector.me()
    if ended:
        oauth.clock.pass_(hours=2)
    else:
        oauth.world.revoke(oauth.hidden[-1])
    together = threading.Barrier(12)

    def ask(_: int) -> str:
        together.wait()
        return connector.me().id

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(ask, range(12))) == {oauth.world.me}
    assert oauth.renewals == 2


def test_whoever_is_late_takes_what_came_meanwhile(oauth: Bench) -> None:
    """A token that was refused long ago, as a slow request finds out, costs no renewal of the one in force."""
    access = Renewing(oauth.door(), oauth.refresh_token, oauth.clock, oauth.hidden.append)
    old = access.token()
    assert access.refused(old)
    new = access.token()
    assert access.refused(old)
    assert (access.token(), oauth.renewals) == (new, 2)
    assert old != new


def test_many_threads_share_a_failure(oauth: Bench) -> None:
    """Those who waited for a renewal that failed do not each ask again."""
    connector = oauth.signed_in()
    oauth.fault(match="oauth_token", status=400, message="invalid_grant", times=100)
    together = threading.Barrier(12)

    def ask(_: int) -> type[ToolError]:
        together.wait()
        with pytest.raises(ToolError) as caught:
            connector.me()
        return caught.type

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(ask, range(12))) == {Refused}
    assert oauth.renewals < 12
    assert not oauth.statuses()


def test_a_revoked_sign_in(oauth: Bench) -> None:
    """It is said what to do; nothing that is secret stands in it."""
    connector = oauth.signed_in()
    oauth.box.signin.granted.clear()
    with pytest.raises(Refused) as caught:
        connector.me()
    assert "Asana refuses the sign-in (invalid_grant: " in str(caught.value)
    assert "`syncd authorize asana`" in caught.value.next_step
    assert not {oauth.refresh_token, CLIENT_SECRET} & set(str(caught.value).split())
    assert (oauth.renewals, oauth.statuses()) == (1, [])


def test_an_app_that_is_not_known(oauth: Bench) -> None:
    """A wrong secret of the app is another matter than a sign-in that was revoked."""
    with pytest.raises(Refused) as caught:
        oauth.door(secret="wrong").renew(oauth.refresh_token)
    assert "invalid_client" in caught.value.words
    assert "client_id and client_secret under [connections.asana.oauth]" in caught.value.next_step


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 500}, "an answer of another kind (status 500)"),
        ({"status": 503, "body": "html"}, "an answer of another kind (status 503)"),
        ({"status": 403, "body": "html"}, "an answer of another kind (status 403)"),
        ({"status": 200, "body": "html"}, "an answer of another kind (status 200)"),
        ({"status": 200, "message": "odd"}, "an answer of another kind (status 200)"),
        ({"kind": "truncated"}, "an answer of another kind (status 200)"),
        ({"kind": "rate_limit"}, "an answer of another kind (status 429)"),
        ({"kind": "reset"}, "broke off"),
        ({"kind": "lost_reply"}, "broke off"),
        ({"kind": "hang", "seconds": 1.0}, "did not answer within 0.05 s"),
        ({"kind": "slow", "seconds": 1.0}, "did not answer within 0.05 s"),
    ],
)
def test_a_renewal_that_fails_for_the_moment(oauth: Bench, fault: dict[str, Any], words: str) -> None:
    """It is tried again like any request; where it lasts, nothing was sent, and it is not the token's fault."""
    connector = oauth.signed_in(timeout=0.05 if "seconds" in fault else 5.0)
    oauth.fault(match="oauth_token", times=4, **fault)
    with pytest.raises(Transient) as caught:
        connector.me()
    assert words in str(caught.value)
    assert "renewing the access to Asana" in str(caught.value)
    assert oauth.clock.slept == [1.0, 2.0, 4.0]
    assert not oauth.statuses()
    assert connector.me().id == oauth.world.me


def test_an_endpoint_that_is_not_there(oauth: Bench) -> None:
    """The address is named: it is on the host of the API."""
    with pytest.raises(NotSent, match=r"nothing answers at http://127\.0\.0\.1:9/-/oauth_token"):
        oauth.door("http://127.0.0.1:9/api/1.0").renew("r")


def signed_in(oauth: Bench, sign_in: SignIn) -> dict[str, str]:
    """What the page shows to a person who opens the address."""
    told: dict[str, str] = httpx.get(sign_in.address).json()
    return told


def test_a_person_signs_in(oauth: Bench) -> None:
    """The address asks for a code without a secret in it; the code gives what access is renewed with, once."""
    client = Client("asana", oauth.box.base_url, CLIENT_ID, CLIENT_SECRET)
    sign_in = SignIn.begin(AUTHORITY, client)
    query = dict(parse_qsl(urlsplit(sign_in.address).query))
    assert query["redirect_uri"] == "urn:ietf:wg:oauth:2.0:oob"
    assert query["code_challenge_method"] == "S256"
    assert CLIENT_SECRET not in sign_in.address
    assert sign_in.verifier not in sign_in.address
    shown = signed_in(oauth, sign_in)
    assert shown["state"] == sign_in.state
    granted = oauth.door().grant(sign_in.code(f" {shown['code']}\n"), sign_in.verifier)
    assert granted.who == "syncd"
    assert oauth.door().renew(granted.refresh_token)["access_token"]
    with pytest.raises(Refused) as caught:
        oauth.door().grant(shown["code"], sign_in.verifier)
    assert "run `syncd authorize asana` again" in caught.value.next_step


def test_a_code_that_somebody_else_saw(oauth: Bench) -> None:
    """It is worth nothing without what only the one who asked for it knows."""
    client = Client("asana", oauth.box.base_url, CLIENT_ID, CLIENT_SECRET)
    sign_in, other = SignIn.begin(AUTHORITY, client), SignIn.begin(AUTHORITY, client)
    assert (sign_in.state, sign_in.verifier) != (other.state, other.verifier)
    with pytest.raises(Refused, match="invalid_grant"):
        oauth.door().grant(signed_in(oauth, sign_in)["code"], other.verifier)


def test_a_sign_in_that_gives_nothing_to_go_on_with() -> None:
    """An access token alone would be over in an hour: it is refused, with what to do."""
    with served(b'{"access_token": "1/x", "refresh_token": "", "data": []}') as address:
        door = Door(AUTHORITY, Client("asana", address, CLIENT_ID, CLIENT_SECRET), DIRECT, 5.0)
        with pytest.raises(Refused, match="gave no refresh token") as caught:
            door.grant("code", "verifier")
    assert "run `syncd authorize asana` again" in caught.value.next_step


def test_what_is_pasted() -> None:
    """The code, or the address it stands in; of another sign-in, or nothing, is refused."""
    sign_in = SignIn("https://x", "state1", "verifier")
    assert sign_in.code(" 1/abc \n") == "1/abc"
    assert sign_in.code("https://x/?code=1%2Fabc&state=state1") == "1/abc"
    for pasted, words in (
        ("", "this is no code"),
        ("the code 1/abc", "this is no code"),
        ("https://x/?code=&state=state1", "this is no code"),
        ("https://x/?code=1&state=other", "another sign-in"),
    ):
        with pytest.raises(ValueError, match=words):
            sign_in.code(pasted)


def test_two_processes_renew_side_by_side(oauth: Bench) -> None:
    """A command beside the daemon: both renew with the same refresh token, and neither ends what the other has."""
    daemon, command = oauth.signed_in(), oauth.signed_in()
    together = threading.Barrier(2)

    def ask(connector: Connector) -> str:
        together.wait()
        return connector.me().id

    with ThreadPoolExecutor(2) as pool:
        for _ in range(3):
            assert set(pool.map(ask, (daemon, command))) == {oauth.world.me}
            oauth.clock.pass_(hours=1)
    assert (oauth.renewals, set(oauth.statuses())) == (6, {200})


def test_a_renewal_whose_answer_is_lost(oauth: Bench) -> None:
    """It is made again with the same refresh token; the token that nobody heard of is left to end."""
    connector = oauth.signed_in()
    oauth.fault(match="oauth_token", kind="lost_reply")
    assert connector.me().id == oauth.world.me
    assert (oauth.renewals, len(oauth.hidden)) == (2, 1)


def test_another_refresh_token(oauth: Bench) -> None:
    """Asana gives none; where an answer holds one it takes the old one's place, and is hidden."""
    oauth.box.signin.rotates = True
    connector = oauth.signed_in()
    for _ in range(3):
        assert connector.me().id == oauth.world.me
        oauth.clock.pass_(hours=2)
    assert (oauth.renewals, set(oauth.statuses())) == (3, {200})
    [granted] = oauth.box.signin.granted
    assert granted != oauth.refresh_token
    assert granted in oauth.hidden


class Settable(ToldClock):
    """A clock whose hands somebody sets, by so many hours; how long it has been running does not change by that."""

    hours = 0.0

    def now(self) -> datetime:
        """What its hands show."""
        return super().now() + timedelta(hours=self.hours)


@pytest.mark.parametrize("hours", [-48.0, 48.0])
def test_a_clock_that_is_set(oauth: Bench, hours: float) -> None:
    """How long a token lasts is told by the clock that nobody sets."""
    clock = Settable()
    connector = oauth.signed_in(clock=clock)
    connector.me()
    clock.hours = hours
    connector.me()
    assert (oauth.renewals, set(oauth.statuses())) == (1, {200})


def test_a_machine_that_slept(oauth: Bench) -> None:
    """Its clock stood still while the token ended: it is refused once, and renewed."""
    connector = oauth.signed_in(clock=ToldClock())
    connector.me()
    oauth.clock.pass_(hours=9)
    assert connector.me().id == oauth.world.me
    assert (oauth.renewals, oauth.statuses()) == (2, [200, 401, 200])


@pytest.mark.parametrize("lasts", [None, "soon", -1, 0, True, float("inf"), "1e999"])
def test_a_life_that_is_not_said(lasts: object) -> None:
    """Where an answer does not say how long a token lasts, it is taken for an hour."""
    assert _seconds(lasts) == HOUR
    assert _seconds("120") == _seconds(120) == 120
