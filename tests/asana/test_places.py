"""Places: what moving a task and naming a section costs, what Asana is sent, and what comes of its refusals."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract import Connector
from connectors.errors import Invalid, NotFound, Transient, UnknownOutcome
from connectors.vocabulary import Container, Group, Update, Written
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import change, make


@pytest.fixture
def section(connector: Connector, container: Container) -> str:
    """A section."""
    return connector.ensure_groups(container, ["One"])[0].id


@pytest.fixture
def ids(connector: Connector, container: Container, section: str) -> dict[str, str]:
    """Tasks A to C in the section, and P to R below A."""
    found = {name: make(connector, container, name, group=section).id for name in "ABC"}
    return found | {name: make(connector, container, name, parent=found["A"]).id for name in "PQR"}


def _data(seen: Any) -> Any:
    """What a request said."""
    return seen.body.get("data") if seen.body else None


def test_a_place_costs_few_requests(
    bench: AsanaBench, connector: Connector, container: Container, section: str, ids: dict[str, str]
) -> None:
    """One to put it there, and one to read it: where it must be found first, that, else what the answer leaves out."""
    before = len(bench.sent())
    change(connector, container, ids["C"], group=section, after=ids["A"])
    change(connector, container, ids["R"], parent=ids["A"], after="")
    change(connector, container, ids["R"], after=ids["P"])
    change(connector, container, ids["C"], after="")
    sent = [(seen.method, seen.path.rpartition("/")[2], _data(seen)) for seen in bench.sent()[before:]]
    assert sent == [
        ("POST", "addProject", {"project": container.id, "section": section, "insert_after": ids["A"]}),
        ("GET", ids["C"], None),
        ("POST", "setParent", {"parent": ids["A"], "insert_after": None}),
        ("GET", ids["R"], None),
        ("POST", "setParent", {"parent": ids["A"], "insert_after": ids["P"]}),
        ("GET", ids["C"], None),
        ("POST", "addProject", {"project": container.id, "section": section, "insert_after": None}),
    ]


def test_a_move_without_a_place_names_none(
    bench: AsanaBench, connector: Connector, container: Container, section: str, ids: dict[str, str]
) -> None:
    """Where the order is left to Asana, nothing is said about it; a create says nothing either."""
    change(connector, container, ids["C"], group=section)
    change(connector, container, ids["R"], parent=ids["C"])
    assert not [seen for seen in bench.sent("POST") if "insert" in str(seen.body)]


def test_a_refused_place_is_asked_for_once(
    bench: AsanaBench, connector: Connector, container: Container, section: str, ids: dict[str, str]
) -> None:
    """It is looked whether the task stands in its section already: if so, nothing more is sent, else it is moved."""
    other = connector.ensure_groups(container, ["Two"])[0].id
    before = len(bench.sent("POST"))
    change(connector, container, ids["B"], group=section, after="1")
    assert [_data(seen).get("insert_after") for seen in bench.sent("POST")[before:]] == ["1"]
    change(connector, container, ids["B"], group=other, after="1")
    assert [_data(seen).get("insert_after") for seen in bench.sent("POST")[before:]] == ["1", "1", None]


def test_a_task_that_stands_nowhere_is_put_behind_one_that_does(
    bench: AsanaBench, connector: Connector, container: Container, section: str, ids: dict[str, str]
) -> None:
    """A subtask that is to stand alone comes into the section of the task it is to follow, or of its own accord."""
    alone = change(connector, container, ids["P"], parent="", after=ids["B"])
    assert (alone.parent, alone.group) == (None, section)
    assert bench.world.sections[section].tasks == [ids[name] for name in "ABPC"]
    update = Update("key", container, ids["Q"], parent="", after="1")
    (answer,) = connector.write([update])
    assert isinstance(answer, Written)
    assert (answer.task.parent, answer.task.container, len(answer.remarks)) == (None, container.id, 1)
    bench.world.move(ids["Q"], section)
    bench.world.set_parent(ids["Q"], ids["A"])
    both = change(connector, container, ids["Q"], parent="", after=ids["A"])
    assert (both.parent, both.group) == (None, section)
    assert bench.world.sections[section].tasks == [ids[name] for name in "AQBPC"]


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("place", ["group", "parent"])
def test_a_place_that_is_gone_itself_fails(
    bench: AsanaBench, connector: Connector, container: Container, ids: dict[str, str], *, place: str, ordered: bool
) -> None:
    """A section or a parent that was deleted is no matter of the order, and nothing moves."""
    after = ids["A"] if ordered else None
    with pytest.raises(Invalid, match="section" if place == "group" else place):
        change(connector, container, ids["B"], after=after, **{place: "1"})
    assert bench.world.tasks[ids["B"]].parent is None


@pytest.mark.parametrize("name", ["C", "R"])
@pytest.mark.parametrize(
    ("first", "then", "error"),
    [
        ({"kind": "lost_reply"}, None, UnknownOutcome),
        ({"status": 500}, None, UnknownOutcome),
        ({"status": 400}, {"match": "^GET /tasks", "times": 9}, Transient),
        ({"status": 404}, {"match": "^GET /tasks", "status": 404, "message": "task: Unknown object: 1"}, NotFound),
    ],
    ids=["unanswered", "failed", "refused and out of reach", "refused and gone"],
)
def test_a_place_in_doubt_is_not_told_as_done(
    bench: AsanaBench,
    connector: Connector,
    container: Container,
    ids: dict[str, str],
    *,
    section: str,
    name: str,
    first: dict[str, Any],
    then: dict[str, Any] | None,
    error: type[Exception],
) -> None:
    """Unanswered may have taken effect, refused did not: the caller is told which."""
    bench.fault("^POST", **first)
    if then:
        bench.fault(**then)
    where = {"group": section} if name == "C" else {"parent": ids["A"]}
    with pytest.raises(error) as told:
        change(connector, container, ids[name], after="", **where)
    assert type(told.value) is error


# Sections


@pytest.mark.parametrize("title", ["", "  "])
def test_a_section_without_a_name_is_refused(
    bench: AsanaBench, connector: Connector, container: Container, section: str, title: str
) -> None:
    """Asana takes none, and the section keeps its own."""
    with pytest.raises(Invalid):
        connector.rename_group(container, section, title)
    assert bench.world.sections[section].name == "One"


def test_a_section_keeps_the_title_it_was_given(
    bench: AsanaBench, connector: Connector, container: Container, section: str
) -> None:
    """A title that Asana tidies comes back as it was asked for, and is not sent again."""
    title = "Goal\u00a01:  read "
    for _ in range(2):
        assert Group(section, title) in connector.rename_group(container, section, title)
    assert len(bench.sent("PUT", "/sections")) == 1


def test_a_name_that_never_arrived_stays_in_doubt(
    bench: AsanaBench, connector: Connector, container: Container, section: str
) -> None:
    """If it is not there even when it could no longer arrive, the caller is told, and nothing is sent again."""
    bench.fault("^PUT", status=504)
    began = bench.clock.monotonic()
    with pytest.raises(UnknownOutcome):
        connector.rename_group(container, section, "Uno")
    assert bench.clock.monotonic() - began >= connector.capabilities().settle
    assert len(bench.sent("PUT")) == 1


def test_a_section_that_goes_meanwhile_is_not_found(
    bench: AsanaBench, connector: Connector, container: Container, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleted after it was listed, or while an answer was waited for."""
    bench.fault("^PUT", status=404, message="section: Unknown object: 1")
    with pytest.raises(NotFound):
        connector.rename_group(container, section, "Uno")
    bench.fault("^PUT", status=504)
    monkeypatch.setattr(bench.clock, "sleep", lambda _seconds: bench.delete_group(section))
    with pytest.raises(NotFound):
        connector.rename_group(container, section, "Uno")


def test_an_archived_project_takes_every_write(
    bench: AsanaBench, connector: Connector, container: Container, section: str, ids: dict[str, str]
) -> None:
    """Asana refuses nothing in it, so no answer tells that it is archived: only the project's own record does."""
    bench.world.set_project(container.id, archived=True)
    assert connector.open(container.id).archived
    assert make(connector, container, "D", group=section).group == section
    assert change(connector, container, ids["B"], title="New", group=section, after="").title == "New"
    assert Group(section, "Uno") in connector.rename_group(container, section, "Uno")
    assert ids["B"] in connector.changes({container.id: None}, sweep_since=bench.clock.now())[container.id].touched
