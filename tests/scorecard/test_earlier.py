"""Several publications of one day: whoever kept them all, and solves all they say together, works out no small part."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Audience, Kpi, Plan, Reading, Scope, Window
from syncd.scorecard.cells import Hidden
from syncd.scorecard.coding import counts
from syncd.scorecard.differencing import Patience, gives_away
from syncd.scorecard.earlier import About, View, held, to_told
from syncd.scorecard.possible import Sum, determined, fits, impossible
from syncd.scorecard.suppression import Disclosed
from syncd.store.codec import decode_values, encode
from tests.progress.plans import kpi, plan

DAY = date(2026, 5, 1)
Schools = Mapping[str, tuple[int, int]]
"""By school, how many passed, of how many."""


@dataclass(frozen=True)
class State:
    """What is true when something is published: `rest` are in no school, and `whole` says whether the whole is told."""

    schools: Schools
    rest: tuple[int, int] = (0, 0)
    whole: bool = True

    def readings(self, scope: Scope = Scope.SCHOOL) -> tuple[Reading, ...]:
        """As a plan holds it."""
        parts = [reading(name, done, people, scope) for name, (done, people) in self.schools.items()]
        done, people = (sum(each[at] for each in (*self.schools.values(), self.rest)) for at in (0, 1))
        return (*parts, reading("", done, people, Scope.DISTRICT)) if self.whole else tuple(parts)


def reading(where: str, done: int, people: int, scope: Scope) -> Reading:
    """A percentage with more digits than anybody publishes."""
    return Reading(value=round(Decimal(100 * done) / people, 12), on=DAY, scope=scope, where=where, n=people)


def planned(readings: Sequence[Reading], minimum: int, **more: Any) -> Plan:
    """A public plan of one KPI."""
    return plan(kpis=(kpi(readings=tuple(readings), **more),), audience=Audience.PUBLIC, minimum_group=minimum)


class Press:
    """Publishes, and remembers what it has published unless it is `forgetful`."""

    def __init__(self, minimum: int = 10, *, forgetful: bool = False) -> None:
        self.minimum, self.forgetful = minimum, forgetful
        self.told: dict[str, dict[About, list[View]]] = {}
        self.out: list[Publication] = []

    def publish(self, readings: Sequence[Reading], **more: Any) -> list[str | None]:
        """What is shown, None where it is hidden."""
        now = planned(readings, self.minimum, **more)
        found = Disclosed(now, {} if self.forgetful else self.told)
        shown = _kpi(found.plan).readings
        for name, news in found.tellings(max(one.on for one in readings)).items():
            for about, view in ((about, view) for about, views in news.items() for view in views):
                kept, again = to_told(decode_values(encode(held(about, view))))
                assert (kept, again) == (about, view)
                self.told.setdefault(name, {}).setdefault(kept, []).append(again)
        self.out.append((tuple(readings), shown))
        return [None if isinstance(one, Hidden) else f"{(one.value or Decimal(0)).normalize():f}" for one in shown]


def _kpi(plan: Plan) -> Kpi:
    return plan.goals[0].outcomes[0].kpis[0]


# Whoever kept everything


Publication = tuple[tuple[Reading, ...], tuple[Reading, ...]]
"""What was true and what was shown of it."""


def worked_out(press: Press) -> set[object]:
    """Each small part that all publications give away together, and no single one of them."""
    alone = [_worked_out([each], press.minimum) for each in press.out]
    return _worked_out(press.out, press.minimum).difference(*alone)


def _worked_out(out: Sequence[Publication], minimum: int) -> set[object]:
    """Each small part of which not every count fits all that was published: found by trying all of them.

    The attacker knows all sizes, and which figures are the same as in an earlier publication.
    """
    ranges: dict[object, range] = {}
    sums: list[tuple[list[object], range]] = []
    small: set[object] = set()
    shown_ever: set[object] = set()
    for true, shown in out:
        terms: list[object] = []
        for own, seen in zip(true, shown, strict=True):
            if own.scope is Scope.DISTRICT:
                continue
            name = (own.where, own.n, own.value)
            terms.append(name)
            ranges.setdefault(name, range((own.n or 0) + 1))
            if not isinstance(seen, Hidden):
                low, high = counts(seen.value or Decimal(0), own.n or 0)
                ranges[name] = range(low, high + 1)
                shown_ever.add(name)
            if (own.n or 0) < minimum:
                small.add(name)
        total = _total(true, shown)
        if total is None:
            continue
        done, people = total
        rest = people - sum(own.n or 0 for own in true if own.scope is not Scope.DISTRICT)
        if rest:
            ranges[rest] = range(rest + 1)
            terms.append(rest)
            if rest < minimum:
                small.add(rest)
        sums.append((terms, done))
    return {name for name in small - shown_ever if len(possible(name, ranges, sums)) < len(ranges[name])}


def _total(true: Sequence[Reading], shown: Sequence[Reading]) -> tuple[range, int] | None:
    """The counts that the whole may stand for and its size; None where nothing is told of it.

    Where it is not in the plan, it is known from elsewhere, which helps only beside some part that is shown.
    """
    if all(isinstance(seen, Hidden) for seen in shown):
        return None
    wholes = [(own, seen) for own, seen in zip(true, shown, strict=True) if own.scope is Scope.DISTRICT]
    if not wholes:
        done = sum(counts(own.value or Decimal(0), own.n or 0)[0] for own in true)
        return range(done, done + 1), sum(own.n or 0 for own in true)
    own, seen = wholes[0]
    if isinstance(seen, Hidden):
        return None
    low, high = counts(seen.value or Decimal(0), own.n or 0)
    return range(low, high + 1), own.n or 0


def possible(name: object, ranges: Mapping[object, range], sums: Sequence[tuple[list[object], range]]) -> set[int]:
    """The counts that a part may have, all others tried out."""
    names = list(ranges)
    found = set()
    for counted in product(*ranges.values()):
        guess = dict(zip(names, counted, strict=True))
        if guess[name] not in found and all(sum(guess[each] for each in terms) in total for terms, total in sums):
            found.add(guess[name])
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """Up to three states of a few schools, each after a correction, a new school, a school that left, another size."""
    schools = {name: draw(_counted()) for name in "ABC"[: draw(st.integers(1, 3))]}
    state = State(schools, draw(st.sampled_from([(0, 0), (1, 2), (0, 1)])), draw(st.booleans()))
    states = [state]
    for _ in range(draw(st.integers(1, 2))):
        held = dict(state.schools)
        name = draw(st.sampled_from([*held, "D"]))
        match draw(st.sampled_from(["correct", "correct", "replace", "leave"])):
            case "correct" if name in held:
                held[name] = (draw(st.integers(0, held[name][1])), held[name][1])
            case "leave" if name in held and len(held) > 1:
                del held[name]
            case _:
                held[name] = draw(_counted())
        state = replace(state, schools=held)
        states.append(state)
    return states


def _counted() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, 5).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))


@settings(max_examples=150)
@given(histories())
def test_all_publications_together_give_no_small_school_away(states: list[State]) -> None:
    """Whatever was corrected, came or went in between."""
    press = Press(minimum=3)
    for state in states:
        press.publish(state.readings())
    assert worked_out(press) == set()


@given(histories())
def test_publishing_the_same_again_changes_nothing(states: list[State]) -> None:
    """What was published once may be published again, in any order, just as it was."""
    press = Press(minimum=3)
    first = [press.publish(state.readings()) for state in states]
    kept = press.told
    assert [press.publish(state.readings()) for state in reversed(states)] == first[::-1]
    assert press.told == kept


# What that means


SMALL: Schools = {"Oak": (2, 4), "Elm": (20, 40), "Ash": (28, 56)}


def test_without_a_memory_a_correction_gives_a_small_school_away() -> None:
    """Elm hides Oak at first; once Oak is large enough, Elm is shown, and the first publication gives Oak away."""
    later = {**SMALL, "Oak": (8, 14)}
    forgetful, press = Press(forgetful=True), Press()
    for each in (forgetful, press):
        assert each.publish(State(SMALL).readings()) == [None, None, "50", "50"]
    assert forgetful.publish(State(later).readings())[1] == "50"
    assert worked_out(forgetful) == {("Oak", 4, Decimal(50))}
    assert press.publish(State(later).readings())[1] is None
    assert worked_out(press) == set()


def test_a_correction_of_a_school_that_hides_nobody_is_published() -> None:
    """Ash and the whole change together; what is hidden was hidden before. So it is with many in no school."""
    for rest, whole in (((0, 0), "64"), ((10, 20), "61.666666666667")):
        press = Press()
        press.publish(State(SMALL, rest).readings())
        assert press.publish(State({**SMALL, "Ash": (42, 56)}, rest).readings())[2:] == ["75", whole]


def test_a_correction_of_the_district_alone_is_published() -> None:
    """Only those in no school can have changed: of Oak, that is hidden, nothing follows, whatever Oak did."""
    press = Press()
    for passed in (300, 303, 307, 300):
        shown = press.publish(State({"Oak": (2, 4), "Elm": (20, 40)}, (passed, 600)).readings())
        assert shown[:2] == [None, "50"]
        assert shown[-1] is not None


def test_what_is_hidden_is_not_corrected_together_with_the_district_after_that() -> None:
    """Whoever takes those in no school for the same again finds what was corrected of Oak."""
    press = Press()
    for oak, passed in (((2, 4), 300), ((2, 4), 303)):
        assert press.publish(State({"Oak": oak, "Elm": (20, 40)}, (passed, 600)).readings())[-1] is not None
    for passed in (300, 303):
        assert press.publish(State({"Oak": (4, 4), "Elm": (20, 40)}, (passed, 600)).readings())[-1] is None
    assert press.publish(State({"Oak": (2, 4), "Elm": (20, 40)}, (303, 600)).readings())[-1] is not None


def test_a_district_that_was_corrected_too_often_is_not_told() -> None:
    """There are too many ways to look through who was in no school, and then in none again."""
    press, shown = Press(), list[bool]()
    for passed in range(300, 309):
        shown.append(press.publish(State({"Oak": (2, 4), "Elm": (20, 40)}, (passed, 600)).readings())[-1] is not None)
    assert shown == [True] * 5 + [False] * 4


def test_also_one_of_a_school_that_hides_a_small_one() -> None:
    """Elm itself was never told: that it changed says nothing of Oak."""
    press = Press()
    press.publish(State(SMALL).readings())
    assert press.publish(State({**SMALL, "Elm": (22, 40)}).readings()) == [None, None, "50", "52"]


def test_a_whole_with_one_school_more_is_not_told_where_the_school_is_small() -> None:
    """The difference of both wholes is the new school: then nothing at all is told of that day."""
    large = {name: SMALL[name] for name in ("Elm", "Ash")}
    forgetful, press = Press(forgetful=True), Press()
    for each in (forgetful, press):
        assert each.publish(State(large).readings()) == ["50", "50", "50"]
    forgetful.publish(State({**large, "Oak": (3, 4)}).readings())
    assert worked_out(forgetful)
    assert press.publish(State({**large, "Oak": (3, 4)}).readings()) == [None, None, None, None]
    assert worked_out(press) == set()
    assert press.publish(State({**large, "Oak": (9, 14)}).readings())[-1] is not None


def test_nothing_hidden_nothing_lost() -> None:
    """Where no school is small, every correction is published."""
    press = Press()
    for passed in range(20, 35):
        shown = press.publish(State({"Elm": (passed, 40), "Ash": (28, 56)}).readings())
        assert None not in shown


def test_a_school_that_is_called_otherwise_is_the_same() -> None:
    """Elm comes back under another name: what was told of it is not forgotten."""
    press = Press()
    press.publish(State({name: SMALL[name] for name in ("Elm", "Ash")}).readings())
    renamed = {"Elm Street": (20, 40), "Ash": (28, 56), "Oak": (2, 4)}
    assert press.publish(State(renamed).readings()) == [None, None, None, None]


def test_a_reading_of_another_day_is_held_against_those_that_are_not_there_any_more() -> None:
    """The day was wrong: all that was told under it is out."""
    press = Press()
    press.publish(State({name: SMALL[name] for name in ("Elm", "Ash")}).readings())
    moved = [one.model_copy(update={"on": date(2026, 4, 30)}) for one in State(SMALL).readings()]
    assert press.publish(moved) == [None, None, None, None]


MEASURED = {"Elm": (30, 60), "Ash": (16, 40), "Oak": (4, 8)}
"""Oak is small, so Ash is hidden too."""


@pytest.mark.parametrize("left", [(), ("Elm",)])
def test_a_whole_without_a_school_that_was_hidden_is_not_told(left: tuple[str, ...]) -> None:
    """Oak was in the whole, and is not: the difference is Oak, whether or not its own reading stands in the plan."""
    press = Press()
    assert press.publish(State(MEASURED).readings()) == ["50", None, None, "46.296296296296"]
    whole = reading("", 46, 100, Scope.DISTRICT)
    some = [reading(name, *MEASURED[name], Scope.SCHOOL) for name in left]
    assert press.publish([*some, whole]) == [None for _ in (*some, whole)]


def test_a_whole_stays_told_when_its_schools_are_taken_out() -> None:
    """It is the one that was told, so it tells nothing more."""
    press = Press()
    press.publish(State(MEASURED).readings())
    assert press.publish(State(MEASURED).readings()[-1:]) == ["46.296296296296"]
    corrected = Press()
    large = {name: MEASURED[name] for name in ("Elm", "Ash")}
    corrected.publish(State(large).readings())
    assert corrected.publish([reading("", 47, 100, Scope.DISTRICT)]) == ["47"]


@pytest.mark.parametrize(
    "change",
    [
        {"on": date(2026, 4, 30)},
        {"window": Window.END},
        {"scope": Scope.GROUP},
        {"scope": Scope.GROUP, "where": "Schools: Ash"},
    ],
)
def test_a_school_that_was_hidden_stays_so_when_it_alone_is_moved(change: Mapping[str, Any]) -> None:
    """Ash on another day is Ash all the same: with it, Oak is what is left of the whole."""
    press = Press()
    elm, ash, oak, whole = State(MEASURED).readings()
    press.publish([elm, ash, oak, whole])
    for _ in range(2):
        moved = ash.model_copy(update=change)
        assert press.publish([elm, moved, oak, whole]) == ["50", None, None, "46.296296296296"]


def test_the_same_figure_on_another_day_is_told() -> None:
    """Ash stands where it stood, so this is another reading."""
    press = Press()
    elm, ash, oak, whole = State(MEASURED).readings()
    press.publish([elm, ash, oak, whole])
    another = ash.model_copy(update={"on": date(2026, 4, 30)})
    assert press.publish([elm, ash, oak, whole, another])[-1] == "40"


@pytest.mark.parametrize("sized", [True, False])
def test_a_district_told_before_its_schools_is_held_against_them(sized: bool) -> None:
    """46 of 100, then 50 of 108 with a school of eight: nothing is told of that day, not even without the schools."""
    first, alone = reading("", 46, 100, Scope.DISTRICT), reading("", 50, 108, Scope.DISTRICT)
    forgetful, press = Press(forgetful=True), Press()
    first = first if sized else first.model_copy(update={"n": None})
    for each in (forgetful, press):
        each.publish([first])
    schools = {"A": (30, 60), "B": (16, 40), "C": (4, 8)}
    assert forgetful.publish(State(schools).readings())[-1] is not None
    for _ in range(2):
        assert press.publish(State(schools).readings()) == [None, None, None, None]
    assert press.publish([alone]) == [None]
    assert press.publish([first]) == ["46"]


@pytest.mark.parametrize("sized", [True, False])
def test_schools_that_come_beside_the_same_figure_of_the_district_are_told(sized: bool) -> None:
    """That is the usual way; also where it says only now how many they are, and where none is small."""
    whole = reading("", 46, 100, Scope.DISTRICT)
    press = Press()
    press.publish([whole if sized else whole.model_copy(update={"n": None})])
    assert press.publish(State({"A": (30, 60), "B": (12, 32), "C": (4, 8)}).readings()) == ["50", None, None, "46"]
    large = Press()
    large.publish([whole])
    assert large.publish(State({"A": (30, 60), "B": (17, 40)}).readings()) == ["50", "42.5", "47"]


def test_a_district_told_beside_groups_is_held_against_schools() -> None:
    """Whatever stood beside it, it is the same figure."""
    press = Press()
    groups = State({"Gender: girls": (25, 50), "Gender: boys": (21, 50)}).readings(Scope.GROUP)
    assert press.publish(groups) == ["50", "42", "46"]
    assert press.publish(State({"A": (30, 60), "B": (16, 40), "C": (4, 8)}).readings()) == [None] * 4


def test_two_figures_of_the_district_in_one_plan_are_held_against_each_other() -> None:
    """The correction was added, and the figure before it left in the plan: both are told at once."""
    parts = State({"A": (30, 60), "B": (16, 40), "C": (4, 8)}).readings()
    press = Press()
    assert press.publish([*parts, reading("", 46, 100, Scope.DISTRICT)]) == [None] * 5


OTHER = date(2026, 6, 1)


@pytest.mark.parametrize("moves", ["whole", "schools", "each elsewhere"])
def test_a_district_that_is_moved_to_another_day_is_held_against_its_schools(moves: str) -> None:
    """A correction of the day, and of the figure: with the one that was told before, it gives a school away."""
    press = Press()
    assert press.publish(State({"A": (30, 60), "B": (16, 40)}).readings()) == ["50", "40", "46"]
    *parts, whole = State({"A": (30, 60), "B": (16, 40), "C": (4, 8)}).readings()
    if moves != "schools":
        whole = whole.model_copy(update={"on": OTHER})
    if moves != "whole":
        day = OTHER if moves == "schools" else date(2026, 7, 1)
        parts = [part.model_copy(update={"on": day}) for part in parts]
    assert press.publish([*parts, whole]) == [None] * 4


def test_a_moved_district_is_still_that_one_after_the_next_correction() -> None:
    """First its day is corrected, with its figure; then a small school comes."""
    press = Press()
    *parts, whole = State({"A": (30, 60), "B": (16, 40)}).readings()
    press.publish([*parts, whole])
    later = reading("", 47, 100, Scope.DISTRICT).model_copy(update={"on": OTHER})
    assert press.publish([*parts, later])[-1] == "47"
    more = reading("", 51, 108, Scope.DISTRICT).model_copy(update={"on": OTHER})
    assert press.publish([*State({"A": (30, 60), "B": (16, 40), "C": (4, 8)}).readings()[:-1], more]) == [None] * 4


def test_the_next_year_is_as_open_as_ever_where_a_plan_keeps_its_newest_figures_only() -> None:
    """A figure that was replaced by the next year's is none of another day that was wrong."""
    press = Press()
    press.publish([reading("", 46, 100, Scope.DISTRICT)])
    parts = State({"A": (30, 60), "B": (16, 40), "C": (4, 8)}).readings()
    next_year = [part.model_copy(update={"on": DAY.replace(year=2027)}) for part in parts]
    assert press.publish(next_year)[-1] is not None


