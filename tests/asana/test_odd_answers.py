"""Whatever answers in Asana's place, nothing but a ToolError comes of it, and never a listing that is too short."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from connectors.asana import replies
from connectors.contract import Connector
from connectors.errors import Quota, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Container, Create, Depth, Update, Values
from tests.asana.bench import AsanaBench
from tests.asana.odd import answering

CONTAINER = Container("1", "Plan", "", marker_field="9")
TASK: dict[str, Any] = {"gid": "12", "name": "Read more", "num_subtasks": 0}


def read(connector: Connector) -> object:
    """All tasks."""
    return connector.read(CONTAINER, Depth.TOP)


def news(connector: Connector) -> object:
    """The change feed."""
    return connector.changes({"1": "cursor"})


@pytest.mark.parametrize("use", [read, news])
@pytest.mark.parametrize("data", [{}, None, [None], ["12"], "", 0, True])
def test_nothing_that_is_no_list_counts_as_an_empty_one(use: Callable[[Connector], object], data: object) -> None:
    """An item whose task is not listed would be made again: so such an answer is an error."""
    with (
        answering(json.dumps({"data": data, "sync": "s"}).encode()) as odd,
        pytest.raises(Transient, match="not Asana"),
    ):
        use(odd)


@pytest.mark.parametrize("gid", [None, 12, "", [], "\ud800", "12\x1b[2J", "2026-13-45", "topics"])
def test_a_record_without_an_id_is_none(gid: object) -> None:
    """Neither in a listing nor by itself."""
    with answering(json.dumps({"data": [TASK, TASK | {"gid": gid}]}).encode()) as odd, pytest.raises(Transient):
        read(odd)
    with answering(json.dumps({"data": TASK | {"gid": gid}}).encode()) as odd, pytest.raises(Transient):
        odd.look(CONTAINER, ["12"], Depth.TOP)


@pytest.mark.parametrize("following", ["next", 1, {}, [], {"offset": None}, {"offset": ""}, {"offset": 7}])
def test_a_listing_ends_only_where_asana_says_so(following: object) -> None:
    """A next page that cannot be asked for is not the end."""
    with (
        answering(json.dumps({"data": [TASK], "next_page": following}).encode()) as odd,
        pytest.raises(Transient, match="goes on"),
    ):
        read(odd)


@pytest.mark.parametrize("sync", [None, 7, ""])
def test_news_without_a_cursor_are_none(sync: object) -> None:
    """Without it nobody could ask what came next."""
    with answering(json.dumps({"data": [], "sync": sync}).encode()) as odd, pytest.raises(Transient):
        news(odd)


@pytest.mark.parametrize(
    "flaw",
    [
        {"name": 7},
        {"name": ["a"]},
        {"notes": {}},
        {"due_on": "2026-02-30"},
        {"due_on": 20260201},
        {"start_on": ""},
        {"created_at": "yesterday"},
        {"modified_at": "2026-02-01T10:00:00"},
        {"completed": "no"},
        {"custom_fields": [None]},
        {"custom_fields": [{"gid": "9", "type": "number", "number_value": "many"}]},
        {"custom_fields": [{"gid": "9", "type": "number", "number_value": float("inf")}]},
        {"custom_fields": [{"gid": "9", "type": "date", "date_value": {"date": "2026-13-01"}}]},
        {"custom_fields": {}},
        {"memberships": "all"},
        {"memberships": {}},
        {"assignee": "me"},
        {"parent": "11"},
    ],
)
def test_one_malformed_task_is_named(flaw: dict[str, Any]) -> None:
    """The listing is an error that says which, and never shorter."""
    whole = json.dumps({"data": [TASK | {"gid": "11"}, TASK | flaw]}).encode()
    with answering(whole) as odd, pytest.raises(Transient, match=r"task 12.* is malformed"):
        read(odd)


@pytest.mark.parametrize("data", [{}, None, TASK | {"due_on": "2026-02-30"}])
def test_a_write_that_is_answered_oddly_may_have_taken_effect(data: object) -> None:
    """It is looked for before anything is sent again."""
    with answering(json.dumps({"data": data}).encode()) as other:
        other._fields._kept["1"] = {}  # type: ignore[attr-defined]
        create = Create("k", CONTAINER, "syncd:p/A1", Values({"title": "Read more"}))
        update = Update("k", CONTAINER, "12", Values({"title": "Read more"}))
        for told in (*other.write([create]), *other.write([update])):
            assert type(told) is UnknownOutcome


@pytest.mark.parametrize(
    "event",
    [
        *({"created_at": "soon"}, {"created_at": "2026-02-01T10:00:00"}),
        *(
            {"resource": {"gid": "topics"}},
            {"resource": {"gid": 12}},
            {"resource": "12"},
            {"parent": [1]},
            {"user": "7"},
            {"user": {"email": 7}},
        ),
    ],
)
def test_a_malformed_event_is_an_error(event: dict[str, Any]) -> None:
    """What happened is not guessed."""
    row = {"type": "task", "action": "changed", "resource": {"gid": "12"}} | event
    with (
        answering(json.dumps({"data": [row], "sync": "s"}).encode()) as odd,
        pytest.raises(Transient, match="event is malformed"),
    ):
        news(odd)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b"", b"\xff", b"null", b"[]"]
)
def test_what_is_no_answer_at_all(body: bytes) -> None:
    """Nested too deep, empty, not text: a matter of time, like any breakdown."""
    with answering(body) as odd:
        for use in (read, news, Asked.me, Asked.people, Asked.discover, Asked.open):
            with pytest.raises(Transient):
                use(odd)


class Asked:
    """Other ways to ask."""

    me = staticmethod(lambda connector: connector.me())
    people = staticmethod(lambda connector: connector.people())
    discover = staticmethod(lambda connector: connector.discover())
    open = staticmethod(lambda connector: connector.open("1"))


@pytest.mark.parametrize("use", [Asked.people, Asked.discover])
def test_malformed_people_and_projects(use: Callable[[Connector], object]) -> None:
    """Everything that is listed is read with the same care."""
    with answering(b'{"data": [{"gid": "5", "name": 5}]}') as odd, pytest.raises(Transient, match="5 is malformed"):
        use(odd)


@pytest.mark.parametrize("settings", ["all", {"gid": "9"}, [None], [{"custom_field": {"name": "Cost"}}]])
def test_malformed_settings_of_a_project(settings: object) -> None:
    """What says oddly which custom fields there are does not say that there are none."""
    project = {"gid": "1", "name": "Plan", "permalink_url": "u", "custom_field_settings": settings}
    with answering(json.dumps({"data": project}).encode()) as odd, pytest.raises(Transient, match="not Asana's"):
        Asked.open(odd)


# Time and size


def test_a_reply_that_drips_is_given_up(bench: AsanaBench) -> None:
    """The time is for the whole reply: a body that comes byte by byte is not waited for longer."""
    connector = bench.connect(timeout=0.2)
    bench.fault(kind="slow", seconds=30, times=9)
    began = time.monotonic()
    with pytest.raises(Transient, match=r"did not answer within 0\.2 s"):
        connector.me()
    assert time.monotonic() - began < 10


def test_headers_that_drip_are_given_up() -> None:
    """The same where not even the headers end."""
    began = time.monotonic()
    with answering(b"", drip=0.05, timeout=0.2) as odd, pytest.raises(Transient, match="did not answer within"):
        odd.me()
    assert time.monotonic() - began < 10


def test_a_packed_answer_is_unpacked() -> None:
    """Most of Asana's are."""
    with answering(gzip.compress(json.dumps({"data": TASK}).encode()), packed=True) as odd:
        assert odd.me().name == "Read more"


def test_an_answer_without_end_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size counts as it is unpacked: a small one can be made that unpacks to anything."""
    monkeypatch.setattr(replies, "LARGEST", 1024 * 1024)
    with (
        answering(gzip.compress(b" " * 4 * 1024 * 1024), packed=True) as odd,
        pytest.raises(Transient, match="too large"),
    ):
        odd.me()


# Words


def test_a_long_pause_is_told_in_words(bench: AsanaBench, connector: Connector) -> None:
    """Whoever asks for years is believed a day, and the message says how long."""
    bench.fault(kind="rate_limit", retry_after="999999999")
    for _ in range(2):
        with pytest.raises(Quota, match="a pause of 24 hours") as told:
            connector.me()
        assert told.value.wait == pytest.approx(86400)


def test_long_words_are_cut(bench: AsanaBench, connector: Connector) -> None:
    """A tool that writes novels fills nobody's screen."""
    bench.fault(status=400, message="word " * 10_000)
    with pytest.raises(ToolError) as told:
        connector.me()
    assert len(str(told.value)) < 600
