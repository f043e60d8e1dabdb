"""The exit codes, which scripts rely on."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """How a command ended; of several, the highest counts. One that a signal stopped ends with 128 + its number."""

    DONE = 0
    FINDINGS = 1
    """Done, with items set aside or other things that a person should look at."""
    WRONG = 2
    """Wrong usage, configuration or plan; a container that is not there too."""
    STOPPED = 3
    """Stopped by the guard: approval is needed."""
    UNREACHABLE = 4
    """The tool or the store could not be reached, or refuses us."""
    FAULT = 70
    """A fault in syncd itself."""
