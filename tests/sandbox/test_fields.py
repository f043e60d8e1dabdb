"""Custom fields behave as Asana's do, and are not there on the free plan."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.asana.sandbox import Sandbox
from tests.contracts.openapi import Contract
from tests.sandbox.conftest import Client


def test_a_field_is_made_attached_and_listed(box: Sandbox, api: Client) -> None:
    """A field is made in the workspace, put on a project by gid or defined in place, and listed with its options."""
    project = box.world.add_project("Plan").gid
    data = {"workspace": box.workspace, "name": "Plan ID", "resource_subtype": "text", "description": "ours"}
    field = api.ok("POST", "/custom_fields", data)
    assert api.refused("POST", "/custom_fields", data)[0] == 400
    attach = f"/projects/{project}/addCustomFieldSetting"
    setting = api.ok("POST", attach, {"custom_field": field["gid"], "is_important": True})
    assert (setting["custom_field"]["gid"], setting["is_important"]) == (field["gid"], True)
    assert api.refused("POST", attach, {"custom_field": field["gid"]})[0] == 400
    inline = {"name": "Stage", "resource_subtype": "enum", "enum_options": [{"name": "Draft"}, {"name": "Done"}]}
    api.ok("POST", attach, {"custom_field": {**inline, "workspace": box.workspace}})
    fields = "custom_field.name,custom_field.enum_options.name"
    rows = api.ok("GET", f"/projects/{project}/custom_field_settings", opt_fields=fields)
    assert [row["custom_field"]["name"] for row in rows] == ["Plan ID", "Stage"]
    assert [option["name"] for option in rows[1]["custom_field"]["enum_options"]] == ["Draft", "Done"]
    assert set(api.ok("GET", f"/projects/{project}/custom_field_settings")[0]) == {"gid", "resource_type"}
    assert [row["name"] for row in api.ok("GET", f"/workspaces/{box.workspace}/custom_fields")] == ["Plan ID"]
    assert len(api.ok("GET", f"/projects/{project}")["custom_field_settings"]) == 2


def test_a_definition_is_read_changed_and_checked(box: Sandbox, api: Client) -> None:
    """A field can be renamed and described; types, names and precisions that do not exist are refused."""
    field = box.world.add_field("Share", "number", precision=1).gid
    assert api.ok("GET", f"/custom_fields/{field}")["precision"] == 1
    answer = api.anyway("PUT", f"/custom_fields/{field}", {"name": "Share done", "description": "d"})
    assert (answer["name"], answer["description"]) == ("Share done", "d")
    assert api.anyway("PUT", f"/custom_fields/{field}", {})["name"] == "Share done"
    for wrong in ({"resource_subtype": "blob", "name": "x"}, {"resource_subtype": "text"}):
        assert api.refused("POST", "/custom_fields", {"workspace": box.workspace, **wrong})[0] == 400
    number = {"workspace": box.workspace, "resource_subtype": "number", "name": "n", "precision": 9}
    assert api.refused("POST", "/custom_fields", number)[0] == 400
    assert api.refused("POST", "/custom_fields", {"name": "x"}) == (400, "workspace: Missing input")


def test_options_are_added_disabled_and_never_lost(box: Sandbox, api: Client) -> None:
    """A disabled option stays a task's value, but cannot be set any more; text fields have no options."""
    project = box.world.add_project("Plan").gid
    field = box.world.add_field("Stage", "enum", project=project, options=["Draft"])
    draft = field.options[0].gid
    task = box.world.add_task("x", project, custom_fields={field.gid: draft}).gid
    done = api.ok("POST", f"/custom_fields/{field.gid}/enum_options", {"name": "Done", "color": "green"})
    api.ok("PUT", f"/enum_options/{draft}", {"enabled": False})
    value = api.ok("GET", f"/tasks/{task}")["custom_fields"][0]
    assert (value["enum_value"]["gid"], value["enum_value"]["enabled"], value["display_value"]) == (
        draft,
        False,
        "Draft",
    )
    assert api.refused("PUT", f"/tasks/{task}", {"custom_fields": {field.gid: draft}})[0] == 400
    answer = api.ok("PUT", f"/tasks/{task}", {"custom_fields": {field.gid: done["gid"]}})
    assert answer["custom_fields"][0]["enum_value"]["name"] == "Done"
    text = box.world.add_field("Note").gid
    assert api.refused("POST", f"/custom_fields/{text}/enum_options", {"name": "x"})[0] == 400
    assert api.refused("POST", f"/custom_fields/{field.gid}/enum_options", {"color": "red"})[0] == 400
    assert api.refused("PUT", "/enum_options/1", {"name": "x"})[0] == 404


