"""Days and moments as people give them to a command."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import click

_DAY: Final = "%Y-%m-%d"
_MOMENTS: Final = (_DAY, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


class Day(click.DateTime):
    """A day, such as 2026-06-10."""

    example = "2026-06-10"
    forms: tuple[str, ...] = (_DAY,)

    def __init__(self) -> None:
        super().__init__(self.forms)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """What was meant. Ends the command, saying how to write it, where that cannot be told."""
        try:
            moment: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"“{value}” is no day that syncd can read; write it like {self.example}", param, ctx)
        return moment


class Moment(Day):
    """A day, or a time on it."""

    example = "2026-06-10, or “2026-06-10 14:30”"
    forms = _MOMENTS


class Until(Moment):
    """The moment before which something must have happened; a day without a time is meant as a whole."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, or the end of the day."""
        moment = super().convert(value, param, ctx)
        return moment + timedelta(days=1) if str(value).strip().count(":") == 0 else moment
