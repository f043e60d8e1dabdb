"""What there is in a connection's tool: workspaces, containers with their groups and fields, people. Only reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from connectors.contract import Connector
from connectors.errors import NoAccess, PlanTier, Refused, ToolError, Transient
from connectors.vocabulary import Choice, Container, Person

Listed = TypeVar("Listed")

OPENED: Final = 10
"""Containers of which groups and fields are asked for: each takes requests of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A container; `inside` is what it holds, None where that was not asked for, or why it cannot be read."""

    choice: Choice
    inside: Container | ToolError | None = None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What there is, by name. `people` is None where the account may not list them.

    `trouble` is why the containers cannot be listed, such as several workspaces of which none is chosen.
    """

    me: Person
    workspaces: tuple[Choice, ...]
    places: tuple[Place, ...]
    people: tuple[Person, ...] | None
    trouble: ToolError | None = None

    @property
    def unopened(self) -> int:
        """Of how many containers nothing further was asked."""
        return sum(place.inside is None for place in self.places)


def discover(connector: Connector, words: str = "", *, most: int = OPENED) -> Discovered:
    """What there is whose name (or a person's address, or an id) holds these words, in whatever case.

    Groups and fields are asked for where no more than `most` containers are found. Raises Refused, Transient, and
    whatever else keeps even the account from being known.
    """
    me = connector.me()
    workspaces = _allowed(connector.workspaces) or ()
    try:
        choices = [choice for choice in connector.discover() if _named(words, choice.name, choice.id)]
        people = _people(connector, words)
    except (Refused, Transient):
        raise
    except ToolError as error:
        return Discovered(me, tuple(workspaces), (), None, error)
    opened = len(choices) <= most
    places = tuple(Place(choice, inside(connector, choice.id) if opened else None) for choice in choices)
    return Discovered(me, tuple(workspaces), places, people)


def inside(connector: Connector, container: str) -> Container | ToolError:
    """A container with its groups and fields, or why it cannot be read. Raises Refused, Transient."""
    try:
        return connector.open(container)
    except (Refused, Transient):
        raise
    except ToolError as error:
        return error


def _people(connector: Connector, words: str) -> tuple[Person, ...] | None:
    everyone = _allowed(lambda: list(connector.people().values()))
    if everyone is None:
        return None
    found = (person for person in everyone if _named(words, person.name, person.address, person.id))
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.address)))


def _allowed(ask: Callable[[], Sequence[Listed]]) -> Sequence[Listed] | None:
    """What is listed; None where the account may not have it."""
    try:
        return ask()
    except (NoAccess, PlanTier):
        return None


def _named(words: str, *names: str) -> bool:
    wanted = words.casefold().strip()
    return any(wanted in name.casefold() for name in names)
