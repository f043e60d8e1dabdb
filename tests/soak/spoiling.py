"""One bad item: the tool refuses whatever is written to its task, until somebody mends it."""

from __future__ import annotations

from syncd.engine.tally import PassReport
from syncd.records import Outcome
from tests.engine.world import quiet
from tests.soak.district import District
from tests.soak.lost import Lost
from tests.soak.story import act


@act("tool", 2)
def spoil(d: District, item: str) -> None:
    """From now on the tool refuses whatever is written to the task of {item}."""
    d.spoilt.add(item)
    d.memory.lines.clear()


@act("tool", 1)
def mend(d: District) -> None:
    """The tool takes everything again."""
    d.spoilt.clear()


def tolerated(d: District, bound: int) -> PassReport:
    """The report of the pass after which nothing is left to do but what the tool refuses. Raises Lost without one."""
    for _ in range(bound):
        sent = d.world.tool.requests()
        report = d.run(full=d.blind, approve="")
        d.blind = False
        well = report.outcome in (Outcome.DONE, Outcome.FINDINGS) and quiet(report) and not report.message
        if well and {f"changes {d.board}"} == set(d.world.tool.asked[sent:]):
            return report
    raise Lost(f"one bad item keeps the others from settling: {report.outcome} {report.message} {report.findings}")
