"""What monday cannot do, or does not let syncd do: told in plain words with a next step, and settled by people."""

from __future__ import annotations

import pytest

from tests.cli.district import TASKS
from tests.monday_loop.place import ANN, BOB, Place

P1, P2 = "G1.A1.P1", "G1.A1.P2"


@pytest.fixture
def bare(fresh: Place) -> Place:
    """A district whose mapping names a board that people made, with subitems, without any of syncd's columns."""
    board = fresh.box.world.add_board("Academics")
    work = fresh.box.world.add_item("What we always did", board.id)
    fresh.box.world.add_item("A step", parent=work.id)
    fresh.write_config(container=f'"{fresh.box.root}/boards/{board.id}/views/7"')
    return fresh


def test_a_board_without_the_column(bare: Place) -> None:
    """The mapping stops before its first write, exit 2, with the command to run; again and again, also in `diff`."""
    for command in ("sync", "diff", "sync"):
        said = bare.run(command)
        assert said.code == 2, said
        assert "“Academics”: it has no text column “Plan ID”" in said.out + said.err
        assert "sync --create-columns" in said.out + said.err
    assert "it has no text column “Plan ID”" in bare.run("check", "--online").out
    assert bare.wrote() == []


def test_the_command_makes_the_columns(bare: Place) -> None:
    """`sync --create-columns` makes them on the board and on the hidden one of its subitems, and pushes the plan."""
    bare.run("sync")
    assert bare.sync("--create-columns")["created"] == TASKS
    board = bare.board("Academics")
    below = bare.box.world.subboard(board)
    assert below is not None
    for one in (board, below):
        titles = [column.title for column in one.columns]
        assert [titles.count(name) for name in ("Plan ID", "Notes", "Start", "Status")] == [1, 1, 1, 1], titles
    assert bare.marker(bare.item(P1)) == f"syncd:district/{P1}"
    assert bare.settled()
    bare.sync("--create-columns")
    assert [column.title for column in bare.board("Academics").columns].count("Plan ID") == 1


def test_the_column_made_by_hand(bare: Place) -> None:
    """Where an admin makes the column instead, the next pass finds it; subitems still need theirs: it stops once."""
    bare.run("sync")
    bare.box.world.add_column(bare.board("Academics").id, "Plan ID", "text")
    for command in ("sync", "diff", "sync"):
        said = bare.run(command)
        assert said.code == 2, said
        assert (said.out + said.err).count("the board of its subitems has no text column “Plan ID”") == 1
        assert "sync --create-columns" in said.out + said.err
    assert "the board of its subitems has no text column" in bare.run("check", "--online").out
    assert bare.wrote() == []
    assert bare.sync("--create-columns")["created"] == TASKS
    assert bare.settled()


def test_the_column_of_subitems_made_by_hand(bare: Place) -> None:
    """Made by people on both boards, it is found by the next pass, without a command."""
    board = bare.board("Academics")
    bare.box.world.add_column(board.id, "Plan ID", "text")
    assert bare.run("sync").code == 2
    below = bare.box.world.subboard(board)
    assert below is not None
    bare.box.world.add_column(below.id, "Plan ID", "text")
    assert bare.sync()["created"] == TASKS


def test_subitems_of_teams_need_no_column(bare: Place) -> None:
    """Where projects are items, syncd makes no subitems: their board stays as it is, and nothing stops."""
    board = bare.board("Academics")
    bare.box.world.add_column(board.id, "Plan ID", "text")
    shape = 'group_by = "action"\naction = "none"\nproject = "task"\nprogress = { project = "subtasks" }'
    bare.write_config(shape, container=f'"{board.id}"')
    assert bare.sync()["created"] > 0
    assert bare.settled()


@pytest.mark.parametrize("named", [True, False])
def test_a_board_of_people_gets_no_columns_unasked(bare: Place, *, named: bool) -> None:
    """Found by its name or its address, it is the people's own: nothing is added to it but by the command."""
    board = bare.board("Academics")
    bare.write_config(container='{ name = "academics" }' if named else f'"{board.id}"')
    before = [column.title for column in board.columns]
    for command in ("sync", "diff"):
        said = bare.run(command)
        assert said.code == 2, said
        assert "sync --create-columns" in said.out + said.err
    assert "no text column “Plan ID”" in bare.run("check", "--online").out
    assert [column.title for column in board.columns] == before
    assert bare.wrote() == []
    assert bare.sync("--create-columns")["created"] == TASKS
    assert bare.settled()


