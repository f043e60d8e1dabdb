"""The part of `syncd check` that asks the tools: who we are, whether containers, fields and people fit. Only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.contract import WARNING, Connector
from connectors.errors import NoAccess, NotFound, PlanTier, Refused, ToolError
from connectors.vocabulary import Capabilities, Container
from mappings.fields import missing_fields
from mappings.labels import misfits
from mappings.readings import misfit
from mappings.shape import Desired, desire
from syncd.app import App
from syncd.cli.codes import Code
from syncd.cli.findings import Finding, Fine, of_failure
from syncd.cli.quotas import quotas
from syncd.cli.rights import beyond, rights
from syncd.engine.books import Route
from syncd.engine.observer import require_usable
from syncd.errors import Problem
from syncd.scorecard.words import count
from syncd.views.near import some

_PEOPLE: Final = 3
"""So many addresses show what kind of people are meant."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The container that holds a mapping's tasks; `same`: the mapping still calls it what it did when it was found."""

    container: str
    name: str
    items: frozenset[str]
    same: bool


def look(app: App) -> Iterator[Finding | Fine]:
    """Each connection, then each mapping that goes there."""
    routes = app.routes()
    for name in app.config.connections:
        with app.connections.counted(name) as connector:
            yield from _connection(app, connector, name, [route for route in routes if route.connection == name])


def _connection(app: App, connector: Connector, name: str, routes: Sequence[Route]) -> Iterator[Finding | Fine]:
    try:
        me = connector.me()
    except ToolError as error:
        hint = f"{_in_use(app, name)}. "
        yield of_failure(f"connection {name}", error, hint if isinstance(error, Refused) else "")
        return
    yield Fine(f"connection {name}: signed in as {me.name or me.id}{f' ({me.address})' if me.address else ''}")
    yield from rights(connector, f"connection {name}")
    every = [app.config.mappings[route.mapping].every for route in routes]
    yield from quotas(f"connection {name}", connector.budget(), app.config.connections[name].share_left, every)
    if warning := connector.learnt().get(WARNING):
        yield Finding(
            f"connection {name}", str(warning), "Until then, look at what `syncd diff` would do before each sync."
        )
    used: set[str] = set()
    for route in routes:
        readings = app.config.mappings[route.mapping].readings
        yield from _mapping(connector, route, _linked(app, route), used, readings)
    yield from beyond(connector, f"connection {name}", used)


def _in_use(app: App, name: str) -> Problem:
    """Where a connection's token, or what its sign-in gave, was found."""
    here = ("connections", name)
    if app.config.connections[name].oauth:
        return app.config.problem("here stands the sign-in in use", *here, "oauth", "refresh_token")
    return app.config.problem("here stands the token in use", *here, "token")


def _linked(app: App, route: Route) -> Linked | None:
    """Where the mapping's tasks are by now; None before its first pass."""
    with app.known_store().reading() as reader:
        state, links = reader.mapping_state(route.mapping), reader.links(route.mapping)
        if state is None or not state.container or not links:
            return None
        shelf = reader.shelf(state.connection, state.container)
    name = shelf.container.name if shelf else state.container
    return Linked(
        state.container,
        name,
        frozenset(links),
        same=(state.connection, state.scope) == (route.connection, route.scope),
    )


def _mapping(
    connector: Connector, route: Route, linked: Linked | None, used: set[str], readings: str | None
) -> Iterator[Finding | Fine]:
    """Whether a mapping's container, fields and people fit; what container it uses is put into `used`.

    `readings` is the field that readings are to be taken from.
    """
    where = f"mapping {route.mapping}"
    known = linked.container if linked and linked.same else ""
    try:
        container = connector.open(known or route.reference, by_name=route.by_name and not known)
    except NotFound as error:
        if not route.by_name or known:
            yield of_failure(where, error)
            return
        if linked:
            yield _elsewhere(where, route, linked)
            return
        yield Fine(f"{where}: “{route.reference}” is not there yet; the first `syncd sync` makes it")
        container = Container("", route.reference, "")
    except ToolError as error:
        yield of_failure(where, error)
        return
    else:
        used.add(container.id)
        yield from _container(where, container, connector.capabilities(), below=route.rules.project_is_subtask)
        yield from (Finding(where, one.words, one.fix) for one in misfits(route.rules, container))
        if readings is not None and (wrong := misfit(route.mapping, readings, container)):
            yield Finding(where, wrong.words, wrong.fix)
    missing = list(missing_fields(route.rules, container))
    yield from (
        Finding(where, each, "Make it in the tool, or correct the name in the mapping.", Code.WRONG) for each in missing
    )
    if not missing:
        desired = desire(route.rules, route.items, container)
        yield from _values(where, desired)
        yield from _people(where, connector, desired, linked.items if linked else frozenset())


def _elsewhere(where: str, route: Route, linked: Linked) -> Finding:
    """A name that nothing bears, while the mapping's tasks are in something else."""
    tasks = count(len(linked.items), "task")
    message = f"there is no “{route.reference}”; the mapping's {tasks} are in “{linked.name}”: did you mean that?"
    fix = "Correct the container's name in the mapping. If it is meant to move, `syncd diff` says what that would do."
    return Finding(where, message, fix, Code.WRONG)


def _container(where: str, container: Container, able: Capabilities, *, below: bool) -> Iterator[Finding | Fine]:
    """Whether a container can be used."""
    try:
        require_usable(container, able, below=below)
    except ToolError as error:
        yield of_failure(where, error)
        return
    marks = "the field “Plan ID”" if container.marker_field or not able.notes_mark else "the last line of the notes"
    yield Fine(f"{where}: “{container.name}” is there ({container.url}); plan ids stand in {marks}")


def _values(where: str, desired: Desired) -> Iterator[Finding]:
    """Values of the plan that the tool's fields cannot hold."""
    for wanted in desired.tasks.values():
        for refused in wanted.refused:
            yield Finding(
                f"{where}: {wanted.item}", refused, "Correct the value in the plan, or the field in the tool."
            )


def _people(where: str, connector: Connector, desired: Desired, made: frozenset[str]) -> Iterator[Finding | Fine]:
    """Owners of tasks to come whom the workspace does not know; those that were made belong to their teams."""
    owned: dict[str, list[str]] = {}
    for item, wanted in desired.tasks.items():
        if wanted.create and item not in made and (address := wanted.values.get("assignee")):
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
    strangers = {address: items for address, items in owned.items() if address not in people}
    if strangers:
        yield _unknown(where, strangers)
    if known := len(owned) - len(strangers):
        yield Fine(f"{where}: {count(known, 'owner')} of {len(owned)} found")


def _unknown(where: str, strangers: dict[str, list[str]]) -> Finding:
    """People of the plan without an account: the first few for people, all of them for programs."""
    have, their = ("has", "the") if len(strangers) == 1 else ("have", "their")
    words = (
        f"{count(len(strangers), 'owner')} {have} no account in the workspace, so {their} tasks are made unassigned: "
    )
    few = some(list(strangers), _PEOPLE)
    whole = "; ".join(f"{address} (owner of {', '.join(items)})" for address, items in strangers.items())
    more = " (--json lists all)" if len(strangers) > _PEOPLE else ""
    fix = (
        "Invite them before their tasks are made, or correct the owner in the plan. Tasks that are there already are "
        "assigned in the tool."
    )
    return Finding(where, f"{words}{few}{more}", fix, whole=f"{words}{whole}")
