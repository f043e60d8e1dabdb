"""dlt with its REST source set to Asana's tasks: `run_dlt.py prepare|read|picture FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import dlt
from dlt.sources.rest_api import rest_api_source

FIELDS = (
    "gid,name,approval_status,assignee_status,completed,completed_at,completed_by,created_at,due_at,due_on,external,"
    "html_notes,memberships,modified_at,notes,num_subtasks,resource_subtype,start_on,assignee,custom_fields,followers,"
    "parent,permalink_url,projects,tags,workspace,assignee_section"
)


def source() -> Any:
    """Workspaces, their projects, their tasks; of the tasks only what was modified since the newest one seen."""
    root, token = os.environ["PEERS_ROOT"], os.environ["PEERS_TOKEN"]
    pages = {"type": "cursor", "cursor_path": "next_page.offset", "cursor_param": "offset"}
    since = {"cursor_path": "modified_at", "initial_value": "2010-01-01T00:00:00.000Z"}
    tasks = {
        "path": "tasks",
        "params": {
            "project": "{resources.projects.gid}",
            "opt_fields": FIELDS,
            "limit": 100,
            "modified_since": "{incremental.start_value}",
        },
        "incremental": since,
    }
    projects = {"path": "projects", "params": {"workspace": "{resources.workspaces.gid}", "limit": 100}}
    return rest_api_source(
        {
            "client": {"base_url": f"{root}/api/1.0/", "auth": {"type": "bearer", "token": token}, "paginator": pages},
            "resource_defaults": {"endpoint": {"data_selector": "data"}},
            "resources": [
                {"name": "workspaces", "endpoint": {"path": "workspaces", "params": {"limit": 100}}},
                {"name": "projects", "endpoint": projects},
                {"name": "tasks", "endpoint": tasks, "primary_key": "gid", "write_disposition": "merge"},
            ],
        }
    )


def pipeline(folder: Path) -> Any:
    """The pipeline, with everything that it keeps in the folder."""
    store = dlt.destinations.duckdb(str(folder / "tasks.duckdb"))
    return dlt.pipeline("peers", pipelines_dir=str(folder / "pipelines"), destination=store, dataset_name="asana")


def read(folder: Path) -> None:
    """Extract, normalise, load."""
    pipeline(folder).run(source().with_resources("workspaces", "projects", "tasks"))


def picture(folder: Path) -> None:
    """What the table of tasks holds."""
    shown: dict[str, bool] = {}
    if (folder / "tasks.duckdb").exists():
        with pipeline(folder).sql_client() as client:
            rows = client.execute_sql("SELECT name, completed FROM tasks") if client.has_dataset() else []
            shown = {str(name): bool(done) for name, done in rows or []}
    sys.stdout.write(json.dumps(shown))


if __name__ == "__main__":
    {"prepare": lambda _: None, "read": read, "full": read, "picture": picture}[sys.argv[1]](Path(sys.argv[2]))
