"""What every connector does with the order of tasks: put where they are told to stand, and listed as they stand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connectors.contract import Connector
from connectors.errors import NotFound
from connectors.vocabulary import Container, Depth, Update, Values, Written
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base, change, make


@dataclass(frozen=True, slots=True)
class Family:
    """Tasks A to D in the group `one`, and P to S below A, by their titles' last letters; `two` is another group."""

    connector: Connector
    container: Container
    one: str
    two: str
    ids: dict[str, str]

    def standing(self, *, group: str | None = None, parent: str | None = None) -> str:
        """The tasks of a group or below a parent, in their order."""
        tasks = self.connector.read(self.container, Depth.SUBTASKS).tasks.values()
        return "".join(task.title[-1] for task in tasks if task.parent == parent and group in (None, task.group))

    @property
    def order(self) -> tuple[str, str]:
        """The tasks in the group, and those below A."""
        return self.standing(group=self.one), self.standing(parent=self.ids["A"])

    def place(self, name: str) -> dict[str, str]:
        """Where a task stands, for an update that names it."""
        return {"group": self.one} if name in "ABCD" else {"parent": self.ids["A"]}


class Placing(Base):
    """Right behind another task, or nothing but the place left out."""

    @pytest.fixture
    def family(self, connector: Connector, container: Container) -> Family:
        """All of them, in this order."""
        one, two = (group.id for group in connector.ensure_groups(container, ["One", "Two"])[:2])
        ids = {name: make(connector, container, name, group=one).id for name in "ABCD"}
        ids |= {name: make(connector, container, name, parent=ids["A"]).id for name in "PQRS"} | {"": ""}
        for after, name in ("", "A"), ("A", "B"), ("B", "C"), ("C", "D"), ("", "P"), ("P", "Q"), ("Q", "R"), ("R", "S"):
            change(connector, container, ids[name], after=ids[after])
        family = Family(connector, container, one, two, ids)
        assert family.order == ("ABCD", "PQRS")
        return family

    @pytest.mark.parametrize("named", [False, True], ids=["as it stands", "place named"])
    @pytest.mark.parametrize(
        ("move", "then"),
        [
            (("D", ""), ("DABC", "PQRS")),
            (("D", "A"), ("ADBC", "PQRS")),
            (("A", "D"), ("BCDA", "PQRS")),
            (("B", "A"), ("ABCD", "PQRS")),
            (("S", ""), ("ABCD", "SPQR")),
            (("S", "P"), ("ABCD", "PSQR")),
            (("P", "S"), ("ABCD", "QRSP")),
        ],
        ids="-".join,
    )
    def test_a_task_is_put_elsewhere_among_its_own(
        self, family: Family, move: tuple[str, str], then: tuple[str, str], *, named: bool
    ) -> None:
        """To the top, behind another one, to the end, in a group and below a parent; and nothing else changes."""
        name, after = move
        place = family.place(name)
        moved = change(
            family.connector,
            family.container,
            family.ids[name],
            after=family.ids[after],
            **(place if named else {}),
        )
        assert (moved.group, moved.parent) == (place.get("group"), place.get("parent"))
        assert moved.title == f"Title of {name}"
        assert family.order == then

    def test_a_move_says_where_to(self, connector: Connector, container: Container, family: Family) -> None:
        """Into another group, below another parent, and out from there: in one write, with other values."""
        ids = family.ids
        for name, after in ("B", ""), ("C", "B"), ("D", "B"):
            assert change(connector, container, ids[name], group=family.two, after=ids[after]).group == family.two
        assert (family.standing(group=family.two), family.order) == ("BDC", ("A", "PQRS"))
        step = make(connector, container, "T", parent=ids["B"])
        if not connector.capabilities().reparents:
            return
        below = change(connector, container, step.id, parent=ids["A"], after=ids["P"], title="Now X")
        assert (below.parent, below.title) == (ids["A"], "Now X")
        assert family.order == ("A", "PXQRS")
        freed = change(connector, container, ids["P"], parent="", group=family.two, after=ids["B"])
        assert (freed.parent, freed.group) == (None, family.two)
        assert (family.standing(group=family.two), family.order) == ("BPDC", ("A", "XQRS"))

    @pytest.mark.parametrize("after", ["itself", "gone", "no task", "elsewhere", "another group", "other kind"])
    @pytest.mark.parametrize("name", ["C", "R"])
    @pytest.mark.parametrize("named", [False, True], ids=["as it stands", "place named"])
    def test_what_cannot_be_stood_behind_fails_nothing(
        self, bench: Bench, family: Family, after: str, name: str, *, named: bool
    ) -> None:
        """The place is left out and told; the other values are written, and no task changes its place."""
        connector, container, place = family.connector, family.container, family.place(name)
        strangers = {
            "itself": family.ids[name],
            "gone": bench.add("Gone", parent=place.get("parent")),
            "no task": "1",
            "elsewhere": bench.add("Elsewhere"),
            "another group": make(connector, container, "Z", group=family.two).id,
            "other kind": family.ids["P" if name == "C" else "A"],
        }
        bench.delete(strangers["gone"])
        bench.move_away(strangers["elsewhere"])
        values = Values({"notes": "New"})
        where = place if named else {}
        update = Update("key", container, family.ids[name], values, after=strangers[after], **where)
        (answer,) = connector.write([update])
        assert isinstance(answer, Written)
        (remark,) = answer.remarks
        assert "order" in remark
        assert (answer.task.notes, answer.task.group, answer.task.parent) == (
            "New",
            place.get("group"),
            place.get("parent"),
        )
        assert family.order == ("ABCD", "PQRS")

    @pytest.mark.parametrize("below", [False, True])
    def test_a_move_whose_place_is_gone_is_a_move(self, bench: Bench, family: Family, *, below: bool) -> None:
        """The task comes into the other group or below the other parent, wherever in there."""
        if below and not family.connector.capabilities().reparents:
            return
        bench.delete(family.ids["C"])
        place = {"parent": family.ids["B"]} if below else {"group": family.two}
        task = family.ids["D"]
        (answer,) = family.connector.write([Update("key", family.container, task, after=family.ids["C"], **place)])  # type: ignore[arg-type]
        assert isinstance(answer, Written)
        assert len(answer.remarks) == 1
        assert (answer.task.parent if below else answer.task.group) == (family.ids["B"] if below else family.two)

    @pytest.mark.parametrize("named", [False, True], ids=["as it stands", "place named"])
    @pytest.mark.parametrize("name", ["C", "R"])
    def test_a_task_that_is_gone_has_no_place(self, bench: Bench, family: Family, name: str, *, named: bool) -> None:
        """That is no matter of the order only."""
        bench.delete(family.ids[name])
        with pytest.raises(NotFound):
            change(
                family.connector, family.container, family.ids[name], after="", **(family.place(name) if named else {})
            )

    def test_a_task_that_was_moved_away_is_left_there(self, bench: Bench, family: Family) -> None:
        """It has no place in this container any more: that is told, and it is not brought back."""
        bench.move_away(family.ids["C"])
        (answer,) = family.connector.write([Update("key", family.container, family.ids["C"], after=family.ids["A"])])
        assert isinstance(answer, Written)
        assert (answer.task.container, len(answer.remarks)) == ("", 1)
