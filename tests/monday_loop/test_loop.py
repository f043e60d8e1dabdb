"""Plan, board, team and scorecard over monday: what each says reaches the others, and then nothing is left to do."""

from __future__ import annotations

import pytest

from tests.cli.district import NAME, TASKS
from tests.monday_loop.place import ANN, BOB, Place

P1, P2 = "G1.A1.P1", "G1.A1.P2"


def test_from_the_plan_to_the_scorecard(fresh: Place) -> None:
    """The board is made by its name with its columns, the team ticks, and the figures move by exactly that."""
    assert fresh.sync()["created"] == TASKS
    board = fresh.board()
    below = fresh.box.world.subboard(board)
    assert below is not None
    for one in (board, below):
        assert {"Plan ID", "Notes", "Start", "Status"} <= {column.title for column in one.columns}
    assert fresh.once_each(TASKS)
    assert fresh.item(P1).parent == fresh.item("G1.A1").id
    assert [fresh.group(fresh.item(id_)) for id_ in ("G1.A1", "G2.A1")] == [
        "Every child reads by grade three",
        "Every family is heard",
    ]
    assert fresh.settled()

    fresh.box.world.complete(fresh.item(P1).id)
    figures = fresh.sync()

    assert figures["requests"] == 2
    assert {id_: fresh.card()[id_] for id_ in ("G1.O1.K1", "G1.A1", P1, P2)} == {
        "G1.O1.K1": 0.5,
        "G1.A1": 0.5,
        P1: 1,
        P2: 0,
    }
    assert fresh.settled()


def test_a_tick_taken_back(pushed: Place) -> None:
    """Work that its team reopens no longer counts."""
    for done, share in ((True, 1), (False, 0)):
        pushed.box.world.complete(pushed.item(P1).id, done)
        assert pushed.sync()["requests"] == 2
        assert pushed.card()[P1] == share


def test_a_full_read_finds_nothing_new(pushed: Place) -> None:
    """After a night of silence the whole board is read, and nothing is written."""
    pushed.clock.pass_(hours=25)
    before = len(pushed.box.requests)
    pushed.sync()
    assert pushed.wrote(before) == []
    assert pushed.settled()


def test_a_team_moves_a_date(pushed: Place) -> None:
    """A due day that the team sets on the board stands in the plan's file after the next pass."""
    pushed.write(pushed.item(P1), "Date", {"date": "2027-03-01"})
    assert pushed.sync()["written_back"] == 1
    assert f'id = "{P1}"\ntitle = "Train every K-3 teacher"\ndue = 2027-03-01' in pushed.plan
    assert pushed.settled()


def test_the_log_tells_everything_once(pushed: Place) -> None:
    """What syncd writes is nobody's edit, and what a team sets is told once: not for its column as well."""
    pushed.change_plan(("due = 2027-01-15", "due = 2027-02-01"), ("Adopt structured literacy", "Adopt it"))
    pushed.sync()
    assert "changed in the tool" not in {line["cause"] for line in pushed.run("log", "--json").json["entries"]}

    pushed.write(pushed.item(P1), "Date", {"date": "2027-03-01"})
    pushed.box.world.complete(pushed.item(P2).id)
    pushed.sync()
    team = [line for line in pushed.run("log", "--json").json["entries"] if line["kind"] == "team"]
    assert [(line["item"], line["field"]) for line in team] == [(P1, "due"), (P2, "completed"), (P2, "status")]


def test_a_second_owner_is_told(pushed: Place) -> None:
    """What a column holds beyond what every task has is told under the column's title."""
    people = {user.email: user.id for user in pushed.box.world.users.values()}
    pushed.write(
        pushed.item("G1.A1"),
        "Person",
        {"personsAndTeams": [{"id": one, "kind": "person"} for one in (people[ANN], people[BOB])]},
    )
    pushed.sync()
    team = [line for line in pushed.run("log", "--json").json["entries"] if line["kind"] == "team"]
    assert [(line["item"], line["field"], line["after"]) for line in team] == [("G1.A1", "Person", [ANN, BOB])]


