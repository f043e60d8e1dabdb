"""`syncd links`: what is linked; what people made is adopted, or let go of; markers are repaired."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import click

from syncd import linking
from syncd.app import App
from syncd.cli.account import account
from syncd.cli.codes import Code
from syncd.cli.linked import answer_lines, duplicate_lines, link_line, repaired_lines, suggestion_lines
from syncd.cli.opening import opened
from syncd.cli.options import Command, Group, as_json, command_line
from syncd.cli.output import show, show_json, tell
from syncd.engine.adopting import Answer
from syncd.engine.deciding import Side
from syncd.engine.suggesting import LEAST, Pair, Suggestion
from syncd.linking import Found
from syncd.scorecard.words import count
from syncd.views import links as views
from syncd.views.near import instead

_KEYS: Final = {"y": "yes", "n": "no, never suggest it again", "s": "skip", "q": "quit"}
_EXAMPLES: Final = {
    "links": "which plan item is which task",
    "links suggest": "what may belong together",
    "links adopt": "asks about each suggestion, at a terminal",
    "links adopt --all --least 90": "all at once, of those that are sure",
    "links drop G1.A1": "let go of its task",
}
_ADOPTED: Final = {
    "links adopt --all --least 90": "all that are sure, at once",
    "links adopt G1.A1 --task https://app.asana.com/0/1203/1207": "this item and this task",
    "links adopt G1.A1 --values plan": "the suggestion, with the plan's values where both sides have one",
}

Chosen = dict[str, list[Pair]]
"""By mapping, the pairs that a person chose."""

only = click.option("--mapping", "mappings", multiple=True, metavar="MAPPING", help="Only here; may be repeated.")
least = click.option(
    "--least", type=click.IntRange(0, 100), default=LEAST, show_default=True, help="The score that a pair must reach."
)
task = click.option("--task", metavar="TASK", help="This task, by its id or address, whatever is suggested.")
everything = click.option("--all", "everything", is_flag=True, help="All suggestions of which none is in doubt.")


@click.group(cls=Group, invoke_without_command=True, examples=_EXAMPLES)
@as_json
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List which plan item is which task; suggest and adopt tasks that people made; let go of them; repair.

    What is adopted is linked at once and changes nothing in the tool: the next pass writes the item's marker and notes
    on the task, and makes none. What differs in shared fields is held until you decide.
    """
    if not context.invoked_subcommand:
        _list((), as_json=as_json)


@command.command("list", cls=Command, examples={"links list --mapping academics": ""})
@only
@as_json
def list_(mappings: tuple[str, ...], as_json: bool) -> None:
    """List all links, as the tools were last seen; no tool is asked."""
    _list(mappings, as_json=as_json)


def _list(mappings: Sequence[str], *, as_json: bool) -> None:
    with opened() as app:
        found = linking.listed(app, mappings)
    if as_json:
        show_json({"links": [views.link(each) for each in found]})
        return
    for mapping, group in groupby(found, lambda each: each.mapping):
        mine = list(group)
        show(f"{mapping}: {count(len(mine), 'link')}")
        show("\n".join(f"  {link_line(each)}" for each in mine))
    if not found:
        show(f"Nothing is linked yet. What may belong together: {command_line('links suggest')}")
    elif any(each.state for each in found):
        show(f"To look at what is wrong, and mend it: {command_line('links repair')}")


@command.command("suggest", cls=Command, examples={"links suggest --least 60": "also what fits less well"})
@only
@least
@as_json
def suggest(mappings: tuple[str, ...], least: int, as_json: bool) -> None:
    """Say which tasks may be those of plan items that have none, with score and reasons; changes nothing."""
    with opened() as app:
        found = linking.suggested(app, mappings, least)
    if as_json:
        all_ = [views.suggestion(each.mapping, one) for each in found for one in each.suggestions]
        show_json({"suggestions": all_})
        return
    for each in found:
        show(f"{each.mapping}: {count(len(each.suggestions), 'suggestion')}")
        none = f"  “{each.missing}” is not there yet: the first pass makes it" if each.missing else "  none"
        show("\n".join(line for one in each.suggestions for line in suggestion_lines(one, "  ")) or none)
    if any(each.suggestions for each in found):
        show(f"To adopt them one by one: {command_line('links adopt')}; all that are sure: … --all")