def test_schools_that_are_alike_may_each_be_any_of_those_before() -> None:
    """Elm hid Oak, and Fir, just as large, did not; under new names, either may be Elm, so neither is told."""
    before: Schools = {"Oak": (2, 4), "Elm": (20, 40), "Fir": (20, 40), "Ash": (30, 60)}
    after: Schools = {"Oak": (2, 4), "North": (20, 40), "South": (20, 40), "Ash": (30, 60)}
    press = Press()
    assert press.publish(State(before).readings()) == [None, None, "50", "50", "50"]
    assert press.publish(State(after).readings()) == [None, None, None, "50", "50"]


def test_schools_that_are_alike_and_hid_nobody_are_told_under_new_names() -> None:
    """Which of them is which does not matter; nor does it where one more came that is like them, or one is gone."""
    before: Schools = {"Oak": (2, 4), "Bay": (9, 18), "Elm": (20, 40), "Fir": (20, 40), "Ash": (30, 60)}
    rest: Schools = {name: before[name] for name in ("Oak", "Bay", "Ash")}
    for names in (("North", "South"), ("North", "South", "West"), ("North",)):
        press = Press()
        assert press.publish(State(before).readings()) == [None, None, "50", "50", "50", "50"]
        shown = press.publish(State({**rest, **dict.fromkeys(names, (20, 40))}).readings())
        assert shown == [None, None, "50", *["50" for _ in names], shown[-1]]
        assert shown[-1] is not None