def test_the_plan_moves_a_date(pushed: Place) -> None:
    """A due day that the plan changes stands on the board, of an item and of a subitem."""
    pushed.change_plan(("due = 2027-06-30", "due = 2027-07-31"), ("due = 2027-01-15", "due = 2027-02-01"))
    assert pushed.sync()["updated"] == 2
    assert [pushed.held(pushed.item(id_), "Date")["date"] for id_ in ("G1.A1", P1)] == ["2027-07-31", "2027-02-01"]
    assert pushed.settled()


def test_both_move_a_date(pushed: Place) -> None:
    """Where plan and team both changed a shared date the team's stands, and it is counted as a conflict."""
    pushed.write(pushed.item(P1), "Date", {"date": "2027-03-01"})
    pushed.change_plan(("due = 2027-01-15", "due = 2027-02-01"))
    figures = pushed.sync()
    assert (figures["written_back"], figures["conflicts"]) == (1, 1)
    assert "due = 2027-03-01" in pushed.plan
    assert pushed.settled()


def test_words_around_the_notes(pushed: Place) -> None:
    """What a team writes above and below the plan's block stays where it is when the plan's own words change."""
    item = pushed.item("G1.A1")
    block = pushed.held(item, "Notes")["text"]
    pushed.write(item, "Notes", {"text": f"Ask Bob first.\n{block}\nRoom 12."})
    assert pushed.settled() or pushed.settled()
    pushed.change_plan(('owner = "ann@district.example"', 'owner = "ann@district.example"\nnotes = "Why we do it."'))
    assert pushed.sync()["updated"] == 1
    text = pushed.held(pushed.item("G1.A1"), "Notes")["text"]
    assert text.startswith("Ask Bob first.\n")
    assert text.endswith("\nRoom 12.")
    assert "Why we do it." in text
    assert pushed.settled()


def test_a_line_inside_the_block(pushed: Place) -> None:
    """What a team writes inside the plan's block is put back: the plan owns it."""
    item = pushed.item("G1.A1")
    before = pushed.held(item, "Notes")["text"]
    pushed.write(item, "Notes", {"text": before.replace("Goal:", "Our goal:")})
    assert pushed.sync()["updated"] == 1
    assert pushed.held(pushed.item("G1.A1"), "Notes")["text"] == before
    assert "Our goal:" in pushed.log("G1.A1")


def test_people(pushed: Place) -> None:
    """The owner is assigned once; whom the team chooses afterwards stays, and a stranger leaves a remark."""
    item, people = pushed.item("G1.A1"), {user.email: int(user.id) for user in pushed.box.world.users.values()}
    assert [one["id"] for one in pushed.held(item, "Person")["personsAndTeams"]] == [people[ANN]]
    pushed.write(item, "Person", {"personsAndTeams": [{"id": people[BOB], "kind": "person"}]})
    assert pushed.sync()["updated"] == 0
    assert [one["id"] for one in pushed.held(item, "Person")["personsAndTeams"]] == [people[BOB]]
    pushed.write_plan(
        pushed.plan + '[[goals.actions]]\nid = "G2.A2"\ntitle = "Open house"\nowner = "no@body.example"\n'
    )
    said = pushed.run("sync")
    assert said.code == 0, said
    assert "no@body.example" in said.out
    assert pushed.settled()


def test_an_owner_by_the_plan(fresh: Place) -> None:
    """Where the plan owns the assignee, a choice of the team's is put back."""
    fresh.write_config('[mappings.academics.fields]\nassignee = "plan"\n')
    fresh.sync()
    item, people = fresh.item("G1.A1"), {user.email: int(user.id) for user in fresh.box.world.users.values()}
    fresh.write(item, "Person", {"personsAndTeams": [{"id": people[BOB], "kind": "person"}]})
    assert fresh.sync()["updated"] == 1
    assert [one["id"] for one in fresh.held(item, "Person")["personsAndTeams"]] == [people[ANN]]
    assert fresh.settled()


