"""`syncd authorize`: a person signs in once; then passes are made without a token of their own, until it is revoked."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

import httpx
import pytest

from connectors.asana.sandbox import Fault
from connectors.asana.sandbox.signin import CLIENT_ID, CLIENT_SECRET
from tests.cli.district import TASKS, TOKEN, District
from tests.service.channel import channel
from tests.service.daemons import running, until

FILE = "CONNECTIONS__ASANA__OAUTH__REFRESH_TOKEN"
NAME = f"SYNCD_{FILE}"
APP = f'oauth = {{ client_id = "{CLIENT_ID}", client_secret = "{CLIENT_SECRET}" }}'


def code_at(text: str) -> str:
    """The code that a browser shows at the address in a text."""
    [address] = re.findall(r"http://\S+oauth_authorize\S+", text)
    return str(httpx.get(address).json()["code"])


@dataclass
class Person:
    """Who reads what is said and types an answer to it."""

    answer: str = "y"
    pasted: str = ""

    def fileno(self) -> int:
        """None: a person is no file."""
        raise OSError

    def readline(self, *_: int) -> str:
        """What is typed."""
        said = cast("io.StringIO", sys.stderr).getvalue()
        return f"{self.answer if said.endswith('[y/N]: ') else self.pasted or code_at(said)}\n"


@pytest.fixture
def signing(district: District, monkeypatch: pytest.MonkeyPatch) -> District:
    """A district whose connection is an app that nobody signed in for; a person sits at the keyboard."""
    (district.folder / "secrets").mkdir()
    text = district.config.read_text(encoding="utf-8").replace(f'token = "{TOKEN}"', APP)
    district.config.write_text(f'secrets_dir = "secrets"\n{text}', encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", cast("TextIO", Person()))
    return district


def kept(district: District) -> Path:
    """The file of the refresh token."""
    return district.folder / "secrets" / FILE


def test_without_a_sign_in(signing: District) -> None:
    """Every command says how to sign in, with the line of the section."""
    said = signing.run("sync")
    assert said.code == 2
    assert "config.toml:9: connections.asana.oauth.refresh_token: is missing; `syncd" in said.err
    assert "authorize asana` gets it, and says where to put it" in said.err


def test_signing_in(signing: District) -> None:
    """The token is kept for this account alone; then passes are made, and the store and what is said hold no secret."""
    said = signing.run("authorize", "asana")
    assert (said.code, said.out) == (0, f"The refresh token is kept in {kept(signing)}.\n"), said.err
    assert "Signed in to Asana as syncd." in said.err
    assert stat.S_IMODE(kept(signing).stat().st_mode) == 0o600
    assert [file.name for file in kept(signing).parent.iterdir()] == [FILE]
    checked = signing.run("check", "--online")
    assert (checked.code, "connection asana: signed in as syncd" in checked.out) == (0, True), checked.out
    synced = signing.run("sync", "--json", "--verbose")
    assert (synced.code, synced.json["passes"][0]["created"]) == (0, TASKS), synced.err
    access = {token for token, held in signing.box.world.tokens.items() if held.ends}
    secret = {kept(signing).read_text().strip(), CLIENT_SECRET, *access}
    told = said.out + said.err + checked.out + synced.out + synced.err
    stored = b"".join(file.read_bytes() for file in signing.folder.glob("syncd.db*"))
    assert len(access) >= 2
    assert not [each for each in secret if each in told or each.encode() in stored]


def test_a_sign_in_that_is_revoked(signing: District) -> None:
    """Exit 4, like a token that is revoked, and what to do; signing in again is asked about, and mends it."""
    signing.run("authorize", "asana")
    signing.box.signin.granted.clear()
    said = signing.run("sync")
    assert said.code == 4
    assert "Asana refuses the sign-in (invalid_grant: " in said.err
    assert "authorize asana`: it says what to do." in said.err
    checked = signing.run("check", "--online")
    assert checked.code == 4
    assert f"{kept(signing)}: connections.asana.oauth.refresh_token: here stands the sign-in in use" in checked.out
    again = signing.run("authorize", "asana")
    assert again.code == 0
    assert "holds a refresh token already. Replace it?" in again.err
    assert signing.run("sync").code == 0


def test_what_is_kept_is_not_lost(signing: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither when a person says no, nor when the sign-in fails; --yes does not ask, and other spellings are found."""
    signing.run("authorize", "asana")
    other = kept(signing).with_name("connections__asana__oauth__refresh_token")
    kept(signing).rename(other)
    before = other.read_text()
    monkeypatch.setattr(sys, "stdin", cast("TextIO", Person(answer="n")))
    assert signing.run("authorize", "asana").code == 130
    signing.box.faults.append(Fault(match="oauth_token", status=400, message="invalid_grant"))
    failed = signing.run("authorize", "asana", "--yes")
    assert failed.code == 4
    assert "A code holds once" in failed.err
    assert other.read_text() == before
    assert signing.run("authorize", "asana", "--yes").code == 0
    assert other.read_text() != before
    assert [file.name for file in other.parent.iterdir()] == [other.name]


