"""What a log line looks like, and what never stands in one."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd import logs

SECRET = "1/1200776655:9f\\8e7d'6c"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def fail_with(text: str) -> None:
    """Raise inside a call, so that there is a traceback."""
    raise ValueError(text)


def test_writes_json_lines_where_no_terminal_reads(stream: io.StringIO) -> None:
    """One object a line, with time, level, logger and what was said."""
    logs.configure(stream=stream)
    structlog.get_logger("syncd.engine").info("pass done", mapping="academics", created=3)
    line = json.loads(stream.getvalue())
    assert line["event"] == "pass done"
    assert line["level"] == "info"
    assert line["logger"] == "syncd.engine"
    assert line["created"] == 3
    assert line["timestamp"].endswith("Z")


def test_writes_lines_for_people_on_a_terminal() -> None:
    """A terminal gets words, not JSON."""
    terminal = Terminal()
    logs.configure(stream=terminal)
    structlog.get_logger("syncd").warning("quota runs short", left=12)
    assert "quota runs short" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


def test_goes_to_stderr_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Results go to stdout, so logs must not."""
    logs.configure()
    structlog.get_logger("syncd").info("here")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "here" in captured.err


def test_keeps_to_the_level(stream: io.StringIO) -> None:
    """What is below the level is not written, and configuring again replaces the handler."""
    logs.configure("info", stream=io.StringIO())
    logs.configure("warning", stream=stream)
    structlog.get_logger("syncd").info("quiet")
    logging.getLogger("syncd.engine").warning("loud")
    assert "quiet" not in stream.getvalue()
    assert stream.getvalue().count("loud") == 1


def test_quietens_talkative_libraries(stream: io.StringIO) -> None:
    """A line for each request of the HTTP client is not what an admin looks for."""
    logs.configure("debug", stream=stream)
    logging.getLogger("httpx").info("HTTP Request: GET")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("as_json", [True, False])
def test_hides_a_known_secret_in_exceptions_and_foreign_records(stream: io.StringIO, as_json: bool) -> None:
    """Tracebacks and the standard library's records pass the same nets."""
    logs.configure(stream=stream, json=as_json)
    logs.hide(SECRET)
    try:
        fail_with(f"refused {SECRET}")
    except ValueError:
        structlog.get_logger("syncd").exception("failed")
        logging.getLogger("asana").exception("failed with %s", SECRET, extra={"more": SECRET})
    written = stream.getvalue()
    assert written.count("ValueError: refused [hidden]") == 2
    assert SECRET not in written
    assert json.dumps(SECRET)[1:-1] not in written


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer 1/1234:abcd", "Authorization: [hidden]"),
        ("{'Authorization': 'Basic dXNlcjpwYXNz'}", "{'Authorization': '[hidden]'}"),
        ("sent bearer abcdef123456 along", "sent bearer [hidden] along"),
        ("postgresql://syncd:p@ss/w0rd@db.example/plan", "postgresql://syncd:[hidden]@db.example/plan"),
        ('{"client_secret": "abc", "id": 1}', '{"client_secret": "[hidden]", "id": 1}'),
        ("GET /api?access_token=abc&limit=1", "GET /api?access_token=[hidden]&limit=1"),
        ("9postgresql://syncd:p@db.example/plan", "9postgresql://syncd:[hidden]@db.example/plan"),
        ("postgresql://syncd@db.example:5432/plan", "postgresql://syncd@db.example:5432/plan"),
        ("http://127.0.0.1:8090/api/1.0/users/a@b.example", "http://127.0.0.1:8090/api/1.0/users/a@b.example"),
        ("Asana refuses the token: make a new one", "Asana refuses the token: make a new one"),
    ],
)
def test_hides_what_looks_like_a_secret_and_nothing_else(text: str, clean: str) -> None:
    """Patterns catch unregistered secrets, and leave addresses and sentences whole."""
    assert logs.scrub(text) == clean


def test_hides_values_by_the_names_of_their_keys() -> None:
    """Whatever stands under a key named like a secret is hidden, at any depth; nothing stays nothing."""
    event = {"event": "x", "token": "", "a": [{"Admin_Token": 123, "password": None, "page": 2}], "cookies": {"s": "1"}}
    assert logs.redact(None, "", event) == {
        "event": "x",
        "token": "",
        "a": [{"Admin_Token": logs.HIDDEN, "password": None, "page": 2}],
        "cookies": logs.HIDDEN,
    }


