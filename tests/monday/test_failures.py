"""What each way to fail means: told by code, by words and by status, for reads and for writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from connectors.errors import (
    Invalid,
    NoAccess,
    NotFound,
    Quota,
    Refused,
    ToolError,
    Transient,
    UnknownOutcome,
)
from connectors.failing import LostPage, NotSent, Throttled
from connectors.monday import failures, layout, shapes
from connectors.monday.connector import Monday
from connectors.monday.points import Points
from connectors.vocabulary import Container, Depth
from tests.monday.bench import MondayBench
from tests.monday.looking import creates

NOW = datetime(2026, 9, 1, 23, 0, tzinfo=UTC)


def told(status: int, *errors: dict[str, object], write: bool = False, **headers: str) -> ToolError | None:
    """What an answer with these errors and no data means."""
    held = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return failures.of_status(status, {"errors": list(errors)}, held, now=NOW, what="trying", write=write)


def error(code: str, message: str = "Words", **extensions: object) -> dict[str, object]:
    """One error as monday tells it."""
    return {"message": message, "extensions": {"code": code, **extensions}}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Unauthorized", Refused),
        ("USER_ACCESS_DENIED", Refused),
        ("missingRequiredPermissions", NoAccess),
        ("UserUnauthorizedException", NoAccess),
        ("USER_UNAUTHORIZED", NoAccess),
        ("InvalidBoardIdException", NotFound),
        ("ResourceNotFoundException", NotFound),
        ("ItemsLimitationException", Invalid),
        ("ItemNameTooLongException", Invalid),
        ("InvalidArgumentException", Invalid),
        ("RecordInvalidException", Invalid),
        ("DeleteLastGroupException", Invalid),
        ("InvalidVersionException", Invalid),
        ("undefinedField", Invalid),
        ("GRAPHQL_VALIDATION_FAILED", Invalid),
        ("SomethingNobodyKnows", Invalid),
        ("CursorException", LostPage),
        ("INTERNAL_SERVER_ERROR", Transient),
        ("IDEMPOTENCY_CONFLICT", Transient),
        ("COMPLEXITY_BUDGET_EXHAUSTED", Quota),
        ("ComplexityException", Quota),
        ("RATE_LIMIT_EXCEEDED", Quota),
        ("maxConcurrencyExceeded", Quota),
        ("CONCURRENCY_LIMIT_EXCEEDED", Quota),
        ("IP_RATE_LIMIT_EXCEEDED", Quota),
        ("FIELD_MINUTE_LIMIT_EXCEEDED", Quota),
        ("API_TEMPORARILY_BLOCKED", Quota),
        ("DAILY_LIMIT_EXCEEDED", Quota),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_code_says_what_it_is(status: int, code: str, kind: type[ToolError]) -> None:
    """Whatever the status, in any case of letters; and every error has words and a next step."""
    for spelt in (code, code.lower()):
        found = told(status, error(spelt))
        assert type(found) is kind or isinstance(found, kind), spelt
        assert found is not None
        assert "Words" in found.words
        assert found.next_step
        assert str(found).startswith("trying: ")


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "IDEMPOTENCY_CONFLICT"])
def test_a_write_without_a_clear_answer_may_have_happened(code: str) -> None:
    """A server's error, a conflict of keys, a broken body: unknown. A limit: certainly not done."""
    assert isinstance(told(500, error(code), write=True), UnknownOutcome)
    for status in (200, 204, 302, 408, 500, 502, 504):
        bare = failures.of_status(status, None, {}, now=NOW, what="", write=True)
        assert isinstance(bare, UnknownOutcome), status
    assert isinstance(told(429, error("RATE_LIMIT_EXCEEDED"), write=True), Throttled)


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (200, {"message": "Internal server error"}),
        (200, {"message": "The request timed out"}),
        (200, {"message": "Boom", "extensions": {"status_code": 504}}),
        (500, {"message": "Something went wrong"}),
        (503, error("UNKNOWN_EXCEPTION")),
    ],
)
def test_a_breakdown_is_no_refusal(status: int, row: dict[str, object]) -> None:
    """However monday words it, without a code of its own: a read is tried again, and a write may have happened."""
    assert type(told(status, row)) is Transient
    assert isinstance(told(status, row, write=True), UnknownOutcome)


def test_a_limit_in_the_middle_of_a_batch_says_nothing_of_the_rest() -> None:
    """Only one part is known to have met it, and nothing came back: the others are not sent again unseen."""
    body = {"data": None, "errors": [{**error("RATE_LIMIT_EXCEEDED"), "path": ["w3_values"]}]}
    assert failures.of_status(200, body, {}, now=NOW, what="trying", write=True) is None
    assert isinstance(failures.of_status(200, body, {}, now=NOW, what="trying", write=False), Throttled)