@pytest.mark.parametrize(
    ("subtype", "sent", "name", "read", "display"),
    [
        ("text", "SP-042", "text_value", "SP-042", "SP-042"),
        ("text", "", "text_value", None, None),
        ("number", 12.5, "number_value", 12.5, "12.5"),
        ("number", "3", "number_value", 3, "3.0"),
        (
            "date",
            {"date": "2027-03-01"},
            "date_value",
            {"date": "2027-03-01"},
            "2027-03-01T00:00:00.000Z",
        ),
        ("date", "2027-03-01", "date_value", {"date": "2027-03-01"}, "2027-03-01T00:00:00.000Z"),
        (
            "date",
            {"date_time": "2027-03-01T10:00:00Z"},
            "date_value",
            {"date": "2027-03-01", "date_time": "2027-03-01T10:00:00.000Z"},
            "2027-03-01T10:00:00.000Z",
        ),
        ("number", None, "number_value", None, None),
    ],
)
def test_values_of_each_type(
    box: Sandbox, api: Client, *, subtype: str, sent: Any, name: str, read: Any, display: str | None
) -> None:
    """A value of each type is read back in its own property, and as words."""
    project = box.world.add_project("Plan").gid
    field = box.world.add_field("F", subtype, project=project, precision=1).gid
    value = api.ok("POST", "/tasks", {"projects": [project], "custom_fields": {field: sent}})["custom_fields"][0]
    assert (value[name], value["display_value"]) == (read, display)


def test_several_options_and_people(box: Sandbox, api: Client) -> None:
    """Arrays of options and of people replace what was there; shares are shown in per cent."""
    project = box.world.add_project("Plan").gid
    many = box.world.add_field("Schools", "multi_enum", project=project, options=["North", "South"])
    people = box.world.add_field("Owners", "people", project=project).gid
    share = box.world.add_field("Share", "number", project=project, format="percentage").gid
    both = [option.gid for option in many.options]
    sent = {many.gid: both, people: ["me", "avery.teacher@example.org"], share: 0.25}
    values = api.ok("POST", "/tasks", {"projects": [project], "custom_fields": sent})["custom_fields"]
    assert [option["gid"] for option in values[0]["multi_enum_values"]] == both
    assert [person["gid"] for person in values[1]["people_value"]] == [box.world.me, box.world.person]
    assert [value["display_value"] for value in values] == ["North, South", "syncd, Avery Teacher", "25%"]


@pytest.mark.parametrize(
    ("subtype", "sent"),
    [
        ("text", 7),
        ("text", "x" * 1025),
        ("number", "many"),
        ("number", True),
        ("enum", "1"),
        ("multi_enum", "1"),
        ("date", "soon"),
        ("date", {}),
        ("people", "me"),
        ("people", ["nobody@example.org"]),
    ],
)
def test_a_wrong_value_spoils_the_request(box: Sandbox, api: Client, subtype: str, sent: Any) -> None:
    """One value of the wrong kind makes the whole create fail."""
    project = box.world.add_project("Plan").gid
    field = box.world.add_field("F", subtype, project=project).gid
    assert api.refused("POST", "/tasks", {"projects": [project], "custom_fields": {field: sent}})[0] == 400
    assert box.world.tasks == {}


def test_a_detached_field_leaves_its_value_disabled(box: Sandbox, api: Client) -> None:
    """After a field left the project its value stays on the task, not enabled, and can only be cleared."""
    project = box.world.add_project("Plan").gid
    field = box.world.add_field("Plan ID", project=project).gid
    task = box.world.add_task("x", project, custom_fields={field: "syncd:d/A1"}).gid
    api.ok("POST", f"/projects/{project}/removeCustomFieldSetting", {"custom_field": field})
    (value,) = api.ok("GET", f"/tasks/{task}")["custom_fields"]
    assert (value["enabled"], value["text_value"]) == (False, "syncd:d/A1")
    assert api.refused("PUT", f"/tasks/{task}", {"custom_fields": {field: "y"}})[0] == 400
    assert api.ok("PUT", f"/tasks/{task}", {"custom_fields": {field: None}})["custom_fields"] == []


def test_a_locked_field_takes_no_value(box: Sandbox, api: Client) -> None:
    """A locked field says that it is read-only, and a value for it spoils the whole request with 403."""
    project = box.world.add_project("Plan").gid
    field = box.world.add_field("Plan ID", project=project).gid
    box.world.lock_field(field)
    status, words = api.refused("POST", "/tasks", {"projects": [project], "custom_fields": {field: "x"}})
    assert (status, field in words, box.world.tasks) == (403, True, {})
    task = api.ok("POST", "/tasks", {"projects": [project]})
    assert task["custom_fields"][0]["is_value_read_only"] is True
    box.world.lock_field(field, yes=False)
    task = api.ok("PUT", f"/tasks/{task['gid']}", {"custom_fields": {field: "x"}})
    assert task["custom_fields"][0]["text_value"] == "x"


def test_the_free_plan_has_no_custom_fields(contract: Contract) -> None:
    """On the free plan every custom field request is 402, tasks show none, and everything else works."""
    with Sandbox("basic") as box:
        api = Client(box, contract)
        project = box.world.add_project("Plan").gid
        field = box.world.add_field("Left over", project=project).gid
        words = (402, "Custom Fields are not available for free users or guests.")
        assert api.refused("POST", "/custom_fields", {"workspace": box.workspace, "name": "x"}) == words
        assert api.refused("GET", f"/projects/{project}/custom_field_settings") == words
        assert api.refused("POST", "/tasks", {"projects": [project], "custom_fields": {field: "x"}}) == words
        task = api.ok("POST", "/tasks", {"projects": [project], "name": "x"})
        assert task["custom_fields"] == []
        assert box.gate.limits.per_minute == 150
        api.http.close()
