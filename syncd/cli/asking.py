"""Asks a person at a terminal; where there is none, what was not said beforehand is named with its option."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from syncd.cli.output import tell


@dataclass(frozen=True, slots=True)
class Asker:
    """Questions; with `by_hand` False none is asked: the default is the answer, and without one it is an error."""

    by_hand: bool

    def text(self, question: str, option: str, default: str | None = None) -> str:
        """A line of text. Raises UsageError where nobody can be asked."""
        if not self.by_hand:
            return self._stated(question, option, default)
        return str(click.prompt(question, default=default, err=True)).strip()

    def choose(self, question: str, option: str, choices: Sequence[tuple[str, str]], default: str | None = None) -> str:
        """One of several, each with what is said of it: by its number, or by itself. Raises UsageError."""
        if not self.by_hand:
            return self._stated(question, option, default, [value for value, _ in choices])
        for number, (_, words) in enumerate(choices, 1):
            tell(f"  {number}. {words}")
        names = [value for value, _ in choices]
        usual = str(names.index(default) + 1) if default in names else None
        return str(click.prompt(question, default=usual, value_proc=_one_of(names), err=True))

    def yes(self, question: str, *, default: bool) -> bool:
        """Yes or no; where nobody can be asked, the default."""
        return click.confirm(question, default=default, err=True) if self.by_hand else default

    def secret(self, question: str, option: str) -> str:
        """Something that nobody may see, not even while it is typed. Raises UsageError."""
        if not self.by_hand:
            return self._stated(question, option, None)
        return str(click.prompt(question, hide_input=True, err=True)).strip()

    @staticmethod
    def _stated(question: str, option: str, default: str | None, choices: Sequence[str] = ()) -> str:
        if default is not None:
            return default
        there = f" (there are: {', '.join(choices)})" if choices else ""
        raise click.UsageError(
            f"Not known: {question.lower()}. There is no terminal to ask at; say it with {option}{there}."
        )


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    """Reads a number that stands for a name, or the name itself."""

    def read(said: str) -> str:
        said = said.strip()
        if said in names:
            return said
        if said.isdecimal() and 1 <= int(said) <= len(names):
            return names[int(said) - 1]
        raise click.BadParameter(f"write a number from 1 to {len(names)}")

    return read
