"""Reads what a configuration is made of: one file, or a folder with one for all and beside it one for each district."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from syncd.characters import in_one_line
from syncd.checking import near, step
from syncd.consistency import Clash
from syncd.documents.document import Document, Unreadable, parse
from syncd.documents.file import content
from syncd.errors import ConfigError, Problem
from syncd.plan.sources import is_address

NAME: Final = "config.toml"
"""The file that a folder has for all; what stands for a configuration that nobody named."""
OWN: Final = ("connections", "plans", "mappings")
"""The sections that a district's file may hold."""
_SHARED: Final = ("timezone", "secrets_dir", "store", "server", "schedule", "network", "notices")

Names = tuple[str, str]
"""A section, and a name in it."""
PlanSource = tuple[str, str, str]
"""The way to the source of a plan."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of a folder, or what of it, that cannot be used as it stands; its mappings rest, as far as it tells any.

    A variable or a secret for something that no file holds is left out as well.
    """

    file: str
    problems: tuple[Problem, ...]
    mappings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What messages call it."""
        return in_one_line(Path(self.file).name)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True, slots=True)
class Pieces:
    """What was read: the file for all, the districts' that can be read and put beside it, and why others cannot."""

    main: Document
    parts: tuple[Document, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    is_folder: bool = False

    @property
    def whole(self) -> Document:
        """All of them as one document, in which each thing knows its file."""
        return joined(self.main, self.parts)


def pieces(place: Path) -> Pieces:
    """The configuration at a place, file or folder. Raises ConfigError if it, or the file for all, cannot be read."""
    if not _is_folder(place):
        return Pieces(_read(place))
    files, main = toml_files(place), place / NAME
    if not files:
        raise ConfigError([Problem(str(place), _why_bare(place))])
    shared = _read(main) if main in files else Document(str(main), {})
    parts, left_out = _districts([file for file in files if file != main])
    plans = set(sources(place, [shared, *parts]))
    parts = [part for part in parts if not _is_plan(part, plans)]
    left_out = [each for each in left_out if Path(each.file) not in plans]
    holders = _holders([shared, *parts])
    wrong = {part.file: [*_strays(part), *_taken(part, holders)] for part in parts}
    left_out += [left_out_of(part, wrong[part.file]) for part in parts if wrong[part.file]]
    return Pieces(shared, tuple(part for part in parts if not wrong[part.file]), tuple(left_out), is_folder=True)


def toml_files(folder: Path) -> list[Path]:
    """The files in a folder that may be configuration, by name; hidden ones are editors' own."""
    return sorted(file for file in folder.glob("*.toml") if not file.name.startswith("."))


def sources(folder: Path, documents: Sequence[Document]) -> Iterator[Path]:
    """The files in a folder that are plans, because these documents say so."""
    for document in documents:
        for plan in named(document, "plans").values():
            if isinstance(source := step(plan, "source"), str):
                yield folder / source


def astray(document: Document, files: Collection[str]) -> Iterator[Problem]:
    """Plans whose source is one of these files of the configuration.

    What is wrong is the source: said of the file that it names, it would look like another district's mistake.
    """
    configuration = {_at_last(Path(file)) for file in files}
    for path, place, source in _in_files(document):
        if place in configuration:
            words = f"{source} is a file of this configuration and no plan; name the plan's own file"
            yield document.problem(path, words, ".".join(path))


def twins(document: Document) -> Iterator[Clash]:
    """Two plans that are one file. What is kept of its past would be told of both, and both might push it."""
    known: dict[Path, tuple[PlanSource, str]] = {}
    for path, place, source in _in_files(document):
        other, named_so = known.setdefault(place, (path, source))
        if other != path:
            yield (path, _same_file(other, named_so)), (other, _same_file(path, source))


def _same_file(other: PlanSource, source: str) -> str:
    return f"[plans.{other[1]}] has {source} too; leave one of the two out: many mappings may name one plan"


def _in_files(document: Document) -> Iterator[tuple[PlanSource, Path, str]]:
    """The plans that are files: where the source stands, where it leads to, and how it is written."""
    for name, plan in named(document, "plans").items():
        source = step(plan, "source")
        if isinstance(source, str) and not is_address(source):
            yield ("plans", name, "source"), _at_last(Path(document.file).parent / source), source


def _at_last(path: Path) -> Path:
    """Where a path leads to, through links; as it stands, where no file can be."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a ring are the second, and characters no file has the third
        return path.absolute()


def named(document: Document, section: str) -> Mapping[str, Any]:
    """What a section of a document holds, by name; nothing where it is none."""
    held = document.data.get(section)
    return held if isinstance(held, Mapping) else {}


def joined(main: Document, parts: Sequence[Document]) -> Document:
    """A district's files, or several, with the one for all; no name stands in two of them."""
    data: dict[str, Any] = dict(main.data)
    lines, homes = dict(main.lines), dict(main.homes)
    for part in parts:
        for section in OWN:
            if held := named(part, section):
                data[section] = {**named(main, section), **data.get(section, {}), **held}
                homes.update({(section, name): part.file for name in held})
        lines.update({path: line for path, line in part.lines.items() if len(path) > 1})
    return replace(main, data=data, lines=lines, homes=homes)


def only(document: Document, files: Collection[str]) -> Document:
    """What stands in the file for all and in these, of a document that was joined."""
    data = dict(document.data)
    for section in OWN:
        if held := named(document, section):
            homes = {name: document.homes.get((section, name)) for name in held}
            data[section] = {name: held[name] for name, home in homes.items() if home is None or home in files}
    return replace(document, data=data)


def apart(document: Document) -> dict[str, Document]:
    """Of a document that was joined, what each district's file sees: itself, and what holds for all."""
    shared = only(document, ()).data
    seen: dict[str, dict[str, Any]] = {}
    for (section, name), home in document.homes.items():
        own = seen.setdefault(home, dict(shared))
        if own.get(str(section)) is shared.get(str(section)):
            own[str(section)] = dict(shared.get(str(section), {}))
        own[str(section)][name] = document.data[str(section)][name]
    return {file: replace(document, data=data) for file, data in seen.items()}


def left_out_of(part: Document, problems: Sequence[Problem]) -> LeftOut:
    """A district's file with what is wrong with it."""
    return LeftOut(part.file, tuple(dict.fromkeys(problems)), tuple(named(part, "mappings")))


def _districts(files: Sequence[Path]) -> tuple[list[Document], list[LeftOut]]:
    parts: list[Document] = []
    left_out: list[LeftOut] = []
    for file in files:
        try:
            parts.append(_read(file))
        except ConfigError as error:
            left_out.append(LeftOut(str(file), error.problems))
    return parts, left_out


def _is_plan(part: Document, plans: Collection[Path]) -> bool:
    """Whether it is a plan: of these, or one that no file that can be read names.

    Never what holds a district's sections: else another one's file could put it aside by naming it as a plan.
    """
    named_so = Path(part.file) in plans or "plan" in part.data
    return named_so and not any(section in part.data for section in OWN)


def _strays(part: Document) -> Iterator[Problem]:
    """What has no place in a district's file; and that it holds nothing, as one that was emptied by mistake does."""
    if not part.data.keys() - OWN and not any(part.data.values()):
        sections = "no [connections.…], [plans.…] or [mappings.…]"
        yield Problem(part.file, f"it holds nothing, {sections}: put back what stood in it, or take the file away")
    for key, held in part.data.items():
        if key in _SHARED:
            yield part.problem((key,), f"this holds for all districts: put it into {NAME}", key)
        elif key not in OWN:
            yield part.problem((key,), f"there is no key “{key}” here{near(key, OWN)}", key)
        elif not isinstance(held, Mapping):
            yield part.problem((key,), "must be a table of its own, with keys", key)


def _holders(documents: Sequence[Document]) -> dict[Names, list[Document]]:
    """Which files have each name of each section."""
    holders: dict[Names, list[Document]] = {}
    for document in documents:
        for section in OWN:
            for name in named(document, section):
                holders.setdefault((section, name), []).append(document)
    return holders


def _taken(part: Document, holders: Mapping[Names, Sequence[Document]]) -> Iterator[Problem]:
    """Names that another file has too. Of two districts nobody can say which is meant: neither is used."""
    for section in OWN:
        for name in named(part, section):
            for other in holders[section, name]:
                if other is not part:
                    header = f"{section}.{name}"
                    where = f"{Path(other.file).name}:{other.line((section, name))}"
                    words = f"{where} has [{header}] too, and names count for all files; give each its own"
                    yield part.problem((section, name), words, header)


def _read(path: Path) -> Document:
    try:
        return parse(content(path).decode("utf-8-sig"), file=str(path), ending=".toml")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem(str(path), "this is not UTF-8 text; save it as UTF-8", line)]) from None
    except (OSError, ValueError) as error:
        raise ConfigError([Problem(str(path), _why_unread(path, error))]) from None
    except Unreadable as error:
        raise ConfigError([error.problem]) from None


