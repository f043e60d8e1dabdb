"""Which tasks are suggested, on what grounds, and what is left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Credit, Fate, Group, Task
from mappings.rules import Rules
from mappings.shape import PlanItem, desire
from syncd.engine.affected import Trees
from syncd.engine.planner import Agreed, Observed
from syncd.engine.suggesting import Known, Suggestion, suggest
from syncd.records import Link, Seen

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BOARD = Container("1", "Our work", "", groups=(Group("g", "Every child reads"), Group("h", "Other things")))


def item(id_: str, title: str, tier: str = "action", path: tuple[str, ...] = ("G1",), **values: object) -> PlanItem:
    """An item of the plan."""
    return PlanItem(id_, tier, path, {"title": title, **values})  # type: ignore[dict-item]


GOAL = item("G1", "Every child reads", "goal", ())


def task(id_: str, title: str, **more: object) -> Task:
    """A task that people made."""
    made = Task(id=id_, title=title, url="", container="1", group="g")
    return replace(made, **more)  # type: ignore[arg-type]


def trees(items: list[PlanItem], tasks: list[Task], links: dict[str, str] | None = None) -> Trees:
    """A plan and a board."""
    desired = desire(Rules("academics", "district"), [GOAL, *items], BOARD)
    held = {each: Link(each, id_, {}, NOW) for each, id_ in (links or {}).items()}
    return Trees(desired, Observed(BOARD, {each.id: Seen(each, NOW) for each in tasks}), Agreed(held))


def found(items: list[PlanItem], tasks: list[Task], **how: object) -> tuple[Suggestion, ...]:
    """What is suggested."""
    return suggest(trees(items, tasks), Known(**how))  # type: ignore[arg-type]


def test_titles_are_alike_whatever_their_order_and_signs() -> None:
    """The words count, not how they stand."""
    [one] = found([item("A", "Adopt structured literacy")], [task("7", "structured literacy – ADOPT!")])
    assert (one.task.id, one.score, one.reasons) == ("7", 100, ("the same title", "in the group “Every child reads”"))
    assert found([item("A", "Adopt structured literacy")], [task("7", "Buy coffee")]) == ()


def test_days_owner_and_place_decide_between_titles_that_are_alike() -> None:
    """Of two tasks of one name, the one that agrees in all else; the other is told where it comes close."""
    ann: dict[str, Any] = {"owner": "ann@district.example", "due": date(2027, 6, 30)}
    near = task("7", "Train teachers", due=date(2027, 6, 30), assignee="ann@district.example")
    far = task("8", "Train teachers", due=date(2026, 1, 1), assignee="bob@district.example")
    [one] = found([item("A", "Train teachers", **ann)], [far, near])
    assert (one.task.id, one.sure) == ("7", True)
    assert one.reasons[1:3] == ("due the same day", "the same owner")


def test_what_only_a_person_can_tell_is_not_sure() -> None:
    """Two tasks for one item, or one task for two items."""
    [two] = found([item("A", "Train teachers")], [task("7", "Train teachers"), task("8", "Train teachers")])
    assert ([each.id for each in two.others], two.sure) == (["8"], False)
    [shared] = found([item("A", "Train teachers"), item("B", "Train teachers")], [task("7", "Train teachers")])
    assert (shared.item, shared.rivals, shared.sure) == ("A", ("B",), False)


def test_a_step_stands_below_the_task_of_its_action() -> None:
    """Steps of one name go to the action whose task they stand below, also where that is only suggested."""
    items = [item(f"A{number}", f"Action {word}") for number, word in enumerate(("one", "two"))]
    items += [item(f"A{number}.P", "Tell everybody", "project", ("G1", f"A{number}")) for number in (0, 1)]
    tasks = [task("1", "Action two"), task("2", "Action one")]
    tasks += [task(f"{above}0", "Tell everybody", parent=above, group=None) for above in ("1", "2")]
    pairs = {one.item: one.task.id for one in found(items, tasks)}
    assert pairs == {"A0": "2", "A1": "1", "A0.P": "20", "A1.P": "10"}


def test_what_is_somebodys_or_no_work_is_never_suggested() -> None:
    """Linked, claimed, marked, gone, merged, refused: none of these."""
    a, title = item("A", "Train teachers"), "Train teachers"
    assert found([a], [task("7", title, marker="syncd:other/A")]) == ()
    assert found([a], [task("7", title, credit=Credit.DUPLICATE)]) == ()
    assert found([a], [task("7", title)], claimed={"7"}) == ()
    assert found([a], [task("7", title)], rejected={("A", "7")}) == ()
    assert suggest(trees([a], [task("7", title)], {"A": "7"}), Known()) == ()
    ground = trees([a], [task("7", title)])
    gone = {"7": Seen(task("7", title), NOW, Fate.DELETED)}
    assert suggest(replace(ground, observed=Observed(BOARD, gone)), Known()) == ()
    assert found([replace(a, active=False)], [task("7", title)]) == ()
    assert len(found([a], [task("7", title, marker="syncd:district/left")])) == 1


WORDS = st.lists(st.sampled_from(["train", "tell", "open", "feed", "teachers", "families"]), min_size=1, max_size=4)


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6), st.integers(0, 100))
def test_each_item_and_each_task_once_and_none_below_the_least(
    plan: list[list[str]], board: list[list[str]], least: int
) -> None:
    """Whatever the titles; and what is said does not hang on the order in which the tasks come."""
    items = [item(f"A{number}", " ".join(words)) for number, words in enumerate(plan)]
    tasks = [task(str(number), " ".join(words)) for number, words in enumerate(board)]
    pairs = suggest(trees(items, tasks), Known(), least)
    assert len({one.item for one in pairs}) == len({one.task.id for one in pairs}) == len(pairs)
    assert all(one.score >= least for one in pairs)
    assert pairs == suggest(trees(items, tasks[::-1]), Known(), least)
