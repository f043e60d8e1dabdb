"""Everything that can go wrong becomes words for people and the right exit code, in one place."""

from __future__ import annotations

import logging

import pytest
import structlog

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
from connectors.registry import UnknownKind
from syncd import logs
from syncd.cli.failures import explained
from syncd.errors import ConfigError, PlanError, Problem
from syncd.plan.model import Plan
from syncd.scorecard.explain import UnknownItem
from syncd.scorecard.privacy import Leak
from syncd.service.server import PortTaken
from syncd.store.errors import StoreError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError([Problem("config.toml", "no such key")]), 2),
        (PlanError([Problem("plan.toml", "no such id")]), 2),
        (UnknownItem("X", Plan(id="p", title="P")), 2),
        (UnknownKind("asna", ("asana",)), 2),
        (PortTaken("127.0.0.1:80 cannot be listened on. Stop the program that uses it"), 2),
        (NotFound("no project 12"), 2),
        (NoAccess("not yours"), 2),
        (Invalid("two projects are called so"), 2),
        (FileNotFoundError(2, "No such file or directory", "missing/card.html"), 2),
        (Refused("not authorized"), 4),
        (Transient("no connection"), 4),
        (Quota("a pause of an hour", wait=3600), 4),
        (PlanTier("only on paid plans"), 4),
        (UnknownOutcome("no answer"), 4),
        (StoreError("the store is locked", "Try again."), 4),
        (Leak("K1", "a name"), 70),
        (RuntimeError("never thought of"), 70),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_has_its_code(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The words stand on stderr, in whole sentences; stdout stays empty."""
    logs.configure("warning")
    assert explained(error) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.rstrip().endswith((".", "!", "ids."))
    assert "Traceback" not in said.err
    if isinstance(error, ToolError):
        assert error.next_step in said.err


def test_every_problem_of_a_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """All problems stand one a line, each with its place, and that these were not used."""
    problems = [Problem("plan.toml", "no such id", 12, "goals[0]"), Problem("config.toml", "no such key")]
    assert explained(PlanError(problems)) == 2
    steps = "Correct it in plan.toml. Put the file there, or name another."
    assert capsys.readouterr().err.splitlines() == [
        "plan.toml:12: goals[0]: no such id",
        "config.toml: no such key",
        f"2 problems; these files were not used. {steps}",
    ]


def test_what_is_wrong_with_a_variable_is_put_right_there(capsys: pytest.CaptureFixture[str]) -> None:
    """There is no file to put anywhere."""
    problems = [Problem("environment variable SYNCD_SERVR__LISTEN", "it sets nothing; did you mean “server”?")]
    assert explained(PlanError(problems)) == 2
    assert capsys.readouterr().err.endswith("Correct that variable, or take it away.\n")


def test_the_unforeseen_is_one_line_and_a_trace_for_those_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours is one line; with --verbose the log holds where it happened."""
    error = RuntimeError("never thought of")
    logs.configure("warning")
    explained(error)
    quiet = capsys.readouterr().err
    logs.configure("debug")
    explained(error)
    loud = capsys.readouterr().err
    assert quiet.count("\n") == 1
    assert "RuntimeError: never thought of" in quiet
    assert "--verbose" in quiet
    assert loud.count("RuntimeError: never thought of") > 1


def test_before_the_log_is_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    """What fails while a command is only being loaded does not end up on stdout either."""
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()
    assert explained(RuntimeError("never thought of")) == 70
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_no_secret_in_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever an error's text repeats, a token is taken out of it."""
    logs.hide("s3cret-token-value")
    explained(Transient("got s3cret-token-value"))
    explained(RuntimeError("Authorization: Bearer abcdefghijkl"))
    said = capsys.readouterr().err
    assert "s3cret-token-value" not in said
    assert "abcdefghijkl" not in said