@pytest.mark.parametrize("unplanned", ["count", "propose"])
def test_work_that_is_not_planned(fresh: Place, unplanned: str) -> None:
    """A subitem that a team adds counts for its action, or is proposed to the plan, as the mapping says."""
    fresh.write_config(f'unplanned = "{unplanned}"')
    fresh.sync()
    added = fresh.box.world.add_item("Visit a school", parent=fresh.item("G1.A1").id)
    fresh.sync()
    if unplanned == "count":
        fresh.box.world.complete(added.id)
        fresh.sync()
        assert fresh.card()["G1.A1"] == pytest.approx(1 / 3)
    else:
        assert fresh.run("status", "--json").json["mappings"][0]["proposals"] == 1
    assert fresh.settled()


def test_a_goal_by_another_name(pushed: Place) -> None:
    """A goal's group takes its new title; its items stay in it."""
    group = pushed.item("G2.A1").group
    pushed.change_plan(('title = "Every family is heard"', 'title = "Every family counts"'))
    pushed.sync()
    item = pushed.item("G2.A1")
    assert (item.group, pushed.group(item)) == (group, "Every family counts")
    assert pushed.settled()


@pytest.mark.parametrize("title", ["Families", "Every family…"])
def test_a_group_by_another_name(pushed: Place, title: str) -> None:
    """What a team calls a group is the team's own matter, also where the plan finds another title for its goal."""
    item = pushed.item("G2.A1")
    pushed.box.world.rename_group(item.board, item.group, title)
    assert pushed.sync()["updated"] == 0
    pushed.change_plan(("Every family is heard", "Every family counts"))
    pushed.sync()
    assert pushed.group(pushed.item("G2.A1")) == title
    assert pushed.settled()


def test_an_action_below_another_goal(pushed: Place) -> None:
    """An action that the plan puts below another goal moves to its group, with its subitems."""
    action = pushed.plan[pushed.plan.index('[[goals.actions]]\nid = "G2.A1"') :]
    head, _, goal = pushed.plan.removesuffix(action).partition('[[goals]]\nid = "G2"')
    pushed.write_plan(f'{head}{action}\n[[goals]]\nid = "G2"{goal}')
    assert pushed.sync()["moved"] == 1
    assert pushed.group(pushed.item("G2.A1")) == "Every child reads by grade three"
    assert pushed.item("G2.A1.P1").parent == pushed.item("G2.A1").id
    assert pushed.settled()


def test_another_order(pushed: Place) -> None:
    """Projects that the plan puts in another order change places on the board, and nothing else is touched."""
    head, _, rest = pushed.plan.partition(f'[[goals.actions.projects]]\nid = "{P1}"')
    first, _, rest = rest.partition(f'[[goals.actions.projects]]\nid = "{P2}"')
    second, _, tail = rest.partition("[[goals]]")
    project = '[[goals.actions.projects]]\nid = "{}"{}'
    pushed.write_plan(head + project.format(P2, second) + project.format(P1, first) + "[[goals]]" + tail)
    figures = pushed.sync()
    assert (figures["updated"], figures["moved"]) == (0, 1)
    assert pushed.item("G1.A1").subitems == [pushed.item(P2).id, pushed.item(P1).id]
    assert pushed.settled()


@pytest.mark.parametrize("removed", ["leave", "complete", "archive"])
def test_work_that_left_the_plan(fresh: Place, removed: str) -> None:
    """What the plan drops is told so on the board, closed or put away as the mapping says, and followed no longer."""
    fresh.write_config(f'removed = "{removed}"')
    fresh.sync()
    left = fresh.item("G2.A1")
    fresh.write_plan(fresh.plan[: fresh.plan.index('[[goals.actions]]\nid = "G2.A1"')])
    assert fresh.sync()["archived"] == 2
    assert left.state == "active"
    assert "no longer in the strategic plan" in fresh.held(left, "Notes")["text"]
    status = fresh.held(left, "Status")
    assert bool(status and status.get("index") == 1) is (removed == "complete")
    assert (fresh.group(left) == "No longer in the plan") is (removed == "archive")
    assert "G2.A1" not in fresh.card()
    assert fresh.settled()


