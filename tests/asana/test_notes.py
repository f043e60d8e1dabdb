"""Notes: the marker's line comes and goes unseen, and what people formatted stays formatted."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import marks
from connectors.asana import rich
from connectors.contract import Connector
from connectors.text import line, plain
from connectors.vocabulary import Container, Depth
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import change, make

_LINES = st.lists(st.text("ab <&", max_size=4), max_size=6).map("\n".join)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(_TEXTS)
def test_tidying_is_done_once(text: str) -> None:
    """What was tidied stays as it is: otherwise it would be written for ever."""
    assert plain(plain(text)) == plain(text)
    assert line(line(text)) == line(text)
    assert "\n" not in line(text)
    assert "\u00a0" not in plain(text)


# The marker


@given(_LINES)
def test_a_marker_in_the_notes_is_found_and_hidden(notes: str) -> None:
    """What is joined comes apart again, whatever the notes hold."""
    words = plain(notes)
    assert marks.split(marks.join(words, "syncd:p/A1")) == (words, "syncd:p/A1")
    assert marks.split(words) == (words, None)


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ("syncd:p/A1", ("", "syncd:p/A1")),
        ("Words\n\nsyncd:p/A1\n\nWritten below", ("Words\n\n\nWritten below", "syncd:p/A1")),
        ("syncd:p/A1\nsyncd:p/B1", ("syncd:p/B1", "syncd:p/A1")),
        ("syncd:p/A1\nWords\nsyncd:p/A1", ("Words", "syncd:p/A1")),
        ("I like syncd:p/A1 here", ("I like syncd:p/A1 here", None)),
        ("syncd:p/A1 and more", ("syncd:p/A1 and more", None)),
        ("syncd: nothing", ("syncd: nothing", None)),
    ],
)
def test_only_a_line_of_its_own_is_a_marker(notes: str, found: tuple[str, str | None]) -> None:
    """The first such line counts, also where people wrote below it; words in a sentence do not."""
    assert marks.split(notes) == found


def test_what_people_write_below_the_marker_stays(bench: AsanaBench, connector: Connector) -> None:
    """Their words are read as notes, and are still there after ours were written."""
    container = connector.open(bench.container)
    task = make(connector, container, "A1", notes="Ours")
    bench.world.write_notes(task.id, bench.world.tasks[task.id].notes + "\nTheirs")
    changed = change(connector, container, task.id, notes="Ours, new\n\nTheirs")
    assert (changed.notes, changed.marker) == ("Ours, new\n\nTheirs", "syncd:p/A1")
    assert bench.world.tasks[task.id].notes.endswith("\nsyncd:p/A1")


@given(_LINES, _LINES)
def test_another_tasks_marker_changes_nothing(above: str, below: str) -> None:
    """Wherever another marker stands among the words, the task's own is read again, and the words come back whole."""
    words = plain(f"{above}\nsyncd:p/B1\n{below}")
    assert marks.split(marks.join(words, "syncd:p/A1")) == (words, "syncd:p/A1")


@pytest.mark.parametrize("in_field", [False, True])
def test_pasted_notes_make_no_item_lose_its_task(bench: AsanaBench, connector: Connector, in_field: bool) -> None:
    """After another task's notes were pasted below, each item still has its one task, also for an empty store."""
    container = connector.open(bench.container, create=in_field)
    one = make(connector, container, "A1", notes="One").id
    other = make(connector, container, "B1", notes="Other").id
    bench.world.write_notes(one, bench.world.tasks[one].notes + "\n\nOther\n\nsyncd:p/B1")
    for _ in range(2):
        fresh = bench.connect()
        tasks = fresh.read(fresh.open(bench.container), Depth.TOP).tasks
        assert {gid: task.marker for gid, task in tasks.items()} == {one: "syncd:p/A1", other: "syncd:p/B1"}
        assert "syncd:p/B1" in tasks[one].notes
        change(connector, container, one, notes=f"New\n{tasks[one].notes}")


