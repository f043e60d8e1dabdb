"""What becomes of the container: it is deleted, emptied, or the mapping is pointed to another one."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.world import BOARD
from tests.soak.district import District
from tests.soak.story import act


@act("team", 1)
def delete_container(d: District) -> None:
    """A team deletes the container with everything in it."""
    if d.board in d.boards.boards:
        d.boards.delete_board(d.board)


@act("team", 1)
def restore_container(d: District) -> None:
    """Somebody takes out of the bin the container that was deleted last."""
    if d.boards.bin:
        d.boards.restore_board([*d.boards.bin][-1])


@act("team", 1)
def empty(d: District) -> None:
    """A team deletes every task that stands in the container."""
    linked = {link.task for link in d.world.links().values()}
    for row in d.boards.standing(d.board):
        d.boards.delete(row.task.id)
    d.memory.copies |= d.unseen() - linked  # made by a pass that died: nobody can know that it was ever there
    d.memory.lines.clear()


@act("machine", 1)  # not the plan's: what a mapping points to is read before a pass begins
def point_to(d: District, number: int) -> None:
    """Somebody makes another container {number}, and the mapping is pointed to it."""
    board = f"C{number}"
    d.boards.add_board(f"Container {number}", id_=board)
    d.furnish(board)
    d.world.reference, d.world.by_name = board, False


@act("machine", 1)
def point_by_name(d: District, number: int) -> None:
    """The mapping is pointed to a container "Plan {number}", which is to be made if it is not there."""
    name = f"Plan {number}"
    if _needs_fields(d):
        d.furnish(d.boards.add_board(name).id)
    d.world.reference, d.world.by_name = name, True


@act("machine", 1)
def point_back(d: District) -> None:
    """The mapping is pointed to the container in which it began."""
    d.world.reference, d.world.by_name = BOARD, False


def in_place(d: District) -> None:
    """In the end the container to which the mapping points is there, and open."""
    if d.world.reference in d.boards.bin or (d.world.by_name and _named_in_bin(d)):
        point_by_name(d, 1000 + len(d.boards.bin) + len(d.boards.boards))
    for board in d.boards.boards.values():
        board.container = replace(board.container, archived=False)


def _named_in_bin(d: District) -> bool:
    return any(board.container.name == d.world.reference for board in d.boards.bin.values())


def _needs_fields(d: District) -> bool:
    """Whether the mapping asks for fields that somebody has to make."""
    return any(rule.target for rule in d.rules.fields) or d.rules.progress.startswith("field:")
