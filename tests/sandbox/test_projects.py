"""Projects, sections, people and workspaces behave as Asana's do."""

from __future__ import annotations

from connectors.asana.sandbox import Sandbox
from tests.sandbox.conftest import Client, Hands


def test_a_new_project_has_one_untitled_section(box: Sandbox, api: Client) -> None:
    """A project made over the API reads back with the section Asana makes, and belongs to who made it."""
    data = {"name": "Plan", "workspace": box.workspace, "notes": "n\n", "default_view": "board", "due_on": "2029-06-30"}
    project = api.ok("POST", "/projects", data)
    assert (project["notes"], project["due_on"], project["team"]) == ("n", "2029-06-30", None)
    assert project["owner"]["gid"] == box.world.me
    assert [row["name"] for row in api.ok("GET", f"/projects/{project['gid']}/sections")] == ["Untitled section"]
    team = api.ok("POST", f"/teams/{box.world.team}/projects", {"name": "Ours", "owner": "avery.teacher@example.org"})
    assert (team["team"]["gid"], team["owner"]["gid"]) == (box.world.team, box.world.person)
    assert api.refused("POST", "/projects", {"name": "Plan"}) == (400, "workspace: Missing input")
    assert api.refused("POST", "/projects", {"workspace": box.workspace, "owner": "x@example.org"})[0] == 400


def test_projects_are_listed_archived_or_not(box: Sandbox, api: Client) -> None:
    """Archived projects stay in lists unless filtered, stay readable and take writes."""
    old, new = box.world.add_project("Old"), box.world.add_project("New", team=box.world.team)
    assert api.ok("PUT", f"/projects/{old.gid}", {"archived": True, "name": "Old one"})["archived"] is True
    assert [row["name"] for row in api.ok("GET", "/projects", workspace=box.workspace)] == ["Old one", "New"]
    assert [row["name"] for row in api.ok("GET", "/projects", archived="false")] == ["New"]
    assert [row["name"] for row in api.ok("GET", f"/workspaces/{box.workspace}/projects", archived="true")] == [
        "Old one"
    ]
    assert [row["gid"] for row in api.ok("GET", f"/teams/{box.world.team}/projects")] == [new.gid]
    assert api.ok("POST", "/tasks", {"projects": [old.gid], "name": "still"})["projects"][0]["gid"] == old.gid
    stamp = old.modified_at
    assert api.ok("PUT", f"/projects/{old.gid}", {"archived": True})["modified_at"] == stamp
    assert api.refused("GET", "/projects", workspace="1")[0] == 404
    assert api.refused("GET", "/projects", workspace="x")[0] == 400
    assert api.refused("GET", "/teams/1/projects")[0] == 404


def test_deleting_a_project_spares_what_has_another_place(box: Sandbox, api: Client) -> None:
    """Assigned, multi-homed and subordinate tasks survive a project's deletion; the rest and the project are gone."""
    world = box.world
    project, other = world.add_project("Doomed").gid, world.add_project("Other").gid
    plain, mine, both = (world.add_task(name, project).gid for name in ("plain", "mine", "both"))
    world.set(mine, assignee=world.person)
    world.add_to_project(both, other)
    assert api.ok("DELETE", f"/projects/{project}") == {}
    assert api.refused("GET", f"/projects/{project}")[0] == 404
    assert api.refused("GET", f"/projects/{project}/tasks")[0] == 404
    assert api.refused("GET", f"/tasks/{plain}")[0] == 404
    assert api.ok("GET", f"/tasks/{mine}")["projects"] == []
    assert [home["gid"] for home in api.ok("GET", f"/tasks/{both}")["projects"]] == [other]