@pytest.mark.parametrize("data", [[1], "text", 7, True])
def test_data_of_another_form_is_an_error(data: object) -> None:
    """Also beside an error that names a part: another part may have been done, and is looked for before it is again."""
    body = {"data": data, "errors": [{**error("ResourceNotFoundException"), "path": ["w1_values"]}]}
    assert isinstance(failures.of_status(200, body, {}, now=NOW, what="trying", write=True), UnknownOutcome)
    assert isinstance(failures.of_status(200, body, {}, now=NOW, what="trying", write=False), ToolError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(301, Transient), (400, Invalid), (401, Refused), (403, NoAccess), (423, Quota), (429, Quota), (503, Transient)],
)
def test_a_status_says_what_it_is_where_nothing_else_does(status: int, kind: type[ToolError]) -> None:
    """A gateway's page, or nothing at all."""
    bodies: list[object] = [None, [], {}, {"errors": "none"}, "<html>"]
    for body in bodies:
        found = failures.of_status(status, body, {}, now=NOW, what="", write=False)
        assert isinstance(found, kind), body


@pytest.mark.parametrize(
    ("found", "seconds"),
    [
        (told(429, error("RATE_LIMIT_EXCEEDED", retry_in_seconds=7), Retry_After="11"), 11),
        (told(429, error("RATE_LIMIT_EXCEEDED"), Retry_After="Tue, 01 Sep 2026 23:00:30 GMT"), 30),
        (told(429, error("RATE_LIMIT_EXCEEDED"), Retry_After="soon"), None),
        (told(429, error("RATE_LIMIT_EXCEEDED"), Retry_After="-5"), None),
        (told(429, error("RATE_LIMIT_EXCEEDED"), Retry_After="Tue, 01 Sep 2026 23:00:30 -99999999999999999"), None),
        (told(200, error("RATE_LIMIT_EXCEEDED", retry_in_seconds=10**400)), None),
        (told(200, error("COMPLEXITY_BUDGET_EXHAUSTED", retry_in_seconds=7, retryAfterMs=9000)), 7),
        (told(200, error("RATE_LIMIT_EXCEEDED", retryAfterMs=9000)), 9),
        (told(429, error("RATE_LIMIT_EXCEEDED"), ratelimit='"minuteRate";r=0;t=42, "complexityMinute";r=9;t=60'), 42),
        (told(429, error("RATE_LIMIT_EXCEEDED"), ratelimit='"minuteRate";r=3;t=42'), None),
        (told(200, error("ComplexityException", "query cost 30001 … reset in 13 seconds")), 13),
        (told(200, error("RATE_LIMIT_EXCEEDED", retry_in_seconds=1e9)), 86_400),
        (told(200, error("DAILY_LIMIT_EXCEEDED", retry_in_seconds=7)), 3_600),
        (told(423, error("X", "Resource is currently locked")), 5),
        (told(200, error("API_TEMPORARILY_BLOCKED")), 300),
    ],
)
def test_a_pause_is_as_long_as_it_was_told(found: ToolError, seconds: float | None) -> None:
    """In the order of trust; a day's limit lasts until midnight UTC, whatever else is said."""
    assert isinstance(found, Throttled)
    assert found.named == seconds


def test_old_and_bare_forms_are_understood() -> None:
    """The form from before 2025, and errors that have no code."""
    old = {"error_code": "ComplexityException", "error_message": "reset in 3 seconds", "status_code": 429}
    found = failures.of_status(200, old, {}, now=NOW, what="", write=True)
    assert isinstance(found, Throttled)
    assert found.named == 3
    assert isinstance(told(200, {"message": "Concurrency limit exceeded"}), Quota)
    assert isinstance(told(200, {"message": "Your ip is restricted", "extensions": {}}), Refused)
    assert isinstance(told(200, {"message": "Not Authenticated", "extensions": {"status_code": 401}}), Refused)


def test_a_value_names_its_column() -> None:
    """So that it can be left out; a person who cannot be assigned is one, too."""
    found = told(200, error("ColumnValueException", error_data={"column_id": "status", "column_type": "color"}))
    assert isinstance(found, failures.BadCell)
    assert found.column == "status"
    person = told(200, error("InvalidUserIdException", error_data={"user_id": 7}))
    assert isinstance(person, failures.BadCell)
    assert person.column is None


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (UnknownOutcome, {"kind": "lost_reply"}),
        (UnknownOutcome, {"kind": "reset"}),
        (UnknownOutcome, {"kind": "truncated"}),
        (UnknownOutcome, {"status": 502, "body": "html"}),
        (UnknownOutcome, {"status": 504, "body": "empty"}),
        (UnknownOutcome, {"kind": "partial", "alias": "w0_values", "code": "INTERNAL_SERVER_ERROR"}),
        (Invalid, {"kind": "partial", "alias": "w0_values", "code": "ItemsLimitationException"}),
    ],
)
def test_a_write_that_fails_is_sent_once(
    bench: MondayBench, connector: Monday, container: Container, kind: type[ToolError], fault: dict[str, object]
) -> None:
    """Whatever breaks between here and there, and nothing is done twice."""
    connector.write(creates(container, 1))
    before = connector.requests()
    bench.fault("mutation", **fault)
    answers = connector.write(creates(container, 2)[1:])
    assert [type(answer) for answer in answers] == [kind]
    assert connector.requests() == before + 1
    assert bench.titles().count("Title 1") <= 1


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "truncated"}, {"status": 502, "body": "html"}])
def test_a_read_that_fails_is_tried_again(
    bench: MondayBench, connector: Monday, container: Container, fault: dict[str, object]
) -> None:
    """A few times, with growing pauses."""
    item = bench.add("Item")
    bench.fault("Pages", times=3, **fault)
    assert connector.read(container, Depth.TOP).tasks.keys() == {item}
    assert bench.clock.slept[-3:] == [1, 2, 4]