def test_more_schools_alike_than_can_be_told_apart_are_not_told() -> None:
    """Which may be which has too many answers."""
    alike = {f"A{number}": (20, 40) for number in range(6)}
    press = Press()
    press.publish(State({"Oak": (2, 4), **alike, "Ash": (30, 60)}).readings())
    renamed = {f"B{number}": (20, 40) for number in range(6)}
    shown = press.publish(State({"Oak": (2, 4), **renamed, "Ash": (31, 60)}).readings())
    assert shown == [None] * 9


def test_schools_that_were_one_for_a_time_are_known_under_new_names() -> None:
    """Both together were told; now that they are two again, the new school is the difference."""
    press = Press()
    assert press.publish(State({"One": (30, 40), "Two": (4, 8)}).readings())[-1] is not None
    assert press.publish(State({"Both": (34, 48), "New": (2, 4)}).readings()) == [None] * 3
    assert press.publish(State({"Uno": (30, 40), "Due": (4, 8), "New": (2, 4)}).readings()) == [None] * 4


def test_a_school_that_became_two_is_the_two() -> None:
    """Elm was told, so one of its two parts tells the other, which is small."""
    press = Press()
    press.publish(State({"Elm": (20, 40), "Ash": (28, 56), "Bay": (9, 18)}).readings())
    parts: Schools = {"Elm North": (18, 35), "Elm South": (2, 5), "Ash": (28, 56), "Bay": (10, 18)}
    assert press.publish(State(parts).readings())[:2] == [None, None]


