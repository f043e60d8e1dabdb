"""Days and moments as people give them to a command."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from syncd.views import moments


class Day(click.ParamType[datetime]):
    """A day, such as 2026-06-10."""

    name = "day"
    read = staticmethod(moments.day)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """What was meant. Ends the command, saying how to write it, where that cannot be told."""
        try:
            return self.read(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Moment(Day):
    """A day, or a time on it."""

    read = staticmethod(moments.moment)


class Until(Moment):
    """The moment before which something must have happened; a day without a time is meant as a whole."""

    read = staticmethod(moments.until)
