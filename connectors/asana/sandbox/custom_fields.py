"""Custom fields over HTTP: definitions, settings on projects, options (Asana API reference: "Custom fields")."""

from __future__ import annotations

from typing import Any

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import Problem, missing, unknown, wrong
from connectors.asana.sandbox.records import Field, Option
from connectors.asana.sandbox.routes import router
from connectors.asana.sandbox.shapes import render
from connectors.asana.sandbox.values import TYPES, paid
from connectors.sandbox.exchange import Reply

_COLORS = "none"
_FORMATS = ("none", "percentage", "currency", "custom", "identifier", "duration")


@router.on("POST", "/custom_fields")
def create(call: Call) -> Reply:
    """A new custom field; its name must be free in the workspace."""
    paid(call.world)
    if call.data.get("workspace") is None:
        raise missing("workspace")
    return call.one("custom_field", _define(call, call.data, everywhere=True), 201)


def _define(call: Call, data: dict[str, Any], *, everywhere: bool) -> Field:
    subtype, name = data.get("resource_subtype") or data.get("type"), str(data.get("name") or "").strip()
    if subtype not in TYPES:
        raise wrong("resource_subtype", f"Must be one of {', '.join(TYPES)}")
    if not name:
        raise missing("name")
    if everywhere and any(f.name.lower() == name.lower() and f.everywhere for f in call.world.fields.values()):
        raise Problem(400, f"custom_field: A custom field with the name {name} already exists")
    precision, form = data.get("precision") or 0, data.get("format") or "none"
    if precision not in range(7) or form not in _FORMATS:
        raise wrong("precision", "Must be between 0 and 6")
    field = call.world.add_field(name, subtype, by=call.me, precision=precision, format=form, everywhere=everywhere)
    field.description = str(data.get("description") or "")
    for option in data.get("enum_options") or []:
        _add_option(call, field, option)
    return field


@router.on("GET", "/custom_fields/{custom_field}")
def read(call: Call) -> Reply:
    """One custom field in full."""
    paid(call.world)
    return call.one("custom_field", call.in_path("custom_field"))


@router.on("PUT", "/custom_fields/{custom_field}")
def update(call: Call) -> Reply:
    """Rename or describe a custom field; its type is for life."""
    paid(call.world)
    field: Field = call.in_path("custom_field")
    if "name" in call.data:
        field.name = call.text("name")
    if "description" in call.data:
        field.description = call.text("description")
    return call.one("custom_field", field)


@router.on("GET", "/workspaces/{workspace}/custom_fields")
def listing(call: Call) -> Reply:
    """The custom fields of the workspace's library."""
    paid(call.world)
    call.workspace()
    return call.many("custom_field", [field for field in call.world.fields.values() if field.everywhere])


@router.on("GET", "/projects/{project}/custom_field_settings")
def settings(call: Call) -> Reply:
    """The custom fields as they stand on a project."""
    paid(call.world)
    return call.many("custom_field_setting", call.project().settings)


@router.on("POST", "/projects/{project}/addCustomFieldSetting")
def attach(call: Call) -> Reply:
    """Put a custom field on a project: an existing one by gid, or a new one defined in place."""
    paid(call.world)
    project, given = call.project(), call.data.get("custom_field")
    field = _define(call, given, everywhere=False) if isinstance(given, dict) else call.in_body("custom_field")
    important = bool(call.data.get("is_important"))
    setting = call.world.attach_field(project.gid, field.gid, important=important, by=call.me)
    return Reply(200, {"data": render(call.world, "custom_field_setting", setting, call.tree)})


@router.on("POST", "/projects/{project}/removeCustomFieldSetting")
def detach(call: Call) -> Reply:
    """Take a custom field off a project."""
    paid(call.world)
    call.world.detach_field(call.project().gid, call.in_body("custom_field").gid)
    return call.nothing()


@router.on("POST", "/custom_fields/{custom_field}/enum_options")
def add_option(call: Call) -> Reply:
    """One more choice for an enum field."""
    paid(call.world)
    field: Field = call.in_path("custom_field")
    option = _add_option(call, field, call.data)
    return Reply(201, {"data": render(call.world, "option", option, call.tree)})


def _add_option(call: Call, field: Field, data: dict[str, Any]) -> Option:
    if field.subtype not in ("enum", "multi_enum"):
        raise wrong("custom_field", "Custom field is not an enum field")
    if not data.get("name"):
        raise missing("name")
    if len(field.options) >= 500:
        raise wrong("enum_options", "A custom field can have at most 500 enum options")
    option = Option(call.world.new_id(), str(data["name"]), str(data.get("color") or _COLORS))
    option.enabled = bool(data.get("enabled", True))
    field.options.append(option)
    return option


@router.on("PUT", "/enum_options/{option}")
def update_option(call: Call) -> Reply:
    """Rename, recolour, enable or disable a choice; choices are never deleted."""
    paid(call.world)
    gid = call.params["option"]
    option = next((found for field in call.world.fields.values() if (found := field.option(gid))), None)
    if option is None:
        raise unknown("enum_option", gid, 404)
    for name in ("name", "color", "enabled"):
        if name in call.data:
            setattr(option, name, call.data[name])
    return Reply(200, {"data": render(call.world, "option", option, call.tree)})
