"""Where monday's own schema lies, for tests that hold the local monday or the connector against it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.monday.sandbox.graph import FILE


def contracts() -> Path:
    """The folder with monday's schema: SYNCD_CONTRACTS, or ../shared/contracts of the repository. Skips if absent."""
    beside = Path(__file__).parents[2].parent / "shared" / "contracts"
    folder = Path(os.environ.get("SYNCD_CONTRACTS", beside))
    if not (folder / FILE).exists():
        pytest.skip(f"monday's schema {FILE} is not at hand; SYNCD_CONTRACTS may name the folder that holds it")
    return folder


def contracts_if_any() -> Path | None:
    """The same folder, or None, so that a sandbox falls back on the part of the schema that it brings along."""
    try:
        return contracts()
    except pytest.skip.Exception:
        return None
