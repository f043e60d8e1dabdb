"""A district with every kind of secret is run in every way, and none of its secrets shows anywhere, not in pieces."""

from __future__ import annotations

import base64
import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from connectors.asana.sandbox import Fault
from connectors.monday.sandbox import Fault as MondayFault
from tests.cli.district import TOKEN
from tests.secrecy.spotting import spotted
from tests.service.channel import Channel, channel
from tests.service.daemons import until
from tests.service.hooked import MONDAY_TOKEN, Hooked, hooked, post

ADMIN = "an-admin-token/which+no=one-learns"
CHANNEL = "T0BR1/qzXyWv9Kd-channel-word"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "--online"),
    ("diff",),
    ("sync",),
    ("status",),
    *(("scorecard", "--format", form) for form in ("text", "html", "csv")),
    ("scorecard", "--audience", "public"),
    ("explain", "G1.O1.K1"),
    ("log", "--limit", "1000"),
    ("proposals",),
    ("decide", "G1.A1.P1", "title", "plan"),
    ("retry",),
    ("pause", "academics"),
    ("resume", "academics"),
    ("undo", "1", "--dry-run"),
    ("db", "check"),
    ("db", "upgrade"),
)
WITHOUT_JSON = {"pause", "resume", "db"}
PAGES = (
    *("/", "/internal", "/scorecard.json", "/scorecard.csv", "/healthz", "/readyz", "/metrics", "/nowhere"),
    *(f"/api/v1/{name}" for name in ("status", "scorecard?audience=internal", "log", "explain/G1.A1", "openapi.json")),
    "/api/v1/log?item=" + quote(ADMIN, safe=""),
    "/api/v1/explain/" + quote(ADMIN, safe=""),
)


@dataclass
class Town:
    """A district over both tools, with an admin token and a channel for notices; `seen` is what left it."""

    place: Hooked
    channel: Channel
    secrets: dict[str, str]
    seen: dict[str, bytes] = field(default_factory=dict)

    def run(self, *arguments: str) -> None:
        """Run a command, and keep what it said."""
        said = self.place.district.run(*arguments)
        self.seen[" ".join(arguments)] = (said.out + said.err).encode()

    def files(self) -> dict[str, bytes]:
        """All that lies in the folder, but for the configuration."""
        folder = self.place.district.folder
        paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "config.toml"]
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

    def echo(self, writes_only: bool = False) -> None:
        """Both tools refuse what is asked of them from now on, and repeat our tokens in their words."""
        words = "not with {}, and not with Authorization: Bearer {}; see https://x.example/?t={}"
        ours = words.format(TOKEN, TOKEN, quote(TOKEN, safe=""))
        match = "^(PUT|POST)" if writes_only else ""
        self.place.asana.faults.append(Fault(match, status=403, message=ours, times=1000))
        theirs = words.format(*[MONDAY_TOKEN] * 3)
        match = "^mutation" if writes_only else ""
        self.place.monday.faults.append(
            MondayFault(match, status=200, code="UserUnauthorizedException", message=theirs, times=1000)
        )

    def edit(self) -> None:
        """The plan asks for something else in both tools."""
        self.place.district.change_plan(("Train every", "Train each"), ("Hire the", "Find the"))

    def told_to_the_tools(self) -> dict[str, str]:
        """What only the tools know besides us: the keys of their addresses, and Asana's signing secret."""
        addresses = {f"{tool}'s key": self.place.address(tool).rpartition("/")[2] for tool in ("asana", "monday")}
        (hook,) = self.place.asana.world.hooks.values()
        return addresses | {"Asana's signing secret": hook.secret}

    def knock(self) -> None:
        """Deliveries that are not the tools', and one at a door that is not there."""
        for tool in ("asana", "monday"):
            address = self.place.address(tool)
            for body in (b"{}", b"\xff", b'{"challenge": "x"}', b"[" * 5000):
                post(address, body, X_Hook_Signature="0" * 64)
            post(address, X_Hook_Secret="of somebody else")
            post(f"{address}x")

    def visit(self, when: str, token: str) -> None:
        """Ask for everything, and keep what was answered."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for page in PAGES:
            answer = httpx.get(f"http://127.0.0.1:{self.place.port}{page}", headers=headers, trust_env=False)
            self.seen[f"{page} {when}"] = f"{dict(answer.headers)}".encode() + answer.content

    def forgive(self) -> None:
        """Both tools work again."""
        self.place.asana.faults.clear()
        self.place.monday.faults.clear()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town whose plan was pushed."""
    folder = tmp_path / "district"
    folder.mkdir()
    with ExitStack() as closing:
        told = closing.enter_context(channel())
        place = closing.enter_context(hooked(folder))
        config = place.district.config
        text = config.read_text(encoding="utf-8")
        text = text.replace("public_url", f'admin_token = "{ADMIN}"\npublic_url')
        address = f"{told.url.removesuffix('/hook/a-secret-word')}/{CHANNEL}"
        text += f'[notices.office]\nkind = "json"\nurl = "{address}"\n'
        config.write_text(text, encoding="utf-8")
        secrets = {"Asana's token": TOKEN, "monday's token": MONDAY_TOKEN, "the admin token": ADMIN, "channel": CHANNEL}
        yield Town(place, told, secrets)


