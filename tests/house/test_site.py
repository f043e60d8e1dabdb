"""The site of the documents builds without a warning, leads to every page, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.cli.entry import COMMANDS
from syncd.schemas import schema
from tools.reference import Reference

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_the_front_page_leads_to_every_page() -> None:
    """Each stands there once."""
    linked = re.findall(r"\]\((\w[^)#]*\.md)\)", (DOCS / "index.md").read_text(encoding="utf-8"))
    pages = {path.name for path in DOCS.glob("*.md")} - {"index.md"} | {"decisions/README.md"}
    assert sorted(linked) == sorted(pages)


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("config", ("[connections.NAME]", "[[plans.NAME.waivers]]", "[mappings.NAME.limits]", "fields.NAME = { … }")),
        ("plan", ("[plan]", "[[goals.outcomes.kpis]]", "[[goals.guardrails]]", "readings = [{ … }]", "target = { … }")),
    ],
)
def test_keys_are_listed_by_their_names_in_the_file(name: str, headings: tuple[str, ...]) -> None:
    """Every key of the schema in its table, once for all places where the table may stand; no name of a class."""
    made = Reference(name)
    page = made.page("")
    shown = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert all(any(f"`{heading}`" in each for each in shown) for heading in headings)
    assert len(shown) == len(set(shown))
    classes = {title for title, held in schema(name)["$defs"].items() if "properties" in held}
    assert classes <= set(made.tables)
    assert not [each for each in classes if each.endswith("Config") and each in page]
    for table, places in made.tables.values():
        part = page.partition(f"\n## {', '.join(places)}\n")[2].partition("\n## ")[0]
        assert not places or re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == list(table["properties"])


def test_a_key_is_told_with_what_it_holds() -> None:
    """Its kind, its bounds and words, and what stands for it where it is left out."""
    page = Reference("config").page("")
    assert "| `share_left` | a number from 0 up to 1 | `0.2` |" in page
    assert '| `action` | `"task"`, `"none"` | `"task"` |' in page
    assert "| `source` | text | must be there |" in page
    assert "| `waivers` | tables |  |" in page


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