def merging(fill: int, people: int, more: int) -> tuple[Schools, Schools]:
    """Birch and Aspen (hidden) become Mixed, while `fill` other schools get new figures, about as many pupils each."""
    before = {f"G{at:02}": (15 + at % 3, people + at % more) for at in range(fill)}
    after = {f"G{at:02}": (14 + at % 5, people + 1 + at % more) for at in range(fill)}
    cedar: Schools = {"Cedar": (20, 40)}
    return {"Birch": (25, 50), "Aspen": (2, 6), **before, **cedar}, {"Mixed": (27, 56), **after, **cedar}


@pytest.mark.parametrize("fill", [4, 12, 18])
def test_two_schools_that_became_one_are_found_among_many_others(fill: int) -> None:
    """Mixed less Birch is Aspen, whatever else was corrected on that day; the others, and the district, are shown."""
    before, after = merging(fill, 31, 100)
    press = Press()
    assert press.publish(State(before).readings())[:2] == ["50", None]
    shown = press.publish(State(after).readings())
    assert shown[0] is None
    assert shown[-1] is not None


@pytest.mark.parametrize("unit", ["%", "points"])
@pytest.mark.parametrize(("fill", "people", "more"), [(10, 30, 4), (58, 31, 3), (61, 100, 100)])
def test_more_schools_than_can_be_looked_through_are_not_taken_for_none(
    fill: int, people: int, more: int, unit: str
) -> None:
    """Of similar schools any two may have become one, and of very many all: then less is told rather than more."""
    before, rest = merging(fill, people, more)
    after = {name.replace("G", "H"): (done, size * 2 if "G" in name else size) for name, (done, size) in rest.items()}
    press = Press()
    press.publish(State(before).readings(), unit=unit)
    assert press.publish(State(after).readings(), unit=unit)[0] is None


