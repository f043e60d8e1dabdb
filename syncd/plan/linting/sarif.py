"""Findings as SARIF 2.1.0, in which code hosts show what checkers find beside the lines they are about. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from syncd.plan.linting.finding import Finding, Severity
from syncd.plan.linting.rules import RULES, Rule

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_NUMBERS: Final = {rule.id: number for number, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class At:
    """A finding with its place: the file as an address relative to the folder of the repository, and the line."""

    finding: Finding
    uri: str
    line: int | None = None


def sarif(found: Iterable[At], version: str) -> dict[str, Any]:
    """The whole log; `version` is that of the program. Waived findings are in it, as suppressed."""
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "syncd", "version": version, "rules": [_rule(rule) for rule in RULES]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each) for each in found],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": f"{rule.finds} {rule.why}"},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(at: At) -> dict[str, Any]:
    found = at.finding
    place: dict[str, Any] = {"artifactLocation": {"uri": at.uri}}
    if at.line is not None:
        place["region"] = {"startLine": at.line}
    where = {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": found.item, "kind": "object"}]}
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": _NUMBERS[found.rule],
        "level": _LEVELS[found.severity],
        "message": {"text": f"{found.message} {found.fix}"},
        "locations": [where],
        "partialFingerprints": {"finding/v1": _print(found)},
    }
    if found.waiver is not None:
        reason = found.waiver.reason
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _print(found: Finding) -> str:
    """What stays the same when lines move, so that a finding is known again."""
    return hashlib.sha256(f"{found.rule}\0{found.item}\0{found.key}\0{found.message}".encode()).hexdigest()[:32]
