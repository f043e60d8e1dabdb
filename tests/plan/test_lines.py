"""Values come out of TOML, YAML and JSON exactly, and every key is known by the line on which it was written."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.documents.document import Unreadable, parse
from tests.plan.writers import Json, Toml, Writer, Yaml

LETTERS = st.characters(categories=("L", "N", "P", "S"), include_characters=" ")
KEYS = st.sampled_from(["id", "no", "on", "true", "a-b", "x.y", "2026", "", 'q"', "a b", "#"]) | st.text(
    LETTERS, max_size=6
)
TEXTS = st.text(LETTERS, max_size=12) | st.sampled_from(["one\ntwo\n", 'three\n\n[[x]]\n"', "54.0", "no", "TBD", "\t"])
FIGURES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=2)
SCALARS = st.booleans() | st.integers() | FIGURES | TEXTS
TREES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4), max_leaves=12
)
TABLES = st.dictionaries(KEYS, TREES | st.lists(st.dictionaries(KEYS, TREES, max_size=3), max_size=3), max_size=5)
RANDOMS = st.integers(0, 2**32).map(Random)


def exact(value: Any) -> Any:
    """The value in a form in which 54.0 and 54.00, and 1 and True, differ."""
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list) else (type(value).__name__, str(value))


def reads(writer: Writer, data: dict[str, Any], ending: str, end: str = "\n") -> None:
    """Check that what was written (with these line ends) is read exactly, with the lines as they were written."""
    document = parse(writer.text.replace("\n", end), file="f", ending=ending)
    assert exact(document.data) == exact(data), writer.text
    found = {path: document.line(path) for path in writer.lines}
    assert found == writer.lines, writer.text


@settings(max_examples=40)
@given(TABLES, RANDOMS)
def test_toml_is_read_exactly_with_its_lines(data: dict[str, Any], random: Random) -> None:
    """Headers, dotted keys, tables in braces, lists over several lines, texts with breaks, remarks between them."""
    writer = Toml(random)
    writer.document(data)
    reads(writer, data, ".toml", random.choice(["\n", "\r\n"]))


@settings(max_examples=40)
@given(TABLES, RANDOMS)
def test_json_is_read_exactly_with_its_lines(data: dict[str, Any], random: Random) -> None:
    """However it is broken into lines, with tabs too; escaped or not."""
    writer = Json(random)
    writer.document(data)
    reads(writer, data, ".json")


@settings(max_examples=40)
@given(TABLES, RANDOMS)
def test_yaml_is_read_exactly_with_its_lines(data: dict[str, Any], random: Random) -> None:
    """In blocks and in braces, with texts that are quoted or stand in blocks."""
    writer = Yaml(random)
    writer.document(data)
    reads(writer, data, ".yaml")


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (".toml", 'a = "one\u2028two\x85three"\nb = 1\n'),
        (".json", '{"a": "one\u2028two\x85three",\n"b": 1}'),
        (".toml", 'a = """one\\\n   two"""\r\nb = 1\n'.replace("\n   ", "")),
    ],
)
def test_only_line_breaks_count_as_lines(ending: str, text: str) -> None:
    """Editors count by line feeds; rarer separators inside a text move nothing."""
    assert parse(text, file="f", ending=ending).line(("b",)) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("ending", "text", "line"),
    [
        (".json", '{\n"plan": {\n"id": "p"\n}}', None),
        (".yaml", "plan:\n\n  id: p\n", None),
        (".json", '{\n"plan": {\n"id": p\n}}', 3),
        (".yaml", "plan:\n  id: p\n  goals: [}\n", 3),
        (".toml", "[plan]\nid = 'p'\nid = 'q'\n", 3),
    ],
)
def test_lines_end_in_any_way(ending: str, text: str, line: int | None, end: str) -> None:
    """A value, or a mistake, has the same line; TOML does not know the third way, and it is said what to do."""
    text = text.replace("\n", end)
    if line is None:
        assert parse(text, file="f", ending=ending).line(("plan", "id")) == 3
        return
    with pytest.raises(Unreadable) as error:
        parse(text, file="f", ending=ending)
    if ending == ".toml" and end == "\r":
        assert (error.value.problem.line, "save the file with the line ends of" in str(error.value)) == (1, True)
    else:
        assert error.value.problem.line == line


def test_days_are_days_where_the_form_has_them() -> None:
    """TOML and YAML know days; a text in quotes stays a text."""
    for ending, text in ((".toml", 'a = 2026-06-30\nb = "2026-06-30"'), (".yaml", 'a: 2026-06-30\nb: "2026-06-30"')):
        data = parse(text, file="f", ending=ending).data
        assert (data["a"], data["b"]) == (date(2026, 6, 30), "2026-06-30")


def test_a_remark_behind_a_list_hides_none_of_its_lines() -> None:
    """The element that is wrong is named by its own line."""
    document = parse("a = [\n  1,\n  2,\n] # a remark\nb = { c = 1 } # another\n", file="f", ending=".toml")
    assert [document.lines[path] for path in (("a", 0), ("a", 1), ("b", "c"))] == [2, 3, 5]


def test_what_only_stands_before_a_dot_has_a_line() -> None:
    """A section that no header names alone is where it is first named; with a header of its own, it is there."""
    document = parse("x = 1\n[a.b]\nc = 1\n[a.d]\n[e.f]\n[e]\n", file="f", ending=".toml")
    assert [document.line(path) for path in (("a",), ("e",))] == [2, 6]