def test_many_schools_that_keep_their_names_are_corrected_without_a_loss() -> None:
    """None can have come of others, however many there are."""
    same: Schools = {"Oak": (2, 4), "Elm": (20, 40)}
    press = Press()
    for more in (0, 1):
        shown = press.publish(State({**same, **{f"G{at}": (15 + more, 31 + at + more) for at in range(70)}}).readings())
        assert [at for at, value in enumerate(shown) if value is None] == [0, 2]


def test_what_takes_too_long_is_taken_to_give_something_away() -> None:
    """Who ran out of patience while one publication was looked at tells nothing in the next."""
    press = Press()
    for ash in (28, 42):
        press.publish(State({**SMALL, "Ash": (ash, 56)}).readings())
    before, now = next(views for about, views in press.told["K1"].items() if about.kind == "school")
    assert not gives_away([before], now, 10)
    for left in (3, -1):
        assert gives_away([before], now, 10, Patience(left))


def test_a_percentage_that_was_called_otherwise_is_held_against_what_was_told() -> None:
    """The unit was corrected: the figures are those that were told."""
    press = Press()
    press.publish(State({name: SMALL[name] for name in ("Elm", "Ash")}).readings(), unit="share of students")
    assert press.publish(State(SMALL).readings()) == [None, None, None, None]
    press = Press()
    press.publish(State({name: SMALL[name] for name in ("Elm", "Ash")}).readings())
    assert press.publish(State(SMALL).readings(), unit="share of students") == [None, None, None, None]


