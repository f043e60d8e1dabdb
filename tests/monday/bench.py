"""A running local monday with hands for what people do in it, and connectors to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from graphql import GraphQLSchema, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import OperationDefinitionNode

from connectors.contract import Settings
from connectors.monday import connect
from connectors.monday.connector import Monday
from connectors.monday.sandbox import Fault, Limits, Sandbox
from connectors.sandbox.deliveries import Mishap
from tests.connectors.clock import ToldClock
from tests.contracts.monday import contracts_if_any

NO_LIMIT = 600_000
UNLIMITED = Limits(per_minute=None, concurrency=None, complexity=1_000_000_000, daily=None)


class MondayBench:
    """One sandbox with one board. Everything connectors send and are answered is kept in `box.requests`."""

    name = "Strategic plan"
    page = 500
    levels = 2

    def __init__(self, closing: ExitStack, limits: Limits = UNLIMITED) -> None:
        self.clock = ToldClock()
        self._closing = closing
        self.box = closing.enter_context(Sandbox(self.clock, limits=limits, contracts=contracts_if_any()))
        self.world = self.box.world
        self.container = self.world.add_board(self.name).id
        self.address = f"https://riverbend.monday.com/boards/{self.container}/views/7"
        self.teammate = self.world.users[self.world.person].email

    @property
    def mishaps(self) -> list[Mishap]:
        """What befalls the next deliveries."""
        return self.box.mishaps

    def connect(self, *, token: str | None = None, **settings: Any) -> Monday:
        """A fresh connector; its limits are wide open unless others are given."""
        usual = Settings(
            "monday",
            token or self.box.token,
            self.box.base_url,
            requests_per_minute=NO_LIMIT,
            daily_calls=NO_LIMIT,
        )
        made = connect(replace(usual, **settings), self.clock)
        assert isinstance(made, Monday)
        self._closing.callback(made.close)
        return made

    def quiet(self, _containers: int) -> int:
        """One request for all of them."""
        return 1

    # What people do

    def add_container(self, name: str) -> str:
        """A board."""
        return self.world.add_board(name).id

    def hide_container(self, container: str) -> None:
        """Make a board private."""
        self.world.hide_board(container)

    def delete_container(self, container: str) -> None:
        """Delete a board."""
        self.world.delete_board(container)

    def add(self, title: str, *, parent: str | None = None) -> str:
        """An item on the board, or a subitem."""
        return self.world.add_item(title, self.container, parent=parent).id

    def complete(self, task: str, *, done: bool = True) -> None:
        """Choose the label that means done, or none."""
        self.world.complete(task, done)

    def rename(self, task: str, title: str) -> None:
        """Another name."""
        self.world.rename(task, title)

    def move(self, task: str, group: str) -> None:
        """Into another group."""
        self.world.move(task, group)

    def delete_group(self, group: str) -> None:
        """Delete a group of the board."""
        self.world.drop_group(self.container, group)

    def move_away(self, task: str) -> None:
        """To another board."""
        self.world.move_away(task, self.world.add_board("Elsewhere").id)

    def delete(self, task: str) -> None:
        """Into the bin."""
        self.world.delete(task)

    def hide(self, task: str) -> None:
        """Take it out of the account's sight."""
        self.world.hide_item(task)

    def duplicate(self, task: str) -> str:
        """Copy it."""
        return self.world.duplicate(task).id

    def titles(self) -> list[str]:
        """What all live items are called."""
        return [item.name for item in self.world.items.values() if item.state == "active"]

    # What goes wrong

    def fault(self, match: str = "", **fault: Any) -> None:
        """Any fault of the sandbox."""
        self.box.faults.append(Fault(match, **fault))

    def lose_reply(self) -> None:
        """The next mutation takes effect unanswered."""
        self.fault("^mutation", kind="lost_reply")

    def fail(self, times: int) -> None:
        """Status 500."""
        self.fault(times=times)

    def fail_second_page(self) -> None:
        """Status 500 for every page after a first one."""
        self.fault("next_items_page", times=10_000)

    def throttle(self, seconds: int) -> None:
        """Status 429."""
        self.fault(kind="rate_limit", retry_after=str(seconds))

    def lose_news(self) -> None:
        """The activity log is empty."""
        self.world.drop_logs(len(self.world.logs))

    def expire_cursors(self) -> None:
        """Longer ago than the activity log goes back."""
        self.clock.pass_(days=8)

    # What tests look at

    def sent(self, text: str = "") -> list[Any]:
        """The requests so far with this in their document."""
        return [seen for seen in self.box.requests if text in seen.body["query"]]

    def documents(self) -> list[tuple[str, dict[str, Any]]]:
        """Every document that was sent, with its variables."""
        return [(seen.body["query"], seen.body["variables"]) for seen in self.box.requests]


def violations(schema: GraphQLSchema, document: str, variables: dict[str, Any]) -> list[str]:
    """What monday's schema has against a document and its variables."""
    parsed = parse(document)
    found = [error.message for error in validate(schema, parsed)]
    (operation,) = (node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))
    values = get_variable_values(schema, operation.variable_definitions or [], json.loads(json.dumps(variables)))
    return found + ([error.message for error in values] if isinstance(values, list) else [])


@contextmanager
def running(schema: GraphQLSchema, limits: Limits = UNLIMITED) -> Iterator[MondayBench]:
    """A bench; at its end, monday's schema must allow every document sent, and every mutation must have had a key."""
    with ExitStack() as closing:
        bench = MondayBench(closing, limits)
        yield bench
        asked = dict(bench.documents())
        assert [seen for seen in bench.sent("mutation ") if not seen.headers.get("idempotency-key")] == []
        assert [found for document in asked for found in violations(schema, document, asked[document])] == []
