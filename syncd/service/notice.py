"""One notice: what changed for better or worse, in the form that each kind of channel wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from syncd.records import Trouble
from syncd.scorecard.words import count
from syncd.service.troubles import headline

FEW: Final = 10
"""So many troubles are told in full in one notice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What changed: troubles that began, others that are over, and how many more people know of already."""

    begun: tuple[Trouble, ...]
    ended: tuple[Trouble, ...]
    others: int = 0

    @property
    def all_well(self) -> bool:
        """Whether nothing stands in the way any more."""
        return not self.begun and not self.others

    @property
    def title(self) -> str:
        """The whole in a line."""
        if self.all_well:
            return "syncd: all is well again"
        if len(self.begun) == 1:
            return f"syncd: {headline(self.begun[0].key)}"
        return f"syncd: {count(len(self.begun), 'new trouble')}" if self.begun else "syncd: something is well again"

    def lines(self, zone: tzinfo) -> Iterator[str]:
        """What happened, to what, and what to do, in a few paragraphs."""
        for trouble in self.begun[:FEW]:
            yield f"{headline(trouble.key)}: {trouble.message}"
        for trouble in self.ended[:FEW]:
            since = f"{trouble.since.astimezone(zone):%Y-%m-%d %H:%M}"
            yield f"Well again: {headline(trouble.key)} (that was so since {since})."
        if more := max(0, len(self.begun) - FEW) + max(0, len(self.ended) - FEW):
            yield f"… and {more:,} more; `syncd status` shows all."
        if self.others:
            yield f"Of {count(self.others, 'other trouble')} you know already."


def _as_json(notice: Notice, zone: tzinfo) -> dict[str, Any]:
    troubles = {"troubles": notice.begun, "well_again": notice.ended}
    told = {
        name: [
            {"about": each.key, "title": headline(each.key), "since": each.since.isoformat(), "message": each.message}
            for each in some
        ]
        for name, some in troubles.items()
    }
    return {"title": notice.title, "text": "\n".join(notice.lines(zone)), "all_well": notice.all_well, **told}


def _as_slack(notice: Notice, zone: tzinfo) -> dict[str, Any]:
    text = "\n".join([f"*{_inert(notice.title)}*", *map(_inert, notice.lines(zone))])
    return {"text": text, "unfurl_links": False, "unfurl_media": False}


def _inert(text: str) -> str:
    """The text without anything that calls people or makes a link in Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _as_teams(notice: Notice, zone: tzinfo) -> dict[str, Any]:
    title = {"type": "TextBlock", "text": _bare(notice.title), "weight": "bolder", "wrap": True}
    body = [title, *({"type": "TextBlock", "text": _bare(line), "wrap": True} for line in notice.lines(zone))]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": body}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _bare(text: str) -> str:
    """The text without anything that hides an address behind other words in Teams."""
    return text.replace("](", "] (")


FORMS: Final[Mapping[str, Callable[[Notice, tzinfo], dict[str, Any]]]] = {
    "json": _as_json,
    "slack": _as_slack,
    "teams": _as_teams,
}
