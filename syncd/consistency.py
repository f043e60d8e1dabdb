"""Finds settings that do not fit together: references to nothing, names that collide, rules that contradict each other.

Read from the document and not from the models, so that nothing is missed because something else is wrong as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from connectors.registry import authority, kinds, needs_token
from mappings.fields import BOTH_WAYS
from mappings.rules import DEFAULT_FIELDS
from syncd.checking import key_of, near, step
from syncd.documents.document import Document
from syncd.documents.path import Path
from syncd.errors import Problem
from syncd.plan.items import FIGURES, KEYS

_NAMED: Final = ("connections", "plans", "mappings", "notices")
_NAME: Final = re.compile(r"[\w.-]+")
_SOURCES: Final = {rule.name: rule.source for rule in DEFAULT_FIELDS}
_BUILT_IN: Final = frozenset(_SOURCES)

Told = tuple[Path, str]
"""A place, and what is wrong there."""
Clash = tuple[Told, Told]
"""Two places that do not go together; the later one first."""


def contradictions(document: Document) -> Iterator[Problem]:
    """Everything that does not fit together."""
    for path, words in chain(_found(document.data), (later for later, _ in clashes(document))):
        yield document.problem(path, words, key_of(document.data, path))


def clashes(document: Document) -> Iterator[Clash]:
    """What is wrong between two things of which each by itself may stand."""
    data = document.data
    for section in _NAMED:
        yield from _alike(section, _table(data, section))
    yield from _tokens(_table(data, "connections"))
    yield from _collisions(_table(data, "mappings"))


def without_credentials(document: Document, *, signed_in: bool) -> Iterator[Problem]:
    """Connections that have neither a token nor a sign-in, or both; and those where nobody signed in yet."""
    for name, connection in _table(document.data, "connections").items():
        if isinstance(connection, Mapping):
            for path, words in _credentials(("connections", name), connection, signed_in=signed_in):
                yield document.problem(path, words, key_of(document.data, path))


def _credentials(here: Path, connection: Mapping[str, Any], *, signed_in: bool) -> Iterator[tuple[Path, str]]:
    app, kind = connection.get("oauth"), connection.get("kind")
    if app is None:
        if "token" not in connection and needs_token(str(kind)):
            yield (*here, "token"), "is missing"
        return
    if connection.get("token"):
        yield (*here, "oauth"), "there is a token as well; leave out one of the two"
    if isinstance(kind, str) and kind in kinds() and authority(kind) is None:
        yield (*here, "oauth"), f"{kind} has no sign-in that can be renewed; leave this section out and use a token"
    elif signed_in and isinstance(app, Mapping) and "refresh_token" not in app:
        yield (*here, "oauth", "refresh_token"), "is missing"


def _found(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for section in _NAMED:
        yield from _names(section, _table(data, section))
    for name, mapping in _table(data, "mappings").items():
        if isinstance(mapping, Mapping):
            here = ("mappings", name)
            yield from _references(here, mapping, data)
            yield from _shape(here, mapping)
            yield from _fields(here, _table(mapping, "fields"), kpis=mapping.get("kpi") == "task")
            yield from _readings(here, mapping)


def _readings(here: Path, mapping: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """A field that readings are taken from stands on tasks of KPIs, and nobody but people writes into it."""
    title, fields = mapping.get("readings"), _table(mapping, "fields")
    if title is not None and mapping.get("kpi") != "task":
        yield (*here, "readings"), 'readings stand on the tasks of KPIs; write kpi = "task" in this mapping'
    filled = {name: _table(fields, name).get("to", name) for name in fields if name not in _BUILT_IN}
    if isinstance(title, str) and title in filled.values():
        words = f"the mapping writes into “{title}” itself; take readings from a field that [fields] does not name"
        yield (*here, "readings"), words


def _table(held: Any, key: str) -> Mapping[str, Any]:
    found = step(held, key)
    return found if isinstance(found, Mapping) else {}


def _names(section: str, held: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name in held:
        if not _NAME.fullmatch(name):
            yield (section, name), f"the name “{name}” may hold letters, figures, “.”, “-” and “_” only"


def _alike(section: str, held: Mapping[str, Any]) -> Iterator[Clash]:
    known: dict[str, str] = {}
    for name in held:
        twin = known.setdefault(re.sub(r"\W", "_", name.lower()), name)
        if twin != name:
            words = f"“{name}” and “{twin}” are too much alike to be told apart; rename one"
            yield ((section, name), words), ((section, twin), words)


def _tokens(connections: Mapping[str, Any]) -> Iterator[Clash]:
    """One credential has one set of limits, and so one connection that keeps to them."""
    known: dict[str, str] = {}
    for name, connection in connections.items():
        for path in (("token",), ("oauth", "refresh_token")):
            token = connection
            for key in path:
                token = step(token, key)
            if isinstance(token, str) and token and (twin := known.setdefault(token, name)) != name:
                here, there = (("connections", each, *path) for each in (name, twin))
                yield (here, _same_token(twin)), (there, _same_token(name))


def _same_token(other: str) -> str:
    return f"[connections.{other}] has the same token; use one connection, for limits count per token"


def _references(here: Path, mapping: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in ("plan", "connection"):
        known, wanted = _table(data, f"{key}s"), mapping.get(key)
        if isinstance(wanted, str) and wanted not in known:
            yield (*here, key), f"there is no {key} “{wanted}”{near(wanted, known) or f'; add [{key}s.{wanted}]'}"


def _shape(here: Path, mapping: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if mapping.get("action") == "none" and mapping.get("project") == "subtask":
        words = 'with action = "none" there is no task for projects to stand under; write project = "task"'
        yield (*here, "project"), words
    if mapping.get("action") == "none" and mapping.get("project") == "none" and mapping.get("kpi") != "task":
        yield (*here, "project"), 'nothing of the plan would get a task; let one of action, project and kpi be "task"'
    progress = _table(mapping, "progress").get("project")
    if progress == "status" and not _table(mapping, "status"):
        words = f"no label is worth anything yet; say what each is worth in [{'.'.join(map(str, here))}.status]"
        yield (*here, "progress", "project"), words


def _fields(here: Path, fields: Mapping[str, Any], *, kpis: bool) -> Iterator[tuple[Path, str]]:
    shared = {rule.source: rule.name for rule in DEFAULT_FIELDS if rule.owner == "shared" and rule.name not in fields}
    for name, given in fields.items():
        source = step(given, "from")
        path = (*here, "fields", name)
        if isinstance(source, str):
            if source not in KEYS:
                yield (*path, "from"), f"“{source}” is nothing that a plan holds{near(source, KEYS)}"
        elif name not in _BUILT_IN and name not in KEYS:
            words = f"say with from = … what of the plan goes there{near(name, (*_BUILT_IN, *KEYS))}"
            yield path, words
        source = source if isinstance(source, str) else _SOURCES.get(name, name)
        if source in FIGURES and not kpis:
            yield path, f'{source} is a figure of KPIs, and here they have no tasks; write kpi = "task"'
        if "shared" in (given, step(given, "owner")) and source in KEYS and source not in BOTH_WAYS:
            words = f"{source} follows from the plan as a whole and cannot be shared; make “plan” its owner"
            yield path, words
        elif "shared" in (given, step(given, "owner")) and shared.setdefault(source, name) != name:
            yield path, f"“{shared[source]}” shares the plan's {source} already; two could be set differently"
        if name in _BUILT_IN and isinstance(step(given, "to"), str):
            yield (*path, "to"), f"every task has its own {name}; for a field, give this another name"


def _collisions(mappings: Mapping[str, Any]) -> Iterator[Clash]:
    """Two mappings that would write the same items into the same container."""
    known: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for name, mapping in mappings.items():
        if not isinstance(mapping, Mapping) or "container" not in mapping:
            continue
        target = repr([mapping.get(key) for key in ("plan", "connection", "container")])
        select = mapping.get("select")
        branches = frozenset(map(str, select)) if isinstance(select, list) else frozenset()
        for other, theirs in known.get(target, ()):
            if not branches or not theirs or branches & theirs:
                here, there = (("mappings", each, "container") for each in (name, other))
                yield (here, _same_items(other)), (there, _same_items(name))
        known.setdefault(target, []).append((name, branches))


def _same_items(other: str) -> str:
    return f"[mappings.{other}] already writes the same items there; select other branches"
