"""Large plans: what a rewrite costs does not grow with the number of values."""

from __future__ import annotations

import time

import pytest

from syncd.documents.document import Document, parse
from syncd.plan.edits import PlanEdit
from syncd.plan.rewriting import draft, rewrite

ITEMS = 3000


def texts() -> dict[str, str]:
    """A plan of many actions in each form."""
    names = [f"A{number}" for number in range(ITEMS)]
    toml = "".join(f'[[goals.actions]]\nid = "{name}"\ntitle = "é"\ndue = 2026-06-30\n\n' for name in names)
    yaml = "".join(f"  - id: {name}\n    title: é\n    due: 2026-06-30\n\n" for name in names)
    json = ", ".join(f'{{"id": "{name}", "title": "é", "due": "2026-06-30"}}' for name in names)
    head = '{"id": "p", "title": "t"}'
    return {
        ".toml": f'[plan]\nid = "p"\ntitle = "t"\n[[goals]]\nid = "G"\ntitle = "g"\n{toml}',
        ".yaml": f"plan: {{id: p, title: t}}\ngoals:\n- id: G\n  title: g\n  actions:\n{yaml}",
        ".json": f'{{"plan": {head}, "goals": [{{"id": "G", "title": "g", "actions": [{json}]}}]}}',
    }


@pytest.mark.parametrize(("ending", "text"), texts().items(), ids=[".toml", ".yaml", ".json"])
def test_a_thousand_values_are_written_in_one_go(ending: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is read once, and what became of it once."""
    read: list[str] = []

    def counted(given: str, *, file: str, ending: str) -> Document:
        read.append(given)
        return parse(given, file=file, ending=ending)

    monkeypatch.setattr(draft, "parse", counted)
    edits = [PlanEdit(f"A{number}", "title", "é", "ü") for number in range(0, ITEMS, 3)]
    before = time.perf_counter()
    found = rewrite(text, ending, edits)
    assert time.perf_counter() - before < 30
    assert read == [text, found.text]
    assert (found.unwritten, len(found.done)) == ((), len(edits))
    assert found.text.count("ü") == len(edits)


def test_one_bad_value_among_many_costs_few_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found by halves; all others are written."""
    read: list[str] = []

    def counted(given: str, *, file: str, ending: str) -> Document:
        read.append(given)
        return parse(given, file=file, ending=ending)

    monkeypatch.setattr(draft, "parse", counted)
    lines = "".join(f'[[goals.actions]]\nid = "A{number}"\ntitle = "a"\nstart = 2026-06-30\n' for number in range(64))
    text = f'[plan]\nid = "p"\ntitle = "t"\n[[goals]]\nid = "G"\ntitle = "g"\n{lines}'
    edits = [PlanEdit(f"A{number}", "due", None, f"{2025 if number == 40 else 2027}-01-01") for number in range(64)]
    found = rewrite(text, ".toml", edits)
    assert [each.what for each in found.unwritten] == [edits[40]]
    assert len(found.done) == 63
    assert len(read) <= 2 + 2 * 6


def test_blank_lines_before_the_end_of_a_block_cost_nothing() -> None:
    """However many a team left in its notes: the file is rewritten at once, and they stay."""
    words = "          first" + 30_000 * "\n" + "          last\n"
    head = "plan: {id: p, title: t}\ngoals:\n  - id: G\n    title: g\n    actions:\n      - id: A\n        title: a\n"
    text = f"{head}        notes: |\n{words}        due: 2027-01-01\n"
    before = time.perf_counter()
    found = rewrite(text, ".yaml", [PlanEdit("A", "due", "2027-01-01", "2027-02-01")])
    assert time.perf_counter() - before < 10
    assert found.text == text.replace("2027-01-01", "2027-02-01")
