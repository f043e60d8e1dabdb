"""A plan of thirty-six items, of which thirty stand on a team's board already, as people wrote them."""

from __future__ import annotations

from typing import Final

ACTIONS: Final = (
    ("Adopt structured literacy", "Structured literacy – adopt"),
    ("Coach every new teacher", "Coach every new teacher."),
    ("Open a family office", "open a Family Office"),
    ("Renew the science rooms", "Renew science rooms"),
    ("Feed every child at noon", "Feed every child at noon"),
    ("Mend the bus routes", "Bus routes: mend the"),
)
"""Each action of the plan, and what its team calls it."""
STEPS: Final = (
    "Find out what is needed",
    "Ask the board for the money",
    "Choose who does it",
    "Do it",
    "Tell everybody",
)
THERE: Final = 4
"""So many of each action's five projects stand on the board."""
ITEMS: Final = len(ACTIONS) * (1 + len(STEPS))
ADOPTED: Final = len(ACTIONS) * (1 + THERE)
MISSING: Final = ITEMS - ADOPTED

_HEAD: Final = """\
[plan]
id = "district"
title = "Every Student Ready"
start = 2025-07-01
end = 2029-06-30

[[goals]]
id = "G1"
title = "Every child is ready"
"""


def step(action: int, project: int) -> str:
    """The title of a project: alike below every action, but for one word."""
    return f"{STEPS[project]}: {ACTIONS[action][0].split()[-1]}"


def plan() -> str:
    """The plan's text."""
    text = _HEAD
    for number, (title, _) in enumerate(ACTIONS):
        text += (
            f'\n[[goals.actions]]\nid = "G1.A{number + 1}"\ntitle = "{title}"\ndue = 2027-06-3{number % 2}\n'.replace(
                "06-31", "06-29"
            )
        )
        for project in range(len(STEPS)):
            text += (
                f'\n[[goals.actions.projects]]\nid = "G1.A{number + 1}.P{project + 1}"\n'
                f'title = "{step(number, project)}"\n'
            )
    return text
