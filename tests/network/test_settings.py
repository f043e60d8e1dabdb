"""[network] in the configuration and the variables of the environment: what they make, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.network import DIRECT
from syncd import logs
from syncd.app import App
from syncd.service.edits import Edits
from tests.config.written import SMALL, read, refused

PROXY = "http://bot:pa55word@proxy.example.org:8080"


def test_nothing_said(tmp_path: Path) -> None:
    """No proxy, the usual authorities."""
    assert read(tmp_path).outgoing == DIRECT


def test_a_file_of_certificates_and_a_proxy(tmp_path: Path, ca_file: Path) -> None:
    """The path starts from the configuration; the proxy is for all addresses, and comes before the environment's."""
    text = f'{SMALL}[network]\nca_file = "{ca_file.name}"\nproxy = "{PROXY}"\n'
    found = read(tmp_path, text, {"HTTPS_PROXY": "http://other:1", "NO_PROXY": "files.example.org"}).outgoing
    assert found.authorities == ca_file.read_text()
    assert found.proxy("https://app.asana.com") == found.proxy("http://app.asana.com") == PROXY
    assert found.proxy("https://files.example.org") == ""


def test_the_environments_proxies(tmp_path: Path) -> None:
    """Small letters come first, http:// may be left out, and syncd's own variables set what the file would."""
    large = {"HTTPS_PROXY": "http://a.example:1", "HTTP_PROXY": "http://b.example:2"}
    found = read(tmp_path, SMALL, large).outgoing
    assert (found.secure, found.plain) == ("http://a.example:1", "http://b.example:2")
    assert read(tmp_path, SMALL, large | {"https_proxy": "c.example:3"}).outgoing.secure == "http://c.example:3"
    assert read(tmp_path, SMALL, large | {"SYNCD_NETWORK__PROXY": PROXY}).outgoing.secure == PROXY


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('ca_file = "none.pem"', "config.toml:11: network.ca_file: none.pem: it cannot be read: No such file"),
        ('ca_file = "config.toml"', "config.toml:11: network.ca_file: config.toml: it holds no certificate; save"),
        ("ca_file = 7", "config.toml:11: network.ca_file: must be text in quotes, not “7”"),
        ('ca_fil = "x"', "config.toml:11: network.ca_fil: there is no key “ca_fil” here; did you mean “ca_file”?"),
        ('proxy = "socks5://me:pa55word@p:1"', "config.toml:11: network.proxy: must be a proxy's web address, such as"),
        ('proxy = "pa55word"', "config.toml:11: network.proxy: must be a proxy's web address, such as"),
        ('proxy = "http://[pa55word"', "config.toml:11: network.proxy: must be a proxy's web address, such as"),
    ],
)
def test_what_cannot_be_used(lines: str, words: str, tmp_path: Path) -> None:
    """Each is told with its line and key; a password in it is not repeated."""
    found = refused(tmp_path, f"{SMALL}[network]\n{lines}\n")
    assert found[0].startswith(words)
    assert len(found) == 1
    assert "pa55word" not in found[0]


def test_what_cannot_be_used_in_the_environment(tmp_path: Path, ca_file: Path) -> None:
    """The variable is named; with a proxy in the file nobody minds it."""
    wrong = {"https_proxy": "socks5://pa55word@p:1"}
    assert refused(tmp_path, SMALL, wrong) == [
        "environment variable https_proxy: must be a proxy's web address, such as http://proxy.example.org:8080"
    ]
    assert read(tmp_path, f'{SMALL}[network]\nproxy = "{PROXY}"\n', wrong).outgoing.secure == PROXY
    [line] = refused(tmp_path, SMALL, {"SYNCD_NETWORK__CA_FILE": "none.pem"})
    assert line.startswith("environment variable SYNCD_NETWORK__CA_FILE: network.ca_file: none.pem: it cannot be read")


@pytest.mark.parametrize("variable", ["SYNCD_NETWORK__PROXY", "HTTPS_PROXY"])
def test_the_proxys_password_is_a_secret(variable: str, tmp_path: Path) -> None:
    """The log does not show it, nor does the configuration itself."""
    config = read(tmp_path, SMALL, {variable: PROXY})
    assert "pa55word" not in repr(config.network)
    with App(config):
        assert "pa55word" not in logs.scrub("it is pa55word")


def test_other_connectors_for_another_way_out(tmp_path: Path) -> None:
    """Taking up an edited configuration keeps connectors only where the way out stays the same."""
    with App(read(tmp_path)) as before, App(read(tmp_path), after=before) as same:
        connector = before.connector("asana")
        same.connections.take_over(before.connections)
        assert same.connector("asana") is connector
        with App(read(tmp_path, SMALL, {"HTTPS_PROXY": PROXY}), after=same) as other:
            other.connections.take_over(same.connections)
            assert other.connector("asana") is not connector


def test_an_edited_file_of_certificates_is_noticed(tmp_path: Path, ca_file: Path) -> None:
    """A running service takes up the filter's next certificate by itself, once the file is written."""
    edits = Edits(read(tmp_path, f'{SMALL}[network]\nca_file = "{ca_file.name}"\n'))
    assert not edits.found()
    ca_file.write_text(ca_file.read_text() + "\n")
    assert not edits.found()
    assert edits.found()
