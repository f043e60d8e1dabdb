"""The bad configurations, mappings and plans: each is a right one with one thing wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

CONFIG: Final = """\
timezone = "America/New_York"
[store]
url = "sqlite:///syncd.db"
[schedule]
backup = "daily"
[server]
listen = "127.0.0.1:8080"
[network]
[connections.asana]
kind = "asana"
token = "secret"
[plans.district]
source = "plan.toml"
[mappings.academics]
plan = "district"
connection = "asana"
container = "1203"
[mappings.academics.fields]
title = "plan"
[mappings.academics.progress]
project = "completed"
[mappings.academics.status]
"Stuck" = 0.2
[mappings.academics.limits]
max_changes = 10
[notices.office]
kind = "slack"
url = "https://chat.example.org/hook"
"""
PLAN: Final = """\
[plan]
id = "district"
title = "Every student ready"
start = 2025-07-01
end = 2029-06-30
[[goals]]
id = "G1"
title = "Every child reads"
[[goals.outcomes]]
id = "G1.O1"
title = "Proficiency rises"
[[goals.outcomes.kpis]]
id = "G1.O1.K1"
title = "Grade 3 reading"
unit = "%"
direction = "increase"
baseline = { value = 54, on = 2025-06-30 }
target = { value = 70, on = 2029-06-30 }
[[goals.actions]]
id = "G1.A1"
title = "Adopt a curriculum"
due = 2027-06-30
[[goals.actions.projects]]
id = "G1.A1.P1"
title = "Train teachers"
due = 2026-06-15
"""

SETTINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "": {"timezone": ("5", '""', '"Mars/Olympus"', '"new york"'), "timzone": ('"UTC"',), "version": ("1",)},
    "store": {"url": ("5", '""', '"mysql://h/d"', '"syncd.db"'), "backups": ("5", '""'), "ur": ('"x"',)},
    "schedule": {
        "backup": ('"weekly"', "true"),
        "quiet_hours": ('"22:00-06:00"', '["22"]', '["25:00-26:00"]', "[5]"),
        "publish": ("5", '""'),
        "publsh": ('"x"',),
    },
    "server": {
        "listen": ("8080", '"localhost"', '"127.0.0.1:99999"', '""'),
        "public_url": ('"plan.example.org"', '"ftp://x"', "5"),
        "admin_token": ('""', "5"),
        "lissten": ('"x"',),
    },
    "network": {"ca_file": ('""', "5", '"no.pem"'), "proxy": ('"proxy"', "5", '""'), "prxy": ('"x"',)},
    "connections.asana": {
        "kind": ('"asna"', '"jira"', "5", '""'),
        "token": ('""', "5", "[]"),
        "workspace": ('""', "true"),
        "base_url": ('"asana.com"', "5"),
        "requests_per_minute": ("0", "-5", '"many"', "1.5"),
        "daily_calls": ("0", '"all"'),
        "share_left": ("1", "-0.1", '"20 %"', "2"),
        "tokn": ('"x"',),
    },
    "plans.district": {"source": ('""', "5", '"no.toml"', '"plan.docx"', '"ftp://x/plan.toml"'), "sorce": ('"x"',)},
    "mappings.academics": {
        "plan": ('"distrct"', "5", '""'),
        "connection": ('"asanna"', "5"),
        "container": ('""', "{}", '{ name = "" }', '{ title = "X" }', "[]", "true"),
        "select": ('"G1"', '["G9"]', "[1]", '[""]', "[]"),
        "every": ("5", '"often"', '"0m"', '"-5m"'),
        "group_by": ('"gaol"', "true", '"project"'),
        "action": ('"tasks"', "false"),
        "project": ('"subtasks"', "1"),
        "kpi": ('"yes"', "5"),
        "selct": ('["G1"]',),
    },
    "mappings.academics.fields": {
        "title": (
            '"plans"',
            "5",
            "{}",
            '{ owner = "plan", too = "x" }',
            '{ owner = "both" }',
            '{ owner = "plan", to = "X" }',
        ),
        "due": ('{ owner = "shared", conflict = "newest" }',),
        "tilte": ('"plan"',),
        "budget": ('{ owner = "plan", from = "bugdet" }', '{ owner = "shared", from = "goal" }'),
        "attained": ('{ owner = "plan", from = "attainment" }',),
    },
    "mappings.academics.progress": {"project": ('"complete"', '"field:"', "5"), "projct": ('"x"',)},
    "mappings.academics.status": {'"Done"': ("2", "-1", '"half"', "true", '""')},
    "mappings.academics.limits": {
        "max_changes": ("-1", '"few"', "1.5"),
        "max_share": ("20", "-1", '"20 %"'),
        "max_change": ("5",),
    },
    "notices.office": {"kind": ('"slak"', "5"), "url": ('""', "5", '"chat"'), "ulr": ('"x"',)},
}
"""By section and key, what cannot stand there."""

ITEMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "[plan]": {
        "id": ('""', "5.5", '"a b"', '"a/b"'),
        "title": ('""', "5"),
        "start": ('"soon"', "2025", '"2025-13-01"', "2030-01-01"),
        "end": ("2020-01-01", '"31/06/2029"'),
        "status": ('"final"', "true"),
        "audience": ('"all"',),
        "owner": ('"x"',),
        "titel": ('"x"',),
    },
    "[[goals]]": {"id": ('""', '"G1 A"', '"G1.A1"'), "title": ('""', "[]"), "priority": ("1",), "outcome": ("[]",)},
    "[[goals.outcomes]]": {"id": ('"G1"',), "title": ("true",), "kpi": ("[]",), "audience": ('"private"',)},
    "[[goals.outcomes.kpis]]": {
        "id": ('"G1"', '""'),
        "title": ('""',),
        "direction": ('"up"', '"increases"', "1"),
        "unit": ("5",),
        "baseline": (
            "54",
            '"54 %"',
            '{ value = "many", on = 2025-06-30 }',
            '{ value = 1, on = "June" }',
            "{ val = 1 }",
        ),
        "target": (
            "70",
            "{ value = 70, by = 2029-06-30 }",
            "{ value = true, on = 2029-06-30 }",
            "[]",
        ),
        "interim": (
            "{ value = 1, on = 2026-06-30 }",
            "[5]",
        ),
        "readings": ('"readings.csv"', "[1]", "[{ value = 1 }]", '[{ value = 1, on = 2026-01-31, window = "spring" }]'),
        "readings_from": ('"no.csv"', "5", '""'),
        "driven_by": ('["G9.A1"]', '"G1.A1"', "[5]", '["G1"]'),
        "cadence": ('"sometimes"',),
        "state": ('"stopped"',),
        "pace": ("5",),
        "traget": ("1",),
    },
    "[[goals.actions]]": {
        "id": ('"G1"',),
        "title": ('""',),
        "owner": ("5", '""', '" "'),
        "start": ("2028-01-01", '"tomorrow"'),
        "due": ("20270630", '"2027"', '"2027-02-30"', '"06/30/2027"'),
        "weight": ("-1", '"heavy"', "true"),
        "state": ('"done"', '"canceled"'),
        "progress": ("0.5",),
    },
    "[[goals.actions.projects]]": {
        "id": ('"G1.A1"', '""', "true"),
        "title": ('""', "{}"),
        "due": ('"never"', "1.5"),
        "weight": ("-1",),
        "state": ('"on hold"', '"finished"'),
        "kpis": ("[]",),
        "audience": ('"staff"',),
    },
}
"""By the table of a plan and key, what cannot stand there."""


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration and its plan, one of them bad; None where the file is not there."""

    name: str
    config: bytes | None = CONFIG.encode()
    plan: bytes | None = PLAN.encode()


