"""The schema that the sandbox brings along is a part of monday's own."""

from __future__ import annotations

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_introspection_type,
)
from graphql.language import print_ast

from connectors.monday.sandbox.graph import schema
from tests.contracts.monday import contracts

OWN = {name: kind for name, kind in schema(None).type_map.items() if not is_introspection_type(kind)}


def _shape(kind: GraphQLNamedType) -> dict[str, str]:
    """Everything about a type that a client can notice: fields, arguments, defaults, values, interfaces."""
    found = {"": type(kind).__name__}
    if isinstance(kind, GraphQLEnumType):
        found |= dict.fromkeys(kind.values, "value")
    if isinstance(kind, GraphQLInputObjectType):
        found |= {name: _asked(one) for name, one in kind.fields.items()}
    if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
        found |= {f"implements {one.name}": "" for one in kind.interfaces}
        for name, shown in kind.fields.items():
            found[name] = str(shown.type)
            found |= {f"{name}({argument}": _asked(one) for argument, one in shown.args.items()}
    return found


def _asked(one: object) -> str:
    node = getattr(one, "ast_node", None)
    default = node.default_value if node else None
    return f"{getattr(one, 'type', '')} = {print_ast(default) if default else None}"


@pytest.mark.parametrize("name", sorted(OWN))
def test_each_type_is_a_part_of_the_vendors(name: str) -> None:
    """What our type has, monday's has with the same types, arguments and defaults."""
    theirs = _shape(schema(contracts()).type_map[name])
    assert {key: value for key, value in _shape(OWN[name]).items() if theirs.get(key) != value} == {}


@pytest.mark.parametrize("name", sorted(name for name, kind in OWN.items() if isinstance(kind, GraphQLInputObjectType)))
def test_what_is_required_is_not_left_out(name: str) -> None:
    """An input that monday insists on is in our part too."""
    theirs = _shape(schema(contracts()).type_map[name])
    required = {key for key, value in theirs.items() if value.endswith("! = None")}
    assert required <= _shape(OWN[name]).keys()
