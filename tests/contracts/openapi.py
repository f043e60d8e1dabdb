"""Asana's OpenAPI contract as a judge: what is wrong with a request, what is wrong with a reply.

The contract's OpenAPI 3.0 schemas become JSON Schema: `allOf` is merged, `nullable` becomes a type, a property that is
read-only is unknown in a request, and no property is required in a reply (`opt_fields` decides which are there).
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

Schema = dict[str, Any]

FILE = "asana_oas.yaml"
WHOLE = {"gid", "resource_type"}
EVERYWHERE = {"opt_fields", "opt_pretty"}
CHECKED_FORMATS = {"date", "date-time", "email"}
ANSWERED: dict[tuple[str, str], Schema] = {
    # New projects belong to no team any more (Asana developer forum, "teamless projects").
    ("ProjectResponse", "team"): {"type": ["object", "null"]},
    # "The parent will be `null` for other event types."
    ("EventResponse", "parent"): {"type": ["object", "null"]},
}
GENERIC = {"AsanaResource", "AsanaNamedResource"}
"""Stand-ins for a record of any kind: a reply gives that kind's own compact record."""

ASKED: dict[tuple[str, str], Schema] = {
    # The contract's texts allow these, its schemas do not: create-only, any type of value, null for no parent and for
    # the first place.
    ("TaskCreateRequest", "memberships"): {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"project": {"type": "string"}, "section": {"type": "string"}},
            "required": ["project"],
            "additionalProperties": False,
        },
    },
    ("TaskCreateRequest", "custom_fields"): {"type": "object"},
    ("TaskUpdateRequest", "custom_fields"): {"type": "object"},
    ("TaskSetParentRequest", "parent"): {"type": ["string", "null"]},
    ("TaskSetParentRequest", "insert_after"): {"type": ["string", "null"]},
}


def contract_file() -> Path:
    """Where the contract lies: in `SYNCD_CONTRACTS`, or in ../shared/contracts of the repository. Skips if absent."""
    beside = Path(__file__).parents[2].parent / "shared" / "contracts"
    file = Path(os.environ.get("SYNCD_CONTRACTS", beside)) / FILE
    if not file.exists():
        pytest.skip(f"Asana's contract {FILE} is not at hand; SYNCD_CONTRACTS may name the folder that holds it")
    return file


