"""Webhooks over HTTP, with both local tools and the real web server: quick, and no way in for anybody else."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.sandbox.deliveries import Mishap
from syncd import logs
from tests.service.daemons import Daemon, until
from tests.service.hooked import BOOKS, LIAISON, TEACHERS, Hooked, done, hooked, passes, post, timed


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hooked]:
    """A district over both tools, in which one story follows the other."""
    with hooked(tmp_path_factory.mktemp("place")) as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Hooked]:
    """Such a district whose daemon does not run yet."""
    with hooked(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def daemon(place: Hooked) -> Iterator[Daemon]:
    """Its daemon, which both tools tell what happens."""
    with place.running() as running:
        yield running


@pytest.mark.parametrize("title", [TEACHERS, LIAISON])
def test_an_edit_is_on_the_scorecard_within_a_second(
    place: Hooked, daemon: Daemon, title: str, record_property: Callable[[str, object], None]
) -> None:
    """What a team ticks off is told, looked at with two requests at most, and shown, though the clock looks hourly."""
    assert done(daemon, title) is False
    before = sum(place.asked())
    place.tick(title)
    seconds = timed(lambda: done(daemon, title))
    record_property("seconds", seconds)
    sys.stdout.write(f"\n{title}: on the scorecard {seconds:.2f} s after the tick\n")
    place.settled(daemon)
    assert sum(place.asked()) - before <= 2
    assert seconds < 5


def test_many_edits_within_a_moment_make_one_pass(place: Hooked, daemon: Daemon) -> None:
    """A burst of edits is one question for the feed and one look at each task; passes do not pile up."""
    before, ended = place.asked()[0], passes(daemon)
    task = place.district.task(TEACHERS).gid
    for number in range(20):
        place.asana.world.rename(task, f"{TEACHERS} {number}")
    place.asana.world.rename(task, TEACHERS)
    place.settled(daemon)
    assert place.asked()[0] - before <= 4
    assert 1 <= passes(daemon) - ended <= 2


@pytest.mark.parametrize("tool", ["asana", "monday"])
def test_nobody_else_gets_in(place: Hooked, daemon: Daemon, tool: str) -> None:
    """Wrong keys, forged, malformed, oversized and begun by strangers: refused, and no pass is made."""
    address, before, ended = place.address(tool), place.asked(), passes(daemon)
    root = address.rpartition("/")[0]
    body = b'{"event": {"pulseId": 1}}' if tool == "monday" else b'{"events": []}'
    assert [post(wrong, body).status_code for wrong in (f"{root}/guess", f"{address}x", address[:-1])] == [404] * 3
    assert post(address.replace(f"/{tool}/", "/other/"), body).status_code == 404
    assert daemon.get(address.removeprefix(daemon.address)).status_code == 405
    assert post(address, b"{", x_hook_signature="0" * 64).status_code in (400, 401)
    assert post(address, b"", x_hook_secret="mine").status_code in (400, 403)
    assert post(address, b'{"challenge": "mine"}').status_code in (401, 403)
    assert post(address, b"[" * 2_000_000).status_code == 413
    assert post(address, b"[" * 900_000).status_code in (400, 401)
    if tool == "asana":
        assert post(address, body).status_code == 401
        assert post(address, body, x_hook_signature=b"\xe4" * 64).status_code == 401
    place.settled(daemon)
    assert (place.asked(), passes(daemon)) == (before, ended)


def test_a_delivery_that_is_played_again_costs_a_look_and_no_more(place: Hooked, daemon: Daemon) -> None:
    """Whoever overheard a real delivery makes us ask the feed, however often it comes; nothing is written."""
    place.asana.mishaps.append(Mishap.REPEATED)
    place.asana.world.complete(place.district.task(BOOKS).gid)
    until(lambda: done(daemon, BOOKS))
    place.settled(daemon)
    assert all(seen.method == "GET" for seen in place.asana.requests[-2:])


def test_a_clean_stop_ends_what_was_begun(fresh: Hooked) -> None:
    """No subscription is left in either tool, and none in what the store keeps; the next start makes new ones."""
    with fresh.running():
        first = fresh.address("asana")
    assert not fresh.asana.world.hooks
    assert not fresh.monday.world.hooks
    with fresh.running() as daemon:
        assert fresh.address("asana") != first
        with daemon.app.store.reading() as reader:
            assert len(reader.facts("asana", "hooks") or {}) == 1
            assert len(reader.facts("monday", "hooks") or {}) == 13


def test_keys_and_secrets_stand_nowhere(fresh: Hooked) -> None:
    """Neither the addresses' keys nor the signing secret is in the log at its most talkative, the store, or a page."""
    stream = io.StringIO()
    logs.configure("debug", json=False, stream=stream)
    with fresh.running() as daemon:
        secret = next(iter(fresh.asana.world.hooks.values())).secret
        keys = [fresh.address(tool).rpartition("/")[2] for tool in ("asana", "monday")]
        fresh.asana.world.hooks.clear()
        post(fresh.address("monday"), b"{")
        for key in keys:
            logging.getLogger("anything").warning("there it goes: %s", f"/webhooks/asana/{key}?x")
        assert "there it goes" in stream.getvalue()
        assert "X-Hook-Secret" not in stream.getvalue()
        written = stream.getvalue() + repr(daemon.lines)
        pages = daemon.get("/healthz").text + daemon.get("/scorecard.json").text + daemon.get("/webhooks").text
    held = b"".join(file.read_bytes() for file in fresh.district.folder.glob("syncd.db*"))
    for hidden in (*keys, secret):
        assert hidden not in written + pages
        assert hidden.encode() not in held
