"""What is told of schools and groups in the four years: nobody works out from it how a small group did."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.story.years.naive import Naive
from tests.story.years.work import kpis_of


def check_parts(card: Mapping[str, Any], here: Naive, *, public: bool) -> int:
    """Take the parts out of a scorecard's KPIs and look through them; how many figures are not told."""
    given = {kpi["id"]: kpi for goal in here.plan["goals"] for kpi, _ in kpis_of(goal)}
    hidden = 0
    for goal in card["goals"]:
        for outcome in goal["outcomes"]:
            for kpi in outcome["kpis"]:
                parts = kpi.pop("parts", [])
                readings = [each for each in given[kpi["id"]]["readings"] if each["on"] <= card["as_of"]]
                for part in parts:
                    _check_part(part, readings, here.minimum, public=public)
                hidden += sum(part["measured"] is None for part in parts)
                for family in {_family(part) for part in parts}:
                    told = {part["where"]: part for part in parts if _family(part) == family}
                    _check_sums(told, readings, here.minimum)
    return hidden


def _check_part(part: Mapping[str, Any], readings: list[dict[str, Any]], minimum: int, *, public: bool) -> None:
    mine = [each for each in readings if each.get("where") == part["where"] and "value" in each]
    newest = max(mine, key=lambda each: each["on"])
    size = newest.get("n")
    assert (part["scope"], part["measured_on"]) == (newest["scope"], newest["on"])
    small = int(size) < minimum if size else public
    assert not small or part["measured"] is None, part
    value = Decimal(str(newest["value"]))
    bound = part.get("measured_bound")
    if part["measured"] is not None:
        told = Decimal(str(part["measured"]))
        assert {None: value == told, "at_least": value >= told, "at_most": value <= told}[bound], part
    if _family(part)[1:] == ("group", ""):
        alike = [each for each in readings if _family(each) == _family(newest)]
        assert part["measured"] is None or all(int(each.get("n", 0)) >= minimum for each in alike), "groups may overlap"


def _family(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """What makes up a whole together: the schools of a day, or its groups whose names begin alike up to a colon."""
    kind, colon, _ = one["where"].partition(":")
    return one.get("measured_on") or one["on"], one["scope"], kind if colon else ""


def _check_sums(told: Mapping[str, Mapping[str, Any]], readings: list[dict[str, Any]], minimum: int) -> None:
    """From the whole and all that is told, each count that a small part may have must still be possible."""
    family, on = _family(next(iter(told.values()))), next(iter(told.values()))["measured_on"]
    parts = [each for each in readings if each.get("where") and _family(each) == family]
    readings = [each for each in readings if each["on"] == on]
    whole = [each for each in readings if not each.get("where") and each.get("n")]
    if not whole or family[1:] == ("group", "") or any(each["where"] not in told for each in parts):
        return  # of a day of which some have newer figures, all was looked at while it was the newest
    total, people = _count(whole[0]["value"], int(whole[0]["n"])), int(whole[0]["n"])
    rest = people - sum(int(each["n"]) for each in parts)
    open_ = [int(each["n"]) for each in parts if told[each["where"]]["measured"] is None]
    known = sum(_count(each["value"], int(each["n"])) for each in parts if told[each["where"]]["measured"] is not None)
    for size in [each for each in open_ if each < minimum]:
        others = sum(open_) - size + rest
        assert max(0, total - known - others) == 0, "some of the small part must have passed"
        assert min(size, total - known) == size, "not all of the small part can have passed"


def _count(value: str, people: int) -> int:
    return int((Decimal(value) * people / 100).quantize(Decimal(1), ROUND_HALF_UP))
