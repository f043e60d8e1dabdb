"""A public scorecard as a site, file by file: its pages, its data, and a small page to embed for each KPI. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from syncd.scorecard.data import csv_lines, json_lines
from syncd.scorecard.embed import embeds
from syncd.scorecard.pages import Pages
from syncd.scorecard.view import Scorecard


def site_files(card: Scorecard) -> Iterator[tuple[str, Iterable[str]]]:
    """Each file's path and its text in pieces; nothing is held of one once the next is asked for."""
    pages = Pages(card, archive=True)
    for path in pages.paths:
        yield path, pages.pieces(path)
    yield "scorecard.json", json_lines(card)
    yield "scorecard.csv", _marked(csv_lines(card))
    for path, page in embeds(card):
        yield path, (page,)


def _marked(lines: Iterable[str]) -> Iterator[str]:
    """Text with the mark at its beginning by which alone Excel knows that CSV is UTF-8."""
    yield "\ufeff"
    yield from lines
