"""Tasks behave as Asana's do: what a create takes, what an update leaves alone, what is refused and how."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.asana.sandbox import Sandbox
from tests.sandbox.conftest import Client, Hands


@pytest.fixture
def project(box: Sandbox) -> str:
    """A project with two sections."""
    return box.world.add_project("Plan", ["Year 1", "Year 2"]).gid


def test_create_takes_everything_in_one_request(box: Sandbox, api: Client, project: str) -> None:
    """Section, assignee by e-mail, dates and custom field stand on the task after one POST."""
    field = box.world.add_field("Plan ID", project=project)
    section = box.world.projects[project].sections[1]
    data = {
        "name": "Adopt\nphonics ",
        "notes": "one\r\ntwo\n",
        "projects": [project],
        "memberships": [{"project": project, "section": section}],
        "assignee": "Avery.Teacher@example.org",
        "start_on": "2027-01-10",
        "due_on": "2027-03-01",
        "custom_fields": {field.gid: "syncd:d/A1"},
        "followers": ["me", "avery.teacher@example.org"],
    }
    reply = api.send("POST", "/tasks", data)
    task = reply.json()["data"]
    assert reply.status_code == 201
    assert reply.headers["location"] == f"/api/1.0/tasks/{task['gid']}"
    assert task["name"] == "Adopt phonics"
    assert task["notes"] == "one\ntwo"
    assert task["memberships"][0]["section"]["gid"] == section
    assert task["assignee"]["gid"] == box.world.person
    assert (task["start_on"], task["due_on"]) == ("2027-01-10", "2027-03-01")
    assert task["custom_fields"][0]["text_value"] == "syncd:d/A1"
    assert "num_subtasks" not in task


def test_lists_are_compact_and_opt_fields_exact(box: Sandbox, api: Client, project: str) -> None:
    """Without opt_fields a list has four fields a row; with them exactly what was asked for, plus the gid."""
    task = box.world.add_task("x", project, assignee=box.world.person)
    (row,) = api.ok("GET", "/tasks", project=project)
    assert set(row) == {"gid", "resource_type", "name", "resource_subtype"}
    fields = "this.completed,assignee,memberships.(section|project).name,num_subtasks,nonsense"
    (row,) = api.anyway("GET", "/tasks", project=project, opt_fields=fields)
    home = box.world.sections[task.homes[project]]
    assert row == {
        "gid": task.gid,
        "completed": False,
        "assignee": {"gid": box.world.person, "resource_type": "user"},
        "memberships": [
            {"section": {"gid": home.gid, "name": "Year 1"}, "project": {"gid": project, "name": "Plan"}},
        ],
        "num_subtasks": 0,
    }


def test_update_changes_only_what_was_sent(box: Sandbox, api: Client, hands: Hands, project: str) -> None:
    """A PUT leaves other fields alone, moves modified_at, and completing says when and by whom."""
    task = box.world.add_task("x", project, due_on="2027-01-01", notes="keep")
    before = task.modified_at
    hands.sleep(60)
    answer = api.ok("PUT", f"/tasks/{task.gid}", {"completed": True})
    assert (answer["due_on"], answer["notes"]) == ("2027-01-01", "keep")
    assert answer["completed_at"] == answer["modified_at"] > before
    assert answer["completed_by"]["gid"] == box.world.me
    assert api.ok("PUT", f"/tasks/{task.gid}", {"completed": False})["completed_at"] is None


def test_moving_does_not_touch_modified_at(box: Sandbox, api: Client, hands: Hands, project: str) -> None:
    """Changing section leaves modified_at as it was, and takes the task out of its old section only."""
    task = box.world.add_task("x", project)
    other = box.world.add_project("Elsewhere").gid
    box.world.add_to_project(task.gid, other)
    hands.sleep(60)
    section = box.world.projects[project].sections[1]
    assert api.ok("POST", f"/sections/{section}/addTask", {"task": task.gid}) == {}
    answer = api.ok("GET", f"/tasks/{task.gid}")
    assert {m["section"]["gid"] for m in answer["memberships"]} == {section, box.world.projects[other].sections[0]}
    assert answer["modified_at"] == answer["created_at"]


def test_order_in_a_section(box: Sandbox, api: Client, project: str) -> None:
    """A task goes to the top by default, beside another with insert_after, to the end with insert_before null."""
    first, second, third = (box.world.add_task(name, project).gid for name in "abc")
    section = box.world.projects[project].sections[0]

    def order() -> str:
        return "".join(row["name"] for row in api.ok("GET", f"/sections/{section}/tasks"))

    api.ok("POST", f"/sections/{section}/addTask", {"task": third})
    assert order() == "cab"
    api.ok("POST", f"/sections/{section}/addTask", {"task": third, "insert_after": first})
    assert order() == "acb"
    api.ok("POST", f"/tasks/{first}/addProject", {"project": project, "section": section, "insert_before": None})
    assert order() == "cba"
    both = {"task": third, "insert_after": first, "insert_before": second}
    assert api.refused("POST", f"/sections/{section}/addTask", both)[0] == 400
    assert api.refused("POST", f"/sections/{section}/addTask", {}) == (400, "task: Missing input")
    elsewhere = {"task": third, "insert_after": box.world.add_task("z").gid}
    assert api.refused("POST", f"/sections/{section}/addTask", elsewhere)[0] == 400
    assert [row["name"] for row in api.ok("GET", f"/projects/{project}/tasks")] == ["c", "b", "a"]


def test_order_in_a_project(box: Sandbox, api: Client, project: str) -> None:
    """Without a section a task goes behind another one wherever that stands, else to its section's end or top."""
    first, second, third = (box.world.add_task(name, project).gid for name in "abc")
    sections = box.world.projects[project].sections

    def put(task: str, **place: str | None) -> list[str]:
        api.ok("POST", f"/tasks/{task}/addProject", {"project": project, **place})
        orders = ([box.world.tasks[gid].name for gid in box.world.sections[gid].tasks] for gid in sections)
        return ["".join(order) for order in orders]

    assert put(first) == ["bca", ""]
    assert put(first, insert_after=None) == ["abc", ""]
    assert put(second, section=sections[1]) == ["ac", "b"]
    assert put(first, insert_after=second) == ["c", "ba"]
    assert put(third, insert_before=first) == ["", "bca"]
    assert put(second, section=sections[0], insert_after=None) == ["b", "ca"]


