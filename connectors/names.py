"""Finds containers and groups by what people call them: nothing is guessed, and nothing made beside its namesake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.errors import Invalid, NotFound
from connectors.text import line
from connectors.vocabulary import Choice, Group


@dataclass(frozen=True, slots=True)
class Words:
    """What a tool calls a container and a group, and how people bring an archived container back there."""

    container: str
    group: str
    bring_back: str

    def the_one(
        self, name: str, in_use: Sequence[Choice], archived: Callable[[], Sequence[Choice]], *, create: bool
    ) -> Choice | None:
        """The container of this name; None where there is none, and one may be made.

        `in_use` are those of the name; `archived` asks for those that were put away. Raises Invalid where several, or
        only archived ones, have the name, and NotFound where none has it and none may be made.
        """
        what = f"finding the {self.container} “{name}”"
        if len(in_use) > 1:
            places = ", ".join(choice.url or choice.id for choice in in_use)
            raise Invalid(
                f"{len(in_use)} {self.container}s have this name: {places}",
                what=what,
                next_step="Write the address of the right one as the mapping's container.",
            )
        if in_use:
            return in_use[0]
        if put_away := archived():
            raise Invalid(
                f"the {self.container} of this name is archived: {put_away[0].url or put_away[0].id}",
                what=what,
                next_step=f"{self.bring_back}, or name another container in the mapping.",
            )
        if not create:
            raise NotFound(f"no {self.container} in use has this name", what=what)
        return None

    def called(self, groups: Sequence[Group], group: str, title: str) -> str:
        """What the group with this id is called, before it gets a title. Raises NotFound where it is not among them."""
        for one in groups:
            if one.id == group:
                return one.title
        raise NotFound(
            f"the {self.container} has no such {self.group} (any more)",
            what=f"calling {self.group} {group} “{title}”",
        )


def titled(groups: Sequence[Group], title: str) -> Group | None:
    """The first of the groups that has this title."""
    return next((group for group in groups if alike(group.title, title)), None)


def alike(one: str, other: str) -> bool:
    """Whether two titles read the same: a tool may make one blank of several."""
    return line(one).split() == line(other).split()
