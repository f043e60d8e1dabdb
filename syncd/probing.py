"""Asks an account what its tool's documents leave open, in a container made for that, and keeps the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Quota, Refused, ToolError, Transient
from connectors.probing import Answer, Probe, Question
from connectors.vocabulary import Container
from syncd.connections import ANSWERS
from syncd.store.store import Store

SCRATCH: Final = "scratch"
"""Under this key the store keeps which container is being probed in, until it is gone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and its answer or why there is none."""

    question: Question
    answer: Answer | None = None
    trouble: ToolError | None = None


@dataclass(slots=True)
class Probed:
    """What came of a probe. `cleared` is what an earlier one had left; `trouble` is what ended it before its end.

    `questions` is how many there are to be asked of the account.
    """

    connection: str
    questions: int
    me: str = ""
    scratch: str = ""
    cleared: str = ""
    asked: list[Asked] = field(default_factory=list)
    trouble: ToolError | None = None

    @property
    def unasked(self) -> int:
        """How many of them were not asked."""
        return self.questions - len(self.asked)


@dataclass(frozen=True, slots=True)
class Prober:
    """Probes one connection, which nobody else may be working with; its connector must know no earlier answers."""

    connection: str
    connector: Connector
    store: Store
    clock: Clock
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[Asked], None] = lambda _asked: None

    def run(self) -> Probed:
        """Ask everything, as long as nobody stops it; what was answered is kept, and what was made is removed."""
        probe = self.connector.probe()
        done = Probed(self.connection, len(probe.questions))
        try:
            person = self.connector.me()
            done.me = person.name or person.id
            done.cleared = self._clear(probe)
            with self._scratch(probe, done) as container:
                self._ask(probe.questions, container, done)
        except ToolError as error:
            done.trouble = error
        return done

    @contextmanager
    def _scratch(self, probe: Probe, done: Probed) -> Iterator[Container]:
        """A container to ask in. Its name is kept before it is made, its id before anything is made in it."""
        done.scratch = f"syncd probe {self.clock.now():%Y-%m-%d %H:%M:%S} UTC, may be deleted"
        self._keep({"name": done.scratch})
        made = probe.make(done.scratch)
        self._keep({"name": done.scratch, "id": made})
        try:
            yield probe.furnish(made)
        finally:
            self._clear(probe)

    def _ask(self, questions: Sequence[Question], container: Container, done: Probed) -> None:
        for question in questions:
            if self.stopping():
                return
            asked = self._asked(question, container)
            done.asked.append(asked)
            self.progress(asked)
            if asked.answer and asked.answer.fact is not None:
                self._learn({question.key: asked.answer.fact})
            elif isinstance(asked.trouble, Refused | Quota | Transient):
                raise asked.trouble

    def _asked(self, question: Question, container: Container) -> Asked:
        try:
            return Asked(question, question.ask(container))
        except ToolError as error:
            return Asked(question, trouble=error)

    def _clear(self, probe: Probe) -> str:
        """Remove the container that is being probed in, or was when a probe was cut off; its name, "" if there is none.

        Where not even the answer came that it was made, it is looked for by its name, which nothing else has.
        """
        with self.store.reading() as reader:
            kept: Mapping[str, Any] = reader.facts(self.connection, SCRATCH) or {}
        name, made = str(kept.get("name") or ""), kept.get("id")
        if not name:
            return ""
        named = [made] if made else [found.id for found in self.connector.discover() if found.name == name]
        for each in named:
            probe.remove(str(each))
        self._keep({})
        return name if named else ""

    def _keep(self, scratch: Mapping[str, str]) -> None:
        with self.store.writing() as writer:
            writer.put_facts(self.connection, SCRATCH, dict(scratch))

    def _learn(self, fact: Mapping[str, bool | float]) -> None:
        with self.store.writing() as writer:
            known = writer.facts(self.connection, ANSWERS) or {}
            writer.put_facts(self.connection, ANSWERS, {**known, **fact})