def test_sections_are_made_ordered_renamed_and_deleted(box: Sandbox, api: Client) -> None:
    """Sections take a place, a new name, and deletion once they are empty; the last one stays."""
    project = box.world.add_project("Plan", ["A"])
    first = project.sections[0]
    path = f"/projects/{project.gid}/sections"
    second = api.ok("POST", path, {"name": "B"})["gid"]
    api.ok("POST", path, {"name": "C", "insert_before": second})
    assert [row["name"] for row in api.ok("GET", path)] == ["A", "C", "B"]
    assert api.ok("POST", f"{path}/insert", {"section": second, "before_section": first}) == {}
    assert api.ok("PUT", f"/sections/{second}", {"name": "B2"})["name"] == "B2"
    assert [row["name"] for row in api.ok("GET", path)] == ["B2", "A", "C"]
    assert api.ok("GET", f"/sections/{second}")["project"]["gid"] == project.gid
    assert api.refused("POST", f"{path}/insert", {"section": second})[0] == 400
    assert api.refused("POST", path, {"name": " "})[0] == 400
    assert api.refused("POST", path, {"name": "D", "insert_after": "999"})[0] == 400
    task = box.world.add_task("x", section=second)
    assert api.refused("DELETE", f"/sections/{second}")[0] == 400
    box.world.delete_section(second)
    assert box.world.tasks[task.gid].homes == {project.gid: first}
    api.ok("DELETE", f"/sections/{project.sections[1]}")
    box.world.delete(task.gid)
    assert api.refused("DELETE", f"/sections/{first}")[1] == "Cannot delete the last section in a project."


def test_people_are_found_by_id_address_and_me(box: Sandbox, api: Client) -> None:
    """A user answers to gid, e-mail in any case and "me"; the bulk list is compact; strangers are 404."""
    dana = box.world.add_user("Dana Ortiz")
    for key in (dana.gid, "DANA.ortiz%40example.org"):
        assert api.ok("GET", f"/users/{key}")["email"] == "dana.ortiz@example.org"
    assert api.ok("GET", "/users/me")["gid"] == box.world.me
    assert api.ok("GET", f"/workspaces/{box.workspace}/users/me")["gid"] == box.world.me
    rows = api.ok("GET", "/users", workspace=box.workspace)
    assert [row["gid"] for row in rows] == sorted(box.world.users)
    assert "email" not in rows[0]
    dana.active = False
    assert len(api.ok("GET", f"/workspaces/{box.workspace}/users", opt_fields="email")) == 2
    assert api.refused("GET", f"/users/{dana.gid}") == (404, f"user: Unknown object: {dana.gid}")


def test_the_workspace(box: Sandbox, api: Client) -> None:
    """There is one workspace, an organization."""
    assert [row["gid"] for row in api.ok("GET", "/workspaces")] == [box.workspace]
    assert api.ok("GET", f"/workspaces/{box.workspace}")["is_organization"] is True
    assert api.ok("GET", f"/workspaces/{box.workspace}", opt_fields="name")["name"] == box.world.workspace_name


def test_unknown_routes_tokens_and_envelopes(box: Sandbox, api: Client) -> None:
    """A wrong method or path is 404, a wrong token 401, a stray key or broken JSON 400, and opt_pretty indents."""
    assert api.refused("PATCH", "/users/me") == (404, "No matching route for request")
    box.world.revoke(box.token)
    assert api.refused("GET", "/users/me") == (401, "Not Authorized")
    box.world.add_token(box.token)
    assert "Unrecognized request field dta" in api.http.post("/tasks", json={"dta": {}}).text
    assert api.http.post("/tasks", content="{").status_code == 400
    assert api.http.post("/tasks", json={"data": []}).status_code == 400
    assert api.http.post("/tasks", json={"data": [1]}).status_code == 400
    assert api.http.get("/users/me", params={"opt_pretty": "true"}).text.startswith('{\n  "data"')
    body = {"data": {"name": "x", "workspace": box.workspace}, "options": {"fields": ["name"]}}
    assert set(api.http.post("/tasks", json=body).json()["data"]) == {"gid", "name"}


def test_a_no_break_space_comes_back_raw(box: Sandbox, api: Client, hands: Hands) -> None:
    """Text is sent as it is kept, unescaped: the SDK turns a raw no-break space into a blank."""
    project = box.world.add_project("Plan")
    box.world.add_task("Grade\u00a03", project.gid)
    assert "Grade\u00a03".encode() in api.http.get("/tasks", params={"project": project.gid}).content