@pytest.mark.parametrize("place", ["itself", "gone", "nowhere", "other section"])
@pytest.mark.parametrize("side", ["insert_before", "insert_after"])
def test_what_a_task_cannot_stand_beside(box: Sandbox, api: Client, project: str, place: str, side: str) -> None:
    """Only another task of the same section, or another subtask of the same parent; nothing is moved otherwise."""
    world = box.world
    sections = world.projects[project].sections
    top, task, gone = (world.add_task(name, project).gid for name in ("top", "task", "gone"))
    step, lost = (world.add_task(name, parent=top).gid for name in ("step", "lost"))
    world.delete(gone)
    world.delete(lost)
    other = world.add_task("other", section=sections[1]).gid
    beside = {"itself": task, "gone": gone, "nowhere": "999", "other section": other}[place]
    body = {"project": project, "section": sections[0], side: beside}
    assert api.refused("POST", f"/tasks/{task}/addProject", body)[0] == 400
    below = {"itself": step, "gone": lost, "nowhere": "999", "other section": other}[place]
    assert api.refused("POST", f"/tasks/{step}/setParent", {"parent": top, side: below})[0] == 400
    assert world.sections[sections[0]].tasks == [top, task]
    assert world.tasks[top].subtasks == [step]
    elsewhere = world.add_project("Elsewhere").gid
    assert api.refused("POST", f"/tasks/{task}/addProject", {"project": elsewhere, side: other})[0] == 400
    assert list(world.tasks[task].homes) == [project]


