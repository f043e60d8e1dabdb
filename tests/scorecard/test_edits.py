"""The plan's own log: in sentences, the newest first, and for the public only what is public then and now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.model import Audience, Plan
from syncd.progress.evidence import Evidence, Standing
from syncd.progress.team import TeamWork
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.edits import Edit, lines, readable
from syncd.scorecard.events import Kind, compare
from syncd.scorecard.held import event_held, held, to_event, to_evidence
from syncd.store.codec import decode, encode
from tests.scorecard.plans_of_years import edited, plans, source

START = datetime(2026, 4, 4, 15, tzinfo=UTC)
KPI = "goals.0.outcomes.0.kpis.0"
ACTION = "goals.0.actions.0"


def log(*versions: Plan) -> list[Edit]:
    """The edits that led from each version to the next, one a day, the newest first."""
    steps = [
        [Edit((at := START + timedelta(days=number)).date(), at, event) for event in compare(one, other)]
        for number, (one, other) in enumerate(pairwise(versions))
    ]
    return [edit for step in reversed(steps) for edit in step]


def steps(*changes: tuple[tuple[str, Any], ...]) -> list[Plan]:
    """The sample plan, and what it is after each of these steps."""
    found = [source()]
    for change in changes:
        found.append(edited(found[-1], *change))
    return [Plan.model_validate(each) for each in found]


def told(versions: list[Plan], audience: Audience = Audience.PUBLIC) -> list[str]:
    """The plan's log as this audience reads it at the end."""
    day = (START + timedelta(days=400)).date()
    card = build_scorecard(versions[-1], {}, audience=audience, as_of=day, tool_read_at=None)
    return [line.text for line in lines(readable(log(*versions), versions[-1], card), 30)]


def test_the_newest_comes_first() -> None:
    """Each edit has its day; what was done at once is told together, and no more lines than are wanted."""
    found = log(*steps(((f"{KPI}.target.value", 75),), ((f"{ACTION}.title", "Adopt it"), (f"{KPI}.unit", "points"))))
    assert [(line.on.day, line.text) for line in lines(found, 30)] == [
        (5, "KPI “Grade 3 reading”: unit % → points"),
        (5, "Action “Adopt the curriculum” is now called “Adopt it”"),
        (4, "KPI “Grade 3 reading”: target 70.0 % → 75.0 %"),
    ]
    assert len(lines(found, 1)) == 1
    assert lines([], 5) == ()


def test_a_reading_that_comes_in_is_no_edit() -> None:
    """Readings are told elsewhere; one that was corrected is told here."""
    new = {"value": 57, "on": "2026-06-20"}
    versions = steps(((f"{KPI}.readings.1", new),), ((f"{KPI}.readings.1.value", 58),))
    assert told(versions) == ["KPI “Grade 3 reading”: reading of 20 June 2026 corrected, 57.0 % → 58.0 %"]
    school = {**new, "scope": "school", "where": "Elm", "n": 40}
    beside = steps(((f"{KPI}.readings.1", new), (f"{KPI}.readings.2", school)), ((f"{KPI}.readings.1.value", 58),))
    assert told(beside) == [], "what the figure before tells of schools, beside all others, nobody has looked"
    assert len(told(beside, Audience.INTERNAL)) == 1


def test_people_and_drafts_stay_inside() -> None:
    """The office reads of owners and of what is internal; the public does not."""
    versions = steps(
        ((f"{KPI}.owner", "Pat Example"),),
        (("goals.1.kpis.0.title", "Secret"),),
        ((f"{ACTION}.projects.3", {"id": "N1", "title": "New", "status": "draft"}),),
    )
    assert len(told(versions, Audience.INTERNAL)) == 3
    assert told(versions) == []


def test_what_is_hidden_takes_its_past_along() -> None:
    """An item that is not published any more is not told of, whatever was public once; also after it left the plan."""
    retitled = ((f"{KPI}.title", "Once public"),)
    versions = steps(retitled, ((f"{KPI}.audience", "internal"),))
    assert told(versions[:2]) == ["KPI “Grade 3 reading” is now called “Once public”"]
    assert told(versions) == []
    gone = steps(retitled, ((f"{KPI}.audience", "internal"),), ((KPI, None),))
    assert told(gone) == []
    draft = steps(retitled, ((KPI, None),), (("status", "draft"),))
    assert told(draft) == [], "of a plan that is nothing to the public, nothing that was public once is either"
    open_ = steps(retitled, ((KPI, None),))
    assert told(open_) == [
        "KPI “Once public” was taken out of “Reading rises in every school”",
        "KPI “Grade 3 reading” is now called “Once public”",
    ]


