"""Requests are counted by what came of them, each once."""

from __future__ import annotations

import pytest

from connectors.counting import KINDS, OK, Requests
from connectors.errors import Invalid, NotFound, Quota, ToolError, Transient
from connectors.failing import LostPage, Throttled


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Throttled("slower", named=3.0), "quota"),
        (Quota("enough", wait=3.0), "quota"),
        (LostPage("again"), "transient"),
        (Transient("later"), "transient"),
        (NotFound("gone"), "not_found"),
        (Invalid("too long"), "invalid"),
        (ToolError("no idea"), "other"),
    ],
)
def test_what_is_raised_names_the_kind(error: ToolError, kind: str) -> None:
    """The nearest kind counts, a limit before what else can be tried again; the error goes on."""
    requests = Requests()
    with pytest.raises(type(error)), requests.one():
        raise error
    assert (requests.sent, requests.outcomes()) == (1, {kind: 1})


def test_an_answer_that_holds_an_error_is_no_success() -> None:
    """A tool may refuse with an answer that looks well: the first error in it counts, and once."""
    requests = Requests()
    with requests.one() as errors:
        errors += [Invalid("too long"), NotFound("gone")]
    with requests.one():
        assert (requests.sent, requests.outcomes()) == (2, {"invalid": 1})
    assert requests.outcomes() == {"invalid": 1, OK: 1}


def test_an_error_that_is_meant_is_none() -> None:
    """What a tool says by an error in the course of things is counted as well answered; it goes on all the same."""
    requests = Requests()
    with pytest.raises(LostPage), requests.one(meant=(LostPage,)):
        raise LostPage("again")
    assert requests.outcomes() == {OK: 1}


def test_every_error_of_a_tool_has_its_kind() -> None:
    """Nothing that the connectors tell apart is counted as something else."""
    assert set(KINDS) == {
        each for each in [*ToolError.__subclasses__(), Quota] if each.__module__ == ToolError.__module__
    }