def test_the_column_is_deleted(pushed: Place) -> None:
    """Deleted later, it stops the mapping as soon as the board is read again; put back, none is made again."""
    board = pushed.board()
    [column] = [column for column in board.columns if column.title == "Plan ID"]
    pushed.box.world.drop_column(board.id, column.id)
    before = len(pushed.box.requests)
    said = pushed.run("sync", "--full")
    assert said.code == 2, said
    assert "it has no text column “Plan ID”" in said.err + said.out
    assert pushed.wrote(before) == []
    assert pushed.sync("--create-columns")["created"] == 0
    assert pushed.once_each(TASKS)
    assert pushed.settled()


def reparented(place: Place) -> None:
    """Let the plan put a project below another action."""
    start = place.plan.index(f'[[goals.actions.projects]]\nid = "{P2}"')
    end = place.plan.index('[[goals]]\nid = "G2"')
    project = place.plan[start:end]
    place.write_plan(place.plan[:start] + place.plan[end:] + "\n" + project)


def test_a_project_below_another_action(pushed: Place) -> None:
    """A subitem cannot be moved: it is set aside with the reason and what to do; done by hand, all is settled."""
    reparented(pushed)
    said = pushed.run("sync")
    assert said.code == 1, said
    assert "monday's API puts no item below another one" in said.out
    assert "Move it by hand in monday" in said.out
    [aside] = pushed.run("status", "--json").json["mappings"][0]["set_aside"]
    assert (aside["item"], "Move it by hand" in aside["next_step"]) == (P2, True)

    item, world = pushed.item(P2), pushed.box.world
    world.put_below(item.id, pushed.item("G2.A1").id)
    assert pushed.sync()["failed"] == 0
    assert pushed.run("status", "--json").json["mappings"][0]["set_aside"] == []
    assert pushed.once_each(TASKS)
    assert pushed.settled()


def test_its_other_values_meanwhile(pushed: Place) -> None:
    """What else the plan changes of an item that cannot be moved is written once it was moved, not lost."""
    reparented(pushed)
    pushed.change_plan(("Choose the reading books", "Choose the best books"))
    assert pushed.run("sync").code == 1
    pushed.box.world.put_below(pushed.item(P2).id, pushed.item("G2.A1").id)
    pushed.sync("--retry")
    assert pushed.item(P2).name == "Choose the best books"
    assert pushed.settled()


@pytest.mark.parametrize("full", [False, True])
def test_an_archived_item(pushed: Place, full: bool) -> None:
    """Archived when done it keeps its credit and asks for nothing; before, it is flagged and not made again."""
    done, unfinished = pushed.item(P1), pushed.item("G2.A1.P1")
    pushed.box.world.complete(done.id)
    pushed.sync()
    pushed.box.world.archive(done.id)
    pushed.box.world.archive(unfinished.id)
    said = pushed.run("sync", *(["--full"] if full else []))
    assert said.code == 1, said
    assert "Hire the family liaison" in said.out
    assert "archived before it was done" in said.out
    assert "Train every K-3 teacher" not in said.out
    assert (pushed.card()[P1], pushed.card()["G1.A1"]) == (1, 0.5)
    assert pushed.carriers(P1) == pushed.carriers("G2.A1.P1") == []

    pushed.change_plan(("Train every K-3 teacher", "Train all K-3 teachers"))
    before = len(pushed.box.requests)
    pushed.run("sync")
    assert pushed.wrote(before) == []
    pushed.box.world.restore(unfinished.id)
    pushed.sync()
    assert pushed.item("G2.A1.P1").id == unfinished.id


def test_done_in_the_archive(pushed: Place) -> None:
    """Ticked and archived between two looks, it counts all the same."""
    item = pushed.item(P1)
    pushed.box.world.complete(item.id)
    pushed.box.world.archive(item.id)
    pushed.sync()
    assert pushed.card()[P1] == 1
    assert pushed.settled()


def test_a_deleted_item(pushed: Place) -> None:
    """A deleted item is flagged, keeps its last state in the figures, and is never made again on its own."""
    pushed.box.world.complete(pushed.item(P1).id)
    pushed.sync()
    pushed.box.world.delete(pushed.item(P1).id)
    said = pushed.run("sync")
    assert said.code == 1, said
    assert "its task was deleted in the tool" in said.out
    assert pushed.card()[P1] == 1
    assert pushed.carriers(P1) == []


