"""The words that are said of bad input, kept in a file to be read when they change."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RECORDING = bool(os.environ.get("SYNCD_RECORD"))
HEAD = "=== "


@dataclass(frozen=True, slots=True)
class Record:
    """A file of words by case; `names` are all cases, in their order."""

    file: Path
    names: Sequence[str]

    def expected(self) -> dict[str, str]:
        """What is said, by case."""
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        parts = re.split(rf"^{HEAD}", text, flags=re.MULTILINE)[1:]
        return {name: words for name, _, words in (part.partition("\n") for part in parts)}

    def require(self, name: str, words: str) -> None:
        """Make sure that these are the words; while they are recorded, they are."""
        if RECORDING:
            held = {**self.expected(), name: words}
            told = "".join(f"{HEAD}{each}\n{held[each]}" for each in self.names if each in held)
            self.file.write_text(told, encoding="utf-8")
        assert words == self.expected()[name]
