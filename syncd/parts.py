"""What of a configuration can be used now: all of one file or nothing; of a folder, whatever district is in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from syncd.config import Config, check_selection
from syncd.config_files import LeftOut
from syncd.errors import PlanError
from syncd.plan.model import Plan


class Parts:
    """The plans and mappings that are in force; `plan` gives a plan as it stands, or raises PlanError."""

    def __init__(self, config: Config, plan: Callable[[str], Plan]) -> None:
        self._config, self._plan = config, plan

    def plans(self) -> list[str]:
        """All but the districts' plans that cannot be read."""
        return [name for name in self._config.plans if not isinstance(self._read(name), LeftOut)]

    def mappings(self) -> list[str]:
        """All but those of districts that do not fit their plans, or whose plans cannot be read."""
        resting = {name for each in self._unfit() for name in each.mappings}
        return [name for name in self._config.mappings if name not in resting]

    def left_out(self) -> tuple[LeftOut, ...]:
        """What is not in force now, each with the file that is to be mended."""
        return (*self._config.left_out, *self._unfit())

    def _unfit(self) -> Iterator[LeftOut]:
        """The districts' plans that cannot be read, and their mappings that do not fit what they are to push."""
        if not self._config.is_folder:
            return
        yield from (found for name in self._config.plans if isinstance(found := self._read(name), LeftOut))
        for name, mapping in self._config.mappings.items():
            home = self._config.district("mappings", name)
            if home is None:
                continue
            with suppress(PlanError):  # a district's is told above; one that is for all stops whatever needs it
                if problems := check_selection(self._config, name, self._plan(mapping.plan)):
                    yield LeftOut(str(home), tuple(problems), (name,))

    def _read(self, name: str) -> Plan | LeftOut | None:
        """A district's plan, or why it cannot be read; None for one that is for all."""
        home = self._config.district("plans", name)
        if home is None:
            return None
        try:
            return self._plan(name)
        except PlanError as error:
            mappings = (key for key, mapping in self._config.mappings.items() if mapping.plan == name)
            return LeftOut(str(home), error.problems, tuple(mappings))