def cases() -> Iterator[Case]:
    """All of them."""
    for section, keys in SETTINGS.items():
        for key, values in keys.items():
            for value in values:
                text = placed(CONFIG, f"[{section}]" if section else "", key, value)
                yield Case(f"config {section or 'top'}: {key} = {value}", text.encode())
    for table, keys in ITEMS.items():
        for key, values in keys.items():
            for value in values:
                yield Case(f"plan {table}: {key} = {value}", plan=placed(PLAN, table, key, value).encode())
    yield from _whole()
    twin = CONFIG.replace("[mappings.academics]", '[plans.second]\nsource = "./plan.toml"\n[mappings.academics]', 1)
    yield Case("config: a plan twice", twin.encode())


def placed(text: str, table: str, key: str, value: str) -> str:
    """A text with one key of one table set, in place of what stood there."""
    lines = text.splitlines()
    start = lines.index(table) + 1 if table else 0
    end = next((at for at in range(start, len(lines)) if lines[at].startswith("[")), len(lines))
    kept = [line for line in lines[start:end] if line.split(" = ")[0] != key]
    return "\n".join([*lines[:start], *kept, f"{key} = {value}", *lines[end:]]) + "\n"


def _without(text: str, line: str) -> bytes:
    assert line in text
    return text.replace(f"{line}\n", "", 1).encode()


def _whole() -> Iterator[Case]:
    """What is wrong with a file as a whole, and with how its parts hang together."""
    good = Case("")
    for which in ("config", "plan"):
        text = CONFIG if which == "config" else PLAN
        for name, held in {
            "missing": None,
            "empty": b"",
            "no text": b"\xff\xfe\x00\x01\x02",
            "latin 1": text.replace("Every", "Jos\u00e9").encode("latin-1") + b"# \xe9\n",
            "cut off": text.encode()[: len(text) // 2 - 3],
            "a word": b"hello\n",
            "json": b'{"plan": 1}',
            "a key twice": text.replace("title", "title = 1\ntitle", 1)
            .replace("timezone", "timezone = 1\ntimezone", 1)
            .encode(),
            "quote open": text.replace('"\n', "\n", 1).encode(),
            "typographic quotes": text.replace('"', "\u201c", 1).encode(),
            "colon for equals": text.replace(" = ", ": ", 1).encode(),
            "no value": text.replace(' = "', ' = # "', 1).encode(),
            "git conflict": f"<<<<<<< HEAD\n{text}".encode(),
        }.items():
            if (which, name) == ("config", "empty"):
                continue  # a configuration that names nothing is one in the making
            yield replace(good, name=f"{which}: {name}", **{which: held})
    for line in (
        'kind = "asana"',
        'token = "secret"',
        'source = "plan.toml"',
        'plan = "district"',
        'connection = "asana"',
    ):
        yield replace(good, name=f"config without {line}", config=_without(CONFIG, line))
    for line in ('container = "1203"', 'kind = "slack"', 'url = "https://chat.example.org/hook"'):
        yield replace(good, name=f"config without {line}", config=_without(CONFIG, line))
    for line in ('id = "district"', 'title = "Every student ready"', 'id = "G1"', 'title = "Train teachers"'):
        yield replace(good, name=f"plan without {line}", plan=_without(PLAN, line))
