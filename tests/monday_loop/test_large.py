"""The budgets of requests, held over twenty boards."""

from __future__ import annotations

from tests.bench.__main__ import table
from tests.monday_loop.large import measure


def test_what_twenty_boards_cost() -> None:
    """First push, quiet pass, full read and one team's edit stay within what is promised."""
    rows = measure()
    assert [row.what for row in rows if not row.holds] == [], table(rows)
