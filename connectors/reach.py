"""What an account may do in its tool, as far as the tool tells: whether that is too little, or more than is needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What kind of account it is."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    VIEW_ONLY = "view_only"


@dataclass(frozen=True, slots=True)
class Reach:
    """The account's standing, None where the tool does not tell; its workspaces, None in a tool that has none.

    `tier` is the plan that the district pays for, in the tool's own word, "" where it does not tell.
    """

    standing: Standing | None
    workspaces: int | None = None
    tier: str = ""