def _is_folder(place: Path) -> bool:
    """Whether it is one; what may not be looked at is told when it is read."""
    try:
        return place.is_dir()
    except PermissionError:
        return False


def _why_bare(folder: Path) -> str:
    """Why no file is found in a folder."""
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        return _why_unread(folder, error)
    return f"this folder holds no configuration: neither {NAME} nor a file of a district; `syncd init` makes one"


def _why_unread(path: Path, error: OSError | ValueError) -> str:
    """What a file is that cannot be had, and what to do."""
    match error:
        case FileNotFoundError() if path.is_symlink():
            away = f"it is a link to {path.readlink()}, and there is no such file"
            return f"{away}; put that one back, or take the link away"
        case FileNotFoundError():
            where = "" if path.is_absolute() else f" in {Path.cwd()}"
            return f"there is no such file{where}; `syncd init` makes it, or name another with --config"
        case IsADirectoryError():
            return f"it is a folder, and a file is wanted; give it a name without {path.suffix}, or take it away"
        case PermissionError():
            return "syncd's account may not read it; let it read the file, and enter the folders on the way there"
        case OSError(errno=errno.ELOOP):
            return "it is a link that leads back to itself; take it away"
    return f"it cannot be read: {error.strerror if isinstance(error, OSError) else error}"
