"""The people of the town: who works on the boards, and the office that keeps the plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from tests.cli.district import Said
from tests.story.ledger import RULES
from tests.story.town import Town


@dataclass(frozen=True)
class Person:
    """Somebody who works on the boards and has never heard of syncd."""

    town: Town
    name: str
    gid: str
    address: str

    @classmethod
    def of(cls, town: Town, name: str) -> Person:
        """Somebody with an account in Asana."""
        user = town.box.world.add_user(name, f"{name.lower().replace(' ', '.')}@riverbend.example")
        return cls(town, name, user.gid, user.email)

    def _does(self, item: str, what: str, word: Any, **values: Any) -> None:
        self._takes_a_minute()
        task = self.town.task(item)
        self.town.ledger.team_says(item, what, word, self.address, was=task.completed)
        self.town.box.world.set(task.gid, by=self.gid, **values)

    def _takes_a_minute(self) -> None:
        self.town.calendar.sleep(60)

    def ticks(self, item: str, *, done: bool = True) -> None:
        """Mark a task as done, or open it again."""
        self._does(item, "completed", done, completed=done)

    def retitles(self, item: str, title: str) -> None:
        """Call a task something else."""
        self._does(item, "title", title, name=title)

    def moves_due(self, item: str, day: str) -> None:
        """Set another day by which it is to be done."""
        self._does(item, "due", date.fromisoformat(day), due_on=day)

    def moves_start(self, item: str, day: str) -> None:
        """Set another day on which it begins."""
        self._does(item, "start", date.fromisoformat(day), start_on=day)

    def hands_to(self, item: str, other: Person) -> None:
        """Let somebody else do it."""
        self._does(item, "owner", other.address, assignee=other.gid)

    def weighs(self, item: str, weight: int) -> None:
        """Set the custom field “Weight”."""
        [field] = [one.gid for one in self.town.box.world.fields.values() if one.name == "Weight"]
        self._does(item, "weight", weight, custom_fields={field: weight})

    def writes(self, item: str, *, above: str = "", below: str = "", inside: tuple[str, str] | None = None) -> None:
        """Write into a task's description: above or below what is there, or put other words in place of some."""
        self._takes_a_minute()
        task = self.town.task(item)
        notes = "\n".join(filter(None, (above, task.notes, below)))
        if inside:
            assert inside[0] in notes
            notes = notes.replace(*inside)
            self.town.ledger.team_says(item, "notes", inside[1], self.address)
        self.town.box.world.write_notes(task.gid, notes, by=self.gid)

    def adds_step(self, item: str, name: str) -> str:
        """Add a subtask of one's own."""
        self._takes_a_minute()
        return self.town.box.world.add_task(name, parent=self.town.task(item).gid, by=self.gid).gid

    def deletes(self, item: str) -> None:
        """Put a task into the bin."""
        self._takes_a_minute()
        self.town.box.world.delete(self.town.task(item).gid, by=self.gid)
        self.town.ledger.team_says(item, "gone", "deleted", self.address)

    def brings_back(self, item: str) -> None:
        """Take a task out of the bin again."""
        self._takes_a_minute()
        self.town.box.world.undelete(self.town.task(item).gid, by=self.gid)
        self.town.ledger.team_says(item, "gone", None, self.address)

    def puts_into(self, item: str, section: str) -> None:
        """Move a task to another section of its board, which is made if there is none of that name."""
        self._takes_a_minute()
        world, board = self.town.box.world, self.town.board(item)
        there = [gid for gid in world.projects[board].sections if world.sections[gid].name == section]
        gid = there[0] if there else world.add_section(board, section, by=self.gid).gid
        self.town.ledger.team_says(item, "group", section, self.address, was=self.town.section(item))
        world.move(self.town.task(item).gid, gid, by=self.gid)

    def drags_out(self, item: str) -> None:
        """Take a task off the board; it lives on elsewhere."""
        self._takes_a_minute()
        self.town.ledger.team_says(item, "group", None, self.address, was=self.town.section(item))
        self.town.box.world.remove_from_project(self.town.task(item).gid, self.town.board(item), by=self.gid)

    def duplicates(self, item: str) -> str:
        """Copy a task with everything in it."""
        self._takes_a_minute()
        return self.town.box.world.duplicate(self.town.task(item).gid, by=self.gid).gid

    def throws_away(self, gid: str) -> None:
        """Delete a task that is nobody's plan."""
        self._takes_a_minute()
        self.town.box.world.delete(gid, by=self.gid)


@dataclass(frozen=True)
class Office:
    """The strategy office: Sofia, who edits the plan's file by hand."""

    town: Town
    account: str = "sofia.reyes"

    def _types(self, change: Callable[[str], str]) -> None:
        """Open the file as it is now, change something, save it."""
        self.town.calendar.sleep(60)
        text = self.town.plan.read_text(encoding="utf-8")
        assert change(text) != text
        self.town.plan.write_text(change(text), encoding="utf-8")
        self.town.shadow = change(self.town.shadow)

    def sets(self, item: str, key: str, value: Any) -> None:
        """Write a value over the old one, or below the others where there was none; what stands behind it stays."""
        self._types(partial(with_value, item=item, key=key, value=value))
        if key in RULES:
            self.town.ledger.plan_says(item, key, value)

    def adds(self, text: str, *, below: str) -> None:
        """Write new items below a line that is there."""
        self._types(lambda plan: plan.replace(below, f"{below}{text}", 1))
        self.town.ledger.plan_grows(text)

    def decides(self, item: str, key: str, side: str) -> None:
        """Say whose word stands, on the server."""
        said = self.town.syncd("decide", item, key, side, who=self.account)
        assert said.code == 0, said
        self.town.ledger.decides(item, key, side, self.account)

    def renames(self, old: str, new: str) -> None:
        """Give an item another id, and say which one it had."""
        self._types(
            lambda plan: re.sub(
                rf'^(\s*)id(\s*)= "{re.escape(old)}"\n',
                rf'\1id\2= "{new}"\n\1was\2= "{old}"\n',
                plan,
                flags=re.MULTILINE,
            )
        )
        self.town.ledger.renames(old, new)
        self.town.renames(old, new)

    def retypes(self, old: str, new: str) -> None:
        """Put some words in place of others."""
        self._types(lambda plan: plan.replace(old, new, 1))

    def strikes_out(self, text: str) -> None:
        """Take these lines out of the plan."""
        self._types(lambda plan: plan.replace(text, "", 1))

    def undoes(self, mapping: str) -> Said:
        """Have the last pass of a mapping undone."""
        entries = json.loads(self.town.syncd("log", "--mapping", mapping, "--json").out)["entries"]
        return self.town.syncd("undo", str(entries[-1]["pass"]), who=self.account)


def with_value(text: str, item: str, key: str, value: Any) -> str:
    """A plan in which the item's value is another one; nothing else changes."""
    literal = f'"{value}"' if isinstance(value, str) else str(value)
    lines = text.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if re.match(rf'\s*id\s*=\s*"{re.escape(item)}"', line))
    last = next((n for n in range(first, len(lines)) if n > first and lines[n].lstrip().startswith("[")), len(lines))
    for number in range(first, last):
        found = re.match(rf'(\s*{key}\s*=\s*)("[^"]*"|[^\s#]+)(.*\n)', lines[number])
        if found:
            lines[number] = found[1] + literal + found[3]
            return "".join(lines)
    end = max(number for number in range(first, last) if "=" in lines[number])
    indent = lines[first].partition("id")[0]
    lines.insert(end + 1, f"{indent}{key} = {literal}\n")
    return "".join(lines)