def test_a_kpi_that_has_another_id_keeps_its_past() -> None:
    """Its old id stands in the plan."""
    press = Press()
    press.publish(State(SMALL).readings())
    later = State({**SMALL, "Oak": (8, 14)}).readings()
    assert press.publish(later, id="K2", was=("K1",))[1] is None
    other = Press()
    other.publish(State(SMALL).readings())
    assert other.publish(later, id="K2")[1] == "50"


def test_a_figure_of_the_district_is_remembered_before_there_are_schools() -> None:
    """Schools may come, and it may be another one then; told again as it was, it adds nothing."""
    district = (reading("", 300, 400, Scope.DISTRICT),)
    press = Press()
    press.publish(district)
    [views] = press.told["K1"].values()
    press.publish(district)
    assert len(views) == 1


def test_what_is_internal_is_not_told_and_what_was_public_stays_told() -> None:
    """A KPI that comes back into the public finds its past there."""
    press = Press()
    hidden = planned(State(SMALL).readings(), 10).model_copy(update={"audience": Audience.INTERNAL})
    assert Disclosed(hidden, press.told).tellings(DAY) == {}
    assert Disclosed(planned(State(SMALL).readings(), 10)).tellings(date(2026, 4, 30)) == {}
    press.publish(State(SMALL).readings())
    assert press.publish(State({**SMALL, "Oak": (8, 14)}).readings())[1] is None