def test_a_code_that_is_none(signing: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent and nothing kept."""
    for pasted, words in (("two words", "this is no code"), ("http://x/?code=1&state=2", "another sign-in")):
        monkeypatch.setattr(sys, "stdin", cast("TextIO", Person(pasted=pasted)))
        said = signing.run("authorize", "asana")
        assert (said.code, words in said.err) == (2, True)
    assert not kept(signing).exists()
    assert not signing.box.requests


@pytest.mark.parametrize("arguments", [["--print"], []], ids=["asked for", "no folder for secrets"])
def test_printing(signing: District, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The token alone on stdout, and on stderr where to put it; there it serves."""
    if not arguments:
        signing.config.write_text(signing.config.read_text().replace("secrets_dir", "# secrets_dir"))
    said = signing.run("authorize", "asana", *arguments)
    assert said.code == 0
    assert said.out.strip() in signing.box.signin.granted
    assert f"Put it into the environment variable {NAME},\nor into the file {FILE} in secrets_dir:\n" in said.err
    assert not kept(signing).exists()
    monkeypatch.setenv(NAME, said.out.strip())
    assert signing.run("sync").code == 0
    if arguments:
        again = signing.run("authorize", "asana")
        assert f"The environment variable {NAME} holds another one, and wins: take it away." in again.err


def test_signing_in_by_a_script(signing: District) -> None:
    """The address comes on stderr, the code goes in on stdin."""
    with signing.started("authorize", "asana", "--yes", stdin=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stderr
        said = ""
        while "oauth_authorize" not in said:
            said += process.stderr.readline()
        process.stdin.write(f"{code_at(said)}\n")
        process.stdin.close()
        assert process.wait(20) == 0
    assert kept(signing).read_text().strip() in signing.box.signin.granted


@pytest.mark.parametrize(
    ("before", "after", "arguments", "words"),
    [
        ("", "", ["asan"], "there is no connection “asan”; there are: asana"),
        (APP, 'token = "t"', ["asana"], "there is no [connections.asana.oauth] with the app to sign in for"),
    ],
)
def test_where_nobody_can_sign_in(signing: District, before: str, after: str, arguments: list[str], words: str) -> None:
    """It is said before a person begins."""
    signing.config.write_text(
        signing.config.read_text().replace(before, after) if before else signing.config.read_text()
    )
    said = signing.run("authorize", *arguments)
    assert (said.code, words in said.err) == (2, True), said.err
    assert "oauth_authorize" not in said.err


def test_a_folder_that_cannot_be_written(signing: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """As containers mount their secrets: it is said before a person begins."""
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    said = signing.run("authorize", "asana")
    assert (said.code, "use --print, and put the refresh token there yourself" in said.err) == (2, True)
    assert "oauth_authorize" not in said.err


def test_what_cannot_be_kept_is_printed(signing: District) -> None:
    """As where a container mounts the secret by itself: what a person fetched is not lost."""
    kept(signing).mkdir()
    said = signing.run("authorize", "asana", "--yes")
    assert (said.code, f"{kept(signing)} cannot be written: Is a directory." in said.err) == (1, True), said.err
    assert said.out.strip() in signing.box.signin.granted
    assert [file.name for file in kept(signing).parent.iterdir()] == [FILE]


def test_a_daemon_whose_sign_in_is_revoked(signing: District) -> None:
    """It says so once and what to do; who signs in anew starts nothing anew, and no secret stands in log or store."""
    signing.run("authorize", "asana")
    first = kept(signing).read_text().strip()
    text = signing.config.read_text(encoding="utf-8").replace(
        "[mappings.academics]", '[mappings.academics]\nevery = "1s"'
    )
    with channel() as office:
        notice = f'\n[notices.office]\nkind = "json"\nurl = "{office.url}"\n'
        signing.config.write_text(text + notice, encoding="utf-8")
        with running(signing) as daemon:
            until(lambda: daemon.said("pass_ended"))
            assert signing.run("check", "--online").code == 0
            signing.box.signin.granted.clear()
            for token in [token for token, held in signing.box.world.tokens.items() if held.ends]:
                signing.box.world.revoke(token)
            until(lambda: office.arrived)
            assert signing.run("authorize", "asana").code == 0
            until(lambda: len(office.arrived) > 1)
            logged = str(daemon.lines)
    assert office.titles == ["syncd: The token of asana is refused", "syncd: all is well again"]
    assert "Sign in anew with `syncd authorize asana`" in office.arrived[0]["text"]
    stored = b"".join(file.read_bytes() for file in signing.folder.glob("syncd.db*"))
    secret = {first, kept(signing).read_text().strip(), CLIENT_SECRET}
    assert not [each for each in secret if each in logged or each.encode() in stored]
