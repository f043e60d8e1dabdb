"""The blocks of commands for a shell in the documents, and which of them are not run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
)
_BLOCK: Final = re.compile(r"^(?: *<!-- not run: (.+) -->\n)? *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between ```sh and ```; `why` is the comment before it on why it is not run, or ""."""

    page: str
    line: int
    text: str
    why: str

    @property
    def lines(self) -> list[str]:
        """Its commands, one a line."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, from the top down."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page.name, text.count("\n", 0, found.start(2)), found[2], found[1] or "")
        for found in _BLOCK.finditer(text)
    ]
