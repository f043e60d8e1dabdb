"""The part of `syncd check` that asks the tools: who we are, whether containers, fields and people fit. Only reads."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Connector
from connectors.errors import NoAccess, NotFound, PlanTier, ToolError
from connectors.vocabulary import Container
from mappings.fields import missing_fields
from mappings.shape import Desired, desire
from syncd.app import App
from syncd.cli.codes import Code
from syncd.cli.findings import Finding, Fine, of_failure
from syncd.cli.values import some
from syncd.engine.books import Route
from syncd.scorecard.words import count


def look(app: App) -> Iterator[Finding | Fine]:
    """Each connection, then each mapping that goes there."""
    routes = app.routes()
    for name in app.config.connections:
        connector = app.connector(name)
        try:
            me = connector.me()
        except ToolError as error:
            yield of_failure(f"connection {name}", error)
            continue
        yield Fine(f"connection {name}: signed in as {me.name or me.id}{f' ({me.address})' if me.address else ''}")
        for route in routes:
            if route.connection == name:
                yield from _mapping(connector, route)


def _mapping(connector: Connector, route: Route) -> Iterator[Finding | Fine]:
    where = f"mapping {route.mapping}"
    try:
        container = connector.open(route.reference, by_name=route.by_name)
    except NotFound as error:
        if not route.by_name:
            yield of_failure(where, error)
            return
        yield Fine(f"{where}: “{route.reference}” is not there yet; the first `syncd sync` makes it")
        container = Container("", route.reference, "")
    except ToolError as error:
        yield of_failure(where, error)
        return
    else:
        yield from _container(where, container)
    missing = list(missing_fields(route.rules, container))
    yield from (
        Finding(where, each, "Make it in the tool, or correct the name in the mapping.", Code.WRONG) for each in missing
    )
    if not missing:
        desired = desire(route.rules, route.items, container)
        yield from _values(where, desired)
        yield from _people(where, connector, desired)


def _container(where: str, container: Container) -> Iterator[Finding | Fine]:
    if container.archived:
        fix = "Take it out of the archive in the tool, or name another container in the mapping."
        yield Finding(where, f"“{container.name}” is archived", fix)
    marks = "the field “Plan ID”" if container.marker_field else "the last line of the notes"
    yield Fine(f"{where}: “{container.name}” is there ({container.url}); plan ids stand in {marks}")


def _values(where: str, desired: Desired) -> Iterator[Finding]:
    """Values of the plan that the tool's fields cannot hold."""
    for wanted in desired.tasks.values():
        for refused in wanted.refused:
            yield Finding(
                f"{where}: {wanted.item}", refused, "Correct the value in the plan, or the field in the tool."
            )


def _people(where: str, connector: Connector, desired: Desired) -> Iterator[Finding | Fine]:
    """Owners whom the workspace does not know."""
    owned: dict[str, list[str]] = {}
    for item, wanted in desired.tasks.items():
        if address := wanted.values.get("assignee"):
            owned.setdefault(str(address), []).append(item)
    if not owned:
        return
    try:
        people = connector.people()
    except (NoAccess, PlanTier):
        yield Fine(f"{where}: this account may not list people, so owners were not looked up")
        return
    except ToolError as error:
        yield of_failure(where, error)
        return
    fix = "Invite them to the workspace, or correct the owner in the plan; until then their tasks are made unassigned."
    for address, items in owned.items():
        if address not in people:
            yield Finding(where, f"nobody in the workspace has the address {address} (owner of {some(items)})", fix)
    yield Fine(f"{where}: {count(sum(address in people for address in owned), 'owner')} of {len(owned)} found")