@command.command("adopt", cls=Command, examples=_ADOPTED)
@click.argument("items", metavar="[ITEM]...", nargs=-1)
@task
@everything
@least
@click.option(
    "--values",
    type=click.Choice([side.value for side in Side]),
    help="Whose values stand in shared fields; else both are held.",
)
@only
@as_json
def adopt(
    *,
    items: tuple[str, ...],
    task: str | None,
    everything: bool,
    least: int,
    values: str | None,
    mappings: tuple[str, ...],
    as_json: bool,
) -> int:
    """Have tasks that people made be those of plan items: as suggested, or one that you name.

    Without items, at a terminal, it asks about each suggestion.
    """
    _require_choice(items, task, everything=everything, asking=not as_json)
    with opened() as app:
        if items or everything:
            chosen, rejected = _chosen(app, items, task, mappings, least), Chosen()
        else:
            chosen, rejected = _asked(linking.suggested(app, mappings, least))
        for name, pairs in rejected.items():
            linking.reject(app, name, pairs, account())
        answers = [
            (name, each)
            for name, pairs in chosen.items()
            for each in linking.adopt(app, name, pairs, account(), stands=Side(values) if values else None)
        ]
        surprised = _surprised(app, answers)
    if as_json:
        return _in_json("adopted", answers)
    show("\n".join(answer_lines(answers, "Adopted")))
    if any(not each.why for _, each in answers):
        show(f"The next pass writes markers and notes on them, and makes what is missing: {command_line('sync')}")
    for name in surprised:
        show(f"So much at once may stop {name} at its guard; look first: {command_line('diff')}")
    return _code(answers)


