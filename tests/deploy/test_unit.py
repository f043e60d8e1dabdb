"""The systemd unit: what it says fits what syncd does; systemd's own tools find nothing where they are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.cli.entry import main
from syncd.config import load_config
from syncd.service.ending import LATEST
from tests.deploy.conftest import ROOT, Server

UNIT = ROOT / "deploy/syncd.service"
OPERATE = (ROOT / "docs/operate.md").read_text()
ANALYZE = shutil.which("systemd-analyze")
HIGHEST = 2.0
"""Of systemd's figure for how exposed a service is, from 0 to 10."""


def settings() -> dict[str, list[str]]:
    """What the unit sets, by name, in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_life_cycle() -> None:
    """It waits longer than syncd takes to end, hears the watchdog often enough, and never gives up."""
    unit = settings()
    assert unit["Type"] == ["notify"]
    assert float(unit["TimeoutStopSec"][0]) > LATEST
    assert float(unit["WatchdogSec"][0]) >= 60
    assert unit["Restart"] == ["on-failure"]
    assert unit["StartLimitIntervalSec"] == ["0"]


def test_a_program_that_is_everywhere_reloads_it() -> None:
    """Not every system has /bin/kill: the shell has its own."""
    assert settings()["ExecReload"] == ['/bin/sh -c "kill -HUP $MAINPID"']


def test_places(server: Server) -> None:
    """What is written is what deploy/config.toml names, and docs and wrapper say the same places."""
    unit = settings()
    config = load_config(server.folder / "config.toml", {})
    assert config.store.url == f"sqlite:////var/lib/{unit['StateDirectory'][0]}/syncd.db"
    assert config.store.backups == f"/var/lib/{unit['StateDirectory'][0]}/backups"
    assert unit["ReadWritePaths"] == ["-/etc/syncd/plan"]
    assert unit["ProtectSystem"] == ["strict"]
    program = unit["ExecStart"][0].split()[0]
    wrapper = (ROOT / "deploy/syncd").read_text()
    assert f"SYNCD_CONFIG=/etc/syncd/config.toml {program} " in wrapper
    assert f"sudo -u {unit['User'][0]} " in wrapper
    assert f"python3 -m venv {Path(program).parents[1]}\n" in OPERATE
    assert f"useradd --system --home-dir /var/lib/syncd --shell /usr/sbin/nologin {unit['User'][0]}\n" in OPERATE


def test_credentials(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file in the folder of secrets reaches syncd under the name that systemd gives it, readable for it alone."""
    [loaded] = settings()["LoadCredential"]
    name, _, folder = loaded.partition(":")
    assert folder == "/etc/syncd/secrets"
    assert "SYNCD_SECRETS_DIR=%d" in settings()["Environment"]
    credentials = tmp_path / "credentials"
    credentials.mkdir(mode=0o700)
    for file in (server.folder / "secrets").iterdir():
        (credentials / f"{name}_{file.name}").write_bytes(file.read_bytes())
        file.unlink()
    for variable, value in server.environment(credentials).items():
        monkeypatch.setenv(variable, value)
    assert main(["sync"]) == 0
    assert server.tool.world.tasks


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze here: apt-get install systemd")
def test_what_systemd_says(tmp_path: Path) -> None:
    """Every directive is one that systemd knows, and little is exposed."""
    assert ANALYZE
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text().replace("/opt/syncd/bin/syncd", sys.executable))
    verified = subprocess.run([ANALYZE, "verify", here], check=False, capture_output=True, text=True)
    assert str(here.name) not in verified.stdout + verified.stderr
    rated = subprocess.run([ANALYZE, "security", "--offline=yes", here], check=False, capture_output=True, text=True)
    if "unrecognized option" in rated.stderr:
        pytest.skip("this systemd-analyze rates no files")
    found = re.search(r"exposure level for \S+ (\d+\.\d+)", rated.stdout)
    assert found, rated.stdout + rated.stderr
    assert float(found[1]) <= HIGHEST