def test_no_command_and_no_file_shows_a_secret(town: Town) -> None:
    """Every command, with and without JSON, with a log in detail, while tools work and repeat our tokens."""
    town.run("sync", "--verbose")
    town.edit()
    town.echo(writes_only=True)
    town.run("sync", "--json")
    assert b"[hidden]" in town.seen["sync --json"]
    town.forgive()
    town.echo()
    for command in COMMANDS:
        town.run(*command, "--verbose")
        if command[0] not in WITHOUT_JSON:
            town.run(*command, "--json")
    town.run("db", "backup")
    assert b"[hidden]" in town.seen["status --json"]
    assert {"plan.toml", "syncd.db"} < set(town.files())
    assert spotted(town.secrets, town.seen | town.files()) == []


def test_no_fault_of_our_own_shows_a_secret(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is told with its trace, and both without the token that it names."""

    def broken(*_: object) -> None:
        raise RuntimeError(f"nobody foresaw {TOKEN} and {ADMIN!r}")

    monkeypatch.setattr("syncd.views.status.status", broken)
    town.run("status", "--verbose")
    assert town.seen["status --verbose"].count(b"nobody foresaw [hidden]") == 2
    assert spotted(town.secrets, town.seen) == []


@pytest.mark.process
def test_the_daemon_shows_no_secret(town: Town) -> None:
    """Nor does it with webhooks, wrong visitors, notices and tools that repeat our tokens, in pages, log and store."""
    district, seen = town.place.district, town.seen
    with district.started("--verbose", "run") as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        seen["first lines"] = b""
        for line in lines:
            seen["first lines"] += line.encode()
            if json.loads(line)["event"] == "running":
                break
        until(town.place.hooked)
        town.secrets |= town.told_to_the_tools()
        town.knock()
        town.visit("well", ADMIN)
        town.edit()
        town.echo()
        town.run("sync", "--json")
        until(lambda: town.channel.arrived)
        town.visit("refused", ADMIN)
        town.visit("as nobody", "")
        town.visit("as a guesser", f"{ADMIN}x")
        process.send_signal(signal.SIGTERM)
        seen["output"], seen["log"] = (text.encode() for text in process.communicate(timeout=30))
    seen["notices"] = json.dumps(town.channel.arrived).encode()
    assert len(seen["log"]) > 1000
    assert b"[hidden]" in seen["sync --json"]
    assert spotted(town.secrets, seen | town.files()) == []


def test_secrets_are_spotted_in_pieces_and_in_code() -> None:
    """Whole, in a piece, in an address, in base64 wherever it begins, in hex; and nothing where there is none."""
    coded = (TOKEN.encode().hex(), quote(TOKEN, safe=""), TOKEN[5:13], TOKEN)
    based = [base64.b64encode(f"{'x' * pad}{TOKEN}y".encode()).decode() for pad in range(4)]
    for text in (*coded, *based):
        assert spotted({"it": TOKEN}, {"here": f"<{text}>".encode()}), text
    assert spotted({"it": TOKEN}, {"here": TOKEN[5:12].encode()}) == []
