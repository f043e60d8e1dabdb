"""How much of a task's work is done: every rule, and everything that is closed without being done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Credit, Field, FieldType, FieldValue, Task
from mappings.rules import Counted, Rules
from mappings.work import Done, Standing, done

CONTAINER = Container("B", "Plan", "", fields=(Field("F", "Percent", FieldType.NUMBER),))
TASK = Task("T", "B", "Task", "")
COMPLETED = Rules("m", "d")
STEPS = replace(COMPLETED, progress="subtasks")
STATUS = replace(
    COMPLETED,
    progress="status",
    status={"Half": Decimal("0.5"), "Dropped": Counted.CANCELLED, "Later": Counted.DEFERRED},
)
PERCENT = replace(COMPLETED, progress="field:Percent")
ALL = (COMPLETED, STEPS, STATUS, PERCENT)
NONE, HALF = Fraction(0), Fraction(1, 2)

RULES: list[tuple[Rules, dict[str, object], Done]] = [
    (COMPLETED, {}, Done(NONE, done=False)),
    (COMPLETED, {"completed": True}, Done(Fraction(1), done=True)),
    (STEPS, {"steps": (1, 3)}, Done(Fraction(1, 3), done=False)),
    (STEPS, {"steps": (0, 0)}, Done(NONE, done=False)),
    (STEPS, {"steps": (3, 3)}, Done(Fraction(1), done=False)),
    (STEPS, {"steps": (1, 3), "completed": True}, Done(Fraction(1), done=True)),
    (STEPS, {}, Done(None, done=False, remark="its subtasks have not been read yet")),
    (STATUS, {"status": "Half"}, Done(HALF, done=False)),
    (STATUS, {"status": "Unheard of"}, Done(NONE, done=False)),
    (STATUS, {}, Done(NONE, done=False)),
    (STATUS, {"status": "Dropped"}, Done(NONE, False, Standing.CANCELLED, 'its status is "Dropped"')),
    (COMPLETED, {"status": "Dropped", "completed": True}, Done(Fraction(1), done=True)),
    (STATUS, {"status": "Later", "completed": True}, Done(NONE, False, Standing.DEFERRED, 'its status is "Later"')),
    (PERCENT, {"fields": {"F": Decimal(50)}}, Done(HALF, done=False)),
    (PERCENT, {"fields": {"F": Decimal(150)}}, Done(Fraction(1), done=False)),
    (PERCENT, {"fields": {"F": Decimal(-1)}}, Done(NONE, done=False)),
    (PERCENT, {}, Done(NONE, done=False)),
    (PERCENT, {"fields": {"F": "half"}}, Done(None, done=False, remark='the field "Percent" does not hold a number')),
    (replace(PERCENT, progress="field:F"), {"fields": {"F": Decimal(50)}}, Done(HALF, done=False)),
    (replace(PERCENT, progress="field:X"), {}, Done(None, done=False, remark='the container has no field "X"')),
]


@pytest.mark.parametrize(("rules", "values", "expected"), RULES)
def test_every_rule(rules: Rules, values: dict[str, object], expected: Done) -> None:
    """Completed, subtasks, status and a percent field, each with what may surprise."""
    assert done(rules, replace(TASK, **values), CONTAINER) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("rules", ALL)
@pytest.mark.parametrize(
    ("credit", "share", "standing", "remark"),
    [
        (Credit.REJECTED, NONE, Standing.COUNTS, "closed as rejected or sent back: that is not done work"),
        (Credit.DUPLICATE, NONE, Standing.COUNTS, "closed as a duplicate of another task: that is not done work"),
        (Credit.CALLED_OFF, NONE, Standing.COUNTS, "closed by syncd when it left the plan: that is not done work"),
        (Credit.SEPARATOR, None, Standing.EXCLUDED, "a heading, not a task"),
        (Credit.RECURRING, None, Standing.EXCLUDED, "a recurring task never ends: it is left out of the share"),
    ],
)
def test_what_is_closed_without_being_done(
    rules: Rules, credit: Credit, share: Fraction | None, standing: Standing, remark: str
) -> None:
    """Under no rule is a rejected, merged, separating or endless task ever finished work."""
    task = replace(TASK, completed=True, credit=credit, steps=(1, 1), fields={"F": Decimal(100)})
    assert done(rules, task, CONTAINER) == Done(share, False, standing, remark)


@given(
    st.sampled_from(ALL),
    st.builds(
        replace,
        st.just(TASK),
        completed=st.booleans(),
        credit=st.sampled_from(Credit),
        status=st.sampled_from([None, "Half", "Dropped", "Later", "?"]),
        steps=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair))),
        fields=st.dictionaries(
            st.just("F"), st.none() | st.just("half") | st.decimals(-500, 500, allow_nan=False, places=2)
        ),
    ),
)
def test_a_share_is_a_share(rules: Rules, task: Task) -> None:
    """Whatever a task holds: nothing to one, exact, all of it where done, and never unknown without a remark."""
    found = done(rules, task, CONTAINER)
    assert found.share is None or 0 <= found.share <= 1
    assert not found.done or (found.share == 1 and task.done)
    assert found.share is not None or found.remark
    assert found.standing is not Standing.COUNTS or found.share is not None or not found.done


@given(st.decimals(0, 100, places=3))
def test_percent_is_exact(value: Decimal) -> None:
    """A percent field gives the exact share: nothing is rounded on the way."""
    held: FieldValue = value
    assert done(PERCENT, replace(TASK, fields={"F": held}), CONTAINER).share == Fraction(value) / 100
