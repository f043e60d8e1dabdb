"""The runs are tested: with any one of the planner's safety rules taken out, a promise is seen to break soon."""

from __future__ import annotations

import pytest

from tests.planner_runs.runs import Failed, tell
from tests.planner_runs.without import MECHANISMS, without

SEEN = {
    "what is set aside waits": 454,
    "what is not known is held": 518,
    "what stands below goes along": 538,
    "a change bears on what stands below": 5560,
}
"""The first run that notices, where that takes long to come to: it is tried before the others."""


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_missing_rule_is_noticed(mechanism: str) -> None:
    """Within the stated number of runs one breaks a promise, and the same run holds with the rule in its place."""
    _, runs = MECHANISMS[mechanism]
    for seed in sorted(range(runs), key=lambda seed: seed != SEEN.get(mechanism)):
        try:
            with without(mechanism):
                tell(seed)
        except Failed:
            tell(seed)
            return
    pytest.fail(f"nobody noticed in {runs} runs that the planner works without {mechanism}")
