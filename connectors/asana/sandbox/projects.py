"""Projects and their sections over HTTP (Asana API reference: "Projects", "Sections")."""

from __future__ import annotations

from typing import Any

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import Problem, missing, unknown, wrong
from connectors.asana.sandbox.records import Project
from connectors.asana.sandbox.routes import router
from connectors.asana.sandbox.text import clean_name, clean_notes
from connectors.sandbox.exchange import Reply

_KEPT = ("color", "default_view", "privacy_setting", "archived")


@router.on("POST", "/projects")
@router.on("POST", "/workspaces/{workspace}/projects")
@router.on("POST", "/teams/{team}/projects")
def create(call: Call) -> Reply:
    """A new project with the one section "Untitled section" and no custom fields."""
    if "workspace" not in call.params and "workspace" not in call.data and "team" not in call.data | call.params:
        raise missing("workspace")
    values = {"team": call.data.get("team") or call.params.get("team"), **_values(call)}
    name = values.pop("name", "")
    owner = values.pop("owner", call.me)
    project = call.world.add_project(name, by=call.me, **values)
    project.owner = owner
    return call.one("project", project, 201)


@router.on("GET", "/projects/{project}")
def read(call: Call) -> Reply:
    """One project in full."""
    return call.one("project", call.project())


@router.on("PUT", "/projects/{project}")
def update(call: Call) -> Reply:
    """Change what was sent."""
    gid = call.project().gid
    return call.one("project", call.world.set_project(gid, by=call.me, **_values(call)))


@router.on("DELETE", "/projects/{project}")
def delete(call: Call) -> Reply:
    """Delete a project and the tasks that stood nowhere else."""
    call.world.delete_project(call.project().gid, by=call.me)
    return call.nothing()


def _values(call: Call) -> dict[str, Any]:
    values: dict[str, Any] = {name: call.data[name] for name in _KEPT if name in call.data}
    if "name" in call.data:
        values["name"] = clean_name(call.text("name"))
    if "notes" in call.data:
        values["notes"] = clean_notes(call.text("notes"))
    values |= {name: call.day(name) for name in ("due_on", "start_on") if name in call.data}
    if call.data.get("owner"):
        user = call.world.user_by(call.data["owner"], call.me)
        if user is None:
            raise wrong("owner", f"Not a user in Organization: {call.data['owner']}")
        values["owner"] = user.gid
    return values


@router.on("GET", "/projects")
@router.on("GET", "/workspaces/{workspace}/projects")
@router.on("GET", "/teams/{team}/projects")
def listing(call: Call) -> Reply:
    """The projects of the workspace or a team that can be seen, archived ones too unless filtered."""
    if "workspace" in call.params or "workspace" in call.query:
        call.workspace()
    team = call.params.get("team") or call.query.get("team")
    if team not in (None, call.world.team):
        raise unknown("team", team, 404)
    archived = call.flag("archived")
    found = [p for p in call.world.projects.values() if _listed(call, p, team, archived)]
    return call.many("project", found)


def _listed(call: Call, project: Project, team: str | None, archived: bool | None) -> bool:
    hidden = project.deleted or project.gid in call.world.restricted
    return not hidden and team in (None, project.team) and archived in (None, project.archived)


@router.on("GET", "/projects/{project}/sections")
def sections(call: Call) -> Reply:
    """The sections of a project, in order."""
    reply = call.many("section", [call.world.sections[gid] for gid in call.project().sections])
    told = call.world.ways.told_beside
    for row in reply.body["data"]:
        if told is not None and "project" in row:
            row["project"] = {name: value for name, value in row["project"].items() if name in told}
    return reply


@router.on("POST", "/projects/{project}/sections")
def create_section(call: Call) -> Reply:
    """A new section, at the end unless a place is given."""
    project, name = call.project(), _section_name(call)
    before, after = call.beside()
    _must_stand_in(project, before, after)
    if not call.world.ways.groups_placed:
        before = project.sections[0]
    section = call.world.add_section(project.gid, name, before=before, after=after, by=call.me)
    return call.one("section", section, 201)


@router.on("POST", "/projects/{project}/sections/insert")
def insert_section(call: Call) -> Reply:
    """Put a section beside another one."""
    project, section = call.project(), call.in_body("section")
    before, after = call.data.get("before_section"), call.data.get("after_section")
    if bool(before) == bool(after):
        raise Problem(400, "You should specify one of before_section or after_section")
    _must_stand_in(project, section.gid, before, after)
    call.world.move_section(section.gid, before=before, after=after)
    return call.nothing()


@router.on("GET", "/sections/{section}")
def read_section(call: Call) -> Reply:
    """One section in full."""
    return call.one("section", call.section())


@router.on("PUT", "/sections/{section}")
def rename_section(call: Call) -> Reply:
    """Give a section another name."""
    return call.one("section", call.world.rename_section(call.section().gid, _section_name(call), by=call.me))


@router.on("DELETE", "/sections/{section}")
def delete_section(call: Call) -> Reply:
    """Delete an empty section that is not the last one."""
    section = call.section()
    if section.tasks:
        raise Problem(400, "Cannot delete a section that is not empty.")
    call.world.delete_section(section.gid, by=call.me)
    return call.nothing()


def _section_name(call: Call) -> str:
    name = call.text("name")
    if not name.strip():
        raise wrong("name", "Cannot be empty")
    return name


def _must_stand_in(project: Project, *sections: str | None) -> None:
    stranger = next((gid for gid in sections if gid and gid not in project.sections), None)
    if stranger:
        raise unknown("section", stranger)
