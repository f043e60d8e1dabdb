"""The bad spreadsheets, columns files and plans to import into: each is a right one with one thing wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from openpyxl import Workbook

SHEET: Final = "Goal,Action,Project,Owner,Start,Due,Weight\nAll read,Train,Plan it,HR,8/1/2025,June 2027,2\n"
MEASURES: Final = "Goal,KPI,Baseline,Target,Actual 2025-26\nAll read,Share,54%,70%,57%\n"
COLUMNS: Final = '[columns]\n"Owner" = "owner"\n'
PLAN: Final = '[plan]\nid = "d"\ntitle = "D"\n\n[[goals]]\nid = "G1"\ntitle = "All read"\n'


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet with what else there is when it is imported; `held` is None where the file is not there.

    `refused`: nothing can be made of it; else what is wrong is named, and the rest is taken.
    """

    name: str
    held: bytes | None = SHEET.encode()
    file: str = "sheet.csv"
    others: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ("--yes",)
    refused: bool = True


WHOLE: Final[Mapping[str, bytes | None]] = {
    "missing": None,
    "empty": b"",
    "nothing but blanks": b"\n \n,,,\n",
    "a letter": b"Dear board,\nplease find our plan attached.\nYours, the office\n",
    "no heading that is known": b"Vorhaben,Wer,Wann\nLesen,HR,2027\n",
    "headings that name nothing": b"Owner,Due,Status\nHR,June 2027,Done\n",
    "headings alone": b"Goal,Action\n",
    "lines that name nothing": b"Goal,Action,Owner\n,,HR\n",
    "numbers": b"1,2,3\n4,5,6\n",
    "quote open": b'Goal,Action\nAll read,"Train\nSafe,Build\n',
    "quote in a word": b'Goal;Action\n"All" read;Train\n',
    "a page of the web": b"<html><table><tr><td>Goal</td><td>Action</td></tr></table></html>\n",
    "a PDF": b"%PDF-1.7\n\x93\x8c\x8b\x9e\n1 0 obj\nstream\nx\x9c\x03\x00\n",
    "a plan file": PLAN.encode(),
    "no text": b"Goal,Action\n\x00\x01\n",
    "no letters of Windows": b"Goal,Action\n\x81\x8d\n",
    "UTF-16 cut off": "Goal,Action\nAll,Train\n".encode("utf-16")[:-1],
    "one endless cell": b"Goal,Action\nAll read," + b"x" * 1_000_100 + b"\n",
}
"""Files of which nothing can be made."""
CELLS: Final[Mapping[str, str]] = {
    "an owner's number": SHEET.replace("HR", "10432"),
    "a day that is none": SHEET.replace("June 2027", "13/13/2026"),
    "a season": SHEET.replace("June 2027", "Spring 2027"),
    "due before it starts": SHEET.replace("June 2027", "June 2020"),
    "a weight in words": SHEET.replace(",2\n", ",half of 3\n"),
    "a line without an item": f"{SHEET},,,HR,,,\n",
    "a cell without a heading": SHEET.replace(",2\n", ",2,who knows?\n"),
    "lines without bullets": SHEET.replace("Train", '"Train staff\nBuy books"'),
    "another due day": f"{SHEET}All read,Train,Plan it,,,May 2028,\n",
    "a number twice": "Goal,Action\nAll read,1.1 Train\n,1.1 Hire\n",
    "a goal twice": "Goal,Action\nGoal 1: All read,Train\nGoal 1: Every child reads,Hire\n",
    "a name that became a day": "No.,Goal,Action\n3-Feb,All read,Train\n",
    "no goal": "Action,Owner\nTrain,HR\n",
    "a tier that is unknown": "Level,Name\nGoal,All read\nThing,Train\n",
    "nearly a figure": MEASURES.replace("54%", "~54%"),
    "a ratio": MEASURES.replace("54%", "54/100"),
    "a range": MEASURES.replace("54%", "50-60%"),
    "no figure": MEASURES.replace("54%", "most of them"),
    "a decimal comma": "Goal;KPI;Baseline\nAll read;Share;48,2%\n",
    "a figure that became a day": MEASURES.replace("54%", "3-Feb"),
    "a change in percent": MEASURES.replace("70%", "+5%"),
    "a fraction for a percent": MEASURES.replace("54%", "0.54"),
    "a bound for a baseline": MEASURES.replace("54%", ">54%"),
    "two units": MEASURES.replace("70%", "$70"),
    "a figure without a day": MEASURES.replace("Actual 2025-26", "Current"),
    "another baseline": f"{MEASURES}All read,Share,55%,,\n",
    "a target that falls": MEASURES.replace("Share", "Raise the share").replace("70%", "40%"),
    "a target before the baseline": MEASURES.replace("54%", "54% (June 2026)").replace("70%", "70% by June 2025"),
    "a figure for an action": "Goal,Action,Baseline\nAll read,Train,54%\n",
    "a figure for two": 'Goal,KPI,Baseline\nAll read,"• One\n• Two",54%\n',
}
"""Sheets of which one cell cannot be read, or could be meant otherwise."""
WRONG_COLUMNS: Final[Mapping[str, str]] = {
    "no TOML": "[columns\n",
    "no such word": '[columns]\n"Owner" = "ownr"\n',
    "no word": '[columns]\n"Owner" = 5\n',
    "no such key": 'encodng = "cp1252"\n',
    "no such key of a column": '[columns]\n"Owner" = { is = "owner", at = 2026-06-30 }\n',
    "a column without its word": '[columns]\n"Owner" = { on = 2026-06-30 }\n',
    "a day in words": '[columns]\n"Owner" = { is = "reading", on = "June" }\n',
    "no such part of the year": '[columns]\n"Owner" = { is = "reading", window = "spring" }\n',
    "a month that is none": f"school_year_starts = 13\n{COLUMNS}",
    "yes in words": f'month_first = "yes"\n{COLUMNS}',
    "a heading twice": f'{COLUMNS}"Owner" = "notes"\n',
}


