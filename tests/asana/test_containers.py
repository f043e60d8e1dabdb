"""Projects: named in every way people name them, made with their marker field, never twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.asana.addresses import project_of
from connectors.asana.containers import MOST
from connectors.asana.workspace import Workspace
from connectors.contract import Connector
from connectors.errors import Invalid, UnknownOutcome
from connectors.fresh import FRESH
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import make


@pytest.mark.parametrize(
    "reference",
    [
        "1203456789012345",
        " 1203456789012345 ",
        "https://app.asana.com/0/1203456789012345",
        "https://app.asana.com/0/1203456789012345/list",
        "https://app.asana.com/0/1203456789012345/1209999999999999/f",
        "https://app.asana.com/0/1203456789012345/board?focus=true#top",
        "app.asana.com/0/1203456789012345/calendar",
        "https://app.asana.com/1/1111111111111111/project/1203456789012345",
        "https://app.asana.com/1/1111111111111111/project/1203456789012345/list/1204444444444444",
        "https://app.asana.com/1/1111111111111111/project/1203456789012345/task/1209999999999999?focus=true",
        "https://app.asana.com/1/1111111111111111/project/1203456789012345/overview/",
    ],
)
def test_ids_and_addresses_name_a_project(reference: str) -> None:
    """An id, and every form that the address of a project or of a task in it takes."""
    assert project_of(reference) == "1203456789012345"


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "our plan",
        "https://app.asana.com/0/home",
        "https://app.asana.com/0/0/1209999999999999/f",
        "https://app.asana.com/0/portfolio/1203456789012345/list",
        "https://app.asana.com/1/1111111111111111/home",
        "https://app.asana.com/1/1111111111111111/portfolio/1203456789012345",
        "https://app.asana.com/1/1111111111111111/inbox",
        "12034567890x",
    ],
)
def test_other_addresses_are_refused(reference: str) -> None:
    """Somebody's home, a portfolio, a task without a project: the message says what is wanted instead."""
    with pytest.raises(Invalid) as refused:
        project_of(reference)
    assert "address" in refused.value.next_step


def test_a_name_is_found_however_it_is_written(bench: AsanaBench, connector: Connector) -> None:
    """Small and capital letters and outer blanks do not make another project."""
    assert connector.open("  strategic PLAN ", by_name=True, create=True).id == bench.container


@pytest.mark.parametrize("create", [False, True])
def test_no_second_project_beside_an_archived_one(bench: AsanaBench, connector: Connector, create: bool) -> None:
    """Its name is taken: the message says where it is and what to do; one in use of that name is the right one."""
    bench.world.set_project(bench.container, archived=True)
    with pytest.raises(Invalid, match="is archived: http") as refused:
        connector.open(bench.name, by_name=True, create=create)
    assert "Take it out of the archive" in refused.value.next_step
    assert connector.open(bench.container).archived
    other = bench.add_container(bench.name)
    bench.clock.sleep(FRESH + 1)
    assert connector.open(bench.name, by_name=True, create=create).id == other


def test_several_of_one_name_are_listed(bench: AsanaBench, connector: Connector) -> None:
    """The message holds the addresses among which a person has to choose."""
    other = bench.add_container(bench.name)
    with pytest.raises(Invalid) as refused:
        connector.open(bench.name, by_name=True)
    assert bench.container in str(refused.value)
    assert other in str(refused.value)


def test_a_container_is_described(bench: AsanaBench, connector: Connector) -> None:
    """Name, address, sections and fields, in one request; fields come with their type."""
    bench.world.add_field("Level", "enum", project=bench.container, options=["High"])
    before = connector.requests()
    container = connector.open(bench.container)
    assert connector.requests() - before == 1
    assert container.url.endswith(f"/0/{bench.container}/list")
    assert [group.title for group in container.groups] == ["Untitled section"]
    assert [field.title for field in container.fields] == ["Level"]
    assert (container.marker_field, container.archived) == (None, False)


