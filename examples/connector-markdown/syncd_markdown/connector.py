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
from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.errors import Invalid, NotFound
from connectors.names import Words
from connectors.reach import Reach, Standing
from connectors.text import line, plain
from syncd_markdown.page import GROUP, Page, Row

NEEDS_TOKEN: Final = False
_KEPT: Final = {"start": "start", "due": "due", "assignee": "who", "marker": "plan"}
"""Under which names the comment of a box keeps these values."""
T = TypeVar("T")


class Markdown(Basics):
    """A `Connector` for one folder. A request is one page that is read and, where something changes, replaced."""

    words = Words("page", "heading", "Move the file back into the folder")

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(clock)
        self._path, self._lock = path, threading.Lock()
        self._people: Mapping[str, tool.Person] | None = None

    def capabilities(self) -> tool.Capabilities:
        """A file that was not replaced by now never will be."""
        return tool.Capabilities(settle=1.0, custom_fields=False)

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

    def ids(self, *, first: str = "") -> Sequence[str]:
        """The pages, by their files' names."""
        found = self.ask(lambda: sorted(path.stem for path in self._path.glob("*.md")), "listing the folder")
        return sorted(found, key=lambda name: name != first)

    def container(self, container: str) -> tool.Container:
        """A page is called as its first heading says."""
        page = self._on(container, lambda page: page, f"opening the page “{container}”")
        groups = tuple(tool.Group(row.id, row.title) for row in page.groups())
        return tool.Container(container, page.name or container, self._file(container).as_uri(), groups)

    def named(self, reference: str) -> str:
        """A file's name, or its address."""
        if found := re.fullmatch(r"(?:file://.*/)?([\w-]+)(?:\.md)?", reference):
            return found[1]
        words = f"“{reference}” is neither the name nor the address of a page"
        raise Invalid(words, next_step="Write the file's name without .md as the mapping's container.")

    def make(self, name: str) -> tool.Container:
        """A page with nothing but its heading."""
        file = re.sub(r"\W+", "-", name.lower()).strip("-")
        if file in self.ids():
            raise Invalid(f"there is a file {file}.md of another name", next_step="Rename that file, or its heading.")
        self.ask(lambda: self.save(self._file(file), f"# {name}\n\n"), f"making the page “{name}”", write=True)
        return self.container(file)

    def remove(self, container: str) -> None:
        """Delete the file."""
        self._file(container).unlink(missing_ok=True)

    def add_group(self, container: str, title: str) -> tool.Group:
        """A heading at the end of the page."""
        row = Row([], GROUP, title, id=uuid.uuid4().hex[:8])
        row.rewrite()
        add = lambda page: page.rows.extend([Row([""]), row, Row([""])])  # noqa: E731
        self._on(container, add, f"making the heading “{title}”", write=True)
        return tool.Group(row.id, title)

    def call_group(self, container: str, group: str, title: str) -> None:
        """Write other words behind the ##."""

        def call(page: Page) -> None:
            row = page.row(group)
            row.title = title
            row.rewrite()

        self._on(container, call, f"calling a heading “{title}”", write=True)

    def listed(self, container: tool.Container) -> Sequence[tool.Task]:
        """All boxes of the page, those below others last."""
        return sorted(self._tasks(container.id).values(), key=lambda task: task.parent is not None)

    def one(self, container: tool.Container, task: str) -> tool.Task | tool.Fate:
        """A box on this page or, moved away, on another; on none, it was deleted."""
        for name in self.ids(first=container.id):
            if found := self._tasks(name).get(task):
                return _seen(found, container)
        return tool.Fate.DELETED

    def create(self, write: tool.Create) -> tool.Written:
        """A new box at the end of its heading, or below another one."""
        self.people()
        values = tool.Values({**write.values.given, "marker": write.marker})
        row = Row([], 0, id=uuid.uuid4().hex[:8])

        def make(page: Page) -> tool.Written:
            page.put(
                row, page.row(write.parent) if write.parent else None, page.row(write.group) if write.group else None
            )
            return self._filled(page, row, values)

        return self._on(write.container.id, make, f"making “{values.given.get('title')}”", write=True)

    def update(self, write: tool.Update) -> tool.Written:
        """A box changed and put elsewhere, on whatever page it stands."""
        self.people()
        seen = self.one(write.container, write.task)
        if isinstance(seen, tool.Fate):
            raise NotFound("no page has such a box (any more)", what=f"changing {write.task}")

        def change(page: Page) -> tool.Written:
            row = page.row(write.task)
            remark = _place(page, row, write) if seen.container else "It stands on another page: its order stays."
            return self._filled(page, row, write.values, remark)

        done = self._on(Path(seen.url).stem, change, f"changing “{seen.title}”", write=True)
        return replace(done, task=_seen(done.task, write.container))

    def delete(self, task: str) -> None:
        """Take the box out, and what stands below it."""
        for name in self.ids():
            if task in self._tasks(name):
                self._on(name, lambda page: page.drop(page.row(task)), "deleting a box", write=True)

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

    def _on(self, name: str, work: Callable[[Page], T], what: str, *, write: bool = False) -> T:
        """What `work` gives, and the page as it leaves it; begun anew where people saved theirs meanwhile."""
        path = self._file(name)

        def send() -> T:
            while True:
                text, at = self.load(path)
                page = Page(text, name, at)
                done = work(page)
                if page.text() == Page(text).text():
                    return done
                if self.load(path) == (text, at):
                    self.save(path, page.text())
                    return done

        with self._lock:
            return self.ask(send, what, write=write)

    def _tasks(self, name: str) -> dict[str, tool.Task]:
        """All boxes of a page, by their ids."""
        return self._on(name, lambda page: {row.id: self._task(page, row) for row in page.boxes()}, "reading tasks")

    def _task(self, page: Page, row: Row) -> tool.Task:
        steps, kept = page.below(row), row.kept
        start, due = (date.fromisoformat(kept[key]) if key in kept else None for key in ("start", "due"))
        return tool.Task(
            row.id,
            page.id,
            line(row.title),
            self._file(page.id).as_uri(),
            group=row.group.id if row.group and not row.parent else None,
            parent=row.parent.id if row.parent else None,
            marker=kept.get("plan"),
            notes=plain(row.notes),
            start=start,
            due=due,
            assignee=kept.get("who"),
            completed=row.ticked,
            completed_at=(datetime.fromisoformat(kept["done"]) if "done" in kept else page.at) if row.ticked else None,
            steps=(sum(step.ticked for step in steps), len(steps)),
        )

    def _filled(self, page: Page, row: Row, values: tool.Values, remark: str = "") -> tool.Written:
        """Give a box its values; one that was ticked by hand keeps from now on when that was seen."""
        given, remarks = dict(values.given), [remark] if remark else []
        who = given.get("assignee")
        if who is not None and who not in self.people():
            remarks.append(f"{who} does not stand in people.txt: the assignee was left as it was.")
            del given["assignee"]
        row.title = line(str(given.get("title", row.title)))
        row.notes = plain(str(given.get("notes", row.notes) or ""))
        if "completed" in given and row.ticked != given["completed"]:
            row.ticked, page.at = bool(given["completed"]), self.clock.now()
            row.kept.pop("done", None)
        row.kept |= {_KEPT[name]: str(value or "") for name, value in given.items() if name in _KEPT}
        row.kept["done"] = (row.kept.get("done") or page.at.isoformat()) if row.ticked else ""
        row.kept = {name: value for name, value in row.kept.items() if value}
        row.rewrite()
        return tool.Written(self._task(page, row), tuple(remarks))


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for the folder that `workspace` names; a relative path begins where syncd is run."""
    return Markdown(Path(settings.workspace or "."), clock)


def _place(page: Page, row: Row, write: tool.Update) -> str:
    """Put a box where it is to stand; what cannot be stood behind is told, and fails nothing."""
    parent = row.parent if write.parent is None else page.row(write.parent) if write.parent else None
    group = page.row(write.group) if write.group else row.group
    if parent in page.block(row):
        raise Invalid("a box cannot stand below itself", what=f"moving “{row.title}”")
    behind = next((one for one in page.below(parent, group) if one is not row and one.id == write.after), None)
    lost = bool(write.after) and behind is None
    moved = parent is not row.parent or (parent is None and group is not row.group)
    if moved or (write.after is not None and not lost):
        page.put(row, parent, group, behind, first=write.after == "")
    return "The box it was to stand behind is not there: the order was left alone." if lost else ""


def _seen(task: tool.Task, container: tool.Container) -> tool.Task:
    """A task as it is seen from a container: on another page it is in none."""
    return task if task.container == container.id else replace(task, container="", group=None)
