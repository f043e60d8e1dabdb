"""monday's webhooks: one for each kind of event, begun by a challenge while we ask; only their address is secret.

monday signs deliveries only for apps of its marketplace, with a secret that a plain token has no part in.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from connectors.errors import NotFound, ToolError, UnknownOutcome
from connectors.hooks import MALFORMED, TAKEN, UNASKED, Hook, Reply, parsed
from connectors.monday import documents
from connectors.monday.account import Account
from connectors.monday.answers import Answer, Raw
from connectors.monday.client import Client, portions
from connectors.monday.documents import Part

EVENTS: Final = (
    "create_item",
    "change_column_value",
    "change_name",
    "item_moved_to_any_group",
    "item_archived",
    "item_deleted",
    "item_restored",
    "create_subitem",
    "change_subitem_column_value",
    "change_subitem_name",
    "move_subitem",
    "subitem_archived",
    "subitem_deleted",
)
"""All that may happen to items and subitems; each takes a webhook of its own."""
AT_ONCE: Final = 7
"""Webhooks that are made in one request: monday asks our address for an answer to each, before it answers."""
LONGEST: Final = 500
"""Characters of a challenge that are sent back."""
_NAMES: Final = ("pulseId", "itemId", "parentItemId")


class MondayHooks:
    """The `Hooks` of one monday connection."""

    def __init__(self, client: Client, account: Account) -> None:
        self._client, self._account = client, account
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        """The boards for which monday is being asked right now."""

    def subscribe(self, container: str, url: str) -> tuple[Hook, ...]:
        """All webhooks of a board, in two requests; a board without subitems may be refused those of subitems."""
        with self._lock:
            self._asked[container] += 1
        try:
            made = [one for some in portions(EVENTS, AT_ONCE) for one in self._made(container, url, some)]
        finally:
            with self._lock:
                self._asked[container] -= 1
        refused = [error for _, error in made if isinstance(error, ToolError)]
        if len(refused) == len(made):
            raise refused[0]
        return tuple(_hook(event, answered, container, url) for event, answered in made)

    def _made(self, container: str, url: str, events: Sequence[str]) -> list[tuple[str, Raw | ToolError]]:
        """What is answered for each kind of event."""
        parts = [
            Part(event, documents.CREATE_HOOK, {"board": container, "url": url, "event": event}) for event in events
        ]
        key, what = uuid.uuid4().hex, f"asking monday to tell what happens on board {container}"
        try:
            answer = self._client.ask("CreateHooks", parts, what=what, keys=[key])
        except UnknownOutcome:  # under the same key nothing is made twice, and what was answered is answered again
            answer = self._client.ask("CreateHooks", parts, what=what, keys=[key])
        return [(event, _told(answer, event)) for event in events]

    def subscribed(self, containers: Sequence[str]) -> Sequence[Hook]:
        """The webhooks of these boards, people's too, in one request; what cannot be seen has none."""
        if not containers:
            return ()
        parts = [Part(f"board_{at}", documents.HOOKS, {"board": board}) for at, board in enumerate(containers)]
        answer = self._client.ask("Hooks", parts, what="listing the webhooks of boards")
        found: list[Hook] = []
        for part, board in zip(parts, containers, strict=True):
            with suppress(NotFound):
                found += [Hook(raw["id"], board) for raw in answer.records(part.alias)]
        return found

    def drop(self, hooks: Sequence[Hook]) -> None:
        """End webhooks, ten in one request."""
        for some in portions([hook for hook in hooks if hook.id], 10):
            parts = [Part(f"hook_{at}", documents.DELETE_HOOK, {"hook": hook.id}) for at, hook in enumerate(some)]
            answer = self._client.ask("DeleteHooks", parts, what="ending webhooks")
            for part in parts:
                with suppress(NotFound):
                    answer.made(part.alias)

    def receive(self, container: str, headers: Mapping[str, str], body: bytes) -> Reply:  # noqa: ARG002  no proof
        """Answer a challenge that we asked for, or take in a delivery: whoever knows the address is monday."""
        told = parsed(body)
        if told is None:
            return MALFORMED
        if "challenge" in told:
            return self._challenged(container, told["challenge"])
        event = told.get("event")
        if not isinstance(event, dict):
            return MALFORMED
        moment = _moment(event, own=str(event.get("userId")) == self._account.id)
        return Reply(TAKEN, heard=dict.fromkeys(filter(_is_id, (str(event.get(name)) for name in _NAMES)), moment))

    def _challenged(self, container: str, word: object) -> Reply:
        with self._lock:
            asked = self._asked[container] > 0
        if not asked or not isinstance(word, str) or len(word) > LONGEST:
            return UNASKED
        return Reply(TAKEN, {"Content-Type": "application/json"}, json.dumps({"challenge": word}).encode())


def _told(answer: Answer, alias: str) -> Raw | ToolError:
    try:
        return answer.made(alias)
    except ToolError as error:
        return error


def _hook(event: str, answered: Raw | ToolError, container: str, url: str) -> Hook:
    """A webhook that was made; without an id, one that was refused."""
    if isinstance(answered, ToolError):
        return Hook("", container, url, f"{event}: {answered}")
    return Hook(answered["id"], container, url)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST


def _moment(event: Raw, *, own: bool) -> datetime | None:
    """When something happened; of our own doing by the second, as monday notes it in the item."""
    try:
        moment = datetime.fromisoformat(event["triggerTime"])
    except (KeyError, TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        return None
    return moment.replace(microsecond=0) if own else moment
