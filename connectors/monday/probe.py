"""What an account in monday is asked: what its documents leave open, and what this connector rests on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import NotFound
from connectors.essentials import Essentials
from connectors.monday import documents, shapes
from connectors.monday.answers import Answer as Told
from connectors.monday.answers import Raw
from connectors.monday.client import Client
from connectors.monday.containers import Containers
from connectors.monday.documents import Part
from connectors.monday.points import DEAR
from connectors.probing import Answer, Probe, Question
from connectors.vocabulary import Container, Depth

COST: Final = "write_cost"
"""How much of a minute's complexity a create takes."""
ABOUT: Final = 1.1
"""What an answer holds costs a little, too."""


class MondayProbe:
    """Asks one account. Monday keeps a board that was deleted in its bin for a while."""

    def __init__(self, client: Client, containers: Containers, workspace: str | None) -> None:
        self._client = client
        self._containers = containers
        self._workspace = workspace

    def of(self, connector: Connector, clock: Clock) -> Probe:
        """All of it."""
        own = [
            Question(
                "group_in_create",
                "A new item stands in the group that is named in the mutation that makes it.",
                "A second mutation puts each new item into its group.",
                self._grouped,
            ),
            Question(
                "replayed",
                "A create that arrives twice under one key is done once.",
                "Nothing rests on it: before an item is made again whose reply was lost, it is looked for.",
                lambda container: self._replayed(connector, container),
            ),
            Question(
                COST,
                f"A create costs about {DEAR:,} points of a minute's complexity, or less.",
                "Fewer creates go into one request where a minute does not hold ten.",
                self._cost,
            ),
        ]
        essentials = Essentials(connector, clock, self._client.delete_item).questions()
        return Probe(self._make, self._furnish, self._remove, [*own, *essentials])

    def _make(self, name: str) -> str:
        return self._client.create_board(name, self._workspace)

    def _furnish(self, board: str) -> Container:
        return self._containers.open(board, by_name=False, create=True)

    def _remove(self, board: str) -> None:
        with suppress(NotFound):
            self._client.delete_board(board)

    def _grouped(self, container: Container) -> Answer:
        *_, wanted = self._containers.ensure_groups(container, ["First group", "Second group"])[:2]
        group = shapes.group_of(self._made(container, "Probe: group", group=wanted.id))
        holds = group == wanted.id
        return Answer(holds, "it stands there" if holds else "it stands in another group", holds)

    def _replayed(self, connector: Connector, container: Container) -> Answer:
        key, name = uuid.uuid4().hex, "Probe: replay"
        for _ in range(2):
            self._sent(container, name, [key])
        listed = connector.read(container, Depth.TOP).tasks.values()
        made = sum(task.title == name for task in listed)
        return Answer(made == 1, "it is done once" if made == 1 else f"it was done {made} times", made == 1)

    def _cost(self, container: Container) -> Answer:
        told = self._sent(container, "Probe: cost", [uuid.uuid4().hex]).data.get("complexity") or {}
        cost = told.get("query")
        if not isinstance(cost, int):
            return Answer(False, "monday does not say what it costs", float(DEAR))
        return Answer(cost <= DEAR * ABOUT, f"it costs {cost:,}", float(cost))

    def _made(self, container: Container, name: str, **more: Any) -> Raw:
        """An item made with just this, as it is read afterwards."""
        id_ = self._sent(container, name, [uuid.uuid4().hex], **more).made("made")["id"]
        return self._client.items([id_], below=False, rolled=False, what=f"reading item {id_}")[id_]

    def _sent(self, container: Container, name: str, keys: Sequence[str], **more: Any) -> Told:
        """The answer to a create. Raises what went wrong with it."""
        part = Part("made", documents.CREATE_ITEM, {"board": container.id, "name": name} | more)
        told = self._client.ask("Write", [part], what=f"making item “{name}”", keys=keys)
        told.made(part.alias)
        return told
