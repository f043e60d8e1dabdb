"""How to ask `/api/v1`, as OpenAPI: written by hand, and held against the real answers by tests."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from syncd.plan.model import Audience, Direction, KpiKind
from syncd.progress.pace import Pace
from syncd.progress.together import Overall
from syncd.views.log import LARGEST, MOST
from syncd.views.proposals import COLUMNS

MOST_LINES: Final = 10_000
"""So many lines of the log are told at once at most."""

Schema = dict[str, Any]
_ANY: Final[Schema] = {}
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_NUMBER_OR_NULL: Final[Schema] = {"type": ["number", "null"]}
_FLAG: Final[Schema] = {"type": "boolean"}
_DAY_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_MOMENT_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}


def _record(optional: Mapping[str, Schema] | None = None, /, **keys: Schema) -> Schema:
    """An object that has these keys, may have the optional ones, and no others."""
    known = {**keys, **(optional or {})}
    return {"type": "object", "properties": known, "required": list(keys), "additionalProperties": False}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one_of(values: Any, schema: Schema = _TEXT) -> Schema:
    return {**schema, "enum": [str(each) for each in values]}


def _part(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_OVERRIDE: Final = {
    **_record(state=_one_of(Pace), note=_TEXT, by=_TEXT, until={**_TEXT, "format": "date"}, over=_FLAG),
    "description": "What a person says of how it stands, beside the rule; over once its last day is past.",
}
_TOGETHER: Final = {
    "anyOf": [_record(state=_one_of(Overall), current=_COUNT, awaited=_COUNT), {"type": "null"}],
    "description": "How its KPIs stand together, and how many of those awaited have a current reading; or null.",
}
_KPI: Final = _record(
    {
        "low": _NUMBER_OR_NULL,
        "high": _NUMBER_OR_NULL,
        "kind": {**_one_of(KpiKind), "description": "Where it is another one than lagging."},
        "measured_bound": {
            **_one_of(("at_least", "at_most")),
            "description": "Where the value is known as a bound only.",
        },
        "guardrail": {"enum": ["kept", "at_risk", "breached", None]},
        "target_change": {
            **_TEXT,
            "description": "Where the target is a change from the baseline, as the plan has it.",
        },
        "override": _OVERRIDE,
    },
    id=_TEXT,
    title=_TEXT,
    unit=_TEXT,
    direction=_one_of(Direction),
    baseline=_NUMBER_OR_NULL,
    target=_NUMBER_OR_NULL,
    measured=_NUMBER_OR_NULL,
    measured_on=_DAY_OR_NULL,
    attainment={**_NUMBER_OR_NULL, "description": "From baseline to target as it is: below 0 and above 1 too."},
    implementation={**_NUMBER_OR_NULL, "description": "The share of the work behind it that is done, from 0 to 1."},
    expected=_NUMBER_OR_NULL,
    pace=_one_of(Pace),
    work=_record(**dict.fromkeys(("total", "done", "cancelled", "on_hold", "deferred", "overdue"), _COUNT)),
)
_PROJECT: Final = _record(
    id=_TEXT, title=_TEXT, progress=_NUMBER_OR_NULL, done=_FLAG, due=_DAY_OR_NULL, url=_TEXT_OR_NULL
)
_ACTION: Final = _record(
    {"override": _OVERRIDE},
    id=_TEXT,
    title=_TEXT,
    progress=_NUMBER_OR_NULL,
    pace=_one_of(Pace),
    projects=_list(_part("Project")),
)
_GOAL: Final = _record(
    {"guardrails": _list(_part("Kpi"))},
    id=_TEXT,
    title=_TEXT,
    outcomes=_list(_record(id=_TEXT, title=_TEXT, kpis=_list(_part("Kpi")), together=_TOGETHER)),
    actions=_list(_part("Action")),
    together=_TOGETHER,
)
_SCORECARD: Final = _record(plan=_TEXT, as_of={**_TEXT, "format": "date"}, goals=_list(_part("Goal")))

_CONFLICT: Final = _record(item=_TEXT, title=_TEXT, field=_TEXT, plan=_ANY, tool=_ANY)
_PROPOSAL: Final = _record(**(dict.fromkeys(COLUMNS, _ANY) | {"kind": _one_of(("new", "value"))}))
_MAPPING: Final = _record(
    mapping=_TEXT,
    links=_COUNT,
    last_pass=_MOMENT_OR_NULL,
    last_full_read=_MOMENT_OR_NULL,
    paused=_FLAG,
    set_aside=_list(_record(item=_TEXT, message=_TEXT, next_step=_TEXT)),
    conflicts=_COUNT,
    proposals=_COUNT,
    conflict_list=_list(_CONFLICT),
    proposal_list=_list(_PROPOSAL),
    undone_list=_list(_CONFLICT),
)
_QUOTA: Final = _record(
    limit=_COUNT, used=_COUNT, left=_COUNT, resets_at={**_TEXT, "format": "date-time"}, others=_COUNT
)
_CONNECTION: Final = _record(
    connection=_TEXT,
    reachable={"type": ["boolean", "null"], "description": "What its newest pass found; null before the first."},
    requests_today=_COUNT,
    quota={"anyOf": [_QUOTA, {"type": "null"}], "description": "The day's; null in a tool that has none."},
)
_PROBLEM: Final = _record(
    file=_TEXT, line={"type": ["integer", "null"]}, key={"type": ["string", "null"]}, message=_TEXT
)
_STATUS: Final = _record(
    mappings=_list(_MAPPING),
    connections=_list(_CONNECTION),
    stand_ins=_list(_TEXT),
    left_out=_list(_record(file=_TEXT, mappings=_list(_TEXT), problems=_list(_PROBLEM))),
)

_LINE: Final = _record(
    **{"at": {**_TEXT, "format": "date-time"}, "pass": {"type": ["integer", "null"]}},
    mapping=_TEXT,
    item=_TEXT,
    title=_TEXT_OR_NULL,
    task=_TEXT,
    kind=_TEXT,
    field=_TEXT_OR_NULL,
    before=_ANY,
    after=_ANY,
    cause=_TEXT,
    who=_TEXT_OR_NULL,
)
_WORK: Final = _record(
    id=_TEXT, title=_TEXT, weight=_NUMBER_OR_NULL, state=_TEXT, share=_NUMBER_OR_NULL, url=_TEXT_OR_NULL
)
_READING: Final = _record(
    value=_NUMBER_OR_NULL,
    on={**_TEXT, "format": "date"},
    window=_TEXT_OR_NULL,
    scope=_TEXT,
    where=_TEXT,
    n={"type": ["integer", "null"]},
    source=_TEXT,
    note=_TEXT,
    used=_FLAG,
)
_EXPLANATION: Final = _record(
    id=_TEXT, figures={"type": "object"}, formula=_TEXT, work=_list(_WORK), readings=_list(_READING)
)

_DAY: Final = {**_TEXT, "format": "date"}
_TIER: Final = _one_of(("kpi", "guardrail", "action"))
_CHANGES: Final = _record(
    plan=_TEXT,
    since=_DAY,
    until=_DAY,
    audience=_one_of(Audience),
    wins=_list(_record(id=_TEXT, title=_TEXT, on=_DAY, goal=_TEXT)),
    states=_list(
        _record(
            id=_TEXT,
            title=_TEXT,
            tier=_TIER,
            before=_one_of(Pace),
            after=_one_of(Pace),
            why=_list(_TEXT),
            sentence=_TEXT,
        )
    ),
    figures=_list(
        _record(
            id=_TEXT,
            title=_TEXT,
            tier=_TIER,
            figure=_one_of(("measured", "attainment", "implementation", "progress")),
            before=_NUMBER_OR_NULL,
            after=_NUMBER_OR_NULL,
            why=_list(_TEXT),
        )
    ),
    readings=_list(
        _record(
            id=_TEXT,
            title=_TEXT,
            on=_DAY_OR_NULL,
            window=_TEXT_OR_NULL,
            value=_NUMBER_OR_NULL,
            before={**_NUMBER_OR_NULL, "description": "What it was said to be, where it was corrected."},
        )
    ),
    edits=_list(_record(on=_DAY, text=_TEXT)),
    caveats=_list(_TEXT),
)


def _asked(name: str, words: str, schema: Schema | None = None) -> Schema:
    """Something that may be given in the address."""
    text = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^\x00-\x1f\x7f-\x9f]+$"}
    return {"name": name, "in": "query", "description": words, "schema": schema or text}


def _number(most: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most}


_PLAN: Final = _asked("plan", "Which plan, by its name in the configuration.")
_AS_OF: Final = _asked("as_of", "As things were known at the end of that day.", {**_TEXT, "format": "date"})
_MOMENT: Final = "(the district's clock); a day such as 2026-06-10, or a time on it such as 2026-06-10T14:30"
_TOLD_WITH: Final = {
    "401": {"WWW-Authenticate": {"description": "How to sign in.", "schema": {**_TEXT, "const": "Bearer"}}},
    "429": {"Retry-After": {"description": "How many seconds to wait.", "schema": _COUNT, "required": True}},
}
_REFUSALS: Final = {
    "400": "Something that is asked for cannot be read.",
    "401": "The admin token is missing or wrong.",
    "404": "There is no such thing, or the service has no admin token.",
    "429": "Too many wrong tokens; Retry-After says how many seconds to wait.",
    "503": "It cannot be told right now.",
    "default": "The request is refused.",
}


def _get(name: str, words: str, answer: Schema, *parameters: Schema, public: bool = False) -> Schema:
    """An address that can be asked; with `public`, without a token too."""
    refusals = {
        status: {
            "description": why,
            "headers": _TOLD_WITH.get(status, {}),
            "content": {"application/json": {"schema": _part("Refusal")}},
        }
        for status, why in _REFUSALS.items()
    }
    told = {"200": {"description": words, "content": {"application/json": {"schema": answer}}}}
    unchanged = {"304": {"description": "Nothing changed since the answer of that ETag."}} if public else {}
    operation = {
        "operationId": name,
        "summary": words,
        "parameters": list(parameters),
        "responses": {**told, **unchanged, **refusals},
        "security": [{"token": []}, *([{}] if public else [])],
    }
    return {"get": operation}


OPENAPI: Final[Schema] = {
    "openapi": "3.1.0",
    "info": {
        "title": "syncd",
        "version": version("syncd"),
        "description": "What `syncd status`, `scorecard`, `changes`, `log` and `explain` print with `--json`.",
    },
    "servers": [{"url": "/api/v1"}],
    "paths": {
        "/status": _get("status", "How each mapping and connection stands.", _part("Status")),
        "/scorecard": _get(
            "scorecard",
            "The scorecard. Without the token only what is public, as it is today.",
            _part("Scorecard"),
            _asked(
                "audience", "For whom; internal needs the token.", _one_of(Audience, {**_TEXT, "default": "public"})
            ),
            _PLAN,
            _AS_OF,
            public=True,
        ),
        "/log": _get(
            "log",
            "What happened, the newest last.",
            _part("Log"),
            _asked("item", "Only this item, by its id."),
            _asked("field", "Only this field, such as due."),
            _asked("person", "Only what people did whose name or address has this in it."),
            _asked("since", f"Only since then {_MOMENT}."),
            _asked("until", f"Only up to then {_MOMENT}; a day counts to its end."),
            _asked("mapping", "Only what this mapping did."),
            _asked("pass", "Only what happened in this pass.", _number(LARGEST)),
            _asked("limit", "So many lines at most, the newest.", {**_number(MOST_LINES), "default": MOST}),
        ),
        "/explain/{id}": _get(
            "explain",
            "Where the figures of an item come from.",
            _part("Explanation"),
            {**_asked("id", "The item's id in the plan."), "in": "path", "required": True},
            _PLAN,
            _AS_OF,
        ),
        "/changes": _get(
            "changes",
            "What changed between two days.",
            _part("Changes"),
            _asked("audience", "For whom.", _one_of(Audience, {**_TEXT, "default": "public"})),
            _PLAN,
            _asked("since", "Since the end of that day; left out, since the first of which anything is known.", _DAY),
            _asked("until", "Up to the end of that day; left out, up to now.", _DAY),
        ),
        "/openapi.json": _get("openapi", "This description.", {"type": "object"}),
    },
    "components": {
        "schemas": {
            "Status": _STATUS,
            "Scorecard": _SCORECARD,
            "Goal": _GOAL,
            "Kpi": _KPI,
            "Action": _ACTION,
            "Project": _PROJECT,
            "Log": _record(entries=_list(_LINE)),
            "Explanation": _EXPLANATION,
            "Changes": _CHANGES,
            "Refusal": _record(error={**_TEXT, "description": "Why, in words for people."}),
        },
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "The admin token."}},
    },
}