def test_a_marker_put_above_the_tasks_own_stays_a_line_of_the_teams(bench: AsanaBench, connector: Connector) -> None:
    """It is taken for the task's own until that is written again; then both are what they are, and no line is lost."""
    container = connector.open(bench.container)
    task = make(connector, container, "A1", notes="Words").id
    bench.world.write_notes(task, f"Above\nsyncd:p/B1\n{bench.world.tasks[task].notes}")
    assert connector.read(container, Depth.TOP).tasks[task].marker == "syncd:p/B1"
    changed = change(connector, container, task, marker="syncd:p/A1")
    assert (changed.marker, changed.notes) == ("syncd:p/A1", "Above\nsyncd:p/B1\nWords")
    changed = change(connector, container, task, marker="syncd:p/C1")
    assert (changed.marker, changed.notes) == ("syncd:p/C1", "Above\nsyncd:p/B1\nWords")


# Formatting

HTML = (
    "<body><strong>Bold</strong> words\n<ul><li>one</li><li>two</li></ul>\n── plan ──\nOld &amp; line\n"
    '── end ──\n\n<a href="https://example.org">the form</a></body>'
)
TEXT = "Bold words\none\ntwo\n\n── plan ──\nOld & line\n── end ──\n\nthe form"


def test_formatting_survives_a_new_line_in_our_block(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """Bold words, lists and links that people made are still there after the plan's text was changed."""
    task = make(connector, container, "A1").id
    bench.world.set(task, notes=TEXT, html_notes=HTML)
    changed = change(connector, container, task, notes=TEXT.replace("Old & line", "New <line>\nand one more"))
    assert bench.world.tasks[task].html_notes == HTML.replace("Old &amp; line", "New &lt;line&gt;\nand one more")
    assert "New <line>\nand one more" in changed.notes
    assert changed.marker == "syncd:p/A1"
    assert bench.sent("PUT")[-1].body["data"].keys() == {"html_notes"}


def test_a_block_is_put_below_formatted_words(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """The first block below what people wrote is added to it, and theirs stays formatted."""
    task = bench.add("Theirs")
    bench.world.set(task, notes="Bold words", html_notes="<body><strong>Bold</strong> words</body>")
    change(connector, container, task, notes="Bold words\n\nOurs & more")
    assert bench.world.tasks[task].html_notes == "<body><strong>Bold</strong> words\n\nOurs &amp; more</body>"


def test_plain_notes_are_written_plainly(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """An address that Asana makes into a link is no formatting of anybody's."""
    task = make(connector, container, "A1", notes="See https://example.org/a?b=1&c=2 there")
    change(connector, container, task.id, notes="See https://example.org/a?b=1&c=2 here")
    assert bench.sent("PUT")[-1].body["data"] == {"notes": "See https://example.org/a?b=1&c=2 here"}


def test_formatting_that_cannot_be_kept_fails_no_task(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """Where Asana refuses the formatted form, the words are written without it."""
    task = make(connector, container, "A1").id
    bench.world.set(task, notes=TEXT, html_notes=HTML)
    bench.fault("^PUT", status=400, message="xml_parsing_error: not well-formed")
    new = TEXT.replace("Old", "New")
    assert change(connector, container, task, notes=new).notes == new
    assert "notes" in bench.sent("PUT")[-1].body["data"]


@given(_LINES, _LINES)
def test_a_patch_gives_the_new_text_or_none(old: str, new: str) -> None:
    """Over notes without any formatting, a patch is the new text exactly, or it is not made at all."""
    html = rich.patched(f"<body>{escape(old, quote=False)}</body>", old, new)
    assert html in (None, f"<body>{escape(new, quote=False)}</body>")


@given(_LINES, _LINES, _LINES)
def test_formatted_lines_are_never_touched(words: str, old: str, new: str) -> None:
    """Whatever changes below them, formatted words stay as they are."""
    bold = f"<strong>{escape(words, quote=False)}</strong>!"
    html = f"<body>{bold}\n{escape(old, quote=False)}</body>"
    patched = rich.patched(html, f"{words}!\n{old}", f"{words}!\n{new}")
    assert patched is None or patched.startswith(f"<body>{bold}")
