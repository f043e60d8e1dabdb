"""Every document that can be sent is one that monday's schema allows, and holds nothing but its own words."""

from __future__ import annotations

import pytest
from graphql import GraphQLSchema, parse, validate

from connectors.monday import documents
from connectors.monday.documents import VERSION, Part, Piece, joined
from tests.contracts.monday import contracts
from tests.monday.bench import violations

PIECES = {name: piece for name, piece in vars(documents).items() if isinstance(piece, Piece)}


@pytest.mark.parametrize("rolled", [False, True])
@pytest.mark.parametrize("name", PIECES)
def test_a_piece_is_one_of_mondays(schema: GraphQLSchema, name: str, *, rolled: bool) -> None:
    """By itself, twice in one document, and for multi-level boards: types, arguments and names are the vendor's."""
    piece = PIECES[name].rolled(wanted=rolled)
    for parts in [Part("a", piece)], [Part("a", piece), Part("b", piece)]:
        document, _ = joined("Name", parts)
        assert [error.message for error in validate(schema, parse(document))] == []


def test_parts_keep_their_own_values(schema: GraphQLSchema) -> None:
    """Values of two parts do not mix, and text of people's stands in no document."""
    parts = [
        Part(alias, documents.CREATE_ITEM, {"board": board, "name": name, "cells": "{}"})
        for alias, board, name in (("a", "1", 'One") { id } #'), ("b", "2", "Two"))
    ]
    document, variables = joined("Write", parts)
    assert (variables["name_0"], variables["name_1"], variables["board_1"]) == ('One") { id } #', "Two", "2")
    assert "One" not in document
    assert violations(schema, document, variables) == []
    assert violations(schema, document, variables | {"name_0": None}) != []


def test_the_whole_schema_is_at_hand() -> None:
    """Monday's schema of the version we speak is there to judge by: where it is not, this is skipped."""
    assert contracts().is_dir()
    assert VERSION == "2026-10"
