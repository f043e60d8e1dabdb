"""Plans that are written to do harm, or by a machine gone wild, are read or refused in words, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from syncd.documents.document import parse
from syncd.plan.values import UNKNOWN
from tests.plan.files import HEAD, KPI, kpi, loaded, refused


@pytest.mark.parametrize("code", ["0000", "001B", "000D", "007F", "009B", "202E", "2066"])
@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("plan.title", '[plan]\nid = "p"\ntitle = "BAD"'),
        ("plan.organization", '[plan]\nid = "p"\ntitle = "t"\norganization = "BAD"'),
        ("G.notes", HEAD + 'notes = "BAD"'),
        ("G.owner", HEAD + 'owner = "BAD"'),
        ("K.unit", HEAD + KPI + 'unit = "BAD"'),
        ("K.why", HEAD + KPI + 'why = "BAD"'),
    ],
)
def test_what_steers_a_terminal_is_refused(key: str, text: str, code: str, tmp_path: Path) -> None:
    """It is not seen in an editor, so its code is named."""
    line = text.count("\n") + 1
    words = f"it holds the invisible character U+{code}; write the text anew without it"
    assert refused(tmp_path, text.replace("BAD", f"a\\u{code}b")) == [f"plan.toml:{line}: {key}: {words}"]


@pytest.mark.parametrize(
    "code", ["202E", "200B", "00AD", "FEFF", "200E", "2060", "E000", "034F", "115F", "180E", "2800", "3164", "FE0F"]
)
@pytest.mark.parametrize("whose", ["p", "G"])
def test_an_id_holds_nothing_invisible(whose: str, code: str, tmp_path: Path) -> None:
    """Two ids that look alike would be two items, and a tool may drop what nobody sees."""
    (said,) = refused(tmp_path, HEAD.replace(f'id = "{whose}"', f'id = "{whose}\\u{code}"'))
    assert said.endswith(f"it holds the invisible character U+{code}; write the text anew without it")


def test_an_id_is_written_with_whole_letters(tmp_path: Path) -> None:
    """A tool may put letters and their accents together, and the task of this item would not be known again."""
    (said,) = refused(tmp_path, HEAD.replace('id = "G"', 'id = "e\\u0301"'))
    assert said.endswith("“e\u0301” is put together from letters and accents apart; write it anew as “é”")
    assert loaded(tmp_path, HEAD.replace('id = "G"', 'id = "é"')).goals[0].id == "é"


def test_an_id_that_is_mended_names_the_old_one(tmp_path: Path) -> None:
    """So the item keeps its task."""
    assert loaded(tmp_path, f'{HEAD}was = "G\\u200b"\n').goals[0].was == ("G\u200b",)


@pytest.mark.parametrize(("one", "other"), [("A1", "\u04101"), ("A1", "\uff211"), ("x.1", "\u0445.1"), ("O", "\u039f")])
def test_ids_that_look_alike_are_refused(one: str, other: str, tmp_path: Path) -> None:
    """People would take one for the other."""
    text = f'{HEAD}[[goals]]\nid = "{one}"\ntitle = "x"\n[[goals]]\nid = "{other}"\ntitle = "y"\n'
    words = "stands twice; the one in line 8 is spelled in other letters. Ids are unique in the whole plan"
    assert refused(tmp_path, text) == [f"plan.toml:11: {other}.id: the id “{other}” {words}"]
    assert len(loaded(tmp_path, text.replace(f'"{other}"', '"other"')).goals) == 3


@pytest.mark.parametrize("title", [" ", "\\u00a0", "\\u200b", " \\u3164 "])
def test_a_title_shows_something(title: str, tmp_path: Path) -> None:
    """A line with nothing in it cannot be pointed at."""
    assert refused(tmp_path, HEAD.replace('"g"', f'"{title}"')) == ["plan.toml:6: G.title: must not be blank"]


@pytest.mark.parametrize("figure", ["5_5", "\uff15", "\u0665", "0x10", "NaN", "1,0\u0660\u0660"])
def test_a_figure_is_read_in_one_way(figure: str, tmp_path: Path) -> None:
    """What Python takes for a number, people may read otherwise."""
    (said,) = refused(tmp_path, HEAD + KPI + f'tolerance = "{figure}"\n')
    assert "is not a figure; write " in said


@pytest.mark.parametrize(("written", "code"), [("\\n", "000A"), ("\\t", "0009")])
def test_a_title_is_one_line(written: str, code: str, tmp_path: Path) -> None:
    """Tools and tables show it in one."""
    said = refused(tmp_path, HEAD.replace('"g"', f'"g{written}h"'))
    assert said == [f"plan.toml:6: G.title: it must be one line without tabs, but holds U+{code}"]


def test_notes_have_lines_and_tabs(tmp_path: Path) -> None:
    """Lines may end as Windows ends them."""
    assert loaded(tmp_path, HEAD + 'notes = "a\\r\\n\\tb\\n"').goals[0].notes == "a\n\tb\n"


def test_a_title_has_an_end(tmp_path: Path) -> None:
    """A thousand characters are a title, one more is a mistake."""
    assert loaded(tmp_path, HEAD.replace('"g"', f'"{"g" * 1000}"')).goals[0].title == "g" * 1000
    (said,) = refused(tmp_path, HEAD.replace('"g"', f'"{"g" * 1001}"'))
    assert said.startswith("plan.toml:6: G.title: must not be longer than 1000 characters")


@pytest.mark.parametrize("start", ["", "n", "n/", "__", "5"])
def test_blanks_in_a_figure_take_no_time(start: str, tmp_path: Path) -> None:
    """However many there are."""
    before = time.perf_counter()
    refused(tmp_path, HEAD + KPI + f'tolerance = "{start}{" " * 200_000}x"\n')
    assert time.perf_counter() - before < 5


def test_blanks_around_what_is_not_known(tmp_path: Path) -> None:
    """They say nothing."""
    assert kpi(loaded(tmp_path, HEAD + KPI + 'tolerance = "  n / a \\t"')).tolerance is None
    assert not UNKNOWN.fullmatch("n//a")


def test_many_drivers_that_are_not_there_take_no_time(tmp_path: Path) -> None:
    """Each is said; the first have a hint."""
    actions = "".join(f'[[goals.actions]]\nid = "G.A{number}"\ntitle = "a"\n' for number in range(1500))
    wrong = ", ".join(f'"G.B{number}"' for number in range(1500))
    before = time.perf_counter()
    said = refused(tmp_path, f"{HEAD}{KPI}driven_by = [{wrong}]\n{actions}")
    assert time.perf_counter() - before < 10
    assert len(said) == 1500
    assert sum("did you mean" in each for each in said) == 20


def test_many_readings_of_strangers_take_no_time(tmp_path: Path) -> None:
    """The same holds for the rows of a readings file."""
    kpis = "".join(
        f'[[goals.kpis]]\nid = "K{number}"\ntitle = "k"\nreadings_from = "r.csv"\n' for number in range(1000)
    )
    rows = "".join(f"L{number},1,2026-01-31\n" for number in range(1000, 2500))
    (tmp_path / "r.csv").write_text(f"kpi,value,on\n{rows}")
    before = time.perf_counter()
    said = refused(tmp_path, HEAD + kpis)
    assert time.perf_counter() - before < 10
    assert len(said) == 1500
    assert sum("did you mean" in each for each in said) == 20


@pytest.mark.parametrize("day", ["0001-01-31", "0205-06-30", "1899-12-31", "3000-01-01", "9999-12-31"])
@pytest.mark.parametrize("line", ["target = { value = 1, on = DAY }", "readings = [ { value = 1, on = DAY } ]"])
def test_a_day_nobody_plans_for_is_refused(line: str, day: str, tmp_path: Path) -> None:
    """A mistyped year; and one before the first, or after the last, would keep the scorecard from being built."""
    for written in (day, f'"{day}"'):
        (said,) = refused(tmp_path, HEAD + KPI + line.replace("DAY", written))
        assert said.endswith(f"on: {day} lies outside the years 1900 to 2999; is the year right?")


def test_a_document_that_is_too_deep_for_its_lines() -> None:
    """Whoever asks, however deep in calls, is told of none: what is wrong there is said all the same."""

    def asked(calls: int) -> int | None:
        return asked(calls - 1) if calls else document.line(("a",))

    depth = 900
    document = parse('{"a":' * depth + "1" + "}" * depth, file="plan.json", ending=".json")
    assert asked(400) is None