def cases() -> Iterator[Sheet]:
    """All of them."""
    for name, held in WHOLE.items():
        yield Sheet(f"sheet: {name}", held)
    for name, held in workbooks().items():
        yield Sheet(f"workbook: {name}", held, "sheet.xlsx")
    for name, text in CELLS.items():
        yield Sheet(f"cell: {name}", text.encode(), refused=False)
    for name, text in WRONG_COLUMNS.items():
        options = ("--columns", "columns.toml", "--yes")
        yield Sheet(f"columns: {name}", others=(("columns.toml", text),), options=options)
    yield Sheet("columns: in no folder", options=("--columns", "nowhere/columns.toml", "--yes"))
    yield from _letters()
    yield from _plans()
    yield Sheet("nobody to ask", options=())


def workbooks() -> dict[str, bytes]:
    """Workbooks of which nothing can be made."""
    good, other, large = io.BytesIO(), io.BytesIO(), io.BytesIO()
    book = Workbook()
    book.save(good)
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("word/document.xml", "<document/>")
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/workbook.xml", "w") as part:
        for _ in range(21):
            part.write(bytes(10_000_000))
    return {
        "nothing in it": good.getvalue(),
        "cut off": good.getvalue()[:2000],
        "a letter": other.getvalue(),
        "of the old kind": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "far too large": large.getvalue(),
    }


def _letters() -> Iterator[Sheet]:
    """Letters that are not those that the columns file says."""
    held = SHEET.replace("Train", "Train Niños").encode("cp1252")
    for encoding in ("ascii", "utf-99"):
        others = (("columns.toml", f'encoding = "{encoding}"\n'),)
        yield Sheet(
            f"columns: letters of {encoding}", held, others=others, options=("--columns", "columns.toml", "--yes")
        )


def _plans() -> Iterator[Sheet]:
    """Plans that nothing can be put into."""
    braces = f'{PLAN}actions = [{{ id = "T", title = "Train" }}]\n'
    yield Sheet("plan: in YAML", options=("--out", "plan.yaml", "--yes"))
    for name, plan, memory in (
        ("no TOML", "[plan\n", ""),
        ("no plan", "[config]\n", ""),
        ("wrong", PLAN.replace('"G1"', '""'), ""),
        ("in braces", braces, ""),
        ("its memory cut off", PLAN, "{"),
        ("its memory another file", PLAN, "[]"),
    ):
        yield Sheet(
            f"plan: {name}", others=(("plan.toml", plan), *((("plan.imported.json", memory),) if memory else ()))
        )