def test_a_larger_minimum_hides_what_it_can() -> None:
    """What was told under the smaller one cannot be taken back, and drags nothing along."""
    press = Press(minimum=3)
    press.publish(State(SMALL).readings())
    press.minimum = 10
    assert press.publish(State(SMALL).readings()) == [None, "50", "50", "50"]


def test_a_smaller_minimum_shows_what_it_may() -> None:
    """Who decides that four are enough has nothing to hide any more."""
    press = Press()
    assert press.publish(State(SMALL).readings()) == [None, None, "50", "50"]
    press.minimum = 3
    assert press.publish(State(SMALL).readings()) == ["50", "50", "50", "50"]


def test_figures_that_are_no_percentages_are_held_against_each_other_too() -> None:
    """A sum with one school more is that school's figure, whatever else is hidden."""
    days = {"Oak": "3", "Elm": "9", "Ash": "20"}

    def readings(whole: str, **of: str) -> list[Reading]:
        sizes = {"Oak": 4, "Elm": 40, "Ash": 56, "Fir": 5}
        parts = [
            Reading(value=Decimal(value), on=DAY, scope=Scope.SCHOOL, where=name, n=sizes[name])
            for name, value in of.items()
        ]
        people = sum(sizes[name] for name in of)
        return [*parts, Reading(value=Decimal(whole), on=DAY, n=people)]

    press = Press()
    assert press.publish(readings("32", **days), unit="days") == [None, None, "20", "32"]
    assert press.publish(readings("30", **days | {"Ash": "18"}), unit="days") == [None, None, "18", "30"]
    assert press.publish(readings("34", **days, Fir="2"), unit="days") == [None] * 5
    assert press.publish(readings("33", **days | {"Elm": "10"}), unit="days") == [None, None, "20", "33"]


