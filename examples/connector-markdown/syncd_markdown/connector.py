"""The connector: each page of a folder is a container, each `##` heading a group, each check box a task."""

from __future__ import annotations

import os
import re
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Final, TypeVar

from connectors import vocabulary as tool
from connectors.basics import Basics
from connectors.certain import certain
from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.errors import Invalid, NotFound
from connectors.essentials import Essentials
from connectors.names import Words, alike
from connectors.probing import Probe
from connectors.reach import Reach, Standing
from connectors.text import line, plain
from syncd_markdown.page import GROUP, Page, Row

NEEDS_TOKEN: Final = False
_WORDS: Final = Words("page", "heading", "Move the file back into the folder")
T = TypeVar("T")


class Markdown(Basics):
    """A `Connector` for one folder. A request is one page that is read and, where something changes, replaced."""

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(clock)
        self._path, self._lock = path, threading.Lock()
        self._people: Mapping[str, tool.Person] | None = None

    def capabilities(self) -> tool.Capabilities:
        """A file that was not replaced by now never will be."""
        return tool.Capabilities(settle=1.0, custom_fields=False)

    def me(self) -> tool.Person:
        """The first in people.txt; without that file, nobody in particular."""
        return next(iter(self.people().values()), tool.Person("syncd", "syncd", ""))

    def reach(self) -> Reach:
        """Whether the folder may be written to."""
        may = self.ask(lambda: os.access(self._path, os.W_OK), "looking at the folder")
        return Reach(Standing.MEMBER if may else Standing.VIEW_ONLY)

    def people(self) -> Mapping[str, tool.Person]:
        """Everyone in people.txt, which lists `Name <address>` line by line."""
        if self._people is None:
            path = self._path / "people.txt"
            text = self.ask(lambda: self.load(path)[0] if path.exists() else "", "reading people.txt")
            found = [(address.lower(), name) for name, address in map(parseaddr, text.splitlines()) if address]
            self._people = {address: tool.Person(address, name, address) for address, name in found}
        return self._people

    def workspaces(self) -> Sequence[tool.Choice]:
        """The folder itself."""
        here = self.ask(self._path.resolve, "looking for the folder")
        return [tool.Choice(str(here), here.name, here.as_uri())]

    def discover(self) -> Sequence[tool.Choice]:
        """The pages, by what their first heading calls them."""
        pages = [self._open(name) for name in self._names()]
        return [
            tool.Choice(page.id, page.name, page.url) for page in sorted(pages, key=lambda page: page.name.casefold())
        ]

    def open(self, reference: str, *, by_name: bool = False, create: bool = False) -> tool.Container:
        """A page by its file's name, its address, or its first heading."""
        if not by_name:
            found = re.fullmatch(r"(?:file://.*/)?([\w-]+)(?:\.md)?", reference)
            if not found:
                words = f"“{reference}” is neither the name nor the address of a page"
                raise Invalid(words, next_step="Write the file's name without .md as the mapping's container.")
            return self._open(found[1])
        named = [choice for choice in self.discover() if alike(choice.name, reference)]
        if one := _WORDS.the_one(reference, named, list, create=create):
            return self._open(one.id)
        name = re.sub(r"\W+", "-", reference.lower()).strip("-")
        if name in self._names():
            raise Invalid(f"there is a file {name}.md of another name", next_step="Rename that file, or its heading.")
        make = lambda: self.save(self._file(name), f"# {line(reference)}\n\n")  # noqa: E731
        return certain(
            lambda: self.ask(make, f"making the page “{reference}”", write=True) or self._open(name),
            lambda: self._open(name) if name in self._names() else None,
            lambda: None,
        )

    def ensure_groups(self, container: tool.Container, titles: Sequence[str]) -> tuple[tool.Group, ...]:
        """The page's headings after those missing were written at its end."""

        def make(page: Page, _: datetime) -> tuple[tool.Group, ...]:
            asked: dict[str, tool.Group] = {}
            for title in titles:
                row = next((row for row in page.groups() if alike(row.title, title)), None)
                if row is None:
                    row = Row([], GROUP, line(title), id=_new_id())
                    row.rewrite()
                    page.rows += [Row([""]), row, Row([""])]
                asked[row.id] = tool.Group(row.id, row.title)
            return (*asked.values(), *(group for group in _groups(page) if group.id not in asked))

        return self._surely(container.id, make, f"making headings on “{container.name}”")

    def rename_group(
        self, container: tool.Container, group: str, title: str, *, was: str | None = None
    ) -> tuple[tool.Group, ...]:
        """The page's headings after one of them was called anew, unless somebody else did that first."""

        def call(page: Page, _: datetime) -> tuple[tool.Group, ...]:
            before = _WORDS.called(_groups(page), group, title)
            if not alike(before, title) and (was is None or alike(before, was)):
                row = next(row for row in page.groups() if row.id == group)
                row.title = line(title)
                row.rewrite()
            return _groups(page)

        return self._surely(container.id, call, f"calling a heading “{title}”")

    def listed(self, container: tool.Container) -> Sequence[tool.Task]:
        """All boxes of the page, those below others last."""
        tasks = self._on(container.id, lambda page, at: self._tasks(container.id, page, at), "listing tasks")
        return sorted(tasks.values(), key=lambda task: task.parent is not None)

    def one(self, container: tool.Container, task: str) -> tool.Task | tool.Fate:
        """A box on this page or, moved away, on another; on none, it was deleted."""
        for name in self._names(first=container.id):
            tasks = self._on(name, lambda page, at, name=name: self._tasks(name, page, at), "reading tasks")  # type: ignore[misc]
            if task in tasks:
                return _seen(tasks[task], container)
        return tool.Fate.DELETED

    def create(self, write: tool.Create) -> tool.Written:
        """A new box at the end of its heading, or below another one."""
        self.people()
        row = Row([], 0, id=_new_id())

        def make(page: Page, at: datetime) -> tool.Written:
            page.put(row, _asked(page.boxes(), write.parent), _asked(page.groups(), write.group))
            values = tool.Values({**write.values.given, "marker": write.marker})
            return self._filled(write.container.id, page, row, values, at)

        return self._on(write.container.id, make, f"making “{write.values.given.get('title')}”", write=True)

    def update(self, write: tool.Update) -> tool.Written:
        """A box changed and put elsewhere, on whatever page it stands."""
        self.people()
        seen = self.one(write.container, write.task)
        if isinstance(seen, tool.Fate):
            raise NotFound("no page has such a box (any more)", what=f"changing {write.task}")
        name = Path(seen.url).stem

        def change(page: Page, at: datetime) -> tool.Written:
            row = _known(page.boxes(), write.task)
            remarks: tuple[str, ...] = (
                () if seen.container else ("It stands on another page now: its order was left alone.",)
            )
            remarks = remarks or _place(page, row, write)
            return self._filled(name, page, row, write.values, at, *remarks)

        done = self._on(name, change, f"changing “{seen.title}”", write=True)
        return replace(done, task=_seen(done.task, write.container))

    def probe(self) -> Probe:
        """The questions that every tool is asked."""
        return Probe(
            lambda name: self.open(name, by_name=True, create=True).id,
            self._open,
            lambda name: self._file(name).unlink(missing_ok=True),
            Essentials(self, self.clock, self._delete).questions(),
        )

    def _delete(self, task: str) -> None:
        for name in self._names():
            self._on(name, lambda page, _: page.drop(task), "deleting a box", write=True)

    def load(self, path: Path) -> tuple[str, datetime]:
        """A file's text, and when anybody last wrote to it."""
        return path.read_text(encoding="utf-8"), datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def save(self, path: Path, text: str) -> None:
        """Swap a file for another text, at once: nobody reads half of it."""
        beside = path.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)

    def _file(self, name: str) -> Path:
        return self._path.resolve() / f"{name}.md"

    def _names(self, *, first: str = "") -> list[str]:
        found = self.ask(lambda: sorted(path.stem for path in self._path.glob("*.md")), "listing the folder")
        return sorted(found, key=lambda name: name != first)

    def _open(self, name: str) -> tool.Container:
        page = self._on(name, lambda page, _: page, f"opening the page “{name}”")
        return tool.Container(name, page.name or name, self._file(name).as_uri(), _groups(page))

    def _on(self, name: str, work: Callable[[Page, datetime], T], what: str, *, write: bool = False) -> T:
        """What `work` gives, and the page as it leaves it; begun anew where people saved theirs meanwhile."""
        path = self._file(name)

        def send() -> T:
            while True:
                text, at = self.load(path)
                page = Page(text)
                done = work(page, at)
                if page.text() == Page(text).text():
                    return done
                if self.load(path) == (text, at):
                    self.save(path, page.text())
                    return done

        with self._lock:
            return self.ask(send, what, write=write)

    def _surely(self, name: str, work: Callable[[Page, datetime], T], what: str) -> T:
        """The same for what may be done twice: without an answer, once more."""
        return certain(lambda: self._on(name, work, what, write=True), lambda: self._on(name, work, what), lambda: None)

    def _tasks(self, name: str, page: Page, at: datetime) -> dict[str, tool.Task]:
        return {row.id: self._task(name, page, row, at) for row in page.boxes()}

    def _task(self, name: str, page: Page, row: Row, at: datetime) -> tool.Task:
        parent, group, steps = page.parent(row), page.group(row), page.below(row, None)
        done = datetime.fromisoformat(row.kept["done"]) if "done" in row.kept else at
        return tool.Task(
            row.id,
            name,
            line(row.title),
            self._file(name).as_uri(),
            group=group.id if group and not parent else None,
            parent=parent.id if parent else None,
            marker=row.kept.get("plan"),
            notes=plain(row.notes),
            start=_day(row.kept.get("start")),
            due=_day(row.kept.get("due")),
            assignee=row.kept.get("who"),
            completed=row.ticked,
            completed_at=done if row.ticked else None,
            steps=(sum(step.ticked for step in steps), len(steps)),
        )

    def _filled(
        self, name: str, page: Page, row: Row, values: tool.Values, at: datetime, *remarks: str
    ) -> tool.Written:
        """Give a box its values; one that was ticked by hand keeps from now on when that was seen."""
        given = dict(values.given)
        who = given.get("assignee")
        if who is not None and who not in self.people():
            remarks = (*remarks, f"{who} does not stand in people.txt: the assignee was left as it was.")
            del given["assignee"]
        row.title = line(str(given.get("title", row.title)))
        row.notes = plain(str(given.get("notes", row.notes) or ""))
        if "completed" in given and row.ticked != given["completed"]:
            row.ticked, at = bool(given["completed"]), self.clock.now()
            row.kept.pop("done", None)
        kept = {"start": "start", "due": "due", "assignee": "who", "marker": "plan"}
        row.kept |= {kept[name]: str(value or "") for name, value in given.items() if name in kept}
        row.kept |= {"done": row.kept.get("done") or at.isoformat()} if row.ticked else {"done": ""}
        row.kept = {name: value for name, value in row.kept.items() if value}
        row.rewrite()
        return tool.Written(self._task(name, page, row, at), remarks)


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for the folder that `workspace` names; a relative path begins where syncd is run."""
    return Markdown(Path(settings.workspace or "."), clock)


def _place(page: Page, row: Row, write: tool.Update) -> tuple[str, ...]:
    """Put a box where it is to stand; what cannot be stood behind is told, and fails nothing."""
    before, under = page.parent(row), page.group(row)
    parent = before if write.parent is None else _asked(page.boxes(), write.parent)
    group = _asked(page.groups(), write.group) or under
    if parent in page.block(row):
        raise Invalid("a box cannot stand below itself", what=f"moving “{row.title}”")
    siblings = [one for one in page.below(parent, group) if one is not row]
    behind = next((one for one in siblings if one.id == write.after), None)
    lost = bool(write.after) and behind is None
    if parent is not before or (parent is None and group is not under) or (write.after is not None and not lost):
        page.put(row, parent, group, behind, first=write.after == "")
    return ("The box it was to stand behind is not there: the order was left alone.",) if lost else ()


def _seen(task: tool.Task, container: tool.Container) -> tool.Task:
    """A task as it is seen from a container: on another page it is in none."""
    return task if task.container == container.id else replace(task, container="", group=None)


def _groups(page: Page) -> tuple[tool.Group, ...]:
    return tuple(tool.Group(row.id, row.title) for row in page.groups())


def _known(rows: Sequence[Row], id_: str) -> Row:
    for row in rows:
        if row.id == id_:
            return row
    raise NotFound(f"the page has no line with the id {id_} (any more)")


def _asked(rows: Sequence[Row], id_: str | None) -> Row | None:
    """The row of an id; None where none is asked for."""
    return _known(rows, id_) if id_ else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _new_id() -> str:
    return uuid.uuid4().hex[:8]