def test_hides_a_secret_inside_objects_bytes_numbers_and_keys() -> None:
    """No type of value is a way around."""
    logs.hide("12345678")
    event = {"event": {12345678: b"at 12345678"}, "n": 12345678, "f": 0.5, "t": (ValueError("12345678"),)}
    assert logs.redact(None, "", event) == {
        "event": {logs.HIDDEN: "at [hidden]"},
        "n": logs.HIDDEN,
        "f": 0.5,
        "t": [logs.HIDDEN],
    }


def test_ignores_secrets_too_short_to_be_any() -> None:
    """An empty setting must not blot out every line."""
    logs.hide("")
    logs.hide(" ab ")
    assert logs.scrub("about tables") == "about tables"


def wrap(secret: str) -> st.SearchStrategy[Any]:
    """The secret somewhere inside a value as it may be logged."""
    texts = st.tuples(st.text(max_size=5), st.text(max_size=5)).map(secret.join)
    leaves = texts | texts.map(str.encode) | texts.map(ValueError) | texts.map(lambda text: {"who": ("x", text)})
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), secret=st.text(min_size=12).filter(lambda text: len(text.strip()) >= 12), as_json=st.booleans())
def test_no_registered_secret_is_ever_written(data: st.DataObject, secret: str, as_json: bool) -> None:
    """Whatever the secret is and wherever it stands, the log does not hold it."""
    secret = secret.strip()
    stream = io.StringIO()
    logs.forget()
    logs.configure("debug", json=as_json, stream=stream)
    logs.hide(secret)
    value = data.draw(wrap(secret))
    structlog.get_logger("syncd").info("said", value=value, **{"k " + secret: 1})
    structlog.get_logger("syncd").info(f"said {secret}")
    logging.getLogger("asana").warning("said %s and %r", secret, value)
    assert secret not in stream.getvalue()
    assert stream.getvalue().count("said") >= 3


@pytest.mark.parametrize(
    "kind",
    ["a", "a:", "://", "a://:", "a://b:1@ ", "'", '"', " ", "authorization", "bearer ", "token' ", "token="],
)
def test_cleaning_takes_time_in_proportion(kind: str) -> None:
    """Four times the text takes about four times as long, whatever it is made of: a long title must not stop a pass."""
    small, large = ((kind * length)[:length] for length in (50_000, 200_000))
    assert fastest(large) < 10 * fastest(small) + 0.05


@pytest.mark.parametrize("start", ["", "authorization", "authorization: bearer", "bearer", "token'", "a://"])
def test_long_blanks_take_time_in_proportion(start: str) -> None:
    """The patterns that allow blanks do not try each of them anew."""
    small, large = (start + " " * length for length in (50_000, 200_000))
    assert fastest(large) < 10 * fastest(small) + 0.05


def fastest(text: str) -> float:
    """The seconds that cleaning this text takes, the better of two tries: the machine may be busy."""
    tries = []
    for _ in range(2):
        before = time.perf_counter()
        logs.scrub(text)
        tries.append(time.perf_counter() - before)
    return min(tries)


@pytest.mark.parametrize("as_json", [True, False])
def test_nothing_steers_a_terminal_or_forges_a_line(stream: io.StringIO, as_json: bool) -> None:
    """Names and messages of others may hold escapes and ends of lines: neither does anything in a log."""
    logs.configure(stream=stream, json=as_json)
    odd = "a\x1b[2J\x9b1m\u202eb\n2026-01-01 [info] forged"
    structlog.get_logger("syncd").warning(odd, item=odd, more={"who": [odd, odd.encode()]})
    logging.getLogger("asana").warning("it says %s", odd)
    written = stream.getvalue()
    assert written.count("\n") == 2
    assert "\ufffd[2J" in written
    assert not set("\x1b\x9b\u202e") & set(written)


def test_secrets_that_pass() -> None:
    """Of tokens that hold for an hour the newest are hidden, and those that last stay hidden besides."""
    logs.hide("the-lasting-one")
    for hour in range(logs.PASSING + 1):
        logs.hide_passing(f"hour-{hour:03}-token")
    logs.hide("another-lasting-one")
    assert logs.scrub("the-lasting-one another-lasting-one hour-001-token hour-032-token").split() == [logs.HIDDEN] * 4
    assert logs.scrub("hour-000-token") == "hour-000-token"
