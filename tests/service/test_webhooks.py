"""The inbox: whose deliveries get in, how many, how long; and what is heard waits until its pass."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from connectors.hooks import Hook, Reply, Touched
from connectors.vocabulary import Budget
from syncd.service.bounds import LONGEST_BODY
from syncd.service.fresh import SLOW, Fresh
from syncd.service.hearing import DEBOUNCE, MOST, Waiting, pause
from syncd.service.hooks import root_of
from syncd.service.server import serve
from syncd.service.webhooks import A_SECOND, BURST, Door, Inbox
from tests.service.daemons import until

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


class Telling:
    """Hooks that believe everything; `bodies` holds what came."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def subscribe(self, container: str, url: str) -> tuple[Hook, ...]:
        """One."""
        return (Hook("1", container, url),)

    def subscribed(self, containers: Sequence[str]) -> Sequence[Hook]:
        """One each."""
        return [Hook("1", container) for container in containers]

    def drop(self, hooks: Sequence[Hook]) -> None:
        """Nothing to do."""

    def receive(self, container: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Believe it."""
        assert container == "B"
        assert all(name == name.lower() for name in headers)
        self.bodies.append(body)
        return Reply(200, heard={"T1": None})


class House:
    """An inbox on the web with one door, and a clock that stands still."""

    heard: list[Touched]

    def __init__(self) -> None:
        self.seconds, self.stands_by = 0.0, False
        self.telling, self.heard = Telling(), []
        self.inbox = Inbox(lambda: self.seconds, lambda: self.stands_by)
        self.door = Door("asana", "B", self.telling, self.heard.append)
        self.inbox.open(self.door)
        self.client = httpx.Client(trust_env=False)
        self.address = ""

    def post(self, path: str, content: bytes | Iterator[bytes] = b"{}") -> httpx.Response:
        """Somebody knocks."""
        return self.client.post(f"{self.address}{path}", content=content)


@pytest.fixture
def house() -> Iterator[House]:
    """A house with one door."""
    made = House()
    with serve(Starlette(routes=made.inbox.routes()), "127.0.0.1:0") as made.address, made.client:
        yield made


def test_a_door_lets_in_by_its_key_alone(house: House) -> None:
    """The right key is heard; a wrong one, another connection's and that of a door that was shut are not."""
    assert house.post(house.door.path).status_code == 200
    assert house.post(house.door.path.replace("asana", "monday")).status_code == 404
    assert house.post("/webhooks/asana/guess").status_code == 404
    house.inbox.shut(house.door)
    assert house.post(house.door.path).status_code == 404
    assert (house.telling.bodies, house.heard) == ([b"{}"], [{"T1": None}])


def test_a_stand_by_asks_for_another_try(house: House) -> None:
    """It can prove no delivery, whatever its address: 503 has a web server in front pass it on, or the tool come again.

    Once this daemon works, what has no door is nobody's again.
    """
    house.inbox.shut(house.door)
    house.stands_by = True
    answer = house.post(house.door.path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert house.post("/webhooks/asana/guess").status_code == 503
    house.stands_by = False
    assert house.post(house.door.path).status_code == 404
    assert not house.telling.bodies


def test_keys_cannot_be_guessed(house: House) -> None:
    """Each door has a key of its own, of 192 bits, which does not show where a door is printed."""
    other = Door("asana", "B", house.telling, house.heard.append)
    assert other.key != house.door.key
    assert len(other.key) == 32
    assert other.key not in repr(other)


def test_a_name_with_odd_letters_is_an_address(house: House) -> None:
    """A connection may be called as people like."""
    door = Door("our tools/ä", "B", house.telling, house.heard.append)
    house.inbox.open(door)
    assert house.post(door.path).status_code == 200
    assert door.path.isascii()


def test_a_body_that_is_too_long_is_not_read_to_its_end(house: House) -> None:
    """Whether it says so beforehand or not: nobody holds more of it than a delivery can have."""
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 65_536
            yield b"x" * 65_536

    assert house.post(house.door.path, endless()).status_code == 413
    assert house.post(house.door.path, b"x" * (LONGEST_BODY + 1)).status_code == 413
    assert house.post(house.door.path, b"x" * LONGEST_BODY).status_code == 200
    assert len(house.heard) == 1


def test_more_than_its_share_is_told_to_come_later(house: House) -> None:
    """A flood at one connection is refused with a time to wait; another one's is heard, and time heals."""
    other = Door("monday", "B", house.telling, house.heard.append)
    house.inbox.open(other)
    assert {house.post(house.door.path).status_code for _ in range(BURST)} == {200}
    refused = house.post(house.door.path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert house.post(other.path).status_code == 200
    house.seconds += 1
    assert [house.post(house.door.path).status_code for _ in range(A_SECOND + 1)] == [200] * A_SECOND + [429]


def test_the_latest_moment_of_a_task_counts() -> None:
    """Told twice, a task has its later moment; once told without one, it is looked at whatever was told besides."""
    waiting = Waiting()
    waiting.add({"T1": NOON, "T2": NOON})
    waiting.add({"T1": NOON - timedelta(hours=1), "T2": None})
    waiting.add({"T1": NOON + timedelta(hours=1), "T2": NOON})
    assert waiting.tasks == {"T1": NOON + timedelta(hours=1), "T2": None}


def test_what_waits_does_not_grow_without_end() -> None:
    """Of so many tasks are the ids kept; the feed tells of the others."""
    waiting = Waiting()
    waiting.add({f"T{at}": None for at in range(MOST * 2)})
    waiting.add({"T0": NOON})
    assert len(waiting.tasks) == MOST


def test_looking_at_once_stops_when_the_day_runs_short() -> None:
    """A moment, as long as a quarter of the day's requests is left; then what is left must last until midnight."""
    resets = NOON + timedelta(hours=12)
    assert pause(None, NOON) == DEBOUNCE
    assert pause(Budget(1000, 0, 250, resets), NOON) == DEBOUNCE
    assert pause(Budget(1000, 0, 100, resets), NOON) == 12 * 3600 / 50
    assert pause(Budget(1000, 0, 0, resets), NOON) == 12 * 3600


@pytest.mark.parametrize(
    ("public", "root"),
    [
        ("https://plan.example.org/", "https://plan.example.org"),
        ("https://example.org/syncd", "https://example.org/syncd"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://plan.example.org", None),
        (None, None),
    ],
)
def test_webhooks_need_an_address_that_keeps_a_secret(public: str | None, root: str | None) -> None:
    """Only https, or this machine itself; without one there are none."""
    assert root_of(public) == root


def test_what_is_new_is_shown_at_once() -> None:
    """A value is kept for a second, unless its version changed."""
    made, version = [0], [0]

    def make() -> int:
        made[0] += 1
        return made[0]

    fresh = Fresh(make, lambda: 0.0, lambda: version[0])
    assert [fresh.get(), fresh.get()] == [1, 1]
    version[0] = 1
    assert fresh.get() == 2


def test_who_asks_first_after_something_new_is_shown_it() -> None:
    """Also where it takes longer than people should wait: what stood there before was known before the edit.

    While nothing is new, and where it takes too long, the one before is shown. Nobody is held up twice.
    """
    began, seconds, version = [0], [0.0], [0]
    held = threading.Event()
    held.set()

    def make() -> int:
        began[0] += 1
        held.wait()
        seconds[0] += 2 * SLOW
        return version[0]

    fresh = Fresh(make, lambda: seconds[0], lambda: version[0], oldest=100.0)
    assert fresh.get() == 0
    version[0] = 1
    assert fresh.get() == 1
    held.clear()
    version[0] = 2
    assert [fresh.get(), fresh.get(), began[0]] == [1, 1, 3]
    held.set()
    until(lambda: fresh.get() == 2)
    assert began[0] == 3