def test_what_is_no_number_is_told_as_malformed() -> None:
    """Ids of people and labels are numbers, and are sent as such: another one is found out where it is read."""
    with pytest.raises(Transient, match="person me “Ann” is malformed"):
        shapes.person({"id": "me", "name": "Ann", "email": "ann@district.example"})
    with pytest.raises(Transient, match="column status “Status” is malformed"):
        layout.column(
            {
                "id": "status",
                "title": "Status",
                "type": "status",
                "settings": {"labels": [{"id": "x", "label": "Done"}]},
            }
        )


@pytest.mark.parametrize("held", [10**400, -(10**400), "9", None])
def test_what_no_request_can_cost_is_not_believed(bench: MondayBench, held: object) -> None:
    """Writes go on in tens as before."""
    points = Points(bench.clock, 0.2)
    points.told({"before": 1_000_000, "query": 10, "after": held, "reset_in_x_seconds": 60}, writes=1)
    assert points.room(10) == 10


def test_nothing_that_answers_is_named(bench: MondayBench) -> None:
    """An address at which nothing answers: nothing was sent, and the message names it."""
    connector = bench.connect(base_url="http://127.0.0.1:9/v2")
    with pytest.raises(NotSent, match=r"127\.0\.0\.1:9"):
        connector.me()


def test_a_reply_that_drips_ends_in_time(bench: MondayBench) -> None:
    """All of it has the time together that is given for an answer."""
    connector = bench.connect(timeout=0.3)
    bench.fault(kind="slow", seconds=20, times=9)
    with pytest.raises(Transient, match=r"within 0\.3 s"):
        connector.me()


def test_a_reply_without_end_is_not_read(
    bench: MondayBench, connector: Monday, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what any answer needs, memory is kept."""
    monkeypatch.setattr("connectors.wire.LARGEST", 100)
    with pytest.raises(Transient, match="too large"):
        connector.me()


@pytest.mark.parametrize(
    "answer",
    [
        {"me": None},
        {"me": {"id": 7}},
        {"me": {"id": "7", "name": 5}},
        {"me": {"id": "\ud800", "name": "x"}},
        {"me": {"id": "7\x1b", "name": "x"}},
        {"me": []},
        {},
    ],
)
def test_a_malformed_record_is_an_error(
    bench: MondayBench, connector: Monday, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    """What does not look like monday's is never taken for something."""
    body = json.dumps({"data": answer}).encode()
    monkeypatch.setattr("connectors.monday.transport.whole", lambda reply: (reply.read(), body)[1])
    with pytest.raises(Transient, match="not monday's"):
        connector.me()


@pytest.mark.parametrize("state", [None, 1, "", [], {}])
def test_a_board_without_a_state_is_not_taken_for_none(
    bench: MondayBench, connector: Monday, monkeypatch: pytest.MonkeyPatch, state: object
) -> None:
    """A second board of its name would be made beside it."""
    board = {"id": "7", "name": "Strategic plan", "url": "", "type": "board", "state": state}
    body = json.dumps({"data": {"rows": [board]}}).encode()
    monkeypatch.setattr("connectors.monday.transport.whole", lambda reply: (reply.read(), body)[1])
    with pytest.raises(Transient, match="is malformed"):
        connector.discover()


@pytest.mark.parametrize("id_", ["topics", "2026-13-45", "٣"])
def test_no_board_has_a_word_for_an_id(
    bench: MondayBench, connector: Monday, monkeypatch: pytest.MonkeyPatch, id_: str
) -> None:
    """What is no id, kept for one, could never be asked for again, and its item would wait for ever."""
    board = {"id": id_, "name": "Strategic plan", "url": "", "type": "board", "state": "active"}
    body = json.dumps({"data": {"rows": [board]}}).encode()
    monkeypatch.setattr("connectors.monday.transport.whole", lambda reply: (reply.read(), body)[1])
    with pytest.raises(Transient, match="is malformed"):
        connector.discover()
