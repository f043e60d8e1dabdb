"""The site of the documents builds without a warning, leads to every page, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.cli.entry import COMMANDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_the_front_page_leads_to_every_page() -> None:
    """Each stands there once."""
    linked = re.findall(r"\]\((\w[^)#]*\.md)\)", (DOCS / "index.md").read_text(encoding="utf-8"))
    pages = {path.name for path in DOCS.glob("*.md")} - {"index.md"} | {"decisions/README.md"}
    assert sorted(linked) == sorted(pages)


@pytest.mark.process
def test_the_site_builds_and_stays_at_home(tmp_path: Path) -> None:
    """With a section for each command; no page loads a script, a style, a font or a picture from another machine."""
    command = [sys.executable, "-m", "tools.site", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(list(DOCS.glob("*.md")))
    for page in pages:
        loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"(https?:[^\"]+)", page.read_text())
        assert loaded == [], page
    told = (tmp_path / "site/docs/reference/commands.html").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"syncd {name}" not in told] == []
