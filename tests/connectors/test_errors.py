"""Failures of a tool are told in full sentences, whatever the tool's own words end with."""

from __future__ import annotations

import pytest

from connectors.errors import Refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Not Authorized", "Not Authorized. Make a new token."),
        ("Not Authorized.", "Not Authorized. Make a new token."),
        ("Authorized? No!", "Authorized? No! Make a new token."),
    ],
)
def test_what_happened_and_what_to_do(words: str, told: str) -> None:
    """The tool's words, ended once, and then the advice."""
    assert Refused(words, next_step="Make a new token.").in_full == told
