"""The block in the notes: put in, found, replaced, taken out; the team's words survive whatever people do to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mappings.notes import FOOT, HEAD, embed, extract, split, unframed, whole
from tests.mappings.values import texts

words = texts.map(lambda text: "\n".join(line for line in text.split("\n") if line.strip()).strip("\r"))
blocks = words.filter(bool)
pieces = st.lists(st.sampled_from([HEAD, FOOT, f" {HEAD}", FOOT.replace(" ", "\u00a0"), "syncd:d/A1"]) | words)
any_notes = pieces.map("\n".join)


def framed(block: str) -> str:
    """A block as it stands in notes."""
    return f"{HEAD}\n{block}\n{FOOT}"


@given(any_notes, blocks)
def test_what_is_put_in_is_found(notes: str, block: str) -> None:
    """Whatever the notes hold, broken frames and pasted blocks among them."""
    assert extract(embed(notes, block)) == block


@given(any_notes, blocks, blocks)
def test_the_last_one_put_in_stays(notes: str, first: str, second: str) -> None:
    """Putting in replaces what was put in before: nothing piles up."""
    assert embed(embed(notes, first), second) == embed(notes, second)


@given(words, words, blocks, blocks)
def test_the_words_around_survive(above: str, below: str, old: str, new: str) -> None:
    """The team's words above and below stay as they are when the block is replaced and when it is taken out."""
    notes = "\n\n".join(part for part in (above, framed(old), below) if part)
    assert split(embed(notes, new)) == (above, new, below)
    assert embed(notes, "") == "\n\n".join(part for part in (above, below) if part)


@given(any_notes, blocks)
def test_nothing_outside_the_block_is_lost(notes: str, block: str) -> None:
    """Every line that is not inside the one block that is replaced is still there, in its order."""
    before, _, after = split(notes)
    lines = [line for line in embed(notes, block).split("\n") if line]
    assert lines == [line for line in f"{before}\n{framed(block)}\n{after}".split("\n") if line]


@given(any_notes)
def test_a_block_never_spans_a_frame(notes: str) -> None:
    """What is found between head and foot holds no line of another frame: it is the plan's, not the team's."""
    block = extract(notes)
    assert block is None or unframed(block) == block


@given(any_notes)
def test_taking_over_what_is_found_changes_no_word(notes: str) -> None:
    """Getting and putting again leaves every line as it is."""
    again = embed(notes, extract(notes) or "")
    if extract(notes):
        assert [line for line in again.split("\n") if unframed(line).strip()] == [
            line for line in notes.split("\n") if unframed(line).strip()
        ]
        assert extract(again) == extract(notes)


def test_put_in_replaced_and_taken_out() -> None:
    """The four things that happen to a block, by example."""
    once = embed("Call Ann first.", "Goal: Readers")
    assert once == f"Call Ann first.\n\n{framed('Goal: Readers')}"
    assert embed(f"{once}\nSee the list.", "Goal: All read") == (
        f"Call Ann first.\n\n{framed('Goal: All read')}\n\nSee the list."
    )
    assert embed(once, "") == "Call Ann first."
    assert extract("Call Ann first.") is None


def test_a_broken_frame_counts_as_the_teams_words() -> None:
    """Without head or foot the old block stays as words, and a whole one is put in below."""
    for broken in (f"{HEAD}\nOld\nand more", f"Old\n{FOOT}\nand more", f"{FOOT}\nOld\n{HEAD}"):
        assert extract(broken) is None
        assert embed(broken, "New") == f"{broken}\n\n{framed('New')}"


def test_a_block_pasted_twice_keeps_its_last() -> None:
    """The last whole block is ours; the first stays where somebody put it."""
    notes = f"{framed('One')}\nbetween\n{framed('Two')}"
    assert split(notes) == (f"{framed('One')}\nbetween", "Two", "")
    assert embed(notes, "New") == f"{framed('One')}\nbetween\n\n{framed('New')}"


def test_words_between_the_block_and_a_stray_foot_survive() -> None:
    """Somebody pasted our last line below their words: the words are theirs, not part of our block."""
    notes = f"{framed('Old')}\nCall Ann first.\n{FOOT}"
    assert split(notes) == ("", "Old", f"Call Ann first.\n{FOOT}")
    assert embed(notes, "New") == f"{framed('New')}\n\nCall Ann first.\n{FOOT}"


def test_a_copied_frame_is_no_part_of_a_block() -> None:
    """A task's notes copied into the plan lose our frame, or the block would end at the wrong line."""
    assert unframed(f"Why\n{HEAD}\nGoal\n{FOOT}\nMore") == "Why\n\nGoal\n\nMore"


def test_a_frame_is_whole_where_it_stands_once_as_it_was_put() -> None:
    """Of a frame that is broken, doubled or turned round nobody knows which words are the block's."""
    ours = embed("Theirs", "Ours")
    assert whole(ours)
    broken = ("", "Theirs", HEAD, FOOT, f"{FOOT}\nOurs\n{HEAD}", f"{ours}\n{HEAD}", f"{ours}\n{ours}")
    assert not any(map(whole, broken))