@command.command("reject", cls=Command, examples={"links reject G1.A1": ""})
@click.argument("items", metavar="[ITEM]...", nargs=-1)
@task
@click.option("--all", "everything", is_flag=True, help="All that is suggested.")
@least
@only
@as_json
def reject(
    *,
    items: tuple[str, ...],
    task: str | None,
    everything: bool,
    least: int,
    mappings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say that what is suggested for these items is not theirs: the same pair is never suggested again."""
    _require_choice(items, task, everything=everything, asking=False)
    with opened() as app:
        chosen = _chosen(app, items, task, mappings, least, unsure=True)
        for name, pairs in chosen.items():
            linking.reject(app, name, pairs, account())
    done = [(name, item, id_) for name, pairs in chosen.items() for item, id_ in pairs]
    if as_json:
        show_json({"rejected": [{"mapping": name, "item": item, "task": id_} for name, item, id_ in done]})
        return
    show("\n".join(f"{item}: task {id_} is not suggested again" for _, item, id_ in done) or "Nothing is suggested.")


@command.command("drop", cls=Command, examples={"links drop G1.A1": ""})
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@only
@as_json
def drop(items: tuple[str, ...], mappings: tuple[str, ...], as_json: bool) -> int:
    """Let go of the tasks of these items: marker and syncd's notes are taken off, all else stays as it is.

    An item that stays in the plan gets a new task with the next pass, unless another one is adopted before.
    """
    with opened() as app:
        linked = [(each.mapping, each.item) for each in linking.listed(app, mappings)]
        answers: list[tuple[str, Answer]] = []
        for name in dict.fromkeys(mapping for item in items for mapping in _holding(linked, item)):
            mine = [item for item in items if (name, item) in linked]
            answers += [(name, each) for each in linking.drop(app, name, mine, account())]
    if as_json:
        return _in_json("dropped", answers)
    show("\n".join(answer_lines(answers, "Let go of")))
    if any(not each.why for _, each in answers):
        show("What stays in the plan gets a new task with the next pass; to link another one before that:")
        show(f"  {command_line('links adopt ITEM --task TASK')}")
    return _code(answers)


@command.command("duplicates", cls=Command, examples={"links duplicates": ""})
@only
@as_json
def duplicates(mappings: tuple[str, ...], as_json: bool) -> None:
    """List the items whose marker several tasks carry, as the tools were last seen: somebody copied a task."""
    with opened() as app:
        found = linking.several(app, mappings)
    if as_json:
        show_json({"duplicates": [views.duplicates(*each) for each in found]})
        return
    lines = [line for _, each, tasks in found for line in duplicate_lines(each, tasks)]
    show("\n".join(lines) or "No marker stands on two tasks.")


@command.command("keep", cls=Command, examples={"links keep G1.A1 1207000000000001": ""})
@click.argument("item", metavar="ITEM")
@click.argument("task", metavar="TASK")
@only
@as_json
def keep(item: str, task: str, mappings: tuple[str, ...], as_json: bool) -> int:
    """Say which of the tasks that carry an item's marker is right: the marker is taken off the others."""
    with opened() as app:
        name = _one_mapping(app, item, mappings)
        answers = [(name, linking.keep(app, name, item, task, account()))]
    if as_json:
        return _in_json("kept", answers)
    show("\n".join(answer_lines(answers, "Kept")))
    return _code(answers)


@command.command("repair", cls=Command, examples={"links repair": "of all mappings"})
@only
@as_json
def repair(mappings: tuple[str, ...], as_json: bool) -> int:
    """Read everything anew, write lost markers again, and say what only you can mend, and how."""
    with opened() as app:
        names = [route.mapping for route in app.routes(mappings)]
        found = [linking.repair(app, name, account()) for name in names]
    if as_json:
        show_json({"mappings": [views.repaired(each) for each in found]})
    else:
        show("\n".join(line for each in found for line in repaired_lines(each)))
    left = any(each.losses or each.copies or any(one.why for one in each.marked) for each in found)
    return Code.FINDINGS if left else Code.DONE


# Choosing


def _require_choice(items: Sequence[str], task: str | None, *, everything: bool, asking: bool) -> None:
    """Raises UsageError where it is not said what is meant."""
    if task is not None and (len(items) != 1 or everything):
        raise click.UsageError("--task names the task of one item: name that item as well")
    if items and everything:
        raise click.UsageError("name items, or say --all, not both")
    if not items and not everything and not (asking and sys.stdin.isatty()):
        raise click.UsageError("name the items whose suggestions are meant, or say --all for all of them")


def _chosen(
    app: App, items: Sequence[str], task: str | None, mappings: Sequence[str], least: int, *, unsure: bool = False
) -> Chosen:
    """The pairs that are meant by what was said; without items, all that are sure, or with `unsure` all."""
    if task is not None:
        return {_one_mapping(app, items[0], mappings): [(items[0], task)]}
    found = linking.suggested(app, mappings, least)
    there = [one.item for each in found for one in each.suggestions]
    for item in items:
        if item not in there:
            hint = instead(item, there) or "nor for any other item"
            raise click.UsageError(f"for {item} nothing is suggested; {hint}. Another task can be named with --task")

    def picked(one: Suggestion) -> bool:
        return one.item in items if items else unsure or one.sure

    left = sum(not one.sure for each in found for one in each.suggestions) if not items and not unsure else 0
    if left:
        tell(f"{count(left, 'suggestion')} left out, of which another fits as well; adopt them one by one.")
    chosen = {each.mapping: [(one.item, one.task.id) for one in each.suggestions if picked(one)] for each in found}
    return {name: pairs for name, pairs in chosen.items() if pairs}


def _asked(found: Sequence[Found]) -> tuple[Chosen, Chosen]:
    """What a person at the terminal says of each suggestion: the pairs to adopt, and those never to suggest again."""
    adopted: Chosen = {}
    rejected: Chosen = {}
    total = sum(len(each.suggestions) for each in found)
    for number, (mapping, one) in enumerate(((each.mapping, one) for each in found for one in each.suggestions), 1):
        tell("\n".join([f"({number} of {total}, {mapping})", *suggestion_lines(one, "  ", numbered=True)]))
        keys = {**_KEYS, **{str(at): f"rather task {at}" for at, _ in enumerate(one.others, 2)}}
        tell("  " + ", ".join(f"{key} = {words}" for key, words in keys.items()))
        said = click.prompt("Is it?", type=click.Choice(list(keys)), default="s", show_choices=False, err=True)
        if said == "q":
            break
        if said == "n":
            rejected.setdefault(mapping, []).append((one.item, one.task.id))
        elif said != "s":
            picked = one.task if said == "y" else one.others[int(said) - 2]
            adopted.setdefault(mapping, []).append((one.item, picked.id))
    return adopted, rejected


def _one_mapping(app: App, item: str, mappings: Sequence[str]) -> str:
    """The mapping in which an item is meant. Raises UsageError where there is none, or several."""
    names = linking.reaching(app, item, mappings)
    if not names:
        raise click.UsageError(f"no mapping has a task for {item}; look at its id, and at `select` in the mappings")
    if len(names) > 1:
        raise click.UsageError(f"{', '.join(names)} have a task for {item}; name one with --mapping")
    return names[0]


def _holding(linked: Sequence[tuple[str, str]], item: str) -> Iterator[str]:
    """The mappings in which an item is linked. Raises UsageError where there is none."""
    found = [mapping for mapping, other in linked if other == item]
    if not found:
        hint = instead(item, list(dict.fromkeys(other for _, other in linked))) or "nothing is"
        raise click.UsageError(f"{item} is not linked; {hint}")
    yield from found


# Telling


def _surprised(app: App, answers: Sequence[tuple[str, Answer]]) -> list[str]:
    """The mappings whose next pass writes on so many tasks that the guard may stop it first."""
    done = [name for name, each in answers if not each.why]
    mappings = app.config.mappings
    return [name for name in dict.fromkeys(done) if done.count(name) > mappings[name].guard.max_changes]


def _in_json(name: str, answers: Sequence[tuple[str, Answer]]) -> int:
    """What came of it, for other programs."""
    told: list[tuple[bool, dict[str, Any]]] = [(not each.why, views.answer(name, each)) for name, each in answers]
    show_json({name: [each for done, each in told if done], "left": [each for done, each in told if not done]})
    return _code(answers)


def _code(answers: Sequence[tuple[str, Answer]]) -> int:
    return Code.FINDINGS if any(each.why for _, each in answers) else Code.DONE
