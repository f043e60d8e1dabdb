"""The tests' own tool keeps an order as the connectors' contract says."""

from __future__ import annotations

import pytest

from connectors.errors import NotFound
from connectors.vocabulary import Create, Depth, Group, Update, Values, Written
from tests.engine.clock import HandClock
from tests.engine.tool import Tool


class Scene:
    """Tasks A to C in one group, Z in another, P to R below A."""

    def __init__(self) -> None:
        self.tool = Tool(HandClock())
        self.container = self.tool.boards.add_board("Plan")
        self.one, self.two = self.tool.ensure_groups(self.container, ["One", "Two"])
        self.ids = {"": ""}
        for name in "ABCZPQR":
            parent = self.ids["A"] if name in "PQR" else None
            group = None if parent else self.two.id if name == "Z" else self.one.id
            create = Create(name, self.container, f"m/{name}", Values({"title": name}), group, parent)
            [made] = self.tool.write([create])
            assert isinstance(made, Written)
            self.ids[name] = made.task.id

    def put(self, name: str, after: str, **place: str) -> tuple[str, ...]:
        """The remarks."""
        behind = self.ids.get(after, after)
        [answer] = self.tool.write([Update("key", self.container, self.ids[name], after=behind, **place)])  # type: ignore[arg-type]
        assert isinstance(answer, Written)
        return answer.remarks

    @property
    def order(self) -> str:
        """All tasks as they are listed, group by group, each with what is below it."""
        tasks = sorted(
            self.tool.read(self.container, Depth.SUBTASKS).tasks.values(), key=lambda task: task.group == self.two.id
        )
        return "".join(task.title for task in tasks)


@pytest.mark.parametrize(
    ("name", "after", "then"),
    [("C", "", "CAPQRBZ"), ("A", "C", "BCAPQRZ"), ("R", "", "ARPQBCZ"), ("P", "Q", "AQPRBCZ")],
)
def test_tasks_stand_where_they_are_put(name: str, after: str, then: str) -> None:
    """In their group and below their parent, and the others keep their order."""
    scene = Scene()
    assert scene.order == "APQRBCZ"
    assert scene.put(name, after) == ()
    assert scene.order == then


def test_a_move_says_where_to() -> None:
    """Group and place go in one write; so do parent and place."""
    scene = Scene()
    assert scene.put("B", "Z", group=scene.two.id) == ()
    assert scene.put("C", "", group=scene.two.id) == ()
    assert scene.order == "APQRCZB"


@pytest.mark.parametrize(("name", "after"), [("B", "B"), ("B", "P"), ("P", "B"), ("B", "Z"), ("B", "no task")])
def test_what_cannot_be_stood_behind_is_told(name: str, after: str) -> None:
    """Itself, a task of another parent or group, none at all: everything stays, and a remark says so."""
    scene = Scene()
    assert len(scene.put(name, after)) == 1
    assert scene.order == "APQRBCZ"


def test_what_was_moved_away_or_deleted_has_no_place() -> None:
    """A task of another container is not brought back, and nothing stands behind a deleted one."""
    scene = Scene()
    scene.tool.boards.move_out(scene.ids["C"], scene.tool.boards.add_board("Other").id)
    assert len(scene.put("C", "")) == 1
    scene.tool.boards.delete(scene.ids["A"])
    assert len(scene.put("B", "A")) == 1
    assert scene.order == "BZ"


def test_groups_are_called_anew() -> None:
    """By id, in their place; one that is not there is not found."""
    scene = Scene()
    assert scene.tool.rename_group(scene.container, scene.one.id, "Two") == (Group(scene.one.id, "Two"), scene.two)
    with pytest.raises(NotFound):
        scene.tool.rename_group(scene.container, "S0", "Three")
