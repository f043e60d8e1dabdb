"""What a KPI's unit says of its figures. Pure."""

from __future__ import annotations

import re
from typing import Final

_PERCENTAGE: Final = re.compile(r"%|\bper ?cent(age|s)?\b|\bpct\b")


def is_percentage(unit: str) -> bool:
    """Whether figures in this unit are percentages, as far as that may be: "students (%)" is one, and so is "% points".

    What takes a figure for a percentage tells less of it, so whatever looks like one counts as one.
    """
    return _PERCENTAGE.search(unit.casefold()) is not None
