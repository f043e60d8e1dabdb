"""Which workspace the connection works in: the configured one, or the only one there is."""

from __future__ import annotations

import threading

from connectors.asana.answers import Raw, understood
from connectors.asana.client import Client
from connectors.asana.shapes import choice
from connectors.errors import Invalid
from connectors.reach import Reach, Standing
from connectors.vocabulary import Choice


class Workspace:
    """The workspace's id, asked for at most once; thread-safe."""

    def __init__(self, client: Client, configured: str | None) -> None:
        self._client = client
        self._id = configured
        self._lock = threading.Lock()

    def id(self) -> str:
        """The workspace's id. Raises Invalid where the account has several and none is configured."""
        with self._lock:
            if self._id is None:
                self._id = self._only()
            return self._id

    def reach(self) -> Reach:
        """What the account is in the workspace; in all of them where none is configured, None where they differ.

        Who is an administrator in one of these counts as one: the token may do there what an administrator may.
        """
        found = self._client.memberships()
        standings = {_standing(raw) for raw in found if self._id in (None, _home(raw))}
        alike = next(iter(standings)) if len(standings) == 1 else None
        return Reach(Standing.ADMIN if Standing.ADMIN in standings else alike, len(found))

    def choices(self) -> list[Choice]:
        """All of the account's workspaces, by name."""
        found = map(choice, self._client.workspaces())
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    def _only(self) -> str:
        found = self._client.workspaces()
        if len(found) == 1:
            return str(found[0]["gid"])
        names = ", ".join(f"“{raw.get('name')}” ({raw['gid']})" for raw in found) or "none"
        raise Invalid(
            f"the token's account has these workspaces: {names}",
            what="choosing the workspace",
            next_step='Write the id of one of them as `workspace = "…"` into the connection.',
        )


@understood("membership")
def _home(raw: Raw) -> str:
    """The workspace that a membership is about."""
    return str(raw["workspace"]["gid"])


@understood("membership")
def _standing(raw: Raw) -> Standing | None:
    """What a membership says; None where it says nothing."""
    said = {Standing.VIEW_ONLY: "is_view_only", Standing.GUEST: "is_guest", Standing.ADMIN: "is_admin"}
    if not any(isinstance(raw.get(key), bool) for key in said.values()):
        return None
    return next((standing for standing, key in said.items() if raw.get(key)), Standing.MEMBER)