class Contract:
    """The contract, ready to judge. Each check lists what is wrong, in words; an empty list is a pass."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self._shared: Mapping[str, Any] = document["components"]
        self._routes = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", template)), template.count("{"), item)
            for template, item in document["paths"].items()
        ]
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._operations: dict[tuple[str, str], Mapping[str, Any] | None] = {}

    @classmethod
    def load(cls) -> Contract:
        """The contract from its file, read once for all tests. Skips the test where there is no such file."""
        return _load(contract_file())

    def check_request(self, method: str, path: str, query: Mapping[str, str], body: Any) -> list[str]:
        """What is wrong with a request: unknown route, parameter or property, wrong type, missing input."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"no operation {method} {path}"]
        found = list(self._query(operation, query))
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return [*found, *([f"{method} {path} takes no body"] if body not in (None, {}, {"data": {}}) else [])]
        if not isinstance(body, dict):
            return [*found, "the body is no object"]
        if body.keys() - {"data", "options"}:
            found.append(f"unknown keys beside data: {sorted(body.keys() - {'data', 'options'})}")
        return found + self._violations(f"> {method} {path}", content["schema"], {"data": body.get("data")}, asked=True)

    def check_reply(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with a reply: an undeclared success, unknown properties, wrong types."""
        operation = self._operation(method, path)
        if operation is None:
            return [] if status == 404 else [f"{status} from a route that does not exist: {method} {path}"]
        declared = operation["responses"].get(str(status)) or operation["responses"].get(status)
        if declared is None and status < 400:
            return [f"{status} is not a success that {method} {path} declares"]
        answer = self._resolved(declared) if declared else self._shared["responses"]["GenericErrorResponse"]
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return []
        if not isinstance(body, dict) or ("data" if status < 400 else "errors") not in body:
            return [f"the reply has no {'data' if status < 400 else 'errors'}"]
        return self._violations(f"< {status} {method} {path}", schema, body, asked=False)

    def _query(self, operation: Mapping[str, Any], query: Mapping[str, str]) -> Iterator[str]:
        parameters = [self._resolved(parameter) for parameter in operation["parameters"]]
        known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
        for name, value in query.items():
            if name in known:
                yield from _query_value(name, known[name]["schema"], value)
            elif name not in EVERYWHERE:
                yield f"unknown query parameter {name}"
        yield from (
            f"missing query parameter {name}"
            for name, parameter in known.items()
            if parameter.get("required") and name not in query
        )

    def _operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        key = (method, re.sub(r"\d{6,}", "1", path))
        if key not in self._operations:
            self._operations[key] = self._find(method.lower(), path)
        return self._operations[key]

    def _find(self, method: str, path: str) -> Mapping[str, Any] | None:
        fits = [(holes, item) for pattern, holes, item in self._routes if pattern.fullmatch(path) and method in item]
        if not fits:
            return None
        _, item = min(fits, key=lambda fit: fit[0])
        operation: dict[str, Any] = dict(item[method])
        operation["parameters"] = [*item.get("parameters", []), *operation.get("parameters", [])]
        return operation

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = self._shared[kind][name]
        return node

    def _violations(self, key: str, schema: Schema, value: Any, *, asked: bool) -> list[str]:
        key = re.sub(r"\d{6,}", "1", key)
        if key not in self._validators:
            converted = _Conversion(self._schemas, asked=asked).root(schema)
            self._validators[key] = jsonschema_rs.Draft202012Validator(converted, validate_formats=True)
        errors = self._validators[key].iter_errors(value)
        return [f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in errors]


@functools.cache
def _load(file: Path) -> Contract:
    with file.open("rb") as stream:
        return Contract(yaml.load(stream, Loader=yaml.CSafeLoader))


def _query_value(name: str, schema: Schema, value: str) -> Iterator[str]:
    """What is wrong with one query parameter's text."""
    if schema.get("type") == "integer":
        low, high = schema.get("minimum", 1), schema.get("maximum", 100)
        if not value.isdigit() or not low <= int(value) <= high:
            yield f"query parameter {name} is {value!r}, not a number from {low} to {high}"
    if schema.get("type") == "boolean" and value not in ("true", "false"):
        yield f"query parameter {name} is {value!r}, neither true nor false"
    if name == "opt_fields":
        known = {path.partition(".")[0] for path in schema["items"].get("enum", [])} | WHOLE
        for path in value.split(","):
            if path.removeprefix("this.").partition(".")[0] not in known:
                yield f"opt_fields asks for {path!r}, which the contract does not have"


class _Conversion:
    """One OpenAPI schema and all it refers to as one JSON Schema, for requests (`asked`) or for replies."""

    def __init__(self, schemas: Mapping[str, Schema], *, asked: bool) -> None:
        self._schemas = schemas
        self._asked = asked
        self._defs: dict[str, Any] = {}

    def root(self, schema: Schema) -> Schema:
        """The whole, with everything it refers to under $defs."""
        converted = self._convert(schema)
        return {**converted, "$defs": self._defs}

    def _convert(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return {"$ref": f"#/$defs/{self._define(self._named(schema))}"}
        parts = schema.get("allOf", [])
        named = next((part for part in parts if "$ref" in part), None)
        if named and not any(part.get("properties") for part in parts):
            empty = [{"type": "null"}] if any(part.get("nullable") for part in parts) else []
            return {"anyOf": [self._convert(named), *empty]}
        return self._plain(self._merged(schema))

    def _named(self, schema: Schema) -> str:
        """The schema a reference names; in a reply the full record, which `opt_fields` can make of a compact one."""
        name: str = schema["$ref"].rpartition("/")[2]
        full = name.removesuffix("Compact") + "Response"
        return full if not self._asked and name.endswith("Compact") and full in self._schemas else name

    def _define(self, name: str) -> str:
        if name not in self._defs:
            self._defs[name] = {}
            self._defs[name] = self._plain(self._merged(self._schemas[name]), name)
        return name

    def _merged(self, schema: Schema) -> Schema:
        """A schema with its `allOf` and references drawn together into one."""
        if "$ref" in schema:
            return self._merged(self._schemas[schema["$ref"].rpartition("/")[2]])
        merged = {key: value for key, value in schema.items() if key not in ("allOf", "properties", "required")}
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for part in [*map(self._merged, schema.get("allOf", [])), schema]:
            properties.update(part.get("properties", {}))
            required += part.get("required", [])
            merged = {**{k: v for k, v in part.items() if k not in ("allOf", "properties", "required")}, **merged}
            for flag in ("nullable", "readOnly"):
                merged[flag] = merged.get(flag, False) or part.get(flag, False)
        return {**merged, "properties": properties, "required": required}

    def _plain(self, schema: Schema, name: str = "") -> Schema:
        """One merged schema as JSON Schema."""
        out: Schema = {key: schema[key] for key in ("type", "enum", "pattern") if key in schema}
        if schema.get("format") in CHECKED_FORMATS:
            out["format"] = schema["format"]
        if schema.get("properties") or schema.get("type") == "object":
            out |= self._object(schema, name)
        if "items" in schema:
            out["items"] = self._convert(schema["items"])
        for several in ("oneOf", "anyOf"):
            if several in schema:
                out["anyOf"] = [self._convert(one) for one in schema[several]]
        if schema.get("nullable"):
            out |= {"type": [out["type"], "null"]} if "type" in out else {}
            out |= {"enum": [*out["enum"], None]} if "enum" in out else {}
        return out

    def _object(self, schema: Schema, name: str) -> Schema:
        given = {key: value for key, value in schema["properties"].items() if not self._hidden(value)}
        properties = {key: self._convert(value) for key, value in given.items()}
        corrections = ASKED if self._asked else ANSWERED
        properties |= {key: value for (owner, key), value in corrections.items() if owner == name}
        extra = schema.get("additionalProperties", not properties or name in GENERIC)
        out: Schema = {"type": "object", "properties": properties}
        out["additionalProperties"] = self._convert(extra) if isinstance(extra, dict) else extra
        if self._asked and schema["required"]:
            out["required"] = [key for key in schema["required"] if key in properties]
        return out

    def _hidden(self, schema: Schema) -> bool:
        """True for what only the server may set, in a request."""
        return self._asked and bool(self._merged(schema).get("readOnly") if "$ref" not in schema else False)
