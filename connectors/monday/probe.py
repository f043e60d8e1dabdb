"""What an account in monday is asked: what its documents leave open, and what this connector rests on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Invalid, NoAccess, NotFound, UnknownOutcome
from connectors.essentials import FIRST, PATIENCE, SECOND, Essentials, waited
from connectors.monday import documents, shapes
from connectors.monday.answers import Answer as Told
from connectors.monday.answers import Raw
from connectors.monday.client import MOST_ALIASES, MOST_IDS, Client, cells
from connectors.monday.containers import Containers
from connectors.monday.documents import Part
from connectors.monday.points import DEAR
from connectors.monday.transport import REPLAYED
from connectors.probing import Answer, Probe, Question
from connectors.vocabulary import Container, Depth

COST: Final = "write_cost"
"""How much of a minute's complexity a create takes."""
ALONE: Final = "alone"
"""Whether what is wrong with one of several writes in a request leaves the others alone."""
LOOKS: Final = "looks"
"""How many items may be asked for by their ids in one request."""
LOGGED: Final = "logged"
"""Whether the activity log tells what happens: without it, changes of one second cannot be told from one another."""
FEWER: Final = 25
"""As many as monday gives where nobody says how many."""
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
        essentials = Essentials(connector, clock, self._client.delete_item).questions()
        questions = [*self._of_creates(connector, clock), *self._of_requests(clock), *essentials]
        return Probe(self._make, self._furnish, self._remove, questions)

    def _of_creates(self, connector: Connector, clock: Clock) -> list[Question]:
        """What becomes of a create."""
        return [
            Question(
                "group_in_create",
                "A new item stands in the group that is named in the mutation that makes it.",
                "A second mutation puts each new item into its group.",
                self._grouped,
            ),
            Question(
                REPLAYED,
                "A create that arrives twice under one key is done once.",
                "An item whose create was refused for a limit is looked for before it is made again.",
                lambda container: self._replayed(connector, clock, container),
            ),
            Question(
                COST,
                f"A create costs about {DEAR:,} points of a minute's complexity, or less.",
                "Fewer creates go into one request where a minute does not hold ten.",
                self._cost,
            ),
        ]

    def _of_requests(self, clock: Clock) -> list[Question]:
        """What goes into one request, and what the log says."""
        return [
            Question(
                ALONE,
                "What is wrong with one item of a request leaves the others alone.",
                "Every write goes in a request of its own; that takes more requests.",
                self._alone,
            ),
            Question(
                LOOKS,
                f"One request may name {MOST_ALIASES * MOST_IDS} items, in lists of {MOST_IDS}.",
                "Fewer items are named in one request.",
                self._named,
            ),
            Question(
                LOGGED,
                "The activity log of a board names each item with which something happened.",
                "Every pass reads the whole board; that takes more requests.",
                lambda container: self._logged(clock, container),
            ),
        ]

    def _make(self, name: str) -> str:
        return str(self._client.create_board(name, self._workspace)["id"])

    def _furnish(self, board: str) -> Container:
        return self._containers.open(board, by_name=False, create=True)

    def _remove(self, board: str) -> None:
        with suppress(NotFound):
            self._client.delete_board(board)

    def _grouped(self, container: Container) -> Answer:
        *_, wanted = self._containers.ensure_groups(container, [FIRST, SECOND])[:2]
        group = shapes.group_of(self._made(container, "Probe: group", group=wanted.id))
        holds = group == wanted.id
        return Answer(holds, "it stands there" if holds else "it stands in another group")

    def _replayed(self, connector: Connector, clock: Clock, container: Container) -> Answer:
        key, name = uuid.uuid4().hex, "Probe: replay"
        for _ in range(2):
            self._sent(container, name, [key])

        def made() -> int:
            return sum(task.title == name for task in connector.read(container, Depth.TOP).tasks.values())

        waited(clock, lambda: made() > 0)
        times = made()
        return Answer(times == 1, "it is done once" if times == 1 else f"it was done {times} times", times == 1)

    def _cost(self, container: Container) -> Answer:
        told = self._sent(container, "Probe: cost", [uuid.uuid4().hex]).data.get("complexity") or {}
        cost = told.get("query")
        if not isinstance(cost, int):
            return Answer(False, "monday does not say what it costs", float(DEAR))
        return Answer(cost <= DEAR * ABOUT, f"it costs {cost:,}", float(cost))

    def _alone(self, container: Container) -> Answer:
        gone = self._sent(container, "Probe: gone", [uuid.uuid4().hex]).made("made")["id"]
        self._client.delete_item(gone)
        wrong = {"board": container.id, "item": gone, "cells": cells({"name": "Probe: gone, changed"})}
        right = {"board": container.id, "name": "Probe: alone"}
        parts = [Part("wrong", documents.CHANGE, wrong), Part("right", documents.CREATE_ITEM, right)]
        with suppress(Invalid, NoAccess, NotFound, UnknownOutcome):
            told = self._client.ask("Write", parts, what="changing an item that is gone", keys=[uuid.uuid4().hex])
            told.made("right")
            return Answer(True, "the others are done", True)
        return Answer(False, "nothing is said of the others", False)

    def _logged(self, clock: Clock, container: Container) -> Answer:
        id_ = self._sent(container, "Probe: logged", [uuid.uuid4().hex]).made("made")["id"]
        after = waited(clock, lambda: bool(self._client.history([container.id], [id_])))
        holds = after is not None
        return Answer(holds, "it stands there" if holds else f"within {PATIENCE:g} s there was nothing", holds)

    def _named(self, container: Container) -> Answer:
        """How many may be named: whether they are different ones makes no difference to a limit."""
        id_ = self._sent(container, "Probe: named", [uuid.uuid4().hex]).made("made")["id"]
        for lists, ids in ((MOST_ALIASES, MOST_IDS), (1, MOST_IDS)):
            values = {"ids": [id_] * ids, "limit": ids, "below": False}
            parts = [Part(f"items_{number}", documents.ITEMS, values) for number in range(lists)]
            with suppress(Invalid):
                answer = self._client.ask("Items", parts, what=f"asking for {lists * ids} items")
                if all(answer.records(part.alias) for part in parts):
                    return Answer(lists == MOST_ALIASES, f"{lists * ids} may be named", lists * ids)
        return Answer(False, f"not even {MOST_IDS} may be named", FEWER)

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