def test_the_store_is_lost(pushed: Place) -> None:
    """Without its store syncd finds everything by its markers: nothing is made, nothing is touched."""
    pushed.box.world.complete(pushed.item(P1).id)
    for file in pushed.folder.glob("syncd.db*"):
        file.unlink()
    before = len(pushed.box.requests)
    figures = pushed.sync()
    assert (figures["adopted"], figures["created"]) == (TASKS, 0)
    assert pushed.wrote(before) == []
    assert pushed.once_each(TASKS)
    assert pushed.card()[P1] == 1
    assert pushed.settled()


def test_a_copy_of_an_item(pushed: Place) -> None:
    """A copy carries the marker too: it is reported, not counted, and the original goes on."""
    pushed.box.world.duplicate(pushed.item("G2.A1").id)
    said = pushed.run("sync")
    assert said.code == 1
    assert "a second task" in said.out
    assert "Open a family office (copy)" in said.out


def test_undo(pushed: Place) -> None:
    """What a pass changed on the board is put back where nobody touched it since."""
    pushed.change_plan(('title = "Open a family office"', 'title = "Open two family offices"'))
    pushed.sync()
    assert pushed.item("G2.A1").name == "Open two family offices"
    said = pushed.run("undo", "2")
    assert said.code in (0, 1), said
    assert pushed.item("G2.A1").name == "Open a family office"


def test_a_foreseen_push_writes_nothing(fresh: Place) -> None:
    """`diff` tells of every item before the board is there, and leaves no trace."""
    said = fresh.run("diff", "--json")
    assert said.code in (0, 2), said
    assert fresh.wrote() == []
    assert NAME not in {board.name for board in fresh.box.world.boards.values()}


def test_a_title_and_a_goal_that_are_too_long(fresh: Place) -> None:
    """Both are cut, told once, settle, follow the plan to shorter ones, and survive the loss of the store."""
    family, train = "Every family is heard", "Train every K-3 teacher"
    family_long, train_long = (family + " ") * 20, "Train them all " * 25
    fresh.change_plan((family, family_long.strip()), (train, train_long.strip()))
    said = fresh.run("sync")
    assert (said.code, said.out.count("its title was cut: it has 374 characters, and monday holds 255")) == (0, 1)
    assert fresh.settled()
    groups = len(fresh.board().groups)
    fresh.change_plan((family_long.strip(), family), (train_long.strip(), train))
    fresh.sync()
    assert (fresh.group(fresh.item("G2.A1")), fresh.item(P1).name) == (family, train)
    assert len(fresh.board().groups) == groups

    fresh.change_plan((family, family_long.strip()), (train, train_long.strip()))
    fresh.sync()
    (fresh.folder / "syncd.db").unlink()
    figures = fresh.sync()
    assert (figures["created"], figures["adopted"]) == (0, TASKS)
    assert (len(fresh.item(P1).name), len(fresh.group(fresh.item("G2.A1")))) == (255, 255)
    assert fresh.settled()


def test_the_log_of_a_teams_own_work(fresh: Place) -> None:
    """What syncd writes into the task that it took up is no edit of the team's, and the day that it has is not told."""
    fresh.write_config('unplanned = "propose"')
    fresh.sync()
    added = fresh.box.world.add_item("Visit a school", parent=fresh.item("G1.A1").id)
    fresh.write(added, "Date", {"date": "2027-03-01"})
    fresh.write(added, "Notes", {"text": "Ask for the bus"})
    fresh.sync()
    fresh.run("proposals", "apply", "--all")
    assert fresh.sync()["adopted"] == 1
    assert fresh.settled()
    assert str(fresh.held(added, "Notes")["text"]).startswith("Ask for the bus\n")
    told = fresh.run("log", "G1.A1.P3", "--json").json["entries"]
    assert [(line["kind"], line["field"]) for line in told if line["kind"] in ("team", "update")] == [
        ("update", "notes")
    ]

    fresh.write(added, "Date", {"date": "2027-04-01"})
    fresh.sync()
    told = fresh.run("log", "G1.A1.P3", "--json").json["entries"][len(told) :]
    assert [(line["kind"], line["field"]) for line in told] == [("team", "due"), ("write_back", "due")]
