"""Lays environment variables, and a folder of secret files, over what stands in a configuration file.

A variable is named after the place it sets: SYNCD_CONNECTIONS__ASANA__TOKEN is `token` in [connections.asana]. A
secret file is named like a variable, with or without SYNCD_. Large and small letters are the same, and so are blanks,
dots and hyphens in names and the underscore that stands for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as Folder
from typing import Any, Final

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from syncd.checking import near
from syncd.documents.document import Document
from syncd.documents.file import content
from syncd.documents.path import Path
from syncd.errors import Problem

PREFIX: Final = "SYNCD_"
BETWEEN: Final = "__"
_VARIABLE: Final = "environment variable "
_NAMED: Final = ("connections", "plans", "mappings", "notices")


class _Surface(BaseSettings):
    """What variables may set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=BETWEEN, extra="ignore")

    timezone: str = ""
    secrets_dir: str = ""
    store: dict[str, Any] = {}
    server: dict[str, Any] = {}
    schedule: dict[str, Any] = {}
    network: dict[str, Any] = {}
    connections: dict[str, dict[str, Any]] = {}
    plans: dict[str, dict[str, Any]] = {}
    mappings: dict[str, dict[str, Any]] = {}
    notices: dict[str, dict[str, Any]] = {}


class _Source(EnvSettingsSource):
    """Variables from wherever they were read."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(_Surface)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._variables.items()}


def variable(path: Path) -> str:
    """The name of the environment variable that sets what stands at a path."""
    return PREFIX + BETWEEN.join(_plain(str(part)) for part in path).upper()


def secret_file(folder: Folder, path: Path) -> Folder:
    """The file in a folder of secrets that sets what stands at a path: the one there is, however it is spelled.

    A new one is named without SYNCD_: systemd puts that before the names of a whole folder's files.
    """
    wanted = _plain(variable(path))
    for file in sorted(folder.iterdir()):
        name = file.name if file.name.upper().startswith(PREFIX) else PREFIX + file.name
        if _plain(name) == wanted:
            return file
    return folder / variable(path).removeprefix(PREFIX)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A document with what was laid over it; what of that is wrong for all, and for one thing (or for none)."""

    document: Document
    problems: list[Problem]
    for_one: list[Problem]


def overlaid(document: Document, environment: Mapping[str, str]) -> Overlaid:
    """The document with secret files, and then environment variables, laid over it; and what of them fits nowhere."""
    given = _ours(environment)
    variables = {name: value for name, value in given.items() if _is_text(value)}
    result, problems, for_one = _laid(document, variables, _VARIABLE)
    for name in given.keys() - variables.keys():
        (for_one if _is_for_one(name) else problems).append(Problem(_VARIABLE + name, "it is not UTF-8 text"))
    folder = result.data.get("secrets_dir")
    if not isinstance(folder, str):
        return Overlaid(result, problems, for_one)
    place = Folder(document.file).absolute().parent / folder
    try:
        files = sorted(filter(_names_one, place.iterdir()))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        words = f"{place} cannot be read: {reason}"
        return Overlaid(result, [*problems, result.problem(("secrets_dir",), words, "secrets_dir")], for_one)
    secrets, unreadable = _read(files)
    result, strangers, others = _laid(result, secrets, f"{place}/")
    for file, words in unreadable.items():
        (for_one if _is_for_one(file.name) else problems).append(Problem(str(file), words))
    return Overlaid(result, [*problems, *strangers], [*for_one, *others])


def _ours(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that set something here: blank is as good as not set, and a whole section is not set at once."""
    whole = {f"{PREFIX}{name}".upper() for name in ("timezone", "secrets_dir")}
    return {
        name: value
        for name, value in environment.items()
        if value.strip() and name.upper().startswith(PREFIX) and (BETWEEN in name or name.upper() in whole)
    }


def _is_text(value: str) -> bool:
    """Whether all of it could be read; Python keeps what it cannot read as halves of characters."""
    return value.isprintable() or value.encode(errors="replace").decode() == value


def _names_one(file: Folder) -> bool:
    """Whether a file is named like a variable. Hidden ones are not: editors and mounts keep those beside it."""
    return BETWEEN in file.name and not file.name.startswith(".") and file.is_file()


def _is_for_one(name: str) -> bool:
    """Whether a variable or a secret's file sets something of one connection, plan, mapping or notice."""
    return name.upper().removeprefix(PREFIX).split(BETWEEN)[0].lower() in _NAMED


def _read(files: Iterable[Folder]) -> tuple[dict[str, str], dict[Folder, str]]:
    """What the files of a folder hold, without those that are blank; and why some of them cannot be read."""
    held: dict[str, str] = {}
    problems: dict[Folder, str] = {}
    for file in files:
        try:
            held[file.name] = content(file).decode().strip()
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            problems[file] = f"it cannot be read: {reason}"
    return {name: text for name, text in held.items() if text}, problems


def _laid(document: Document, variables: Mapping[str, str], kind: str) -> tuple[Document, list[Problem], list[Problem]]:
    """The document with the variables' values, but for what was laid over it before; each keeps where it came from.

    With it, what sets nothing at all, and what is for a name that stands nowhere.
    """
    named = {name if name.upper().startswith(PREFIX) else PREFIX + name: name for name in variables}
    places = {_plain(full): kind + name for full, name in named.items()}
    problems = [
        Problem(kind + name, f"it sets nothing{near(section, _Surface.model_fields)}")
        for full, name in named.items()
        if (section := full[len(PREFIX) :].split(BETWEEN)[0].lower()) not in _Surface.model_fields
    ]
    for_one: list[Problem] = []
    data, elsewhere = dict(document.data), dict(document.elsewhere)
    for path, value in _leaves(_Source({full: variables[name] for full, name in named.items()})(), ()):
        known = _spelled(path, data)
        name = places.get(_plain(variable(path)), kind + variable(path))
        if len(known) > 1 and known[0] in _NAMED and known[1] not in _table(data, known[0]):
            holder = f"no file beside {document.file} has a" if document.homes else f"{document.file} has no"
            words = f"{holder} [{known[0]}.{known[1]}]{near(str(known[1]), _table(data, known[0]))}"
            for_one.append(Problem(name, words))
        elif known not in document.elsewhere:
            data = _set(data, known, value)
            elsewhere[known] = name
    return replace(document, data=data, elsewhere=elsewhere), problems, for_one


def _leaves(values: Mapping[str, Any], above: Path) -> Iterator[tuple[Path, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _spelled(path: Path, data: Any) -> Path:
    """The path with its names as the document spells them."""
    spelled: Path = ()
    for part in path:
        keys = [key for key in data if _plain(key) == _plain(str(part))] if isinstance(data, Mapping) else []
        name = keys[0] if keys else part
        spelled = (*spelled, name)
        data = data.get(name) if isinstance(data, Mapping) else None
    return spelled


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def _table(data: Mapping[str, Any], name: str | int) -> Mapping[str, Any]:
    held = data.get(str(name))
    return held if isinstance(held, Mapping) else {}


def _set(data: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The data with another value at the path; what is no table there gives way to one."""
    name, rest = str(path[0]), path[1:]
    return {**data, name: _set(_table(data, name), rest, value) if rest else value}
