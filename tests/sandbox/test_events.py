"""The change feed behaves as Asana's does: tokens, pages, what bubbles up, what gets lost; and stories."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.asana.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Client, Hands


@pytest.fixture
def project(box: Sandbox) -> str:
    """A project with two sections."""
    return box.world.add_project("Plan", ["A", "B"]).gid


def token(api: Client, resource: str) -> str:
    """A fresh token, from the 412 that the first request gets."""
    reply = api.send("GET", "/events", resource=resource)
    assert reply.status_code == 412
    fresh: str = reply.json()["sync"]
    return fresh


def news(api: Client, resource: str, sync: str) -> dict[str, Any]:
    """What happened since."""
    reply = api.send("GET", "/events", resource=resource, sync=sync)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_first_412_then_nothing_then_a_change(box: Sandbox, api: Client, project: str) -> None:
    """A fresh token brings nothing until something happens; a change tells the field, not its new value."""
    task = box.world.add_task("x", project)
    quiet = news(api, project, token(api, project))
    assert (quiet["data"], quiet["has_more"]) == ([], False)
    box.world.complete(task.gid)
    changed, story = news(api, project, quiet["sync"])["data"]
    assert changed["resource"] == {
        "gid": task.gid,
        "resource_type": "task",
        "name": "x",
        "resource_subtype": "default_task",
    }
    assert (changed["action"], changed["change"]) == ("changed", {"field": "completed", "action": "changed"})
    assert (changed["parent"], changed["user"]["gid"]) == (None, box.world.person)
    assert (story["type"], story["action"], story["parent"]["gid"]) == ("story", "added", task.gid)


def test_repeating_a_token_is_safe_and_going_back_is_not(box: Sandbox, api: Client, project: str) -> None:
    """The same token gives the same events again; an older one than the last used is 412."""
    first = token(api, project)
    box.world.add_task("x", project)
    assert news(api, project, first)["data"] == news(api, project, first)["data"] != []
    second = news(api, project, first)["sync"]
    assert news(api, project, second)["data"] == []
    assert api.send("GET", "/events", resource=project, sync=first).status_code == 412


def test_tokens_belong_to_a_resource_and_grow_old(box: Sandbox, api: Client, hands: Hands, project: str) -> None:
    """Another resource's token, nonsense and a token a day old are answered 412 with a fresh one."""
    mine, other = token(api, project), box.world.add_project("Other").gid
    for resource, sync in ((other, mine), (project, "nonsense"), (project, mine.partition(":")[0])):
        assert api.send("GET", "/events", resource=resource, sync=sync).status_code == 412
    sync = token(api, project)
    hands.sleep(25 * 3600)
    reply = api.send("GET", "/events", resource=project, sync=sync)
    assert reply.status_code == 412
    assert news(api, project, reply.json()["sync"])["data"] == []
    sync = token(api, project)
    box.world.feed.expire()
    assert api.send("GET", "/events", resource=project, sync=sync).status_code == 412


def test_a_page_holds_a_hundred_events(box: Sandbox, api: Client, project: str) -> None:
    """More than a hundred events come in pages, each once, with has_more until the last."""
    task = box.world.add_task("x", project)
    sync, seen, pages = token(api, project), [], 0
    for number in range(130):
        box.world.set(task.gid, due_at=f"2027-01-01T00:00:00.{number:03d}Z")
    more = True
    while more:
        page = news(api, project, sync)
        sync, more, pages = page["sync"], page["has_more"], pages + 1
        seen += page["data"]
    assert (pages, len(seen)) == (2, 132)  # 130 hours, one day and its story


def test_what_happens_below_bubbles_up(box: Sandbox, api: Client, project: str) -> None:
    """A project's feed carries subtasks at every depth; a task's own feed carries it and what is below it."""
    task = box.world.add_task("x", project)
    deep = box.world.add_task("deep", parent=box.world.add_task("step", parent=task.gid).gid)
    of_project, of_task = token(api, project), token(api, task.gid)
    box.world.write_notes(deep.gid, "new")
    assert deep.gid in {event["resource"]["gid"] for event in news(api, project, of_project)["data"]}
    assert deep.gid in {event["resource"]["gid"] for event in news(api, task.gid, of_task)["data"]}


