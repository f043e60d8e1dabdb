"""Whatever bytes stand in a plan's files, there is a plan, or an error that names the file: nothing else."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syncd.errors import PlanError, Problem
from syncd.plan.load import load_plan
from syncd.plan.model import Plan

EXAMPLE = (
    (Path(__file__).parents[2] / "examples" / "riverbend" / "plan.toml").read_text(encoding="utf-8").splitlines(True)
)
BEGINNING = EXAMPLE[:120]
ROWS = 'kpi,value,on,note\nG1.O1.K2,48.0,2025-09-12,"a"\nG1.O1.K2,TBD,2026-01-31,\n'

WORDS = [
    "[[goals]]\n",
    "[goals]\n",
    "id = 1\n",
    '"',
    "'''",
    "[",
    "]",
    "{",
    "= ",
    "\n",
    "\r",
    "nan",
    "TBD",
    "\x00",
    "é",
    "driven_by = 5\n",
]
WORDS += [
    "[[goals.kpis]]\n",
    "1e999999999",
    "2026-13-45",
    "kpis = [1]\n",
    "plan = 1\n",
    "[plan.goals]\n",
    "true",
    "0xff",
    "{}",
    "[[]]",
]


def tried(texts: dict[str, bytes], name: str) -> Plan | list[Problem]:
    """The plan in these files, or what is wrong with it, with names that are relative to its folder."""
    with tempfile.TemporaryDirectory() as folder:
        for each, held in texts.items():
            (Path(folder) / each).write_bytes(held)
        try:
            return load_plan(name, Path(folder))
        except PlanError as error:
            return [replace(each, file=each.file.removeprefix(f"{folder}/")) for each in error.problems]


def plan_or_problems(texts: dict[str, bytes], name: str) -> None:
    """Load; if there is no plan, check that each problem names a file of the plan, and a line that it has."""
    found = tried(texts, name)
    if isinstance(found, Plan):
        assert len(found.items) == len(list(found.walk()))
        return
    assert found
    for problem in found:
        assert problem.file in texts
        assert problem.message
        assert str(problem).encode()
        lines = len(re.findall(rb"\r\n|\n|\r", texts[problem.file])) + 1
        assert problem.line is None or 1 <= problem.line <= lines


@pytest.mark.parametrize("name", ["plan.toml", "plan.yaml", "plan.json"])
@settings(max_examples=40)
@given(held=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"")
@example(b"\xff\xfe")
@example(b"%YAML 9.9\n---\n")
@example(b"[a]\na.b.c = 1\n[a.b]\n")
def test_any_bytes_are_a_plan_or_a_problem(name: str, held: bytes) -> None:
    """Random bytes and random texts in each form."""
    plan_or_problems({name: held}, name)


@pytest.mark.parametrize("name", ["plan.toml", "plan.yaml", "plan.json"])
@settings(max_examples=40)
@given(st.lists(st.sampled_from("{}[]:,\"- \n\t#&*!|>%@`~=.1aplngoids'\\"), max_size=60).map("".join))
def test_any_marks_are_a_plan_or_a_problem(name: str, held: str) -> None:
    """Random heaps of the marks that mean something."""
    plan_or_problems({name: held.encode()}, name)


@st.composite
def edited(draw: st.DrawFn, lines: list[str]) -> str:
    """The text with a few random edits: lines dropped, doubled, moved, and words put in, taken out or cut short."""
    lines = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del lines[at : at + draw(st.integers(1, 6))]
            case 1:
                lines[at:at] = lines[at : at + draw(st.integers(1, 20))]
            case 2:
                lines.insert(draw(st.integers(0, len(lines))), lines.pop(at))
            case 3:
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(st.sampled_from(WORDS)) + lines[at][column:]
            case _:
                name, equals, _ = lines[at].partition("=")
                lines[at] = f"{name}{equals} {draw(st.sampled_from(WORDS))}\n"
        lines = lines or ["\n"]
    return "".join(lines)


@settings(max_examples=60)
@given(edited(BEGINNING), st.just(ROWS) | edited(ROWS.splitlines(True)))
def test_any_edit_of_the_example_is_a_plan_or_a_problem(plan: str, rows: str) -> None:
    """People edit plans by hand: no slip of the pen ends in anything but a plan or a problem."""
    plan_or_problems({"plan.toml": plan.encode(), "readings.csv": rows.encode()}, "plan.toml")


@settings(max_examples=4)
@given(edited(EXAMPLE))
def test_any_edit_of_the_whole_example_is_a_plan_or_a_problem(plan: str) -> None:
    """The same with the whole plan, without its readings."""
    plan_or_problems({"plan.toml": plan.replace("readings_from", "why").encode()}, "plan.toml")


@settings(max_examples=40)
@given(
    st.binary(max_size=120) | st.text(st.sampled_from('kpi,value;on\n\r"\t1.%-20é\x00 '), max_size=80).map(str.encode)
)
def test_any_bytes_are_readings_or_a_problem(rows: bytes) -> None:
    """Random readings files."""
    text = '[plan]\nid = "p"\ntitle = "t"\n[[goals]]\nid = "G"\ntitle = "g"\n[[goals.kpis]]\nid = "K"\ntitle = "k"\n'
    text += 'readings_from = "r.csv"\n'
    found = tried({"plan.toml": text.encode(), "r.csv": rows}, "plan.toml")
    assert isinstance(found, Plan) or (found and all("r.csv" in str(problem) for problem in found))
