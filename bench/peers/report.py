"""What was measured, as tables for a page: figures with the ratio to the bare SDK, never bare times alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.peers.cast import PEERS, SDK
from bench.peers.pushing import Pushing
from bench.peers.reading import PHASES, Reading
from bench.peers.trouble import Trouble

BEGIN: Final = "<!-- measured: from here to the end this is written by `make peers` -->"

_OUTCOME: Final = (
    "exit code in trouble",
    "lost then",
    "exit code after",
    "lost",
    "doubled",
    "wrongly closed",
    "requests after",
    "of these, writes",
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a run found, and where and how it ran. `absent` says who could not take part, and why."""

    command: str
    day: str
    machine: str
    load: str
    absent: Mapping[str, str]
    readings: Sequence[Reading] = ()
    pushes: Sequence[Pushing] = ()
    troubles: Sequence[Trouble] = ()


def load(file: Path) -> dict[str, Part]:
    """The parts that were kept, by name; none where there is no file."""
    kept: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {name: _part(part) for name, part in kept.items()}


def _part(kept: dict[str, Any]) -> Part:
    rows: dict[str, Any] = {
        "readings": [Reading(**row) for row in kept.pop("readings")],
        "pushes": [Pushing(**row) for row in kept.pop("pushes")],
        "troubles": [Trouble(**row) for row in kept.pop("troubles")],
    }
    return Part(**kept, **rows)


def page(text: str, parts: Mapping[str, Part]) -> str:
    """A page whose measured part is replaced. Raises ValueError where it has none."""
    head, mark, _ = text.partition(BEGIN)
    if not mark:
        raise ValueError(f"the page has no line {BEGIN}")
    return f"{head}{BEGIN}\n\n{measured(parts)}"


def measured(parts: Mapping[str, Part]) -> str:
    """The tables, each after the facts of the machine that it was measured on."""
    readings = [row for part in parts.values() for row in part.readings]
    pushes = [row for part in parts.values() for row in part.pushes]
    troubles = [row for part in parts.values() for row in part.troubles]
    blocks = ["## Figures", _facts(parts.values()), _who()]
    if readings:
        blocks += ["### Reading", *_readings(readings)]
    if pushes:
        blocks += ["### Pushing", _pushes(pushes)]
    if troubles:
        blocks += ["### Trouble", *_troubles(troubles)]
    return "\n\n".join(blocks) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _facts(parts: Iterable[Part]) -> str:
    """When, where and with which command; once for those that have these in common."""
    seen: dict[tuple[str, str, str], list[str]] = {}
    absent: dict[str, str] = {}
    for part in parts:
        seen.setdefault((part.day, part.machine, part.command), []).append(part.load)
        absent |= part.absent
    lines = [
        f"- {day}, {machine}; `{command}`; waiting for a core at the same time (load): {', '.join(loads)}"
        for (day, machine, command), loads in seen.items()
    ]
    lines += [f"- {name} could not take part: {why}" for name, why in absent.items()]
    return "\n".join(lines)


def _who() -> str:
    rows = [
        [
            peer.name,
            "this house" if not peer.pins else ", ".join(f"`{pin}`" for pin in peer.pins),
            peer.does,
            peer.pointed,
        ]
        for peer in PEERS
    ]
    return table(("who", "version", "what it does here", "how it was pointed at the local Asana"), rows)


def _readings(rows: Sequence[Reading]) -> list[str]:
    sizes = sorted({(row.containers, row.each) for row in rows})
    blocks = []
    for containers, each in sizes:
        here = [row for row in rows if (row.containers, row.each) == (containers, each)]
        blocks.append(f"{containers} containers of {each} tasks:")
        phases = {phase: [row for row in here if row.phase == phase] for phase in PHASES}
        blocks += [_reading(phase, own) for phase, own in phases.items() if own]
    return blocks


def _reading(phase: str, rows: Sequence[Reading]) -> str:
    """The readings of one size and phase; CPU and requests hardly depend on the delay, and are those at the first."""
    delays = sorted({row.delay for row in rows})
    bare = next(row.cpu for row in rows if row.peer == SDK.name)
    head = [phase, "requests", *(f"{delay * 1000:.0f} ms a request" for delay in delays), "CPU", "knew all"]
    lines = []
    for name in dict.fromkeys(row.peer for row in rows):
        own = {row.delay: row for row in rows if row.peer == name}
        some = next(iter(own.values()))
        times = [_beside(own[delay].ratio, own[delay].seconds) if delay in own else "–" for delay in delays]
        right = "yes" if all(row.right for row in own.values()) else "no"
        lines.append([name, f"{some.requests:.0f}", *times, _beside(some.cpu / bare, some.cpu), right])
    return table(head, lines)


def _beside(ratio: float, seconds: float) -> str:
    return f"{ratio:.1f} × ({seconds:.1f} s)"


def _pushes(rows: Sequence[Pushing]) -> str:
    head = ("push", "who", "requests", "429s", "seconds", "new tasks a minute", "missing", "twice", "exit code")
    lines = [
        [
            f"{row.tasks:,} at {row.rate:,} a minute",
            row.peer,
            str(row.requests),
            str(row.refused),
            f"{row.seconds:.0f}",
            f"{(row.tasks - row.missing) / row.seconds * 60:.0f}",
            str(row.missing),
            str(row.twice),
            str(row.code),
        ]
        for row in sorted(rows, key=lambda row: (row.tasks, row.rate))
    ]
    return table(head, lines)


def _troubles(rows: Sequence[Trouble]) -> list[str]:
    blocks = []
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        many = f", {own[0].runs} times" if own[0].runs > 1 else ""
        blocks.append(table((f"{kind}{many}", *_OUTCOME), [_outcome(row) for row in own]))
    return blocks


def _outcome(row: Trouble) -> list[str]:
    counts = (row.lost, row.twice, row.closed, row.requests, row.writes)
    return [row.peer, row.during, str(row.lost_during), row.end, *map(str, counts)]
