"""Publishes the public scorecards of plans, each into its folder; for `syncd publish` and for the daemon."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from syncd.app import App
from syncd.errors import FolderError, PlanError, Problem
from syncd.filing import put
from syncd.plan.model import Audience
from syncd.plan.sources import locate
from syncd.publishing.folder import Folder, Snapshot, digest, make
from syncd.publishing.site import site_files
from syncd.publishing.withheld import Withheld, withheld
from syncd.scorecard.embed import ABOVE
from syncd.scorecard.page import WithinPage, render
from syncd.scorecard.pages import NavEntry
from syncd.scorecard.view import Scorecard

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ROOM: Final = "make room there, or name a folder on another disk; what is published there stays as it was"


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of a plan: whether it is `new`, the name of its snapshot if a new one was `kept` ("" if not).

    `withheld` is what of the plan is not public; `snapshots` is how many are kept by now.
    """

    plan: str
    place: Path
    day: str
    digest: str
    new: bool
    kept: str
    snapshots: int
    withheld: Withheld


def publish(
    app: App,
    folder: Path,
    only: str | None = None,
    *,
    again: bool = False,
    written: Callable[[str], None] = lambda _path: None,
) -> Iterator[Published]:
    """Have the folder hold the public scorecard of each plan, of several in a folder of its name; one after the other.

    That of a district's plan which cannot be read now stays as it is.
    `again` keeps a further snapshot of a day that has one, `written` hears of each file. Raises ConfigError, PlanError,
    StoreError, FolderError where one cannot be written, and Leak where something would be published that must not be:
    then that plan's files stay as they were. So do those of a plan that is kept back as a whole for its own texts,
    and PlanError follows once the others are published.
    """
    if not folder.name:
        raise FolderError([Problem(str(folder), "nothing can be published in place of that; name a folder in it")])
    several = app.config.is_folder or len(app.config.plans) > 1
    refused: list[Problem] = []
    for name in [only] if only else app.parts.plans():
        if problem := _unfit(app, name):
            refused.append(problem)
            continue
        card = app.scorecard(name, audience=Audience.PUBLIC)
        place = Folder(folder / name if several else folder)
        try:
            _require_room(folder, place, several=several)
            back = withheld(app.plan(name), app.withholding.of(name), card)
            yield publish_card(name, card, place, back, again=again, written=written)
        except BlockingIOError as error:
            words = "another syncd is publishing there just now; try again in a minute"
            raise FolderError([Problem(str(place.out), words)]) from error
        except OSError as error:
            why = f"the scorecard cannot be published there ({error.strerror})"
            fix = _ROOM if error.errno in _FULL else f"give syncd's account the right to write into {place.out.parent}"
            raise FolderError([Problem(str(place.out), f"{why}; {fix}")]) from error
    if refused:
        raise PlanError(refused)


def _unfit(app: App, name: str) -> Problem | None:
    """Why nothing of a plan can be published: no page is without its title."""
    plan = app.plan(name)
    found = app.withholding.of(name).get(plan.id)
    if found is None:
        return None
    words = f"{found.message}; nothing of the plan was published. {app.withholding.next_step(name, plan.id)}"
    return Problem(locate(app.config.plans[name].source, app.config.folder), words, key=f"plan {plan.id}")


def _require_room(folder: Path, place: Folder, *, several: bool) -> None:
    if several and folder.is_symlink():
        words = "one plan was published there, and now there are several; name another folder"
        raise FolderError([Problem(str(folder), words)])
    if found := place.foreign():
        words = "something stands there that was not published by syncd; name a folder that is not there yet"
        raise FolderError([Problem(str(found), words)])


def publish_card(
    plan: str,
    card: Scorecard,
    place: Folder,
    back: Withheld,
    *,
    again: bool = False,
    written: Callable[[str], None] = lambda _path: None,
) -> Published:
    """Have a folder hold a public scorecard, and its archive a snapshot of it. Raises OSError."""

    def files() -> Iterator[tuple[str, Iterator[str]]]:
        for path, text in site_files(card):
            written(path)
            yield path, iter(text)

    make(place.out.parent)
    with place.alone():
        before, day = place.current(), card.as_of.isoformat()
        version = place.write(files())
        kept = place.keep(version, day, again=again)
        snapshots = place.snapshots()
        _list(card, place, snapshots)
        found = digest(version)
        if found != before:
            place.publish(version)
    return Published(plan, place.out, day, found, found != before, kept, len(snapshots), back)


def _list(card: Scorecard, place: Folder, snapshots: list[Snapshot]) -> None:
    """The page that lists all snapshots; it stands among them, and is replaced as a whole."""
    nav = [NavEntry("Overview", "../index.html", here=False)]
    shown = {"live": False, "signed_in": False}
    page = render("archive.html", card, WithinPage(), shown, nav, snapshots=snapshots, data=ABOVE)
    listed = place.archive / "index.html"
    if not listed.is_file() or listed.read_text(encoding="utf-8") != page:
        put(page, listed, 0o644)
