"""compose.yaml says what Compose understands, and what Dockerfile, deploy/config.toml and docs say as well."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncd.cli.entry import main
from syncd.config import load_config
from tests.deploy.conftest import ROOT, Server
from tests.postgres import postgres_url

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
TOP = {"name", "services", "networks", "volumes", "configs", "secrets"}
SERVICE = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "logging", "mem_limit",
    "pids_limit", "ports", "profiles", "read_only", "restart", "secrets", "security_opt", "stop_grace_period", "tmpfs",
    "volumes",
}  # fmt: skip
"""Of the keys that the Compose specification has for a service, those in use; a slip of the pen is none of them."""


def lasting(text: str) -> float:
    """Seconds."""
    return float(text.removesuffix("s"))


def mounts(service: str) -> dict[str, str]:
    """By the place inside, what is mounted there, with `:ro` where nothing may be written."""
    parts = [each.split(":") for each in SERVICES[service]["volumes"]]
    return {inside: ":".join([outside, *how]) for outside, inside, *how in parts}


def test_keys() -> None:
    """Every key is one that Compose knows."""
    assert COMPOSE.keys() <= TOP
    for service in SERVICES.values():
        assert service.keys() <= SERVICE
        assert service["restart"] == "unless-stopped"
        assert service.get("healthcheck", {}).keys() <= {"test", "interval", "timeout", "retries", "start_period"}


def test_names() -> None:
    """Volumes and secrets that are used are declared, and nothing else; who is depended on is there."""
    named = {where.partition(":")[0] for each in SERVICES for where in mounts(each).values() if where[0] not in "./"}
    assert named == COMPOSE["volumes"].keys()
    assert {name for each in SERVICES.values() for name in each.get("secrets", ())} == COMPOSE["secrets"].keys()
    assert SERVICES["syncd"]["depends_on"].keys() <= SERVICES.keys()


def test_only_what_is_asked_for() -> None:
    """Without a profile there is SQLite and no database server; syncd waits for one only where there is one."""
    assert "profiles" not in SERVICES["syncd"]
    assert SERVICES["db"]["profiles"] == ["postgres"]
    assert SERVICES["syncd"]["depends_on"]["db"] == {"condition": "service_healthy", "required": False}
    assert "ports" not in SERVICES["db"]


def test_walls() -> None:
    """Nothing may be written but the plan, the store and what is lost again; only this machine is let in."""
    syncd = SERVICES["syncd"]
    assert syncd["read_only"] is True
    assert syncd["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in syncd["security_opt"]
    written = {inside for inside, outside in mounts("syncd").items() if not outside.endswith(":ro")}
    assert written == {"/etc/syncd/plan", "/var/lib/syncd"}
    assert syncd["tmpfs"] == ["/tmp"]  # noqa: S108  inside
    assert all(port.startswith("127.0.0.1:") for port in syncd["ports"])


def test_as_the_image_has_it() -> None:
    """Places and port are those of the Dockerfile, and whoever stops it waits long enough."""
    assert "VOLUME /var/lib/syncd" in DOCKERFILE
    assert mounts("syncd")["/var/lib/syncd"] == "store"
    assert "SYNCD_CONFIG=/etc/syncd/config.toml" in DOCKERFILE
    [port] = SERVICES["syncd"]["ports"]
    inner = port.rpartition(":")[2]
    assert f"EXPOSE {inner}" in DOCKERFILE
    assert f"SYNCD_SERVER__LISTEN=0.0.0.0:{inner}" in DOCKERFILE
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert lasting(SERVICES["syncd"]["stop_grace_period"]) > 20


def test_the_settings_fit(server: Server) -> None:
    """deploy/config.toml names places that are mounted, and is right as it stands, with the secrets beside it."""
    config = load_config(server.folder / "config.toml", {})
    assert config.store.url.removeprefix("sqlite:///").startswith("/var/lib/syncd/")
    assert Path(config.store.backups).is_relative_to("/var/lib/syncd")
    assert config.plans["district"].source.startswith("plan/")
    token = config.connections["asana"].token
    assert token is not None
    assert token.get_secret_value() == server.tool.token


def test_postgresql(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With its address as a secret, the same settings keep everything in PostgreSQL."""
    with postgres_url() as url:
        (server.folder / "secrets/STORE__URL").write_text(f"{url}\n")
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        assert main(["db", "upgrade"]) == 0
        assert main(["sync"]) == 0
        assert main(["db", "check"]) == 0
        assert main(["status"]) == 0
        assert server.tool.world.tasks
        assert not server.store.exists()
        assert main(["db", "backup"]) == 4
    assert "pg_dump" in capsys.readouterr().err
