"""The contract as a judge finds what is wrong, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.openapi import Contract, contract_file


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Asana's contract."""
    return Contract.load()


def test_a_good_create_passes(contract: Contract) -> None:
    """A create with every kind of value in it breaks no rule."""
    data = {
        "name": "Adopt phonics units",
        "projects": ["11"],
        "memberships": [{"project": "11", "section": "21"}],
        "assignee": None,
        "due_on": "2027-03-01",
        "custom_fields": {"5001": "SP-042", "5002": 12.5, "5004": ["6101"], "5005": None},
    }
    assert contract.check_request("POST", "/tasks", {"opt_fields": "gid,assignee.email"}, {"data": data}) == []


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"nmae": "x"}, "nmae"),
        ({"completed": "no"}, "boolean"),
        ({"gid": "1"}, "gid"),
        ({"due_on": "tomorrow"}, "date"),
        ({"memberships": [{"section": "1"}]}, "project"),
    ],
)
def test_a_bad_create_is_told(contract: Contract, data: dict[str, object], word: str) -> None:
    """A misspelt, mistyped, read-only, malformed or incomplete property is one violation that names it."""
    (violation,) = contract.check_request("POST", "/tasks", {}, {"data": data})
    assert word in violation


def test_queries_are_checked(contract: Contract) -> None:
    """Unknown parameters, limits out of range, fields that do not exist and missing inputs are told."""
    assert len(contract.check_request("GET", "/tasks", {"limit": "101", "projct": "1"}, None)) == 2
    assert contract.check_request("GET", "/tasks", {"opt_fields": "nmae", "project": "1"}, None) != []
    assert contract.check_request("GET", "/events", {}, None) == ["missing query parameter resource"]
    assert contract.check_request("GET", "/projects", {"archived": "no"}, None) != []


def test_either_an_id_or_a_whole_definition(contract: Contract) -> None:
    """Where the contract offers a choice of shapes each of them passes, and nothing else; required inputs are told."""
    path = "/projects/1/addCustomFieldSetting"
    definition = {"workspace": "1", "name": "Plan ID", "resource_subtype": "text"}
    assert contract.check_request("POST", path, {}, {"data": {"custom_field": "1"}}) == []
    assert contract.check_request("POST", path, {}, {"data": {"custom_field": definition}}) == []
    assert contract.check_request("POST", path, {}, {"data": {"custom_field": 7}}) != []
    assert contract.check_request("POST", path, {}, {"data": {}}) != []
    assert contract.check_request("GET", "/tasks", {"project": "1", "limit": "100"}, None) == []


def test_routes_and_envelopes_are_checked(contract: Contract) -> None:
    """A route that is not there, a body without the envelope and a body where none is taken are told."""
    assert contract.check_request("PATCH", "/tasks/1", {}, None) == ["no operation PATCH /tasks/1"]
    assert contract.check_request("POST", "/tasks", {}, "x") == ["the body is no object"]
    assert contract.check_request("POST", "/tasks", {}, {"data": {}, "dta": 1}) != []
    assert contract.check_request("GET", "/tasks/1", {}, {"data": {"a": 1}}) != []


def test_replies_are_checked(contract: Contract) -> None:
    """A partial reply passes; wrong types, made-up properties, undeclared successes and bare bodies do not."""
    assert contract.check_reply("GET", "/tasks/1", 200, {"data": {"gid": "1", "assignee": None}}) == []
    assert contract.check_reply("GET", "/tasks/1", 200, {"data": {"completed": 1}}) != []
    assert contract.check_reply("GET", "/tasks/1", 200, {"data": {"colour": "red"}}) != []
    assert contract.check_reply("GET", "/tasks/1", 202, {"data": {}}) != []
    assert contract.check_reply("GET", "/tasks/1", 200, {"gid": "1"}) == ["the reply has no data"]
    assert contract.check_reply("GET", "/tasks/1", 429, {"errors": [{"message": "slow"}]}) == []
    assert contract.check_reply("GET", "/tasks/1", 404, {"errors": [{"message": 7}]}) != []
    assert contract.check_reply("GET", "/nowhere", 404, {}) == []
    assert contract.check_reply("GET", "/nowhere", 200, {}) != []


def test_without_the_file_tests_are_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the contract is not at hand the test is skipped, in words that say what to do."""
    monkeypatch.setenv("SYNCD_CONTRACTS", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="SYNCD_CONTRACTS"):
        contract_file()