def test_order_below_a_parent(box: Sandbox, api: Client, project: str) -> None:
    """A subtask goes beside another one, to the top for insert_after null, to the end for insert_before null."""
    top = box.world.add_task("top", project).gid
    first, second, third = (box.world.add_task(name, parent=top).gid for name in "abc")

    def put(task: str, **place: str | None) -> str:
        api.send("POST", f"/tasks/{task}/setParent", {"parent": top, **place}).raise_for_status()
        return "".join(row["name"] for row in api.ok("GET", f"/tasks/{top}/subtasks"))

    assert put(third, insert_after=None) == "cab"
    assert put(third, insert_after=first) == "acb"
    assert put(second, insert_before=first) == "bac"
    assert put(second, insert_before=None) == "acb"


def test_subtasks_stand_in_no_project(box: Sandbox, api: Client, project: str) -> None:
    """A subtask has no memberships and no custom fields, is listed below its parent, and leaves the parent alone."""
    field = box.world.add_field("Plan ID", project=project)
    parent = box.world.add_task("top", project)
    step = api.ok("POST", f"/tasks/{parent.gid}/subtasks", {"name": "step"})
    other = api.ok("POST", "/tasks", {"name": "other", "parent": parent.gid})
    assert (step["memberships"], step["custom_fields"], step["parent"]["gid"]) == ([], [], parent.gid)
    assert [row["gid"] for row in api.ok("GET", f"/tasks/{parent.gid}/subtasks")] == [step["gid"], other["gid"]]
    assert [row["name"] for row in api.ok("GET", "/tasks", project=project)] == ["top"]
    assert api.ok("GET", f"/tasks/{parent.gid}", opt_fields="num_subtasks")["num_subtasks"] == 2
    refused = api.refused("PUT", f"/tasks/{step['gid']}", {"custom_fields": {field.gid: "x"}})
    assert refused == (400, f"Custom field with ID {field.gid} is not on given object")


def test_set_parent_moves_and_frees(box: Sandbox, api: Client, project: str) -> None:
    """A task goes below another, null frees it; circles and more than five levels are refused."""
    top, task = box.world.add_task("top", project), box.world.add_task("task", project)
    assert api.ok("POST", f"/tasks/{task.gid}/setParent", {"parent": top.gid})["parent"]["gid"] == top.gid
    assert api.refused("POST", f"/tasks/{top.gid}/setParent", {"parent": task.gid})[0] == 400
    assert api.ok("POST", f"/tasks/{task.gid}/setParent", {"parent": None})["parent"] is None
    assert api.refused("POST", f"/tasks/{task.gid}/setParent", {}) == (400, "parent: Missing input")
    level = top.gid
    for _ in range(5):
        level = api.ok("POST", f"/tasks/{level}/subtasks", {"name": "deeper"})["gid"]
    assert api.refused("POST", f"/tasks/{level}/subtasks", {"name": "too deep"})[0] == 400
    assert api.ok("PUT", f"/tasks/{task.gid}", {"parent": top.gid})["parent"]["gid"] == top.gid


def test_deleted_tasks_are_unknown_until_undeleted(box: Sandbox, api: Client, project: str) -> None:
    """A task in the bin answers 404 with its subtasks, and comes back where it was."""
    task = box.world.add_task("x", project)
    step = box.world.add_task("step", parent=task.gid)
    assert api.ok("DELETE", f"/tasks/{task.gid}") == {}
    assert api.refused("GET", f"/tasks/{task.gid}") == (404, f"task: Unknown object: {task.gid}")
    assert api.refused("GET", f"/tasks/{step.gid}")[0] == 404
    assert api.refused("DELETE", f"/tasks/{task.gid}")[0] == 404
    assert api.ok("GET", "/tasks", project=project) == []
    box.world.undelete(task.gid)
    assert api.ok("GET", f"/tasks/{step.gid}")["parent"]["gid"] == task.gid
    box.world.delete(step.gid)
    box.world.undelete(step.gid)
    assert [row["gid"] for row in api.ok("GET", f"/tasks/{task.gid}/subtasks")] == [step.gid]
    box.world.delete(task.gid)
    box.world.delete_section(task.homes[project])
    box.world.undelete(task.gid)
    assert [row["gid"] for row in api.ok("GET", "/tasks", project=project)] == [task.gid]


