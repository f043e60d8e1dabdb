"""Executes GraphQL documents, against monday's own schema where it is at hand, else against the part used here."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    get_named_type,
    get_operation_ast,
    is_composite_type,
    is_interface_type,
    parse,
    validate,
)

from connectors.monday.sandbox.mutations import Mutation
from connectors.monday.sandbox.problems import Problem, Stop
from connectors.monday.sandbox.queries import AFTER_COST, QUERY_COST, Query
from connectors.monday.sandbox.views import Ask

FILE = "monday_schema.graphql"
OBJECT, CELL = 10, 1
"""What each object and each cell costs."""

_ABSENT = object()


@functools.cache
def schema(contracts: Path | None) -> GraphQLSchema:
    """The vendor's schema from that folder, or where none is named the part of it that is used here."""
    if contracts:
        return build_schema((contracts / FILE).read_text())
    return build_schema((files("connectors.monday.sandbox") / "schema.graphql").read_text())


@functools.lru_cache(maxsize=256)
def document(graph: GraphQLSchema, text: str) -> DocumentNode:
    """A document that breaks no rule of the schema. Raises Stop with the errors of one that does."""
    try:
        parsed = parse(text)
    except GraphQLSyntaxError as error:
        raise Stop(200, "PARSING_ERROR", error.message) from None
    errors = validate(graph, parsed)
    if errors:
        raise Stop(200, _code(errors[0]), errors[0].message)
    return parsed


def _code(error: GraphQLError) -> str:
    if error.message.startswith("Cannot query field"):
        return "undefinedField"
    return "argumentLiteralsIncompatible" if "cannot represent" in error.message else "GRAPHQL_VALIDATION_FAILED"


def operation(parsed: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to execute. Raises Stop where there is none of that name, or no single one."""
    found = get_operation_ast(parsed, name)
    if found is None:
        raise Stop(200, "GRAPHQL_VALIDATION_FAILED", "The document has no such operation")
    return found


def writes(chosen: OperationDefinitionNode) -> int:
    """How many root fields of an operation write."""
    if chosen.operation is not OperationType.MUTATION:
        return 0
    return sum(name != "complexity" for name in _fields(chosen))


def asks_only(chosen: OperationDefinitionNode, field: str) -> bool:
    """Whether an operation has just this one root field."""
    return _fields(chosen) == [field]


def _fields(chosen: OperationDefinitionNode) -> list[str]:
    return [one.name.value for one in chosen.selection_set.selections if isinstance(one, FieldNode)]


def run(
    graph: GraphQLSchema, parsed: DocumentNode, chosen: OperationDefinitionNode, ask: Ask, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """Execute an operation; the answer's body, with what it cost written where it was asked for. Raises Stop."""
    before = ask.gate.left()
    ask.gate.afford(writes(chosen) * ask.world.ways.write_cost)
    root = Mutation(ask) if chosen.operation is OperationType.MUTATION else Query(ask)
    result = execute_sync(
        graph,
        parsed,
        root,
        context_value=ask,
        variable_values=dict(variables),
        operation_name=chosen.name.value if chosen.name else None,
        field_resolver=_resolve,
        type_resolver=lambda value, *_: value["__typename"],
    )
    if not writes(chosen):
        ask.gate.afford(ask.cost)
    ask.gate.spend(ask.cost)
    for key in ask.priced:
        _price(result.data, key, ask.cost, before - ask.cost)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_told(error) for error in result.errors]
    return body


def _told(error: GraphQLError) -> dict[str, Any]:
    code = "INTERNAL_SERVER_ERROR" if error.path else "GRAPHQL_VALIDATION_FAILED"
    return {"extensions": {"code": code, "status_code": 500 if error.path else 200}, **error.formatted}


def _price(data: Any, key: str, cost: int, left: int) -> None:
    if data and data.get(key):
        known = {QUERY_COST: cost, AFTER_COST: max(0, left)}
        data[key] = {name: known.get(value, value) for name, value in data[key].items()}


def _resolve(source: Any, info: GraphQLResolveInfo[Ask], **arguments: Any) -> Any:
    """A field's value from a record's view; what it costs is noted, and a fault that waits for it strikes."""
    ask = info.context
    top = info.path.prev is None
    if top:
        _strike(ask, info, before=True)
    value = _value(source, info, arguments)
    if top:
        _strike(ask, info, before=False)
    _count(ask, info, value, top=top)
    return value


def _value(source: Any, info: GraphQLResolveInfo[Ask], arguments: dict[str, Any]) -> Any:
    name = info.field_name
    found = source.get(name, _ABSENT) if isinstance(source, dict) else getattr(source, name, _ABSENT)
    if found is _ABSENT:
        raise GraphQLError(f"The local monday does not have {info.parent_type.name}.{name}")
    return found(**arguments) if callable(found) else found


def _count(ask: Ask, info: GraphQLResolveInfo[Ask], value: Any, *, top: bool) -> None:
    kind = get_named_type(info.return_type)
    if top and info.field_name == "complexity":
        ask.priced.append(str(info.path.key))
    elif top and info.operation.operation is OperationType.MUTATION:
        ask.cost += ask.world.ways.write_cost
    elif is_composite_type(kind) and info.parent_type.name != "Complexity":
        many = sum(one is not None for one in value) if isinstance(value, list) else int(value is not None)
        ask.cost += many * (CELL if is_interface_type(kind) else OBJECT)


def _strike(ask: Ask, info: GraphQLResolveInfo[Ask], *, before: bool) -> None:
    fault = ask.fault
    if fault is None or fault.kind != "partial" or fault.effect is before:
        return
    keys = [
        getattr(one, "alias", None) or getattr(one, "name", None) for one in info.operation.selection_set.selections
    ]
    struck = fault.alias or next(key.value for key in reversed(keys) if key)
    if info.path.key == struck:
        code = fault.code or "INTERNAL_SERVER_ERROR"
        raise Problem(code, fault.message or "Something went wrong", fault.status, **fault.data)