def test_moves_assignments_fields_and_deletions(box: Sandbox, api: Client, project: str) -> None:
    """Each deed leaves its own event: added and removed with a parent, objects as new_value, deleted, undeleted."""
    task = box.world.add_task("x", project)
    field = box.world.add_field("F", project=project)
    sync = token(api, project)
    second = box.world.projects[project].sections[1]
    box.world.move(task.gid, second)
    box.world.set(task.gid, assignee=box.world.person, custom_fields={field.gid: "v"})
    box.world.remove_from_project(task.gid, project)
    box.world.add_to_project(task.gid, project)
    box.world.delete(task.gid)
    box.world.undelete(task.gid)
    rows = [event for event in news(api, project, sync)["data"] if event["type"] == "task"]
    said = [(row["action"], (row["parent"] or {}).get("resource_type")) for row in rows]
    assert said == [
        ("removed", "section"),
        ("added", "section"),
        ("changed", None),
        ("changed", None),
        ("removed", "project"),
        ("added", "project"),
        ("added", "section"),
        ("deleted", None),
        ("undeleted", None),
    ]
    changes = {row["change"]["field"]: row["change"].get("new_value") for row in rows if "change" in row}
    assert changes["assignee"]["resource_type"] == "user"
    assert changes["custom_fields"]["gid"] == field.gid


def test_events_after_a_task_left_are_not_told(box: Sandbox, api: Client, project: str) -> None:
    """What happens to a task that left the project is not in the project's feed."""
    task = box.world.add_task("x", project)
    box.world.remove_from_project(task.gid, project)
    sync = token(api, project)
    box.world.rename(task.gid, "y")
    assert news(api, project, sync)["data"] == []


def test_events_get_lost(box: Sandbox, api: Client, project: str) -> None:
    """The fault drop_events loses the newest events for good: at most once, as Asana says."""
    sync = token(api, project)
    box.world.add_task("x", project)
    box.faults.append(Fault("GET /events", "drop_events", rows=100))
    assert news(api, project, sync)["data"] == []


def test_resources_are_checked(box: Sandbox, api: Client, project: str) -> None:
    """A feed needs a resource that exists; a deleted project's feed is 404."""
    assert api.http.get("/events").status_code == 400
    assert api.refused("GET", "/events", resource="999")[0] == 404
    box.world.delete_project(project)
    assert api.refused("GET", "/events", resource=project)[0] == 404


def test_stories_are_listed_and_comments_move_modified_at(
    box: Sandbox, api: Client, hands: Hands, project: str
) -> None:
    """A task's stories tell what happened; a comment is one, and moves modified_at."""
    task = box.world.add_task("x", project)
    box.world.rename(task.gid, "y")
    hands.sleep(60)
    reply = api.send("POST", f"/tasks/{task.gid}/stories", {"text": "Almost there"})
    comment = reply.json()["data"]
    assert reply.headers["location"] == f"/api/1.0/stories/{comment['gid']}"
    rows = api.ok("GET", f"/tasks/{task.gid}/stories")
    assert [row["resource_subtype"] for row in rows] == ["name_changed", "comment_added"]
    assert api.ok("GET", f"/stories/{comment['gid']}")["text"] == "Almost there"
    assert api.refused("GET", "/stories/999")[0] == 404
    assert api.refused("POST", f"/tasks/{task.gid}/stories", {}) == (400, "text: Missing input")
    assert api.ok("GET", f"/tasks/{task.gid}")["modified_at"] == comment["created_at"]


def test_a_merged_task_is_closed_and_says_of_what(box: Sandbox, api: Client, project: str) -> None:
    """A merged duplicate reads as completed; only its stories say that it is one."""
    task, twin = box.world.add_task("x", project), box.world.add_task("x", project)
    box.world.merge(task.gid, twin.gid)
    assert api.ok("GET", f"/tasks/{task.gid}")["completed"] is True
    rows = api.ok("GET", f"/tasks/{task.gid}/stories", opt_fields="resource_subtype,duplicate_of")
    assert rows[-1]["duplicate_of"]["gid"] == twin.gid
    box.world.complete(task.gid, False)
    assert api.ok("GET", f"/tasks/{task.gid}/stories")[-1]["resource_subtype"] == "marked_incomplete"