def test_moved_away_is_not_deleted(box: Sandbox, api: Client, project: str) -> None:
    """A task that was taken out of the project is missing from its list, and answers by id without a home."""
    task = box.world.add_task("x", project)
    assert api.ok("POST", f"/tasks/{task.gid}/removeProject", {"project": project}) == {}
    assert api.ok("POST", f"/tasks/{task.gid}/removeProject", {"project": project}) == {}
    assert api.ok("GET", "/tasks", project=project) == []
    assert api.ok("GET", f"/tasks/{task.gid}")["projects"] == []


def test_what_is_out_of_reach_answers_403(box: Sandbox, api: Client, project: str) -> None:
    """A private task is missing from lists and answers 403, and so does everything in a private project."""
    task, open_task = box.world.add_task("private", project), box.world.add_task("open", project)
    step = box.world.add_task("step", parent=task.gid)
    box.world.restrict(task.gid)
    assert [row["gid"] for row in api.ok("GET", "/tasks", project=project)] == [open_task.gid]
    assert api.refused("GET", f"/tasks/{task.gid}") == (403, "You do not have access to this task.")
    box.world.restrict(task.gid, yes=False)
    box.world.restrict(project)
    section = box.world.projects[project].sections[0]
    for path in (f"/tasks/{task.gid}", f"/tasks/{step.gid}", f"/projects/{project}", f"/sections/{section}"):
        assert api.refused("GET", path)[0] == 403
    assert api.refused("GET", "/events", resource=project)[0] == 403
    assert api.ok("GET", "/projects") == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": "x"}, "You should specify one of workspace, parent, projects"),
        ({"projects": ["999"]}, "projects: [0]: Unknown object: 999"),
        ({"projects": ["abc"]}, "projects: [0]: Not a recognized ID: abc"),
        ({"projects": 7}, "projects: Not an array"),
        ({"memberships": [{"section": "1"}]}, "memberships: [0]: Missing input: project"),
        ({"assignee": "nobody@example.org"}, "assignee: Not a user in Organization: nobody@example.org"),
        ({"completed": "yes"}, "completed: Not a boolean"),
        ({"name": 7}, "name: Not a string"),
        ({"due_on": "soon"}, "due_on: Not a valid date: soon"),
        ({"due_at": 7}, "due_at: Not a valid date: 7"),
        ({"due_on": "2027-01-01", "due_at": "2027-01-01T08:00:00Z"}, "You may only provide one of due_on or due_at!"),
        ({"start_on": "2027-01-01"}, "You must specify due_on or due_at when setting or clearing start_on or start_at"),
        ({"start_on": "2027-02-01", "due_on": "2027-01-01"}, "start_on: The start date must not be after the due date"),
        ({"resource_subtype": "milestone", "start_on": "2027-01-01"}, "start_on: Milestones cannot have a start date"),
        ({"resource_subtype": "epic"}, "resource_subtype: Must be one of"),
        ({"tags": ["31"]}, "tags: [0]: Unknown object: 31"),
        ({"html_notes": "<p>x</p>"}, "xml_parsing_error"),
        ({"html_notes": "<body><p>x</p></body>"}, "xml_parsing_error: Tag <p> is not supported"),
        ({"custom_fields": {"abc": "1"}}, "custom_fields: Not a recognized ID: abc"),
        ({"custom_fields": "x"}, "custom_fields: Not an object"),
    ],
)
def test_a_create_is_refused_whole(box: Sandbox, api: Client, data: dict[str, Any], message: str) -> None:
    """A create with one bad value is answered 400 in Asana's words, and makes nothing."""
    place = {} if data == {"name": "x"} else {"workspace": box.workspace}
    status, said = api.refused("POST", "/tasks", data | place)
    assert status == 400
    assert said.startswith(message)
    assert box.world.tasks == {}


