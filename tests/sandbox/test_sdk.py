"""Asana's own SDK takes the sandbox for Asana."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import asana
import pytest
from asana.rest import ApiException

from connectors.asana.sandbox import Sandbox


@pytest.fixture
def sdk(box: Sandbox) -> Iterator[Any]:
    """A client of the official SDK, in its default mode but for retries."""
    configuration = asana.Configuration()
    configuration.host = box.base_url
    configuration.access_token = box.token
    configuration.retry_strategy = False
    client = asana.ApiClient(configuration)
    yield client
    client.rest_client.pool_manager.clear()
    client.pool.close()
    client.pool.join()
    for name in ("asana", "urllib3"):
        logging.getLogger(name).handlers.clear()


def test_the_sdk_drives_it(box: Sandbox, sdk: Any) -> None:
    """The SDK makes a project, a section, 120 tasks and a subtask, pages through them, and reads events."""
    tasks = asana.TasksApi(sdk)
    project = asana.ProjectsApi(sdk).create_project({"data": {"name": "Plan", "workspace": box.workspace}}, {})["gid"]
    asana.SectionsApi(sdk).create_section_for_project(project, {"body": {"data": {"name": "Year 1"}}})
    with pytest.raises(ApiException) as first:
        asana.EventsApi(sdk).get_events(project, {}, full_payload=True)
    assert first.value.status == 412
    sync = box.requests[-1].answer()["sync"]
    for number in range(120):
        made = tasks.create_task({"data": {"name": str(number), "projects": [project]}}, {"opt_fields": "gid"})
    tasks.create_subtask_for_task({"data": {"name": "step"}}, made["gid"], {})
    tasks.update_task({"data": {"completed": True}}, made["gid"], {})
    names = [row["name"] for row in tasks.get_tasks({"project": project, "opt_fields": "name"})]
    assert names == [str(number) for number in range(120)]
    assert [row["name"] for row in tasks.get_subtasks_for_task(made["gid"], {})] == ["step"]
    body = asana.EventsApi(sdk).get_events(project, {"sync": sync}, full_payload=True)
    assert (len(body["data"]), body["has_more"]) == (100, True)
    tasks.delete_task(made["gid"])
    with pytest.raises(ApiException) as gone:
        tasks.get_task(made["gid"], {})
    assert gone.value.status == 404
    assert {person["name"] for person in asana.UsersApi(sdk).get_users({"workspace": box.workspace})} == {
        "syncd",
        "Avery Teacher",
    }