def test_a_project_without_fields_is_asked_for_them(bench: AsanaBench, connector: Connector) -> None:
    """Only the answer to that tells a project that has none from an account whose plan has none: once in a row."""
    other = bench.add_container("Other")
    for project in (bench.container, other):
        assert connector.open(project).fields == ()
    assert not bench.sent("GET", f"/projects/{other}/custom_field_settings")
    bench.clock.sleep(FRESH / 2 + 1)
    connector.open(other)
    bench.clock.sleep(FRESH / 2)
    connector.open(other)  # what was not asked in between is no younger for it
    assert [len(bench.sent("GET", f"/projects/{one}/custom_field_settings")) for one in (bench.container, other)] == [
        1,
        1,
    ]


@pytest.mark.parametrize("told", [(), ("gid", "name"), ("gid", "name", "archived"), ("name", "archived")])
def test_a_project_that_is_not_told_with_its_sections_is_asked_for(
    bench: AsanaBench, connector: Connector, told: tuple[str, ...]
) -> None:
    """Asana's documents promise no more than its name there: what is not told in whole is not believed."""
    bench.world.ways.told_beside = told
    bench.world.add_field("Level", "enum", project=bench.container, options=["High"])
    bench.world.set_project(bench.container, archived=True)
    container = connector.open(bench.container)
    assert (container.name, container.archived) == (bench.name, True)
    assert [field.title for field in container.fields] == ["Level"]
    assert [seen.path for seen in bench.sent()] == [
        f"/projects/{bench.container}/sections",
        f"/projects/{bench.container}",
    ]


def test_a_project_that_may_not_be_asked_for_with_its_sections_is_asked_for_alone(
    bench: AsanaBench, connector: Connector
) -> None:
    """Where Asana refuses what its documents do not name, nothing is lost but that one request."""
    bench.fault("^GET /projects/.*/sections", status=400)
    connector.open(bench.container)
    asked = len(bench.sent())
    container = connector.open(bench.container)
    assert [group.title for group in container.groups] == ["Untitled section"]
    assert [seen.path for seen in bench.sent()[asked:]] == [
        f"/projects/{bench.container}",
        f"/projects/{bench.container}/sections",
    ]


