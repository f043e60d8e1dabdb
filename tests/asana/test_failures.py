"""Every way in which Asana can fail is sorted into what to do about it."""

from __future__ import annotations

import itertools
import json

import pytest
from urllib3 import exceptions as transport

from connectors.asana import failures
from connectors.asana.client import Client
from connectors.asana.failures import LostCursor
from connectors.contract import Connector
from connectors.errors import (
    Invalid,
    NoAccess,
    NotFound,
    PlanTier,
    Quota,
    Refused,
    ToolError,
    Transient,
    UnknownOutcome,
)
from connectors.failing import LostPage, NotSent, Throttled
from tests.asana.bench import AsanaBench


def told(status: int, message: str = "", *, write: bool = False, **extra: object) -> ToolError:
    """The error for an answer of Asana's own form."""
    body = json.dumps({"errors": [{"message": message}], **extra}).encode()
    return failures.of_status(status, body, {}, what="doing it", write=write)


@pytest.mark.parametrize(
    ("status", "message", "write", "kind"),
    [
        (400, "name: Missing input", True, Invalid),
        (400, "projects: [0]: Unknown object: 12", True, Invalid),
        (400, "project: Unknown object: 12", False, NotFound),
        (400, "offset: Your pagination token has expired.", False, LostPage),
        (400, "offset: Your pagination token is invalid.", False, LostPage),
        (400, "Result too large", False, Invalid),
        (401, "Not Authorized", False, Refused),
        (402, "Custom Fields are not available for free users or guests.", True, PlanTier),
        (403, "You do not have access to this task.", False, NoAccess),
        (403, "This feature is only available to premium users.", False, PlanTier),
        (404, "task: Unknown object: 12", False, NotFound),
        (404, "No matching route for request", True, NotFound),
        (408, "", True, UnknownOutcome),
        (412, "Sync token invalid", False, Invalid),
        (424, "too many", False, Throttled),
        (429, "too many", True, Throttled),
        (451, "blocked", False, NoAccess),
        (500, "Server Error", False, Transient),
        (500, "Server Error", True, UnknownOutcome),
        (502, "", False, Transient),
        (503, "", True, UnknownOutcome),
        (504, "", True, UnknownOutcome),
        (302, "", False, Transient),
    ],
)
def test_statuses_are_sorted(status: int, message: str, write: bool, kind: type[ToolError]) -> None:
    """Each status, with the words that decide where one alone does not, means one thing to do."""
    error = told(status, message, write=write)
    assert type(error) is kind
    assert str(error).startswith("doing it: ")


def test_a_lost_cursor_brings_a_fresh_one() -> None:
    """412 of the event feed holds the token to go on with."""
    error = told(412, "Sync token invalid or too old.", sync="fresh:1")
    assert isinstance(error, LostCursor)
    assert error.fresh == "fresh:1"


def test_asanas_words_are_passed_on() -> None:
    """All messages in one line, with the phrase that Asana's support asks for."""
    body = json.dumps({"errors": [{"message": "One."}, {"message": "Two.", "phrase": "6 sad squid"}, "odd"]})
    error = failures.of_status(500, body, {}, what="", write=False)
    assert error.words == "One. Two. (phrase: 6 sad squid)"


@pytest.mark.parametrize("body", [None, b"", b"<html>502</html>", b"[1]", b'{"errors": "odd"}', b"\xff\xfe"])
def test_an_answer_that_is_not_asanas(body: bytes | None) -> None:
    """A gateway's page, an empty or a garbled body: still sorted, with the status in the words."""
    error = failures.of_status(502, body, {}, what="doing it", write=False)
    assert type(error) is Transient
    assert "502" in error.words
    assert "<html>" not in str(error)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("1.5", 1.5),
        ("-3", None),
        ("0", None),
        ("9e8", 86400.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_the_time_to_keep_away(value: str, seconds: float | None) -> None:
    """Seconds where the header holds a number that can be waited; else none is known."""
    error = failures.of_status(429, b"", {"Retry-After": value}, what="", write=False)
    assert isinstance(error, Throttled)
    assert error.named == seconds


@pytest.mark.parametrize(
    ("error", "write", "kind"),
    [
        (transport.NewConnectionError(None, "refused"), True, NotSent),  # type: ignore[arg-type]
        (transport.ConnectTimeoutError(), True, NotSent),
        (transport.MaxRetryError(None, "", transport.ConnectTimeoutError()), True, NotSent),  # type: ignore[arg-type]
        (transport.LocationParseError("nowhere"), True, NotSent),
        (transport.ReadTimeoutError(None, "", "slow"), True, UnknownOutcome),  # type: ignore[arg-type]
        (transport.ReadTimeoutError(None, "", "slow"), False, Transient),  # type: ignore[arg-type]
        (transport.ProtocolError("cut"), True, UnknownOutcome),
        (transport.ProtocolError("cut"), False, Transient),
        (transport.DecodeError("odd"), True, UnknownOutcome),
    ],
)
def test_connections_fail_in_two_ways(error: transport.HTTPError, write: bool, kind: type[ToolError]) -> None:
    """Before a connection stood nothing happened; afterwards a write may have."""
    assert type(failures.of_transport(error, address="x", timeout=30, what="doing it", write=write)) is kind


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("SSLError\n[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", NotSent),
        ("SSLError\n[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE]", NotSent),
        ("SSLError\n[SSL: WRONG_VERSION_NUMBER]", NotSent),
        ("SSLError\nEOF occurred", UnknownOutcome),
    ],
)
def test_certificates_are_refused_before_anything_is_sent(reason: str, kind: type[ToolError]) -> None:
    """A network that looks into secure connections is told apart from a connection that broke off."""
    error = failures.of_tls(reason, what="doing it", write=True)
    assert type(error) is kind
    assert "\n" not in str(error)


