"""Makes a site of the documents: the pages as they stand, and a reference that is generated from the code."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from sphinx.cmd.build import main as build

from syncd.cli.entry import COMMANDS, cli
from syncd.service.metrics import Metrics
from tools.reference import TITLES, Reference

ROOT: Final = Path(__file__).parents[1]
SOURCES: Final = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "config.example.toml",
    "compose.yaml",
    "Dockerfile",
)
FOLDERS: Final = ("docs", "examples", "deploy")
_LINK: Final = re.compile(r"^- \[[^]]+\]\(([^)]+)\.md\)", re.MULTILINE)
_GENERATED: Final = ("commands", "configuration-keys", "plan-keys", "metrics")
_MADE: Final = "This page is made from the code.\n"


def gathered(folder: Path) -> Path:
    """A folder with all that pages are made of or point at."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "conf.py"))
    reference = folder / "docs" / "reference"
    reference.mkdir()
    pages = (commands(), *(Reference(name).page(_MADE) for name in TITLES), metrics())
    for name, text in zip(_GENERATED, pages, strict=True):
        (reference / f"{name}.md").write_text(text, encoding="utf-8")
    index = folder / "docs" / "index.md"
    index.write_text(_with_contents(index.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def commands() -> str:
    """Every command as its help tells it, and the exit codes."""
    context = click.Context(cli, info_name="syncd", max_content_width=84, terminal_width=84)
    codes = str(cli.epilog).replace("\n", " ")
    parts = [f"# The command line\n\n{_MADE}\n{codes}\n"]
    parts += [_help(cli.get_command(context, name), name, context, "##") for name in COMMANDS]
    return "\n".join(parts)


def metrics() -> str:
    """Each metric at `/metrics`."""
    text = Metrics(lambda: datetime.now(UTC), dict, lambda: True).text()
    rows = re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE)
    return f"# The metrics\n\n{_MADE}\n| name | tells |\n|---|---|\n" + "".join(f"| `{a}` | {b} |\n" for a, b in rows)


def _help(command: click.Command | None, name: str, above: click.Context, mark: str) -> str:
    if command is None:
        return ""
    context = click.Context(command, info_name=name, parent=above, max_content_width=84, terminal_width=84)
    text = f"{mark} {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    return "\n".join([text, *_below(command, context, mark)])


def _below(command: click.Command, context: click.Context, mark: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield _help(command.get_command(context, name), name, context, f"{mark}#")


def _with_contents(index: str) -> str:
    """The front page with the list that Sphinx makes the site's contents of: the page's own links, by its headings."""
    parts = re.split(r"^## ", index, flags=re.MULTILINE)
    generated = "Generated from the code\n\n" + "".join(f"- [{n}](reference/{n}.md)\n" for n in _GENERATED)
    trees = []
    for part in [*parts[1:], generated]:
        pages = "\n".join(_LINK.findall(part))
        trees.append(f"\n```{{toctree}}\n:hidden:\n:caption: {part.splitlines()[0]}\n\n{pages}\n```\n")
    return f"{index}\n## {generated}" + "".join(trees)


def main(out: Path) -> int:
    """Build the site into a folder; a warning is an error."""
    source = gathered(out.parent / f"{out.name}-source")
    shutil.rmtree(out, ignore_errors=True)
    code = build(["-W", "--keep-going", "-q", "-b", "html", "-c", str(ROOT / "docs"), str(source), str(out)])
    (out / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><title>syncd</title>'
        '<meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">syncd</a>\n',
        encoding="utf-8",
    )
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