def test_what_may_have_named_somebody_is_not_told() -> None:
    """A title, or any text, that would be kept back now is not told as what it was before."""
    for text in ("IEP for Maria", "Ask ann@district.example"):
        assert told(steps(((f"{KPI}.title", text),), ((f"{KPI}.title", "Reading"),))) == []
        assert told(steps(((f"{KPI}.source", text),), ((f"{KPI}.source", "State test"),))) == []
        kept = steps(((f"{KPI}.title", text),), ((f"{KPI}.target.value", 75),))
        passed = [line for line in told(kept, Audience.INTERNAL) if "target" in line]
        assert passed == [f"KPI “{text}”: target 70.0 % → 75.0 %"]


def test_a_place_that_is_hidden_is_not_named() -> None:
    """What stands above is named only as long as the public may see it; a move only where it may see both places."""
    new = {"id": "N1", "title": "New", "audience": "public"}
    added = ((f"{ACTION}.projects.3", new),)
    assert told(steps(added)) == ["Project “New” was added to “Adopt the curriculum”"]
    assert told(steps(added, ((f"{ACTION}.audience", "internal"),))) == ["Project “New” was added to the plan"]
    action = source()["goals"][0]["actions"][0]
    moved = ((ACTION, None), ("goals.1.actions", [action]))
    assert told(steps(moved)) == [
        "Action “Adopt the curriculum” moved from “Every child reads” to “Every family is heard”"
    ]
    assert told(steps(moved, (("goals.0.audience", "internal"),))) == []


def test_a_new_id_leads_to_the_old_edits() -> None:
    """What was told of an item under its former id is told as long as the item itself may be."""
    renamed = ((f"{KPI}.id", "K-1"), (f"{KPI}.was", ["G1.O1.K1"]))
    versions = steps(((f"{KPI}.target.value", 75),), renamed)
    assert len(told(versions)) == 2
    assert (
        told([*versions, *steps(((f"{KPI}.target.value", 75),), renamed, ((f"{KPI}.audience", "internal"),))[-1:]])
        == []
    )


def test_figures_that_are_not_shown_are_not_told() -> None:
    """Where a KPI's figures are suppressed, neither its baseline nor its corrected readings stand in the log."""
    based = ((f"{KPI}.baseline.value", 52),)
    corrected = ((f"{KPI}.readings.0.value", 57),)
    assert len(told(steps(based, corrected))) == 2
    small = ((f"{KPI}.readings.0.n", 3),)
    assert told(steps(based, corrected, small)) == []
    gone = ((f"{KPI}.readings.0", None),)
    assert told(steps(corrected, gone)) == [], "a reading that was taken back is not repeated"


@given(st.lists(plans(), min_size=2, max_size=4))
def test_the_public_reads_of_open_items_alone(versions: list[Plan]) -> None:
    """Whatever was edited: every edit that is told to the public is of an item that it may know now, or that left."""
    last = versions[-1]
    day = (START + timedelta(days=400)).date()
    card = build_scorecard(last, {}, audience=Audience.PUBLIC, as_of=day, tool_read_at=None)
    found = readable(log(*versions), last, card)
    for edit in found:
        placed = last.items.get(edit.event.item)
        assert placed is None or (placed.audience is Audience.PUBLIC and placed.status == "adopted")
        assert edit.event.audience is Audience.PUBLIC
        assert edit.event.kind is not Kind.OWNER
    office = build_scorecard(last, {}, audience=Audience.INTERNAL, as_of=day, tool_read_at=None)
    assert readable(log(*versions), last, office) == log(*versions)


@given(plans(), plans())
def test_events_are_kept_exactly(one: Plan, other: Plan) -> None:
    """An event comes back from the store's own text as it was."""
    for event in compare(one, other):
        assert to_event(decode(encode(event_held(event)))) == event


texts = st.text(max_size=5)
evidence = st.builds(
    Evidence,
    texts,
    st.none() | st.fractions(0, 1),
    st.booleans(),
    standing=st.sampled_from(Standing),
    title=texts,
    url=texts,
    due=st.none() | st.dates(),
    completed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    steps=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
    remark=texts,
)


@given(evidence, texts)
def test_evidence_is_kept_exactly(found: Evidence, under: str) -> None:
    """What a task says comes back as it was, and so does a team's own work with its place."""
    assert to_evidence(decode(encode(held(found)))) == found
    assert to_evidence(decode(encode(held(TeamWork(under, found))))) == TeamWork(under, found)