# Over HTTP


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 502, "body": "html", "times": 9}, Transient),
        ({"status": 503, "body": "empty", "times": 9}, Transient),
        ({"kind": "reset", "times": 9}, Transient),
        ({"kind": "truncated", "times": 9}, Transient),
        ({"kind": "lost_reply", "times": 9}, Transient),
        ({"status": 401, "times": 9}, Refused),
        ({"status": 403, "times": 9}, NoAccess),
        ({"status": 451, "times": 9}, NoAccess),
        ({"kind": "rate_limit", "retry_after": "900"}, Quota),
    ],
)
def test_a_read_that_fails_for_good(
    bench: AsanaBench, connector: Connector, fault: dict[str, object], kind: type[ToolError]
) -> None:
    """What can pass is tried four times, what cannot is not; the message says what was being done."""
    bench.fault(**fault)  # type: ignore[arg-type]
    with pytest.raises(kind, match="asking Asana who we are"):
        connector.me()
    assert connector.requests() == (4 if kind is Transient else 1)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502, "body": "html", "times": 2},
        {"kind": "reset", "times": 3},
        {"kind": "truncated"},
        {"kind": "slow", "seconds": 0.2},
        {"kind": "rate_limit", "times": 3},
    ],
)
def test_a_read_that_fails_for_a_moment(bench: AsanaBench, connector: Connector, fault: dict[str, object]) -> None:
    """A short breakdown is got over without a word."""
    bench.fault(**fault)  # type: ignore[arg-type]
    assert connector.me().address == "syncd@example.org"


def test_nobody_there(bench: AsanaBench) -> None:
    """A machine that does not answer is a matter of time, and the message says so."""
    connector = bench.connect()
    bench.box.close()
    with pytest.raises(NotSent, match=r"could not be reached, nothing answers at http://127\.0\.0\.1:"):
        connector.me()
    assert connector.requests() == 4


def test_a_plain_server_behind_a_secure_address(bench: AsanaBench) -> None:
    """Where no secure connection comes about nothing was sent: a write is safe to repeat, and the words say why."""
    connector = bench.connect(base_url=bench.box.base_url.replace("http:", "https:"))
    with pytest.raises(NotSent, match="no secure connection"):
        connector.me()
    assert bench.sent() == []


def test_a_listing_that_goes_round_in_circles() -> None:
    """A page token that comes again would never end: the listing is begun anew, and given up in the end."""

    class Circle:
        """A transport whose every page names the same next one."""

        def get(self, *_path: object, **_what: object) -> dict[str, object]:
            """One page of always the same."""
            return {"data": [{"gid": "1"}], "next_page": {"offset": "again"}}

    with pytest.raises(Transient, match="page token"):
        Client(Circle()).workspaces()  # type: ignore[arg-type]


def test_a_listing_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that name ever new ones would fill the memory: nobody has so many tasks in one place."""
    pages = itertools.count()

    class Endless:
        """A transport whose every page names another one."""

        def get(self, *_path: object, **_what: object) -> dict[str, object]:
            """One page of something new."""
            number = next(pages)
            return {"data": [{"gid": f"{number}"}], "next_page": {"offset": f"page {number}"}}

    monkeypatch.setattr("connectors.asana.client.MOST_PAGES", 7)
    with pytest.raises(Transient, match="does not come to an end"):
        Client(Endless()).workspaces()  # type: ignore[arg-type]
    assert next(pages) == 7
