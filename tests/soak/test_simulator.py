"""The promises together: random histories of plan, teams, faults and crashes, and then a look at what is left."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.engine.world import MortalStore
from tests.soak.__main__ import main
from tests.soak.check import check
from tests.soak.district import District, district
from tests.soak.lost import Lost
from tests.soak.quick import OneByOne
from tests.soak.setting import Setting, setting
from tests.soak.simulator import Failed, History, live_through, replay, shrink
from tests.soak.story import DEEDS, Act, Kind
from tests.soak.switches import switched_off

PARTS, RUNS = 10, 25
USUAL = next(given for seed in range(99) if (given := setting(random.Random(seed))).limits.max_changes == 10)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_histories(folder: Path, part: int) -> None:
    """Whatever happens in whatever order: nothing is doubled, no edit is lost, it settles, the figures are right."""
    for seed in range(part * RUNS, (part + 1) * RUNS):
        live_through(seed, folder)


def test_on_disk_it_is_the_same(folder: Path) -> None:
    """The store in memory stands for the store on disk: both live through the same histories alike."""

    def ends(**how: Callable[[str], MortalStore]) -> list[object]:
        found: list[object] = []
        for seed in range(6):
            history = live_through(seed, folder)
            with district(folder, history.setting, **how) as d:
                for one in history.acts:
                    d.play(one)
                found.append((d.world.tool.asked, d.world.log(), d.world.links(), d.boards.rows, d.plan))
        return found

    opened: list[MortalStore] = []

    def on_disk(url: str) -> MortalStore:
        opened.append(OneByOne(url))
        return opened[-1]

    assert ends(opened=on_disk) == ends()
    for store in opened:
        store.close()


def test_histories_can_be_replayed(folder: Path) -> None:
    """The same seed lives through the same history, request by request and line by line."""

    def everything(seed: int) -> object:
        history = live_through(seed, folder)
        with district(folder, history.setting) as d:
            for one in history.acts:
                d.play(one)
            return (history, d.world.tool.asked, d.world.log(), d.world.links(), d.boards.rows, d.plan)

    assert everything(3) == everything(3) != everything(4)


def _double(d: District) -> None:
    d.boards.duplicate(d.boards.of("G1.A2").id)


def _overwrite(d: District) -> None:
    row = d.boards.rows[d.boards.of("G1.A2").id]
    row.task = replace(row.task, notes=row.task.notes.replace("Team's words 7.", ""))


def _forget(d: District) -> None:
    with d.world.store() as store, store.writing() as writer:
        writer.drop_link(d.rules.mapping, "G1.A2")


def _invent(d: District) -> None:
    DEEDS["lose_store"].deed(d)
    d.boards.edit(d.boards.of("G1.A2").id, start=date(1999, 1, 1))


@pytest.mark.parametrize(
    ("harm", "words"),
    [(_double, "has the tasks"), (_overwrite, "is lost"), (_forget, "linked twice"), (_invent, "nobody said")],
)
def test_the_look_finds_what_is_wrong(folder: Path, harm: Callable[[District], None], words: str) -> None:
    """A doubled task, lost words, a lost link and nobody's date, done by hand, do not go unnoticed."""
    with district(folder, USUAL) as d:
        d.play(Act("sync", {"seconds": 1, "approve": None}))
        d.play(Act("write_words", {"task": "G1.A2#1", "number": 7}))
        check(d)
        harm(d)

        with pytest.raises(Lost, match=words):
            check(d)


def test_a_team_that_goes_back_is_heard(folder: Path) -> None:
    """Where a team returns to what it had before a pass took over its word, that is its word, and not to be lost."""
    with district(folder, USUAL) as d:
        d.play(Act("sync", {"seconds": 1, "approve": ""}))
        for day in (date(2026, 5, 7), None):
            d.play(Act("move_date", {"task": "G1.A2#1", "field": "start", "day": day}))
            with switched_off("the team's own edit") if day is None else nullcontext():
                d.play(Act("sync", {"seconds": 300, "approve": ""}))

        with pytest.raises(Lost, match="the team said None"):
            check(d)


def _broken(d: District, number: int) -> None:
    """The {number}th thing breaks."""
    d.number -= number
    if d.number < 95:
        raise Lost("it is broken")


def test_a_story_is_shrunk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the acts without which nothing goes wrong are left of a failure, told in words."""
    monkeypatch.setitem(DEEDS, "broken", Kind(_broken, 1, "nobody"))
    idle = Act("wait", {"minutes": 1})
    acts = [idle, Act("broken", {"number": 4}), Act("open_door"), Act("broken", {"number": 3})]
    history = History(USUAL, tuple(acts * 2))
    wrong = replay(history, folder)
    assert isinstance(wrong, Lost)

    shrunk = shrink(Failed(7, wrong, history), folder)

    assert [one.name for one in shrunk.history.acts] == ["broken", "broken"]
    assert "seed 7: Lost: it is broken" in shrunk.told()
    assert "The 3th thing breaks." in shrunk.told()


def test_the_soak_says_how_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    """One history by its seed ends with exit code 0 and a sentence."""
    assert main(["--seed", "7"]) == 0
    assert "nothing lost, nothing doubled in 1 histories" in capsys.readouterr().out


def test_the_soak_says_how_to_replay(capsys: pytest.CaptureFixture[str]) -> None:
    """A history that fails ends the run with exit code 1, its seed, its story and the command that replays it."""
    assert main(["--runs", "100", "--seed", "0", "--without", "marker lookup"]) == 1
    said = capsys.readouterr().err
    assert "has the tasks" in said
    assert "Everything works again, and everything is looked at." in said
    assert "replay it with: python -m tests.soak --seed " in said
    assert "--without 'marker lookup'" in said


def test_a_setting_can_be_told() -> None:
    """The rules of a history are told in words."""
    assert "the plan can" in str(Setting(USUAL.rules))