def test_a_token_that_may_only_look(pushed: Place) -> None:
    """On a board that syncd may only look at, ticks still count; a write is told as what it is."""
    pushed.box.world.lock_board(pushed.board().id)
    pushed.box.world.complete(pushed.item(P1).id)
    pushed.sync()
    assert pushed.card()[P1] == 1
    pushed.change_plan(("Open a family office", "Open two family offices"))
    said = pushed.run("sync")
    assert said.code in (1, 2), said
    assert "no permission to change this board" in said.out
    assert "→ Give syncd's account in monday the right to edit this board" in said.out
    assert pushed.item("G2.A1").name == "Open a family office"


@pytest.mark.parametrize("way", ["hide_board", "delete_board", "archive_board"])
def test_a_board_out_of_reach(pushed: Place, way: str) -> None:
    """A private, deleted or archived board is unknown, not empty: exit 2, in words, and every figure stays."""
    pushed.box.world.complete(pushed.item(P1).id)
    pushed.sync()
    getattr(pushed.box.world, way)(pushed.board().id)
    before = len(pushed.box.requests)
    for arguments in ([], ["--full"]):
        said = pushed.run("sync", *arguments)
        assert said.code == 2, said
        assert "board" in said.err + said.out or "archived" in said.err + said.out
    assert pushed.wrote(before) == []
    assert pushed.card()[P1] == 1


def test_a_board_that_is_not_there(fresh: Place) -> None:
    """A board id that monday does not know: exit 2, named, and nothing is made in its place."""
    fresh.write_config(container='"4999999999"')
    said = fresh.run("sync")
    assert said.code == 2, said
    assert "4999999999" in said.out + said.err
    assert fresh.wrote() == []


def test_a_wrong_token(fresh: Place) -> None:
    """A token that monday does not accept is exit 4, with what to do, and is never printed."""
    fresh.token = "a-token-of-somebody-else"
    fresh.write_config()
    said = fresh.run("sync")
    assert said.code == 4, said
    assert "token" in said.out + said.err
    assert fresh.token not in said.out + said.err


def test_another_version_of_the_api(pushed: Place) -> None:
    """Answered in a version that syncd does not know, it says so once, and what to do."""
    pushed.fault("", kind="version", message="2027-04", times=1000)
    pushed.change_plan(("Open a family office", "Open two family offices"))
    before = len(pushed.box.requests)
    said = pushed.run("sync")
    assert len(pushed.box.requests) > before
    assert said.err.count("monday answered in version 2027-04 of its API, and syncd speaks") == 1
    assert "Install a newer version of syncd" in said.err


def test_another_version_of_the_api_is_told(pushed: Place) -> None:
    """`check --online` and `status` say so, with what to do, and no longer when the right one answers again."""
    pushed.fault(kind="version", message="2027-04", times=50)
    for command in (("check", "--online"), ("status",)):
        said = pushed.run(*command)
        assert "in version 2027-04 of its API" in said.out, said
        assert "Install a newer version of syncd" in said.out
    pushed.box.faults.clear()
    pushed.sync()
    assert "version" not in pushed.run("status").out


def test_an_approval_holds_until_a_team_changes_what_it_is_about(pushed: Place) -> None:
    """Not by a restart nor a full read of the board; a value that the approval would overwrite unseen asks again."""
    pushed.write_config(
        "limits = { max_changes = 0, max_share = 0 }\n[mappings.academics.fields]\n"
        'assignee = { owner = "shared", conflict = "plan" }\ndue = { owner = "shared", conflict = "plan" }'
    )
    people = {user.email: user.id for user in pushed.box.world.users.values()}
    both = {"personsAndTeams": [{"id": people[one], "kind": "person"} for one in (BOB, ANN)]}
    pushed.write(pushed.item("G1.A1"), "Person", both)
    pushed.change_plan(
        ("ann@district.example", BOB), ("due = 2027-01-15", "due = 2027-02-01"), ("Adopt structured", "Adopt the")
    )
    assert pushed.run("sync").code == 3
    [mapping] = pushed.run("diff", "--json").json["mappings"]
    approval = f"--approve={mapping['guard']['approve']}"
    pushed.clock.pass_(hours=25)
    assert approval in pushed.run("sync").err

    pushed.write(pushed.item(P1), "Date", {"date": "2027-03-01"})
    before = len(pushed.box.requests)
    again = pushed.run("sync", approval)
    assert (again.code, pushed.wrote(before)) == (3, [])
    assert approval not in again.err

    pushed.write(pushed.item(P1), "Date", {"date": "2027-01-15"})
    assert pushed.sync(approval)["updated"] == 3
    assert pushed.settled()
