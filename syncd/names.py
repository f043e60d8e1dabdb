"""Finds what people name in a configuration: a mapping, a connection, a plan, or the plan that holds an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from syncd.checking import near
from syncd.config import Config
from syncd.errors import ConfigError, Problem, WrongName
from syncd.parts import Parts
from syncd.plan.model import Plan


class Names:
    """The names of a configuration; `plan` gives a plan as it stands."""

    def __init__(self, config: Config, plan: Callable[[str], Plan], parts: Parts) -> None:
        self._config, self._plan, self._parts = config, plan, parts

    def checked(self, name: str, known: Mapping[str, object], what: str) -> str:
        """The name, if it is known. Raises WrongName, which says what is left out: it may stand there."""
        if name in known:
            return name
        gone = ", ".join(each.name for each in self._config.left_out)
        left_out = f"; it may stand in what is left out for its mistakes ({gone}): see `syncd check`" if gone else ""
        words = f"there is no {what} “{name}”{near(name, known)}{left_out}"
        raise WrongName([Problem(str(self._config.place), words, key=f"{what}s")])

    def plan_of(self, item: str | None) -> str:
        """The name of the plan that holds the item; without one, of the only plan there is.

        Raises WrongName where several may be meant, ConfigError where there is none.
        """
        plans = list(self._config.plans)
        if not plans:
            raise ConfigError([Problem(str(self._config.place), "it names no plan yet; add [plans.NAME]", key="plans")])
        if len(plans) == 1 and not self._config.left_out:
            return plans[0]
        holding = [name for name in self._parts.plans() if item is not None and item in self._plan(name).items]
        if len(holding) == 1:
            return holding[0]
        what = f"there are several plans with {item}" if holding else "there are several plans"
        message = f"{what} ({', '.join(holding or plans)}); name one with --plan"
        raise WrongName([Problem(str(self._config.place), message, key="plans")])