def test_groups_that_may_overlap_are_told_of_once() -> None:
    """Nobody knows how they hang together: where one is hidden, a whole that was not told before is not told either."""
    groups = State({"Learners": (2, 4), "Low income": (20, 40)}, rest=(28, 56))
    press = Press()
    assert press.publish(groups.readings(Scope.GROUP)) == [None, None, "50"]
    corrected = replace(groups, schools={**groups.schools, "Low income": (22, 40)})
    assert press.publish(corrected.readings(Scope.GROUP)) == [None, None, None]
    same_whole = replace(corrected, rest=(26, 56))
    assert press.publish(same_whole.readings(Scope.GROUP)) == [None, None, "50"]
    open_ = State({"Low income": (20, 40)}, rest=(28, 60))
    fresh = Press()
    assert fresh.publish(open_.readings(Scope.GROUP)) == ["50", "48"]
    assert fresh.publish(replace(open_, rest=(30, 60)).readings(Scope.GROUP)) == ["50", "50"]


def test_a_part_of_unknown_size_is_told_of_once() -> None:
    """Nobody can say what another whole would give away."""
    press = Press()
    unknown = [one if one.where != "Oak" else one.model_copy(update={"n": None}) for one in State(SMALL).readings()]
    assert press.publish(unknown) == [None, None, None, "50"]
    assert press.publish(unknown) == [None, None, None, "50"]
    whole = unknown[-1].model_copy(update={"value": Decimal(51)})
    assert press.publish([*unknown[:-1], whole]) == [None, None, None, None]


def test_a_bound_stays_a_bound() -> None:
    """All of Fir passed, which Elm hides: neither Elm, nor a figure of Fir from which Elm follows, is told later."""
    fir: Schools = {"Fir": (50, 50), "Elm": (20, 40), "Ash": (28, 56)}
    forgetful, press = Press(forgetful=True), Press()
    for each in (forgetful, press):
        assert each.publish(State(fir).readings())[:3] == ["95", None, "50"]
    assert forgetful.publish(State({**fir, "Fir": (40, 50)}).readings())[:3] == ["80", "50", "50"]
    assert press.publish(State({**fir, "Fir": (40, 50)}).readings())[:3] == [None, None, "50"]


# The sums


@given(st.data())
def test_what_fits_is_found_as_by_trying_everything(data: st.DataObject) -> None:
    """Small numbers, any sums of them, some twice in one."""
    ranges = data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).map(_sorted), min_size=1, max_size=4))
    sums = data.draw(
        st.lists(
            st.tuples(
                st.lists(st.integers(0, 2), min_size=len(ranges), max_size=len(ranges)),
                st.tuples(st.integers(0, 12), st.integers(0, 12)).map(_sorted),
            ),
            max_size=3,
        )
    )
    naive = any(
        all(least <= sum(a * b for a, b in zip(times, guess, strict=True)) <= most for times, (least, most) in sums)
        for guess in product(*(range(low, high + 1) for low, high in ranges))
    )
    asked = [Sum({at: each for at, each in enumerate(times) if each}, within) for times, within in sums]
    assert fits(dict(enumerate(ranges)), asked) is naive
    assert impossible(dict(enumerate(ranges)), asked) is not naive


def _sorted(ends: tuple[int, int]) -> tuple[int, int]:
    return min(ends), max(ends)


def test_what_takes_too_long_does_not_fit() -> None:
    """Twice a number is never odd, which nobody finds out by narrowing it down: no is the answer that tells nothing."""
    wide: dict[Hashable, tuple[int, int]] = dict.fromkeys("abc", (0, 10**9))
    assert not fits(wide, [Sum({"a": 2, "b": 2}, (10**9 + 1, 10**9 + 1))])
    assert not impossible(wide, [Sum({"a": 2, "b": 2}, (10**9 + 1, 10**9 + 1))])
    assert fits(wide, [Sum({"a": 2, "b": 2}, (10**9, 10**9))])


def test_a_figure_that_follows() -> None:
    """From two sums that differ by it, and from three that hang together."""
    assert determined([{"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 1}], {"c": 1})
    assert not determined([{"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 1}], {"a": 1})
    assert determined([{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"a": 1, "c": 1}], {"b": 1})
    assert not determined([], {"a": 1})
