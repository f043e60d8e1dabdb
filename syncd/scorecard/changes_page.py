"""What changed between two days, as a page that stands alone or beside those of the scorecard."""

from __future__ import annotations

from syncd.scorecard import changes_told
from syncd.scorecard.changes import Changes
from syncd.scorecard.page import WithinPage, render
from syncd.scorecard.words import sentence


def render_changes(changes: Changes, *, home: str = "", signed_in: bool = False) -> str:
    """The page; pure, complete without script, for the audience of the scorecard that the changes led to.

    `home` is the scorecard's address as seen from the page, "" where it stands alone; `signed_in` adds a way to sign
    out, as on the scorecard's own pages.
    """
    return render(
        "changed.html",
        changes.card,
        WithinPage(),
        {"live": False, "signed_in": signed_in},
        changes=changes,
        home=home,
        standing=changes_told.standing,
        called=changes_told.called,
        reading=changes_told.reading_words,
        reasons=lambda why: sentence("; ".join(why)),
        nothing=changes_told.NOTHING,
    )
