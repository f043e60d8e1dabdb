"""The page about plan checks says of every rule what the rule itself says."""

from __future__ import annotations

from pathlib import Path

from syncd.plan.linting.rules import RULES, Rule

PAGE = Path(__file__).parents[2] / "docs" / "lint.md"


def section(rule: Rule) -> str:
    """What the page says of a rule."""
    severity = f"{rule.severity.value}; {rule.also}" if rule.also else rule.severity.value
    return f"### {rule.id} {rule.name}\n\n{rule.finds}\n\n- {severity}.\n- Why: {rule.why}\n- Fix: {rule.fix}\n"


def sections() -> str:
    """What it says of all of them."""
    return "\n".join(map(section, RULES))


def test_the_page_says_what_the_rules_say() -> None:
    """In their order, word for word."""
    assert PAGE.read_text(encoding="utf-8").split("## The rules\n\n")[1] == sections()


def test_rules_are_numbered_without_gaps() -> None:
    """People quote them by number."""
    assert [rule.id for rule in RULES] == [f"PL{number:02}" for number in range(1, 26)]
    assert len({rule.name for rule in RULES}) == len(RULES)
