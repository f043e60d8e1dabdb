"""Whether what a mapping says of labels and of progress fits the container. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.vocabulary import Container, FieldType
from mappings.rules import Rules


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit, and what to do about it."""

    words: str
    fix: str


def misfits(rules: Rules, container: Container) -> Iterator[Misfit]:
    """What of the status rules and of the way that progress is read does not fit a container that is there."""
    field = next((field for field in container.fields if field.holds == "status"), None)
    section = f"[mappings.{rules.mapping}.status]"
    if field is None and (rules.status or rules.progress == "status"):
        words = "its tasks have no status field, so no label of theirs counts for anything"
        yield Misfit(words, f'Leave {section} out, and let progress be "completed", "subtasks" or "field:…".')
    if field is not None:
        there = ", ".join(f"“{label}”" for label in field.options) or "none"
        if unknown := [label for label in rules.status if label not in field.options]:
            words = f"the field “{field.title}” has no label {_named(unknown)}; it has {there}"
            yield Misfit(words, f"Correct it in {section}, or make the label in the tool.")
        if rules.progress == "status" and (open_ := [label for label in field.options if label not in rules.status]):
            words = f"no rule says what {_named(open_)} is worth: it counts as 0 unless the tool takes it for done"
            yield Misfit(words, f"Say in {section} what it is worth: from 0 to 1 (done: 1), or cancelled, deferred.")
    yield from _progress(rules, container)


def _progress(rules: Rules, container: Container) -> Iterator[Misfit]:
    kind, _, title = rules.progress.partition(":")
    found = next((each for each in container.fields if kind == "field" and title in (each.title, each.id)), None)
    if found is not None and found.type is not FieldType.NUMBER:
        words = f"progress is to be read from “{found.title}”, which holds no number ({found.type})"
        yield Misfit(words, f"Name a number field, from 0 to 100, in [mappings.{rules.mapping}.progress].")


def _named(labels: list[str]) -> str:
    return ", ".join(f"“{label}”" for label in labels)
