"""Users, workspaces and teams over HTTP (Asana API reference: "Users", "Workspaces", "Workspace memberships")."""

from __future__ import annotations

from urllib.parse import unquote

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import missing, unknown
from connectors.asana.sandbox.routes import router
from connectors.asana.sandbox.shapes import render
from connectors.sandbox.exchange import Reply


@router.on("GET", "/workspaces")
def workspaces(call: Call) -> Reply:
    """The workspace that holds everything, and those that are empty."""
    return call.many("workspace", [call.world.workspace, *call.world.elsewhere])


@router.on("GET", "/workspaces/{workspace}")
def workspace(call: Call) -> Reply:
    """That workspace in full."""
    call.workspace()
    return Reply(200, {"data": render(call.world, "workspace", call.world.workspace, call.tree)})


@router.on("GET", "/users")
def users(call: Call) -> Reply:
    """Everyone with an account, by gid."""
    if "workspace" in call.query:
        call.workspace()
    return call.many("user", sorted((u for u in call.world.users.values() if u.active), key=lambda user: user.gid))


@router.on("GET", "/workspaces/{workspace}/users")
def workspace_users(call: Call) -> Reply:
    """Everyone with an account in that workspace."""
    call.workspace()
    return users(call)


@router.on("GET", "/users/{user}")
@router.on("GET", "/workspaces/{workspace}/users/{user}")
def user(call: Call) -> Reply:
    """One person by gid, e-mail or "me"."""
    if "workspace" in call.params:
        call.workspace()
    key = unquote(call.params["user"])
    found = call.world.user_by(key, call.me)
    if found is None:
        raise unknown("user", key, 404)
    return call.one("user", found)


@router.on("GET", "/users/{user}/teams")
def teams(call: Call) -> Reply:
    """The one team there is; everyone is in it."""
    user(call)
    if "organization" not in call.query:
        raise missing("organization")
    return call.many("team", [call.world.team])


@router.on("GET", "/users/{user}/workspace_memberships")
def memberships(call: Call) -> Reply:
    """What somebody is in the one workspace there is."""
    user(call)
    found = call.world.user_by(unquote(call.params["user"]), call.me)
    return call.many("workspace_membership", [found])
