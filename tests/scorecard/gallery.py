"""Every page that anybody ever sees, with data of every state, as files: `python -m tests.scorecard.gallery DIR`.

Run by itself it also takes a picture of each: on a desktop and on a phone, light and dark, and as it is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from syncd.plan.model import Audience
from syncd.publishing.folder import Folder
from syncd.publishing.publish import publish_card
from syncd.publishing.withheld import Withheld
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.changes import Snapshot, changes
from syncd.scorecard.changes_page import render_changes
from syncd.scorecard.edits import Edit, readable
from syncd.scorecard.events import compare
from syncd.scorecard.page import render_notice, render_page
from syncd.scorecard.pages import Pages
from syncd.scorecard.view import Scorecard
from tests.browser import MISSING, chromium, find_chromium
from tests.scorecard.every_state import READ, TODAY, WORK, card, plan
from tests.scorecard.page_sample import empty

BEFORE: Final = date(2025, 6, 20)
"""A day before the plan begins."""
EARLIER: Final = date(2026, 5, 1)
NOTES: Final = ("asana could not be reached on 24 November 2026, 15:52 UTC: what is shown of its work is older.",)
OPEN: Final = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
LOOKS: Final = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"},
}


def before_it_begins() -> Scorecard:
    """The plan on a day before its first."""
    return build_scorecard(plan(), {}, audience=Audience.PUBLIC, as_of=BEFORE, tool_read_at=None)


def hang(folder: Path) -> list[Path]:
    """Write all pages below a folder; they work there without a server. Their paths, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    published = _published(folder)
    for name, text in _others():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(each for top in (*published, folder) for each in _pages(top))


def _published(folder: Path) -> tuple[Path, ...]:
    """The site of two days, so that there are snapshots, and that of a plan with nothing in it."""
    site, bare = Folder(folder / "site"), Folder(folder / "bare")
    for day in (TODAY - timedelta(days=1), TODAY):
        publish_card("states", replace(card(), as_of=day), site, Withheld())
    publish_card("bare", empty(), bare, Withheld())
    return site.out, bare.out


def _pages(top: Path) -> Iterator[Path]:
    """The pages in a folder that are not behind a link, and of the published ones those of the newest snapshot."""
    yield from (each for each in top.rglob("*.html") if ".versions" not in str(each))
    if top.is_symlink():
        yield top / "archive" / "index.html"
        yield from (top / "archive" / TODAY.isoformat()).rglob("*.html")


def _others() -> Iterator[tuple[str, str]]:
    """What no folder of files holds: the pages of those signed in, and those that say one thing."""
    inside = Pages(card(Audience.INTERNAL), live=True, signed_in=True)
    yield from ((f"inside/{path}", inside.render(path)) for path in inside.paths)
    stopped = replace(card(Audience.INTERNAL), tool_read_at=READ - timedelta(days=9), notes=NOTES)
    yield "alone/stopped.html", render_page(stopped, signed_in=True)
    yield "alone/not-begun.html", render_page(before_it_begins())
    yield "alone/changes.html", _changes()
    yield "alone/nothing-changed.html", render_changes(changes(_known(TODAY), _known(TODAY), ()))
    yield "alone/empty-inside.html", render_page(empty(Audience.INTERNAL), signed_in=True)
    yield "alone/sign-in.html", render_notice("Sign in", "Only for those who hold the token.", sign_in=True)
    yield "alone/nothing-here.html", render_notice("Nothing here", "There is nothing at this address.")


def _known(day: date) -> Snapshot:
    work = WORK if day == TODAY else {}
    read = READ if day == TODAY else None
    built = build_scorecard(plan(), work, audience=Audience.PUBLIC, as_of=day, tool_read_at=read)
    return Snapshot(plan(), work, built)


def _changes() -> str:
    """Between two days of the plan, in which it was edited too."""
    before, after = _known(EARLIER), _known(TODAY)
    old = plan().model_copy(update={"title": "Every state there was", "goals": plan().goals[:1]})
    edits = readable([Edit(TODAY, READ, event) for event in compare(old, plan())], plan(), after.card)
    return render_changes(changes(before, after, edits), home="index.html")


def picture(browser: Browser, pages: Mapping[str, Path], out: Path) -> None:
    """A picture of each page in each look, whole, and each as it is printed."""
    for look, settings in LOOKS.items():
        tab = browser.new_page(**settings, reduced_motion="reduce")  # type: ignore[arg-type]
        for name, page in pages.items():
            tab.goto(page.as_uri())
            tab.screenshot(path=out / look / f"{name}.png", full_page=True)
        tab.close()
    tab = browser.new_page()
    for name, page in pages.items():
        tab.goto(page.as_uri())
        tab.pdf(path=out / "print" / f"{name}.pdf", format="Letter", prefer_css_page_size=True)
    tab.close()


def main(folder: Path) -> None:
    """Write the pages, and take the pictures."""
    found = find_chromium()
    if not found:
        raise SystemExit(MISSING)
    pages = {str(each.relative_to(folder).with_suffix("")).replace("/", "--"): each for each in hang(folder)}
    (folder / "pictures" / "print").mkdir(parents=True, exist_ok=True)
    with chromium(found) as browser:
        picture(browser, pages, folder / "pictures")
    sys.stdout.write(f"{len(pages)} pages, each in {len(LOOKS) + 1} looks, in {folder / 'pictures'}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]).resolve())
