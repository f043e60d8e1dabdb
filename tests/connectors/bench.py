"""What the shared suite needs of a tool: a running one, connectors to it, and hands for what people do in it."""

from __future__ import annotations

from typing import Protocol

from connectors.contract import Connector
from connectors.sandbox.deliveries import Mishap
from tests.connectors.clock import ToldClock


class Bench(Protocol):
    """One running tool with one container that holds nothing yet; `clock` is the tool's and the connectors'.

    Ids are the tool's own. `teammate` is the address of someone with an account. `quiet` says how many requests a
    look for news of so many containers may take when nothing happened. `names_markers` is False where the account
    can keep no marker but in the notes. A page of a listing holds at most `page` tasks, and tasks stand on so many
    `levels`, those of the container counted.
    """

    clock: ToldClock
    container: str
    name: str
    address: str
    teammate: str
    page: int
    levels: int

    @property
    def mishaps(self) -> list[Mishap]:
        """What befalls the next deliveries to webhooks; append to it."""

    def connect(self, *, token: str | None = None) -> Connector:
        """A fresh connector, which knows nothing; with another `token`, one that the tool may refuse."""

    def quiet(self, containers: int) -> int:
        """How many requests news of so many containers may take at most when there are none."""

    # What people do

    def add_container(self, name: str) -> str:
        """A further container of that name; its id."""

    def hide_container(self, container: str) -> None:
        """Take a container out of the account's sight."""

    def delete_container(self, container: str) -> None:
        """Delete a container."""

    def add(self, title: str, *, parent: str | None = None) -> str:
        """Somebody makes a task in the container, or below another task; its id."""

    def complete(self, task: str, *, done: bool = True) -> None:
        """Somebody ticks a task off, or opens it again."""

    def rename(self, task: str, title: str) -> None:
        """Somebody gives a task another title."""

    def move(self, task: str, group: str) -> None:
        """Somebody puts a task into another group."""

    def delete_group(self, group: str) -> None:
        """Somebody deletes a group; tasks in it go to another one."""

    def move_away(self, task: str) -> None:
        """Somebody moves a task to another container."""

    def delete(self, task: str) -> None:
        """Somebody deletes a task."""

    def hide(self, task: str) -> None:
        """Somebody makes a task private."""

    def duplicate(self, task: str) -> str:
        """Somebody copies a task with all it holds; the copy's id."""

    def titles(self) -> list[str]:
        """The titles of all live tasks in the tool, subtasks too."""

    # What goes wrong

    def lose_reply(self) -> None:
        """The next write takes effect, and its answer is lost."""

    def fail(self, times: int) -> None:
        """That many requests are answered by a server's error, without effect."""

    def fail_second_page(self) -> None:
        """Every listing breaks off for good after its first page."""

    def throttle(self, seconds: int) -> None:
        """The next request is refused, with the advice to keep away that long."""

    def lose_news(self) -> None:
        """What the tool's feed has to tell is lost."""

    def expire_cursors(self) -> None:
        """All cursors that are out are too old from now on."""
