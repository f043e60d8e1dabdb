"""Whatever plan, style and values: the text holds exactly what was asked for, and everything else as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.fields import tidy
from syncd.documents.document import parse
from syncd.plan.fitting import fitted
from syncd.plan.model import Action, Project, State, Tier
from syncd.plan.rewriting import rewrite
from tests.plan.rewriting.plans import additions, edits, meant, plans, values, written

FORMS = pytest.mark.parametrize("ending", [".toml", ".yaml", ".json"])
RANDOMS = st.integers(0, 2**32).map(Random)
FRAMES = st.tuples(st.sampled_from(["", "\ufeff"]), st.sampled_from(["\n", "\r\n"]), st.booleans())
"""What stands before a text, how its lines end, and whether the last one does."""
RARE = {".toml": re.compile("\n"), ".yaml": re.compile("[\n\u2028\ufeff]"), ".json": re.compile("[^ -~]")}
"""What may be written in several ways that the other values do not show."""
DEFAULTS: Mapping[str, Any] = {"notes": "", "weight": 1, "state": State.ACTIVE}


def framed(text: str, frame: tuple[str, str, bool]) -> str:
    """The text with another beginning and other line ends."""
    head, end, ended = frame
    return head + (text if ended else text.rstrip("\n")).replace("\n", end)


@FORMS
@settings(max_examples=40)
@given(st.data(), plans(), RANDOMS, FRAMES)
def test_all_that_is_asked_is_written(
    ending: str, data: st.DataObject, plan: dict[str, Any], random: Random, frame: tuple[str, str, bool]
) -> None:
    """Read again it is the plan with these values, however it is written; no line end is of another kind."""
    text = framed(written(plan, ending, random)[0], frame)
    before = meant(text, ending)
    asked = data.draw(edits(before))
    found = rewrite(text, ending, asked)
    assert (list(found.done), found.unwritten) == (asked, ())
    wanted = values(before)
    for edit in asked:
        if tidy(str(edit.before)) != tidy(str(edit.after)):  # else it is there already, but for blanks
            wanted[edit.item][edit.key] = DEFAULTS.get(edit.key) if edit.after is None else edit.after
    assert values(meant(found.text, ending)) == wanted, found.text
    assert found.text[:1] == text[:1]
    if frame[1] == "\r\n":
        assert "\n" not in found.text.replace("\r\n", "")
    again = rewrite(found.text, ending, asked)
    assert (again.text, list(again.done)) == (found.text, asked)


@FORMS
@settings(max_examples=40)
@given(st.data(), plans(), RANDOMS, FRAMES)
def test_what_is_written_back_gives_the_old_text(
    ending: str, data: st.DataObject, plan: dict[str, Any], random: Random, frame: tuple[str, str, bool]
) -> None:
    """Byte for byte: so nothing but the values was touched, and they in the way in which they were written."""
    text = framed(written(plan, ending, random)[0], frame)
    before = meant(text, ending)
    asked = [edit for edit in data.draw(edits(before, calm=True)) if not RARE[ending].search(str(edit.before))]
    there = rewrite(text, ending, asked)
    back = rewrite(there.text, ending, [replace(edit, before=edit.after, after=edit.before) for edit in asked])
    assert (there.unwritten, back.unwritten) == ((), ())
    assert back.text == text


@FORMS
@settings(max_examples=40)
@given(st.data(), plans(), RANDOMS)
def test_only_the_lines_of_the_value_change(
    ending: str, data: st.DataObject, plan: dict[str, Any], random: Random
) -> None:
    """Before the line on which the key stands, and behind those of its value, every byte is as it was."""
    text, lines = written(plan, ending, random)
    asked = data.draw(edits(meant(text, ending), calm=True))[:1]
    for edit in asked:
        place = fitted(parse(text, file="f", ending=ending)).where.first[edit.item]
        first = lines[(*place, edit.key)] - 1
        was: Any = plan  # as it was written: what a plan holds has no blanks and breaks at its ends
        for part in (*place, edit.key):
            was = was[part]
        last = first + (2 + was.count("\n") if isinstance(was, str) and "\n" in was else 1)
        old, new = text.split("\n"), rewrite(text, ending, asked).text.split("\n")
        assert old[:first] == new[:first]
        assert old[last:] == new[len(new) - len(old[last:]) :]


@FORMS
@settings(max_examples=30)
@given(st.data(), plans(), RANDOMS)
def test_what_was_edited_meanwhile_stays(
    ending: str, data: st.DataObject, plan: dict[str, Any], random: Random
) -> None:
    """Where the text holds neither the value before nor the one after, nothing is written, and the rest still is."""
    text, _ = written(plan, ending, random)
    before = meant(text, ending)
    asked = data.draw(edits(before))
    stale = [replace(edit, before="something else") for edit in asked[:1]]
    found = rewrite(text, ending, [*stale, *asked[1:]])
    held = getattr(before.items[asked[0].item].item, asked[0].key)
    if asked[0].after is None and held in (None, ""):
        assert found.done == (*stale, *asked[1:])
    elif found.unwritten:
        ((what, reason),) = [(each.what, each.reason) for each in found.unwritten]
        assert what is stale[0]
        assert reason.startswith("it was edited meanwhile: the plan's file holds ")
        assert found.text == rewrite(text, ending, asked[1:]).text


@FORMS
@settings(max_examples=40)
@given(st.data(), plans(), RANDOMS, FRAMES)
def test_new_items_stand_where_they_belong(
    ending: str, data: st.DataObject, plan: dict[str, Any], random: Random, frame: tuple[str, str, bool]
) -> None:
    """As the last of their siblings, with all their values; nothing of the old text goes."""
    text = framed(written(plan, ending, random)[0], frame)
    before = meant(text, ending)
    asked = data.draw(additions(before))
    found = rewrite(text, ending, (), asked)
    assert (list(found.done), found.unwritten) == (asked, ())
    wanted = values(before)
    for new in asked:
        kind = Action if new.tier == "action" else Project
        item = kind.model_validate({"id": new.id, **new.values}).model_dump(exclude={"projects"})
        wanted[new.id] = {**item, "parent": new.under, "tier": Tier(new.tier)}
    after = meant(found.text, ending)
    assert values(after) == wanted, found.text
    assert [name for name in after.items if name in before.items] == list(before.items)
    names = [new.id for new in asked]
    assert [name for name in sorted(names) if after.items[name].parent == asked[0].under] == [
        name for name in after.items if name in names and after.items[name].parent == asked[0].under
    ]
    rest = iter("".join(found.text.split()))
    assert all(character in rest for character in "".join(text.split()))
    again = rewrite(found.text, ending, (), asked)
    assert (again.text, list(again.done)) == (found.text, asked)
