"""Which workspace the connection works in: the configured one, or the only one there is."""

from __future__ import annotations

import threading

from connectors.asana.client import Client
from connectors.errors import Invalid


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