@pytest.mark.parametrize("name", ["projects", "memberships", "tags"])
def test_some_fields_are_for_creating_only(box: Sandbox, api: Client, project: str, name: str) -> None:
    """A PUT of projects, memberships or tags is refused."""
    task = box.world.add_task("x", project)
    assert api.refused("PUT", f"/tasks/{task.gid}", {name: []}) == (400, f"{name}: Cannot write this property")


def test_approvals_keep_completed_in_step(box: Sandbox, api: Client, project: str) -> None:
    """A rejected approval is completed; completing one approves it; reopening makes it pending."""
    task = box.world.add_task("Sign off", project, resource_subtype="approval")
    path = f"/tasks/{task.gid}"
    assert api.ok("PUT", path, {"approval_status": "rejected"})["completed"] is True
    assert api.ok("PUT", path, {"completed": False})["approval_status"] == "pending"
    assert api.ok("PUT", path, {"completed": True})["approval_status"] == "approved"
    assert "approval_status" not in api.ok("GET", f"/tasks/{box.world.add_task('plain', project).gid}")


def test_dates_hang_together(box: Sandbox, api: Client, project: str) -> None:
    """An hour sets the day, a day clears the hour, clearing the due date clears the start."""
    path = f"/tasks/{box.world.add_task('x', project).gid}"
    answer = api.ok("PUT", path, {"due_at": "2027-03-01T15:00:00Z"})
    assert (answer["due_on"], answer["due_at"]) == ("2027-03-01", "2027-03-01T15:00:00.000Z")
    answer = api.ok("PUT", path, {"due_on": "2027-04-01", "start_on": "2027-03-01"})
    assert (answer["due_at"], answer["start_on"]) == (None, "2027-03-01")
    assert api.refused("PUT", path, {"start_on": None})[0] == 400
    assert api.ok("PUT", path, {"due_on": None})["start_on"] is None


def test_filters_of_lists(box: Sandbox, api: Client, hands: Hands, project: str) -> None:
    """completed_since and modified_since filter; unknown parameters do not."""
    old, done = box.world.add_task("old", project), box.world.add_task("done", project)
    box.world.complete(done.gid)
    hands.sleep(3600)
    box.world.add_task("new", project)

    def names(**query: str) -> set[str]:
        return {row["name"] for row in api.anyway("GET", "/tasks", project=project, **query)}

    assert names() == names(complted_since="now") == {"old", "done", "new"}
    assert names(completed_since="now") == {"old", "new"}
    assert names(modified_since="2026-09-01T08:30:00Z") == {"new"}
    assert names(modified_since="2026-09-01") == names()
    assert api.refused("GET", "/tasks", project=project, modified_since="soon")[0] == 400
    section = old.homes[project]
    assert {row["name"] for row in api.ok("GET", "/tasks", section=section)} == names()
    assert {row["name"] for row in api.ok("GET", f"/projects/{project}/tasks")} == names()


def test_a_list_wants_exactly_one_scope(box: Sandbox, api: Client, project: str) -> None:
    """A list needs a project, a section, or an assignee with the workspace; each is checked."""
    box.world.add_task("mine", project, assignee=box.world.me)
    assert api.refused("GET", "/tasks")[0] == 400
    assert api.refused("GET", "/tasks", assignee="me")[0] == 400
    assert api.refused("GET", "/tasks", project="1", section="2")[0] == 400
    assert api.refused("GET", "/tasks", tag="1")[0] == 400
    assert api.refused("GET", "/tasks", project="999") == (404, "project: Unknown object: 999")
    assert [row["name"] for row in api.ok("GET", "/tasks", assignee="me", workspace=box.workspace)] == ["mine"]
    assert api.refused("GET", "/tasks", assignee="x@example.org", workspace=box.workspace)[0] == 400


