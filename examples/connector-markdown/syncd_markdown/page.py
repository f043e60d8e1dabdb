"""One Markdown file as headings and check boxes, with everything else in it left as people wrote it."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connectors.basics import with_steps
from connectors.editing import Place
from connectors.errors import NotFound
from connectors.tags import tagged, tags
from connectors.text import line, plain
from connectors.vocabulary import Task

_ROW: Final = re.compile(
    r"^(?:##|(?P<indent>[ \t]*)[-*+] \[(?P<tick>[ xX])\]) (?P<title>.*?)"
    r"(?: *<!-- (?P<tags>(?:\w+=\S+ )+)-->)? *\n"
    r"(?P<notes>(?(indent)(?:[ \t]*>.*\n)*))"
    r"(?:\n*[ \t]+(?!\s|[-*+] \[[ xX]\] ).*\n)*",  # more that is indented, and no box
    re.MULTILINE,
)
HEADING, _STEP = -1, 2


@dataclass(slots=True)
class Row:
    """A heading or a box: where in the text it begins, ends with its notes, and ends with all that stands below it.

    A box's `level` is how far it is indented.
    """

    at: int
    own: int
    end: int
    level: int
    task: Task


class Page:
    """The text of a file; `id` is its name, `url` its address, and `saved` when somebody last wrote to it."""

    def __init__(self, text: str, id_: str, url: str, saved: datetime) -> None:
        self.text = text if text.endswith("\n") else f"{text}\n"
        self.id, self.url, self.saved = id_, url, saved

    def rows(self) -> list[Row]:
        """All headings and boxes, from the top down; what is a copy of another one is a task of its own."""
        rows: list[Row] = []
        above: list[Row] = []
        met: Counter[str] = Counter()
        for found in _ROW.finditer(self.text):
            level = HEADING if found["tick"] is None else len(found["indent"].expandtabs(4))
            above = [row for row in above if row.level < level]
            task = self._task(found, above)
            met[task.id] += 1
            if (copies := met[task.id]) > 1:
                task = replace(task, id=f"{task.id}-{copies}")
            above.append(Row(found.start(), found.end("notes"), found.end(), level, task))
            rows.append(above[-1])
            for row in above:
                row.end = found.end()
        return rows

    def tasks(self) -> dict[str, Task]:
        """The boxes, by their ids."""
        return with_steps(row.task for row in self.rows() if row.level > HEADING)

    def row(self, id_: str) -> Row:
        """The heading or box of an id. Raises NotFound."""
        for row in self.rows():
            if row.task.id == id_:
                return row
        raise NotFound(f"the page has no line with the id {id_} (any more)")

    def rewrite(self, id_: str, change: Callable[[Task], Task]) -> None:
        """Have a heading or a box say something else."""
        row = self.row(id_)
        self.text = self.text[: row.at] + written(change(row.task), row.level) + self.text[row.own :]

    def put(self, block: str, level: int, place: Place) -> int:
        """Insert a box with all that stands below it, which is indented so far by now, and say where."""
        if place.beside:
            row = self.row(place.beside)
            at, wanted = row.end if place.behind else row.at, row.level
        elif home := place.parent or place.group:
            row = self.row(home)
            at, wanted = row.own, row.level + _STEP if place.parent else 0
        else:
            at, wanted = next((row.at for row in self.rows()), len(self.text)), 0
        indent = lambda was: " " * (len(was[0].expandtabs(4)) + wanted - level)  # noqa: E731
        self.text = self.text[:at] + re.sub(r"(?m)^[ \t]*(?=\S)", indent, block) + self.text[at:]
        return at

    def move(self, id_: str, place: Place) -> None:
        """Have a box stand elsewhere, with all that stands below it."""
        row, before = self.row(id_), len(self.text)
        at = self.put(self.text[row.at : row.end], row.level, place)
        ahead = len(self.text) - before if at <= row.at else 0
        self.text = self.text[: row.at + ahead] + self.text[row.end + ahead :]

    def drop(self, id_: str) -> None:
        """Take a box out, and all that stands below it."""
        row = self.row(id_)
        self.text = self.text[: row.at] + self.text[row.end :]

    def _task(self, found: re.Match[str], above: list[Row]) -> Task:
        """What a heading or a box says; without an id it goes by its title, until it is written to."""
        ticked = found["tick"] in ("x", "X")
        kept = tagged(found["tags"] or "")
        kept.setdefault("id", f"{'h' if found['tick'] is None else 't'}{zlib.crc32(found['title'].encode()):08x}")
        done = kept.pop("completed_at", self.saved)
        home = above[-1] if above else None
        return Task(
            container=self.id,
            title=line(found["title"]),
            url=self.url,
            group=home.task.id if home and home.level == HEADING else None,
            parent=home.task.id if home and home.level > HEADING else None,
            notes=plain(re.sub(r"(?m)^\s*> ?", "", found["notes"])),
            completed=ticked,
            completed_at=done if ticked else None,
            **kept,
        )


def written(task: Task, level: int) -> str:
    """A heading or a box as it stands in the text: it keeps its id now, whatever it is called."""
    head = "##" if level == HEADING else f"{' ' * level}- [{'x' if task.completed else ' '}]"
    notes = [f"{' ' * (level + _STEP)}> {one}".rstrip() for one in task.notes.split("\n") if task.notes]
    return "".join(f"{one}\n" for one in (f"{head} {task.title} <!-- {tags(task)} -->", *notes))
