"""The layouts of boards, asked for once and kept until somebody needs to know them anew."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.errors import NoAccess, NotFound
from connectors.monday import layout
from connectors.monday.client import Client
from connectors.monday.layout import Layout
from connectors.monday.shapes import Home


@dataclass(frozen=True, slots=True)
class Homes:
    """Where tasks of a container stand: on its board, and below that, where it has subitems at all."""

    top: Home
    below: Home | None

    def of(self, board: str) -> Home | None:
        """How items of this board are read; None where it is none of the container's."""
        return next((home for home in (self.top, self.below) if home and home.layout.board == board), None)


class Layouts:
    """Layouts by board; thread-safe."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: dict[str, Layout] = {}

    def homes(self, container: str) -> Homes:
        """Where the container's tasks stand. Raises NoAccess where it is out of sight, NotFound where it is deleted."""
        top = required(self.of([container]), container)
        return homes(top, self.of([top.below]).get(top.below) if top.below else None)

    def of(self, boards: Iterable[str]) -> Mapping[str, Layout]:
        """These boards as they were when last asked for; those out of sight are missing."""
        wanted = list(boards)
        with self._lock:
            missing = [board for board in wanted if board not in self._kept]
            if missing:
                self._ask(missing)
            return {board: self._kept[board] for board in wanted if board in self._kept}

    def unknown(self, boards: Iterable[str]) -> list[str]:
        """Those of these boards that would have to be asked for."""
        with self._lock:
            return [board for board in boards if board not in self._kept]

    def again(self, boards: Iterable[str]) -> Mapping[str, Layout]:
        """These boards as they are now; those out of sight are missing."""
        wanted = list(boards)
        with self._lock:
            for board in wanted:
                self._kept.pop(board, None)
        return self.of(wanted)

    def forget(self, boards: Iterable[str]) -> None:
        """Ask for these boards anew when they are next needed, and for those of their subitems."""
        with self._lock:
            for board in boards:
                gone = self._kept.pop(board, None)
                if gone and gone.below:
                    self._kept.pop(gone.below, None)

    def keep(self, known: Layout) -> None:
        """Note a layout that came with something else."""
        with self._lock:
            self._kept[known.board] = known

    def _ask(self, boards: list[str]) -> None:
        for known in map(layout.layout, self._client.schemas(boards)):
            self._kept[known.board] = known


def required(found: Mapping[str, Layout], container: str) -> Layout:
    """The container's layout among these. Raises NoAccess or NotFound."""
    what = f"reading board {container}"
    if container not in found:
        raise NoAccess("monday shows no such board to syncd's account", what=what)
    if found[container].state == "deleted":
        raise NotFound("the board was deleted", what=what)
    return found[container]


def homes(top: Layout, below: Layout | None) -> Homes:
    """Where the tasks of a board stand."""
    first = Home(top.board, top, {field.id: field.id for field in top.fields})
    if below is None or below.board == top.board:
        return Homes(first, first if below else None)
    return Homes(first, Home(top.board, below, layout.names(top, below)))