def test_a_task_has_at_most_twenty_homes(box: Sandbox, api: Client, project: str) -> None:
    """The twenty-first project is refused, in a create and afterwards."""
    more = [box.world.add_project(f"P{number}").gid for number in range(20)]
    assert api.refused("POST", "/tasks", {"projects": [project, *more]})[0] == 400
    task = api.ok("POST", "/tasks", {"projects": more[:19], "memberships": [{"project": more[19]}]})["gid"]
    assert api.refused("POST", f"/tasks/{task}/addProject", {"project": project})[0] == 400
    wrong_section = {"project": more[0], "section": box.world.projects[more[1]].sections[0]}
    assert api.refused("POST", f"/tasks/{task}/addProject", wrong_section)[0] == 400
    membership = {"project": more[0], "section": wrong_section["section"]}
    assert api.refused("POST", "/tasks", {"memberships": [membership]})[0] == 400


def test_external_is_for_oauth_apps_only(box: Sandbox, contract: Any, project: str) -> None:
    """With an app's token `external` is kept and finds the task; with a personal token it is silently unavailable."""
    box.world.add_token("app", oauth=True)
    app, person = Client(box, contract, "app"), Client(box, contract)
    data = {"projects": [project], "external": {"gid": "sp:A1", "data": "{}"}}
    assert "external" not in person.ok("POST", "/tasks", data)
    task = app.ok("POST", "/tasks", data)
    assert task["external"] == data["external"]
    assert app.ok("GET", "/tasks/external:sp%3AA1")["gid"] == task["gid"]
    assert person.refused("GET", "/tasks/external:sp%3AA1")[0] == 404
    assert app.refused("PUT", f"/tasks/{task['gid']}", {"external": "x"})[0] == 400
    assert app.refused("PUT", f"/tasks/{task['gid']}", {"external": {"gid": "x" * 2000}})[0] == 400
    assert "external" not in app.anyway("PUT", f"/tasks/{task['gid']}", {"external": None})
    app.http.close()
    person.http.close()


def test_duplicates_carry_the_marker(box: Sandbox, api: Client, project: str) -> None:
    """A duplicate has the same custom fields and notes, but no `external`."""
    field = box.world.add_field("Plan ID", project=project)
    task = box.world.add_task("x", project, notes="body", custom_fields={field.gid: "syncd:d/A1"})
    copy = box.world.duplicate(task.gid)
    answer = api.ok("GET", f"/tasks/{copy.gid}")
    assert (answer["notes"], answer["custom_fields"][0]["text_value"]) == ("body", "syncd:d/A1")


def test_separators_and_html_are_shown_on_request(box: Sandbox, api: Client, project: str) -> None:
    """is_rendered_as_separator and html_notes are opt-in; html and plain notes are two views of one text."""
    task = box.world.add_task("Heading:", project, separator=True)
    assert "html_notes" not in api.ok("GET", f"/tasks/{task.gid}")
    fields = "html_notes,notes,is_rendered_as_separator"
    answer = api.ok("PUT", f"/tasks/{task.gid}", {"notes": "a < b, see https://example.org/x"}, opt_fields=fields)
    assert (
        answer["html_notes"] == '<body>a &lt; b, see <a href="https://example.org/x">https://example.org/x</a></body>'
    )
    assert answer["is_rendered_as_separator"] is True
    html = "<body><h1>Why</h1>Because <em>it</em> helps<ul><li>one</li><li>two</li></ul></body>"
    answer = api.ok("PUT", f"/tasks/{task.gid}", {"html_notes": html}, opt_fields=fields)
    assert (answer["html_notes"], answer["notes"]) == (html, "Why\nBecause it helpsone\ntwo")
    assert api.refused("PUT", f"/tasks/{task.gid}", {"html_notes": "<body>a & b</body>"})[0] == 400
    assert api.refused("PUT", f"/tasks/{task.gid}", {"html_notes": "<strong>a</strong>"})[0] == 400
