"""A folder as an IT admin makes it on a server, after docs/operate.md, with a local Asana for the real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.asana.sandbox import Sandbox
from tests.cli.district import TOKEN

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    """The folder with config.toml, plan and secrets; where the store goes; the tool."""

    folder: Path
    store: Path
    tool: Sandbox

    def environment(self, secrets: Path | None = None) -> dict[str, str]:
        """What is set for a process, with the places of this test instead of the server's."""
        url = {} if (self.folder / "secrets/STORE__URL").exists() else {"SYNCD_STORE__URL": f"sqlite:///{self.store}"}
        return {
            "SYNCD_CONFIG": str(self.folder / "config.toml"),
            "SYNCD_SECRETS_DIR": str(secrets or "secrets"),
            "SYNCD_STORE__BACKUPS": str(self.store.parent / "backups"),
            "SYNCD_SERVER__LISTEN": "127.0.0.1:0",
            **url,
        }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Nothing was done yet, and nothing is stored."""
    folder = tmp_path / "etc"
    (folder / "plan").mkdir(parents=True)
    (folder / "secrets").mkdir()
    shutil.copy(ROOT / "deploy/config.toml", folder)
    shutil.copy(ROOT / "examples/small/plan.toml", folder / "plan")
    with Sandbox(token=TOKEN) as tool:
        (folder / "secrets/CONNECTIONS__ASANA__TOKEN").write_text(f"{TOKEN}\n")
        (folder / "secrets/CONNECTIONS__ASANA__BASE_URL").write_text(f"{tool.base_url}\n")
        (tmp_path / "store").mkdir()
        yield Server(folder, tmp_path / "store/syncd.db", tool)
