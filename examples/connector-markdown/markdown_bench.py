"""A folder of Markdown files with hands for what people do in it, for the suite of all connectors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from connectors.editing import place
from syncd_markdown.connector import Markdown
from syncd_markdown.page import Page
from tests.connectors.clock import ToldClock


class Faulty(Markdown):
    """A connector whose folder fails as its bench says."""

    bench: MarkdownBench

    def load(self, path: Path) -> tuple[str, datetime]:
        """Fail, or read."""
        self.bench.may_fail(path)
        return super().load(path)

    def save(self, path: Path, text: str) -> None:
        """Fail after it took effect, or write."""
        super().save(path, text)
        if self.bench.losing:
            self.bench.losing = False
            raise OSError("the disk did not answer")


class MarkdownBench:
    """One folder with one page."""

    container = "plan"
    name = "Strategic plan"
    teammate = "avery.teacher@example.org"
    page = 0
    levels = 2

    def __init__(self, path: Path, monkeypatch: Callable[[str], None]) -> None:
        self.clock = ToldClock()
        self._path = path
        self._write_as = monkeypatch
        self.failing = 0
        self.losing = False
        self.hidden: set[str] = set()
        (path / "people.txt").write_text(f"Syncd <syncd@example.org>\nAvery <{self.teammate}>\n")
        self.address = (path / "plan.md").as_uri()
        self._new("plan", self.name)

    def may_fail(self, path: Path) -> None:
        """What befalls the next reading."""
        if path.stem in self.hidden:
            raise PermissionError(f"{path} is not for you")
        if self.failing:
            self.failing -= 1
            raise OSError("the disk does not answer")

    def connect(self) -> Faulty:
        """A fresh connector."""
        made = Faulty(self._path, self.clock)
        made.bench = self
        return made

    def quiet(self, containers: int) -> int:
        """One page each."""
        return containers

    # What people do

    def add_container(self, name: str) -> str:
        """A page beside the others, of any name."""
        id_ = f"page-{len(list(self._path.iterdir()))}"
        self._new(id_, name)
        return id_

    def hide_container(self, container: str) -> None:
        """Take its rights away."""
        self.hidden.add(container)

    def delete_container(self, container: str) -> None:
        """Delete the file."""
        (self._path / f"{container}.md").unlink()

    def add(self, title: str, *, parent: str | None = None) -> str:
        """Type a box above all headings, or below another one."""
        page = _page(self._text())
        at = page.put(f"- [ ] {title}\n", 0, place(page.tasks(), parent, None))
        self._write(page.text)
        return _id_at(page, at)

    def complete(self, task: str, *, done: bool = True) -> None:
        """Tick or untick."""
        self._edit(task, lambda line: line.replace("[ ]", "[x]") if done else line.replace("[x]", "[ ]"))

    def rename(self, task: str, title: str) -> None:
        """Type other words."""
        old = _page(self._text()).row(task).task.title
        self._edit(task, lambda line: line.replace(old, title))

    def move(self, task: str, group: str) -> None:
        """Below another heading."""
        page = _page(self._text())
        page.move(task, place(page.tasks(), None, group))
        self._write(page.text)

    def delete_group(self, group: str) -> None:
        """Delete a heading."""
        self._edit(group, lambda _line: "")

    def move_away(self, task: str) -> None:
        """Cut here, paste on another page."""
        page = _page(self._text())
        row = page.row(task)
        (self._path / "elsewhere.md").write_text(f"# Elsewhere\n\n{page.text[row.at : row.own]}")
        self.delete(task)

    def delete(self, task: str) -> None:
        """Delete the line."""
        page = _page(self._text())
        page.drop(task)
        self._write(page.text)

    def duplicate(self, task: str) -> str:
        """Copy and paste."""
        page = _page(self._text())
        row = page.row(task)
        page.text = page.text[: row.own] + page.text[row.at :]
        self._write(page.text)
        return _id_at(page, row.own)

    def titles(self) -> list[str]:
        """All boxes."""
        pages = [_page(path.read_text()) for path in self._path.glob("*.md")]
        return [task.title for page in pages for task in page.tasks().values()]

    # What goes wrong

    def lose_reply(self) -> None:
        """The next write takes effect, and fails."""
        self.losing = True

    def fail(self, times: int) -> None:
        """That many readings fail."""
        self.failing = times

    def fail_second_page(self) -> None:
        """A page comes as a whole or not at all."""
        self.failing = 10_000

    def lose_news(self) -> None:
        """None can be lost: they come from comparing."""

    def expire_cursors(self) -> None:
        """From now on, another release writes them in another form."""
        self._write_as("another ")

    def _new(self, id_: str, name: str) -> None:
        (self._path / f"{id_}.md").write_text(f"# {name}\n\nWhat we do this year.\n\n")

    def _text(self) -> str:
        return (self._path / "plan.md").read_text()

    def _write(self, text: str) -> None:
        (self._path / "plan.md").write_text(text)

    def _edit(self, task: str, change: Callable[[str], str]) -> None:
        page = _page(self._text())
        row = page.row(task)
        self._write(page.text[: row.at] + change(page.text[row.at : row.own]) + page.text[row.own :])


def _page(text: str) -> Page:
    return Page(text, "plan", "", datetime.fromtimestamp(0, UTC))


def _id_at(page: Page, at: int) -> str:
    return next(row.task.id for row in page.rows() if row.at == at)
