"""The way out: which proxy an address goes through, and what becomes of certificates that nobody knows."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from connectors.asana import connect as asana
from connectors.asana.sandbox import Sandbox as LocalAsana
from connectors.asana.sandbox.signin import CLIENT_ID, CLIENT_SECRET
from connectors.contract import Connector, Grant, Settings
from connectors.errors import ToolError, Transient
from connectors.failing import Astray, Distrusted
from connectors.monday import connect as monday
from connectors.monday.sandbox import Sandbox as LocalMonday
from connectors.network import Network, certificates, shown
from tests.connectors.clock import ToldClock
from tests.network.school import AUTHORITY, School

CONNECT = {"asana": asana, "monday": monday, "sign-in": asana}
"""A connection whose access is renewed asks for tokens first, over another library than the rest."""
TOOLS = pytest.mark.parametrize("tool", CONNECT)


@contextmanager
def connected(tool: str, school: School, network: Network, *, direct: bool = False) -> Iterator[Connector]:
    """A connector to a local tool that stands behind the filter."""
    box: LocalAsana | LocalMonday
    with LocalMonday() if tool == "monday" else LocalAsana() as box:
        grant = None
        if tool == "sign-in" and isinstance(box, LocalAsana):
            grant = Grant(CLIENT_ID, CLIENT_SECRET, box.signin.grant())
        place = box.base_url.removeprefix(box.root)
        address = school.show(f"{tool}.example", int(box.root.rpartition(":")[2]))
        address = school.directly(f"{tool}.example") if direct else address
        settings = Settings(tool, box.token, address + place, grant=grant, network=network, timeout=5)
        connector = CONNECT[tool](settings, ToldClock())
        try:
            yield connector
        finally:
            connector.close()


def failure(connector: Connector) -> ToolError:
    """How asking who we are fails."""
    with pytest.raises(Transient) as caught:
        connector.me()
    return caught.value


@TOOLS
def test_through_a_proxy_with_the_filters_certificate(tool: str, school: School) -> None:
    """Both are used for a tool, name and password of the proxy with them."""
    school.login = "bot:p w"
    network = Network(AUTHORITY.cert_pem.bytes().decode(), secure=f"http://bot:p%20w@{school.proxy}")
    with connected(tool, school, network) as connector:
        assert connector.me().name
        assert connector.discover() is not None
    assert set(school.asked) == {(f"{tool}.example:443", "bot:p w")}


@TOOLS
def test_a_certificate_that_nobody_knows(tool: str, school: School) -> None:
    """It is said which problem it is, and what to do; it is asked once, for it will not go away by itself."""
    with connected(tool, school, Network(secure=f"http://{school.proxy}")) as connector:
        error = failure(connector)
    assert isinstance(error, Distrusted)
    assert "certificate" in error.words
    assert "unable to get local issuer certificate" in error.words
    assert "ca_file under [network]" in error.next_step
    assert len(school.asked) == 1


@TOOLS
def test_a_certificate_for_another_name(tool: str, school: School) -> None:
    """The name is named."""
    network = Network(AUTHORITY.cert_pem.bytes().decode(), secure=f"http://{school.proxy}")
    with connected(tool, school, network) as connector:
        school.show(f"{tool}.example", 1, certificate=AUTHORITY.issue_cert("elsewhere.example"))
        assert f"Hostname mismatch, certificate is not valid for '{tool}.example'" in failure(connector).words


@TOOLS
def test_a_certificate_that_has_ended(tool: str, school: School) -> None:
    """So is the date; without a proxy it is no other matter."""
    old = datetime(2020, 1, 1, tzinfo=UTC)
    with connected(tool, school, Network(AUTHORITY.cert_pem.bytes().decode()), direct=True) as connector:
        assert connector.me().name
    school.show(f"{tool}.example", 1, certificate=AUTHORITY.issue_cert("localhost", not_after=old))
    address = school.directly(f"{tool}.example")
    late = CONNECT[tool](
        Settings(tool, "t", address, network=Network(AUTHORITY.cert_pem.bytes().decode())), ToldClock()
    )
    assert "certificate has expired" in failure(late).words
    late.close()
    assert not school.asked


@TOOLS
def test_a_proxy_that_lets_nobody_through(tool: str, school: School) -> None:
    """It is the proxy that is named, without the password, and not the tool; nothing was sent."""
    school.login = "bot:other"
    network = Network(AUTHORITY.cert_pem.bytes().decode(), secure=f"http://bot:secret@{school.proxy}")
    with connected(tool, school, network) as connector:
        error = failure(connector)
    assert isinstance(error, Astray)
    assert f"the proxy at http://{school.proxy} does not let us through" in error.words
    assert "407 Proxy Authentication Required" in error.words
    assert "secret" not in str(error)
    assert "proxy under [network]" in error.next_step


@TOOLS
def test_a_proxy_that_is_not_there(tool: str, school: School) -> None:
    """The same where nothing listens."""
    with connected(tool, school, Network(secure="http://127.0.0.1:9")) as connector:
        error = failure(connector)
    assert isinstance(error, Astray)
    assert "the proxy at http://127.0.0.1:9 does not let us through" in error.words


@pytest.mark.parametrize(
    ("direct", "address", "through"),
    [
        ("", "https://app.asana.com/api/1.0", True),
        ("", "https://127.0.0.1:8090/api/1.0", False),
        ("", "https://localhost", False),
        ("", "https://[::1]:8090", False),
        ("*", "https://app.asana.com", False),
        ("asana.com", "https://app.asana.com", False),
        (".asana.com", "https://app.asana.com", False),
        ("*.asana.com", "https://app.asana.com", False),
        ("example.org, ASANA.com ", "https://app.Asana.com.", False),
        ("sana.com", "https://app.asana.com", True),
        ("app.asana.com:443", "https://app.asana.com:443", False),
        ("app.asana.com:444", "https://app.asana.com:443", True),
        (",", "https://app.asana.com", True),
        ("10.0.0.0/8", "https://10.1.2.3/plan.toml", False),
        ("10.0.0.0/8", "https://11.1.2.3/plan.toml", True),
        ("10.1.2.3", "https://10.1.2.3:8443", False),
        ("10.0.0.0/8", "https://10.example.org", True),
        ("10.0.0.0/99", "https://10.1.2.3", True),
        ("fd00::/8", "https://[fd00::7]", False),
        ("[fd00::7]", "https://[fd00::7]:8443", False),
        ("fd00::/8", "https://10.1.2.3", True),
    ],
)
def test_who_is_reached_without_the_proxy(direct: str, address: str, through: bool) -> None:
    """This machine, and what NO_PROXY names with all that is below it."""
    network = Network(secure="http://proxy:8080", plain="http://other:8080", direct=direct)
    assert network.proxy(address) == ("http://proxy:8080" if through else "")
    assert network.proxy(address.replace("https:", "http:")) == ("http://other:8080" if through else "")


def test_the_port_that_goes_without_saying() -> None:
    """An entry with a port means an address in which it is left out."""
    network = Network(secure="http://proxy:8080", plain="http://other:8080", direct="app.asana.com:443")
    assert network.proxy("https://app.asana.com") == ""
    assert network.proxy("http://app.asana.com") == "http://other:8080"


def test_equal_ways_share_their_certificates() -> None:
    """Reading them takes a while: it is done once."""
    assert Network().tls() is Network(secure="http://proxy:8080").tls()
    assert Network().tls() is not Network(AUTHORITY.cert_pem.bytes().decode()).tls()
    assert Network().tls().verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("proxied", [False, True])
def test_idle_connections_are_kept_alive(proxied: bool, school: School) -> None:
    """Firewalls forget silent ones without a word: both libraries ask now and then, before minutes have passed."""
    with LocalAsana() as box:
        address = school.show("asana.example", int(box.root.rpartition(":")[2]))
        secure = f"http://{school.proxy}" if proxied else ""
        network = Network(AUTHORITY.cert_pem.bytes().decode(), secure=secure)
        place = address if proxied else school.directly("asana.example")
        reply = network.pool(place, sockets=1).request("GET", f"{place}/", preload_content=False)
        assert silence(getattr(reply.connection, "sock", None)) <= 60
        reply.close()
        with network.client(5.0) as client, client.stream("GET", f"{place}/") as answer:
            assert silence(answer.extensions["network_stream"].get_extra_info("socket")) <= 60


def silence(held: Any) -> int:
    """After how many seconds of silence a connection asks whether the other side is still there."""
    assert held.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert held.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    return int(held.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE))


def test_the_forms_of_a_certificate(ca_file: Path, tmp_path: Path) -> None:
    """Windows saves them in binary by itself; several stand in one file; text around them is for people."""
    known = certificates(ca_file)
    binary = tmp_path / "filter.cer"
    binary.write_bytes(ssl.PEM_cert_to_DER_cert(known))
    assert certificates(binary).split() == known.split()
    several = tmp_path / "several.pem"
    several.write_text(f"Bezirk Süd\n{known}\n{trustme.CA().cert_pem.bytes().decode()}", encoding="utf-8")
    assert certificates(several).count("BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    "held", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n", b"0\x82no"]
)
def test_what_is_no_certificate(held: bytes, tmp_path: Path) -> None:
    """It is refused, with how to save one."""
    file = tmp_path / "none.pem"
    file.write_bytes(held)
    with pytest.raises(ValueError, match="it holds no certificate"):
        certificates(file)


def test_a_private_key_is_no_certificate(tmp_path: Path) -> None:
    """Nor is what must never be put there."""
    file = tmp_path / "key.pem"
    AUTHORITY.private_key_pem.write_to_path(str(file))
    with pytest.raises(ValueError, match="it holds no certificate"):
        certificates(file)


def test_a_proxy_is_shown_without_its_password() -> None:
    """Whatever stands in it."""
    assert shown("http://a:b@c@proxy.example:8080") == "http://proxy.example:8080"
    assert shown("http://proxy.example:8080") == "http://proxy.example:8080"