def test_a_large_project_is_told_once_only(bench: AsanaBench, connector: Connector) -> None:
    """One with many sections, fields and options comes once for each section: from then on it is asked for alone."""
    bench.world.add_field("Level", "enum", project=bench.container, options=[f"Level {n}" for n in range(MOST // 2)])
    for number in range(2):
        bench.world.add_section(bench.container, f"Section {number}")
    first = connector.open(bench.container)
    asked = len(bench.sent())
    assert connector.open(bench.container) == first
    assert [seen.path for seen in bench.sent()[asked:]] == [
        f"/projects/{bench.container}",
        f"/projects/{bench.container}/sections",
    ]


def test_many_projects_are_found_in_one_listing(bench: AsanaBench, connector: Connector) -> None:
    """What is opened in a row shares the lists of names; those made meanwhile are among them, and made once each."""
    names = [f"Goal {number}" for number in range(5)]
    for _ in range(2):
        for name in names:
            connector.open(name, by_name=True, create=True)
    listed = bench.sent("GET", f"/workspaces/{bench.box.workspace}/projects")
    assert [seen.query["archived"] for seen in listed] == ["false", "true"]
    assert sorted(one.name for one in bench.world.projects.values()) == sorted([bench.name, *names])


def test_a_new_project_costs_a_constant(bench: AsanaBench, connector: Connector) -> None:
    """Made, its sections read, its field put on, a section made: what all need is asked for once."""
    connector.open("First", by_name=True, create=True)
    before = len(bench.sent())
    connector.ensure_groups(connector.open("Second", by_name=True, create=True), ["Goal"])
    assert [seen.method for seen in bench.sent()[before:]] == ["POST", "GET", "POST", "POST"]


def test_after_a_while_sections_are_listed_before_one_is_made(bench: AsanaBench, connector: Connector) -> None:
    """What a new project was made with is known for a moment, and until something is made in it."""
    container = connector.open("New", by_name=True, create=True)
    connector.ensure_groups(container, ["Uno"])
    theirs = bench.world.add_section(container.id, "Due").gid
    assert connector.ensure_groups(container, ["Due"])[0].id == theirs
    idle = connector.open("Idle", by_name=True, create=True)
    theirs = bench.world.add_section(idle.id, "Uno").gid
    bench.clock.sleep(FRESH + 1)
    assert connector.ensure_groups(idle, ["Uno"])[0].id == theirs


@pytest.mark.parametrize("status", [403, 404, 400])
def test_an_account_without_teams_makes_projects_too(bench: AsanaBench, connector: Connector, status: int) -> None:
    """A project goes to the account's team where there is one; where teams cannot be listed, it does without."""
    connector.open("With a team", by_name=True, create=True)
    bench.fault("^GET /users/me/teams", status=status)
    bench.connect().open("Without", by_name=True, create=True)
    bodies = [seen.body["data"] for seen in bench.sent("POST", "/projects") if seen.path == "/projects"]
    assert [body.get("team") for body in bodies] == [bench.world.team, None]


def test_a_project_whose_answer_was_lost_is_one(bench: AsanaBench, connector: Connector) -> None:
    """It is found where projects are listed, and is not taken for two of its name when it is opened again."""
    bench.fault("^POST /projects", kind="lost_reply")
    made = connector.open("New", by_name=True, create=True)
    assert connector.open("New", by_name=True).id == made.id


def test_new_projects_make_what_is_known_of_others_no_younger(bench: AsanaBench, connector: Connector) -> None:
    """However many are made in a row, one that somebody else made is found when the list is too old."""
    connector.open("First", by_name=True, create=True)
    other = bench.add_container("Other")
    for number in range(2):
        bench.clock.sleep(FRESH / 2 + 1)
        connector.open(f"New {number}", by_name=True, create=True)
    assert connector.open("Other", by_name=True, create=True).id == other


# The marker field


def test_the_marker_field_is_made_once(bench: AsanaBench, connector: Connector) -> None:
    """The first project makes it, the second one shares it, and it is never made again."""
    first = connector.open(bench.name, by_name=True, create=True)
    second = connector.open("Second", by_name=True, create=True)
    again = bench.connect().open(bench.name, by_name=True, create=True)
    assert first.marker_field
    assert first.marker_field == second.marker_field == again.marker_field
    assert [field.name for field in bench.world.fields.values()] == ["Plan ID"]
    assert len(bench.sent("POST", "/custom_fields")) == 1


def test_a_marker_field_that_somebody_deleted_is_made_anew(bench: AsanaBench, connector: Connector) -> None:
    """Also where it was there a moment ago."""
    first = connector.open(bench.name, by_name=True, create=True)
    assert first.marker_field
    del bench.world.fields[first.marker_field]
    bench.world.projects[first.id].settings.clear()
    second = connector.open("Second", by_name=True, create=True)
    assert second.marker_field not in (None, first.marker_field)


def test_it_is_made_only_when_asked_for(bench: AsanaBench, connector: Connector) -> None:
    """Opening a project changes nothing in it; without the field, markers stand in the notes."""
    container = connector.open(bench.container)
    assert container.marker_field is None
    task = make(connector, container, "A1", notes="Words")
    assert bench.world.tasks[task.id].notes == "Words\n\nsyncd:p/A1"
    assert (task.notes, task.marker) == ("Words", "syncd:p/A1")
    assert not [seen for seen in bench.sent() if seen.method != "GET" and seen.path != "/tasks"]


def test_with_the_field_the_notes_stay_clean(bench: AsanaBench, connector: Connector) -> None:
    """Where the field is there, no marker disturbs the notes; older tasks keep theirs where it is."""
    plain = connector.open(bench.container)
    old = make(connector, plain, "A1", notes="Words")
    container = connector.open(bench.container, create=True)
    new = make(connector, container, "A2", notes="Words")
    assert bench.world.tasks[new.id].notes == "Words"
    found = connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now())
    assert [task.id for task in found] == [old.id]


@pytest.mark.parametrize("path", ["/custom_fields", "/projects/.*addCustomFieldSetting"])
def test_an_unanswered_marker_field_is_not_made_again(bench: AsanaBench, connector: Connector, path: str) -> None:
    """After a lost answer it is looked for."""
    bench.fault(f"^POST {path}", kind="lost_reply")
    container = connector.open(bench.container, create=True)
    assert container.marker_field
    assert [field.name for field in bench.world.fields.values()] == ["Plan ID"]


@pytest.mark.parametrize("status", [402, 403])
def test_without_the_right_to_make_it_the_notes_serve(bench: AsanaBench, connector: Connector, status: int) -> None:
    """An account that may not make fields still works."""
    bench.fault("^POST /custom_fields", status=status)
    container = connector.open(bench.container, create=True)
    assert container.marker_field is None
    assert make(connector, container, "A1").marker == "syncd:p/A1"


def test_a_field_of_that_name_and_another_type_is_left_alone(bench: AsanaBench, connector: Connector) -> None:
    """A number field "Plan ID" is somebody's own: nothing is written into it, and the notes serve."""
    bench.world.add_field("Plan ID", "number", project=bench.container)
    container = connector.open(bench.container, create=True)
    assert container.marker_field is None


def test_the_free_plan_has_no_fields(free: AsanaBench) -> None:
    """402 switches the capability off: nothing is tried again, and the notes serve."""
    connector = free.connect()
    assert connector.capabilities().custom_fields
    container = connector.open(free.container, create=True)
    assert (container.marker_field, container.fields) == (None, ())
    assert not connector.capabilities().custom_fields
    assert not free.sent("POST")


def test_without_fields_one_request_is_enough_where_the_plan_has_none(free: AsanaBench) -> None:
    """Once that is known, nothing is missing in what sections tell of a project; an upgrade is seen all the same."""
    connector = free.connect()
    connector.open(free.container)
    free.world.set_project(free.container, archived=True)
    before = len(free.sent())
    assert connector.open(free.container).archived
    assert [seen.path for seen in free.sent()[before:]] == [f"/projects/{free.container}/sections"]
    free.world.tier = "premium"
    free.world.add_field("Level", project=free.container)
    assert [field.title for field in connector.open(free.container).fields] == ["Level"]
    assert connector.capabilities().custom_fields


# Unanswered requests


@pytest.mark.parametrize("what", ["project", "section"])
def test_what_never_arrived_stays_in_doubt(bench: AsanaBench, connector: Connector, what: str) -> None:
    """If it is not there even when it could no longer arrive, the caller is told, and nothing is sent again."""
    container = connector.open(bench.container)
    bench.fault("^POST", status=504)
    began = bench.clock.monotonic()
    ask: dict[str, Callable[[], object]] = {
        "project": lambda: connector.open("New", by_name=True, create=True),
        "section": lambda: connector.ensure_groups(container, ["New"]),
    }
    with pytest.raises(UnknownOutcome):
        ask[what]()
    assert bench.clock.monotonic() - began >= connector.capabilities().settle
    assert len(bench.sent("POST")) == 1


def test_groups_keep_the_titles_they_were_asked_by(bench: AsanaBench, connector: Connector) -> None:
    """A title that Asana tidies is still found under the title that was asked for."""
    container = connector.open(bench.container)
    title = "Goal\u00a01:  read "
    (group, *_) = connector.ensure_groups(container, [title])
    assert group.title == title
    (again, *_) = connector.ensure_groups(container, [title])
    assert again == group


# Workspaces


def test_the_only_workspace_needs_no_name(bench: AsanaBench) -> None:
    """It is found and asked for once."""
    connector = bench.connect(workspace=None)
    connector.discover()
    connector.people()
    assert [seen.path for seen in bench.sent("GET", "/workspaces")].count("/workspaces") == 1


def test_among_several_workspaces_nobody_guesses() -> None:
    """The message names them, and says where to write which."""

    class Several:
        """A client whose account has two workspaces."""

        def workspaces(self) -> list[dict[str, str]]:
            """Both."""
            return [{"gid": "1", "name": "District"}, {"gid": "2", "name": "Band club"}]

    with pytest.raises(Invalid, match=r"District.*1.*Band club.*2") as refused:
        Workspace(Several(), None).id()  # type: ignore[arg-type]
    assert "workspace" in refused.value.next_step
