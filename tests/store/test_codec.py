"""The codec is exact, and what it cannot read is never taken for a default."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from connectors.vocabulary import Container, Task
from syncd.store.codec import (
    Unreadable,
    decode,
    decode_container,
    decode_counts,
    decode_task,
    decode_values,
    encode,
    encode_container,
    encode_task,
)
from tests.store.samples import CONTAINER, TASK, containers, field_values, tasks, values


def _same(one: object, other: object) -> bool:
    """Equal, and of the same kinds throughout (1 == True == Decimal(1), but they are not the same)."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other and str(one) == str(other)


@settings(deadline=None, max_examples=300)
@given(values)
def test_any_value_comes_back_the_same(value: object) -> None:
    """Every value the store takes comes back equal and of the same type, from ASCII text."""
    text = encode(value)
    assert _same(decode(text), value)
    assert text.isascii()


@settings(deadline=None, max_examples=200)
@given(tasks)
def test_any_task_comes_back_the_same(task: Task) -> None:
    """Every task comes back equal."""
    assert decode_task(encode_task(task)) == task


@settings(deadline=None, max_examples=100)
@given(containers)
def test_any_container_comes_back_the_same(container: Container) -> None:
    """Every container comes back equal, with its groups and fields."""
    assert decode_container(encode_container(container)) == container


@settings(deadline=None, max_examples=100)
@given(field_values)
def test_agreed_values_come_back_the_same(value: object) -> None:
    """Every field value comes back from a set of agreed values."""
    assert decode_values(encode({"due": value, "$due": value})) == {"due": value, "$due": value}


def test_digits_are_kept() -> None:
    """A decimal keeps its trailing zeros and its exponent."""
    assert [str(decode(encode(Decimal(digits)))) for digits in ("1.50", "-0", "1E+7")] == ["1.50", "-0", "1E+7"]


def test_instants_come_back_in_utc() -> None:
    """An instant of another time zone comes back as the same instant."""
    there = datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert decode(encode(there)) == there
    assert str(decode(encode(there))) == "2026-11-01 06:30:00+00:00"


@pytest.mark.parametrize(
    "value",
    [{1, 2}, b"bytes", object(), {1: "key"}, datetime(2026, 1, 1), [TASK]],  # noqa: DTZ001 - the naive one
)
def test_what_cannot_be_kept_exactly_is_refused(value: object) -> None:
    """A value without an exact text is an error when it is written, not a surprise when it is read."""
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    """NaN has no JSON, and the store does not invent one."""
    with pytest.raises(ValueError, match="JSON"):
        encode(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "NaN", "nonsense", '"\\ud8', "[" * 100_000),
        *('{"$date":"2026-13-01"}', '{"$date":5}', '{"$at":"2026-01-01T00:00:00"}', '{"$at":"soon"}'),
        *('{"$decimal":"many"}', '{"$fraction":"1/0"}', '{"$tuple":5}', '{"$map":[1]}', '{"$map":[[["a"],1]]}'),
        *('{"$unknown":1}', '{"$date":"2026-01-01","more":1}'),
    ],
)
def test_ill_formed_text_is_unreadable(text: str) -> None:
    """Text that the codec did not write is an error, never empty."""
    with pytest.raises(Unreadable):
        decode(text)


def _task_with(change: Callable[[dict[str, Any]], object]) -> str:
    held = json.loads(encode_task(TASK))
    change(held)
    return json.dumps(held)


@pytest.mark.parametrize(
    "text",
    [
        *("null", "[]", "{}", '"text"'),
        _task_with(lambda held: held.pop("title")),
        _task_with(lambda held: held.update(colour="red")),
        _task_with(lambda held: held.update(title=None)),
        _task_with(lambda held: held.update(due="2026-01-01")),
        _task_with(lambda held: held.update(completed="yes")),
        _task_with(lambda held: held.update(credit="doubtful")),
        _task_with(lambda held: held.update(fields=[])),
    ],
)
def test_an_ill_formed_task_is_unreadable(text: str) -> None:
    """A task without its title, with an unknown field or a value of another kind is an error."""
    with pytest.raises(ValueError, match=r"object|missing|unknown|kind|valid"):
        decode_task(text)


@pytest.mark.parametrize("change", [{"groups": None}, {"groups": [{}]}, {"fields": [{"id": "1"}]}, {"name": 5}])
def test_an_ill_formed_container_is_unreadable(change: dict[str, Any]) -> None:
    """A container whose groups or fields are not whole is an error."""
    with pytest.raises(Unreadable):
        decode_container(json.dumps({**json.loads(encode_container(CONTAINER)), **change}))


def test_counts_are_whole_numbers() -> None:
    """Counts of a pass that are no numbers are an error."""
    assert decode_counts('{"created":2}') == {"created": 2}
    with pytest.raises(Unreadable):
        decode_counts('{"created":"two"}')
    with pytest.raises(Unreadable):
        decode_counts("[]")
