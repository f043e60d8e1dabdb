"""Connectors are found by their kind, as the package's metadata names them."""

from __future__ import annotations

import pytest

from connectors.asana import connect
from connectors.registry import UnknownKind, find, kinds


def test_asana_is_found() -> None:
    """The kind that a configuration names leads to the connector's factory."""
    assert "asana" in kinds()
    assert find("asana") is connect


def test_an_unknown_kind_says_which_there_are() -> None:
    """Whoever misspells a kind reads those there are."""
    with pytest.raises(UnknownKind, match="asana") as told:
        find("assana")
    assert told.value.kind == "assana"
    assert "asana" in told.value.kinds
