"""Checks what no linter does: no registry, build machine or token is named, links and locks are whole, modules short.

Run as `python -m tools.check_tree`; prints one line a finding and exits 1 if there is any.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
        ("repo", "maven", "apache", "org"),
    )
)
"""Package registries; put together here, because this file is checked too."""

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40

TOKENS = (
    ("a personal token of Asana", re.compile(r"\b\d/\d{10,}(/\d{10,})?:[0-9a-f]{32}\b")),
    ("a token of monday.com", re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")),
    ("a webhook of Slack", re.compile(r"hooks\.slack\.com/(services|workflows)/T\w+/\w+/\w{16,}")),
    (
        "a webhook of Teams",
        re.compile(r"(webhook\.office|logic\.azure|powerplatform)\.com\S*(IncomingWebhook/|sig=)\w{16,}"),
    ),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\w")),
)
"""What the secrets look like that a district gives to syncd."""

_HOME = re.compile(r"(?<![\w./:}>-])/(work|root|home/\w+|Users/\w+)(?=[/\s'\"`,;:)]|$)")
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\]\([^)]*\))*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_INNER = re.compile(r"!\[[^\]]*\]\(\s*([^)\s]+)[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
_NAMED = re.compile(r"<[^>]+\b(?:id|name)=\"([^\"]+)\"")
_OUTSIDE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PINNED = re.compile(r"^[A-Za-z0-9][\w.-]*(\[[\w,-]+\])?==\S+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+$")


def main() -> int:
    """Check the tree around this file; 1 if there is a finding."""
    root = Path(__file__).resolve().parent.parent
    findings = sorted(check(root, tracked(root)))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def tracked(root: Path) -> list[Path]:
    """The files that git tracks or would track in `root`, without those that were deleted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout  # noqa: S603
    paths = {root / name for name in listed.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def check(root: Path, files: Iterable[Path]) -> Iterator[str]:
    """One line for each finding in the files: where it is, and what is wrong."""
    for path in files:
        text = read(path)
        if text is None:
            continue
        place = path.relative_to(root)
        yield from (f"{place}:{line}: {what}" for line, what in strangers(text))
        yield from (f"{place}:{line}: {what}" for line, what in tokens(text))
        if path.suffix == ".md":
            yield from (f"{place}:{line}: {what}" for line, what in broken_links(path, text))
        if path.suffix == ".lock":
            yield from (f"{place}:{line}: {what}" for line, what in unpinned(text))
        if path.suffix == ".py" and "tests" not in place.parts:
            yield from (f"{place}:{line}: {what}" for line, what in oversized(text))


def read(path: Path) -> str | None:
    """The text of a file, None if it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def strangers(text: str) -> Iterator[tuple[int, str]]:
    """Lines that name a package registry or a path of somebody's machine."""
    for number, line in enumerate(text.splitlines(), 1):
        for host in HOSTS:
            if host in line:
                yield number, f"names the package registry {host}"
        if found := _HOME.search(line):
            yield number, f"names a path of a machine, {found[0]}"


def tokens(text: str) -> Iterator[tuple[int, str]]:
    """Lines with something in them that is shaped like a secret of a tool."""
    for what, shape in TOKENS:
        for found in shape.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, f"holds what looks like {what}"


def broken_links(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Links of a Markdown file that lead to no file or to no heading."""
    plain = _CODE.sub(_blank, _FENCE.sub(_blank, text))
    for found in (*_LINK.finditer(plain), *_INNER.finditer(plain)):
        target = unquote(found[1])
        if _OUTSIDE.match(target):
            continue
        name, _, anchor = target.partition("#")
        aim = (path.parent / name).resolve() if name else path
        number = plain.count("\n", 0, found.start()) + 1
        if not aim.exists():
            yield number, f"links to {target}, which is not there"
        elif anchor and aim.suffix == ".md" and anchor not in anchors(aim):
            yield number, f"links to {target}, but {aim.name} has no such heading"


@cache
def anchors(path: Path) -> frozenset[str]:
    """What a link into a Markdown file may name after its #: headings as GitHub spells them, and named tags."""
    text = path.read_text(encoding="utf-8")
    found: set[str] = set(_NAMED.findall(text))
    for heading in _HEADING.findall(_FENCE.sub(_blank, text)):
        slug = base = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(
            " ", "-"
        )
        count = 0
        while slug in found:
            count += 1
            slug = f"{base}-{count}"
        found.add(slug)
    return frozenset(found)


def unpinned(text: str) -> Iterator[tuple[int, str]]:
    """Requirements of a lock file that are not one version with its hashes; options and addresses too."""
    start, gathered = 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not gathered:
            start = number
        gathered += line.removesuffix("\\").strip() + " "
        if line.endswith("\\"):
            continue
        entry, gathered = gathered.strip(), ""
        if entry and not entry.startswith("#") and not _PINNED.match(entry):
            yield start, f"is not pinned with its hashes: {entry.split()[0]}"


def oversized(text: str) -> Iterator[tuple[int, str]]:
    """Modules and functions with more lines than a reader can hold in mind."""
    lines = text.count("\n")
    if lines > LONGEST_MODULE:
        yield 1, f"has {lines} lines; a module has at most {LONGEST_MODULE}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {length} lines; a function has at most {LONGEST_FUNCTION}"


def _blank(found: re.Match[str]) -> str:
    """As many lines of nothing, so that line numbers stay."""
    return "\n" * found[0].count("\n")


if __name__ == "__main__":
    sys.exit(main())
