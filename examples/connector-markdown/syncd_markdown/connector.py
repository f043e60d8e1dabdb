"""The connector: each page of a folder is a container, each `##` heading a group, each check box a task."""

from __future__ import annotations

import os
import re
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Final, TypeVar

from connectors import vocabulary as tool
from connectors.basics import Basics
from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.editing import changed, place, placed
from connectors.errors import Invalid
from connectors.names import Words
from connectors.reach import Reach, Standing
from syncd_markdown.page import HEADING, Page, written

NEEDS_TOKEN: Final = False
T = TypeVar("T")


class Markdown(Basics):
    """A `Connector` for one folder. A request is one page that is read and, where something changes, replaced."""

    words = Words("page", "heading", "Move the file back into the folder")
    reference = re.compile(r"(?:file://.*/)?([\w-]+)(?:\.md)?")

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(clock)
        self._path, self._lock = path, threading.Lock()

    def capabilities(self) -> tool.Capabilities:
        """A file that was not replaced by now never will be."""
        return tool.Capabilities(settle=1.0, custom_fields=False)

    def reach(self) -> Reach:
        """Whether the folder may be written to."""
        may = self.ask(lambda: os.access(self._path, os.W_OK), "looking at the folder")
        return Reach(Standing.MEMBER if may else Standing.VIEW_ONLY)

    def everyone(self) -> Iterable[tool.Person]:
        """Those in people.txt, which lists `Name <address>` line by line."""
        path = self._path / "people.txt"
        text = self.ask(lambda: self.load(path)[0] if path.exists() else "", "reading people.txt")
        found = [(name, address.lower()) for name, address in map(parseaddr, text.splitlines()) if address]
        return [tool.Person(address, name, address) for name, address in found]

    def workspaces(self) -> Sequence[tool.Choice]:
        """The folder itself."""
        here = self.ask(self._path.resolve, "looking for the folder")
        return [tool.Choice(str(here), here.name, here.as_uri())]

    def ids(self) -> Sequence[str]:
        """The pages, by their files' names."""
        return self.ask(lambda: sorted(path.stem for path in self._path.glob("*.md")), "listing the folder")

    def container(self, container: str) -> tool.Container:
        """A page is called as its first heading says."""
        page = self._on(container, lambda page: page, f"opening the page “{container}”")
        name = re.search(r"^# +(.*\S)", page.text, re.MULTILINE)
        groups = tuple(tool.Group(row.task.id, row.task.title) for row in page.rows() if row.level == HEADING)
        return tool.Container(container, name[1] if name else container, page.url, groups)

    def make(self, name: str) -> tool.Container:
        """A page with nothing but its heading."""
        file = re.sub(r"\W+", "-", name.lower()).strip("-")
        if file in self.ids():
            raise Invalid(f"there is a file {file}.md of another name", next_step="Rename that file, or its heading.")
        self.ask(lambda: self.save(self._file(file), f"# {name}\n\n"), f"making the page “{name}”", write=True)
        return self.container(file)

    def remove(self, container: str) -> None:
        """Delete the file."""
        self.ask(lambda: self._file(container).unlink(missing_ok=True), f"deleting the page “{container}”", write=True)

    def add_group(self, container: str, title: str) -> tool.Group:
        """A heading at the end of the page."""
        group = tool.Task(uuid.uuid4().hex[:8], container, title, "")

        def add(page: Page) -> None:
            page.text += f"\n{written(group, HEADING)}\n"

        self._on(container, add, f"making the heading “{title}”", write=True)
        return tool.Group(group.id, title)

    def call_group(self, container: str, group: str, title: str) -> None:
        """Write other words behind the ##."""
        call = lambda page: page.rewrite(group, lambda row: replace(row, title=title))  # noqa: E731
        self._on(container, call, f"calling a heading “{title}”", write=True)

    def listed(self, container: tool.Container) -> Sequence[tool.Task]:
        """All boxes of the page, from the top down."""
        return list(self._on(container.id, Page.tasks, "reading tasks").values())

    def create(self, write: tool.Create) -> tool.Task:
        """A new box at the end of its heading, or below another one."""
        empty = tool.Task(uuid.uuid4().hex[:8], write.container.id, "", "", marker=write.marker)
        task = changed(empty, write.values, self.clock.now())

        def make(page: Page) -> tool.Task:
            page.put(written(task, 0), 0, place(page.tasks(), write.parent, write.group))
            return page.tasks()[task.id]

        return self._on(write.container.id, make, f"making “{task.title}”", write=True)

    def update(self, write: tool.Update, task: tool.Task) -> tool.Written:
        """A box changed and put elsewhere, on the page where it stands."""

        def change(page: Page) -> tool.Written:
            page.rewrite(task.id, lambda row: changed(row, write.values, self.clock.now()))
            there, remarks = placed(write, page.tasks())
            if there:
                page.move(task.id, there)
            return tool.Written(page.tasks()[task.id], remarks)

        return self._on(task.container, change, f"changing “{task.title}”", write=True)

    def delete(self, task: tool.Task) -> None:
        """Take the box out, and what stands below it."""
        self._on(task.container, lambda page: page.drop(task.id), "deleting a box", write=True)

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
            text, at = self.load(path)
            page = Page(text, name, path.as_uri(), at)
            before, done = page.text, work(page)
            if page.text != before:
                if self.load(path) != (text, at):
                    return send()
                self.save(path, page.text)
            return done

        with self._lock:
            return self.ask(send, what, write=write)


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for the folder that `workspace` names; a relative path begins where syncd is run."""
    return Markdown(Path(settings.workspace or "."), clock)
