"""What `syncd check` finds: each finding with its place, what is wrong, and what to do; and what it found in order."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import ToolError
from syncd.characters import in_one_line
from syncd.cli.codes import Code
from syncd.cli.failures import remedy, tool_code
from syncd.errors import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; `code` is what it makes the command end with.

    `whole` is the message for programs, where the one for people leaves something out.
    """

    where: str
    message: str
    fix: str
    code: Code = Code.FINDINGS
    whole: str = ""

    def __str__(self) -> str:
        return f"! {self.where}: {self.message}"

    def for_programs(self) -> dict[str, str]:
        """The finding for other programs."""
        return {"where": self.where, "message": self.whole or self.message, "fix": self.fix}


@dataclass(frozen=True, slots=True)
class Fine:
    """One thing that was looked at and is in order."""

    words: str
    fix: str = ""

    def __str__(self) -> str:
        return f"✓ {self.words}"


def of_problem(problem: Problem) -> Finding:
    """A problem of a file."""
    where = f"{problem.place}: {problem.key}" if problem.key else problem.place
    return Finding(in_one_line(where), in_one_line(problem.message), remedy(problem), Code.WRONG)


def of_failure(where: str, error: ToolError, hint: str = "") -> Finding:
    """A failure of a tool, in its own words; `hint` comes before what to do."""
    return Finding(where, str(error), f"{hint}{error.next_step}", tool_code(error))
