"""Records to keep: one filled sample of each, strategies for any, and a store filled with all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from connectors.vocabulary import Container, Credit, Depth, Fate, Field, FieldType, FieldValue, Group, Task
from syncd.records import (
    Entry,
    GroupLink,
    Intent,
    KpiPoint,
    Link,
    MappingState,
    Outcome,
    Seen,
    SetAside,
    Shelf,
    Trouble,
)
from syncd.store import Store

AT = datetime(2026, 11, 24, 16, 30, 0, 123456, tzinfo=UTC)
DAY = date(2026, 11, 24)
NASTY = 'a "quote", a \\, a line\nend, \N{SNOWMAN}, \N{GRINNING FACE}, \x00, \ud800 and $date'
"""Text with what databases and JSON stumble over: NUL and half a surrogate pair among it."""

TASK = Task(
    id="12",
    container="C1",
    title=NASTY,
    url="https://app.asana.com/0/1/12",
    group="G",
    parent="11",
    marker="G1.A1.P1",
    notes="two\nlines",
    start=DAY,
    due=DAY + timedelta(days=30),
    assignee="ann@example.org",
    completed=True,
    completed_at=AT,
    created_at=AT - timedelta(days=3),
    modified_at=AT,
    credit=Credit.REJECTED,
    status="Working on it",
    fields={"f1": Decimal("1.50"), "f2": ("a", "b"), "f3": None, "f4": DAY, "$f5": "text", "f6": ()},
    steps=(1, 3),
    archived=True,
)
CONTAINER = Container(
    id="C1",
    name=NASTY,
    url="https://app.asana.com/0/1",
    groups=(Group("G", "To do"), Group("H", "Done")),
    fields=(
        Field("f1", "Priority", FieldType.OPTION, options={"High": "1", "$x": "2"}),
        Field("f2", "N", FieldType.NUMBER, holds="due"),
    ),
    marker_field="f9",
    archived=True,
)
SHELF = Shelf(CONTAINER, "token", Depth.STEPS, AT, AT + timedelta(minutes=1), AT, "no answer")
SEEN = Seen(TASK, AT, Fate.NO_ACCESS)
LINK = Link("G1.A1.P1", "12", {"title": NASTY, "due": DAY, "field:Cost": Decimal("3.10"), "start": None}, AT)
GROUP_LINK = GroupLink("G1", "G", NASTY)
INTENT = Intent("key-1", "G1.A1.P2", "C1", "11", AT, {"title": NASTY, "due": DAY})
ASIDE = SetAside("G1.A1.P3", "invalid", "due before start", "Change the dates.", 3, AT, "0f3a")
STATE = MappingState("academics", "asana", "C1", "scope-1", paused=True, stop="digest")
TROUBLE = Trouble("quota of monday", AT, NASTY, told=True)
ENTRY = Entry(AT, None, "academics", "G1.A1.P1", "12", "update", "due", None, DAY, "the team changed it", "Ann")
POINT = KpiPoint(
    *("district", "G1.O1.K1", DAY, AT),
    *(Fraction(1, 3), Fraction(11, 102), Decimal("48.70"), Fraction(7, 9)),
    *("on_track", 11, 102),
)
PIECES = {"": '{"id":"district"}', "G1": "{}", "G1.O1.K1/2026-11-24/0": '{"value":"1.50"}'}
EVENT = {"kind": "rebased", "item": "G1.O1.K1", "title": NASTY, "before": Decimal("54.0"), "after": None, "day": DAY}
TOLD = {"about": [DAY, "end", "school"], "parts": [[NASTY, 12, "50", (6, 6), False]], "whole": None}
TAKEN = {"item": "G1.O1.K1", "field": NASTY, "on": DAY, "value": Decimal("58.10")}
KNOWN = {"share": Fraction(1, 3), "done": False, "completed_at": AT, "steps": (1, 3), "title": NASTY}


def fill(store: Store) -> None:
    """Put at least one record of every kind into the store."""
    with store.writing() as writer:
        writer.put_shelf("asana", SHELF)
        writer.put_seen("asana", "C1", [SEEN, Seen(replace(TASK, id="13"), AT)])
        writer.put_link("academics", LINK)
        writer.put_group_link("academics", GROUP_LINK)
        writer.put_intent("academics", INTENT)
        writer.put_set_aside("academics", ASIDE)
        writer.put_mapping_state(STATE)
        begun = writer.begin_pass("academics", AT, full=True)
        writer.add_entries([replace(ENTRY, pass_id=begun)])
        writer.end_pass(begun, AT, Outcome.DONE, {"updated": 1}, "well done")
        writer.begin_pass("academics", AT + timedelta(minutes=5), full=False)
        writer.add_point(POINT)
        noted = writer.add_version("district", AT, "digest-1", PIECES)
        writer.add_events("district", noted, AT, [EVENT])
        writer.add_evidence("district", AT, {"G1.A1.P1": KNOWN})
        writer.add_told("district", AT, [("G1.O1.K1", TOLD)])
        writer.add_taken("district", AT, [("G1.O1.K1", TAKEN)])
        writer.put_look("district", DAY, AT)
        writer.count_requests("asana", DAY, 7)
        writer.put_facts("asana", "me", {"id": "1", "name": NASTY})
        writer.place_order(AT, "Ann", "sync", {"mappings": ["academics"], "full": True})
        writer.put_trouble(TROUBLE)


def seen_tasks(count: int) -> list[Seen]:
    """Many observed tasks with different ids."""
    return [Seen(replace(TASK, id=str(number), title=f"Task {number}"), AT) for number in range(count)]


texts = st.text(st.characters(), max_size=20)
days = st.dates()
instants = st.datetimes(timezones=st.sampled_from([UTC]))
decimals = st.decimals(allow_nan=False)
field_values: st.SearchStrategy[FieldValue] = st.one_of(
    st.none(), texts, decimals, days, st.lists(texts, max_size=3).map(tuple)
)
values = st.recursive(
    st.one_of(
        field_values,
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        instants,
        st.fractions(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(texts | st.sampled_from(["$date", "$map", "$"]), inner, max_size=3),
    ),
    max_leaves=8,
)
tasks = st.builds(
    Task,
    *(texts, texts, texts, texts),
    group=st.none() | texts,
    parent=st.none() | texts,
    marker=st.none() | texts,
    notes=texts,
    start=st.none() | days,
    due=st.none() | days,
    assignee=st.none() | texts,
    completed=st.booleans(),
    completed_at=st.none() | instants,
    created_at=st.none() | instants,
    modified_at=st.none() | instants,
    credit=st.sampled_from(Credit),
    status=st.none() | texts,
    fields=st.dictionaries(texts, field_values, max_size=4),
    steps=st.none() | st.tuples(st.integers(0, 99), st.integers(0, 99)),
)
containers = st.builds(
    Container,
    *(texts, texts, texts),
    groups=st.lists(st.builds(Group, texts, texts), max_size=3).map(tuple),
    fields=st.lists(
        st.builds(
            Field, texts, texts, st.sampled_from(FieldType), st.booleans(), st.dictionaries(texts, texts, max_size=3)
        ),
        max_size=3,
    ).map(tuple),
    marker_field=st.none() | texts,
    archived=st.booleans(),
)
