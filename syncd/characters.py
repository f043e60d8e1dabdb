"""Characters that are not seen but steer: control characters, terminal escapes, changes of direction. Pure."""

from __future__ import annotations

import re
from typing import Final

STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""One of them, or half of a broken one; a tab and the end of a line are none."""


def shown(text: str) -> str:
    """The text as it can be shown anywhere: each steering character has become the sign for a broken one."""
    return STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
