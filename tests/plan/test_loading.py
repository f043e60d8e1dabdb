"""Plans are loaded exactly from each form, and everything that is wrong with one is said at once, with its line."""

from __future__ import annotations

import time
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from syncd.errors import PlanError
from syncd.plan.load import load_plan
from syncd.plan.model import (
    Action,
    Audience,
    Cadence,
    Direction,
    KpiState,
    Outcome,
    Plan,
    Project,
    State,
    Status,
    Window,
)
from tests.plan.files import HEAD, KPI, kpi, loaded, refused
from tests.plan.writers import Json, Toml, Yaml

RIVERBEND = Path(__file__).parents[2] / "examples" / "riverbend"

WHOLE = """\
[plan]
id = "district"
title = "Every Student Ready"
organization = "Riverbend Unified"
start = 2025-07-01
end = 2029-06-30
status = "adopted"
audience = "public"
minimum_group = 12
pace = { on_track = 5, at_risk = "12.5" }
[[goals]]
id = "G1"
title = "Every child reads by grade three"
notes = "Why."
owner = "Chief Academic Officer"
audience = "internal"
status = "in_review"
[[goals.guardrails]]
id = "G1.R1"
title = "Class size"
direction = "at_most"
target = { value = 24 }
[[goals.outcomes]]
id = "G1.O1"
title = "Proficiency rises"
[[goals.outcomes.kpis]]
id = "G1.O1.K1"
title = "Grade 3"
unit = "%"
direction = "between"
baseline = { value = 54.0, on = 2025-06-30 }
target = { low = 60, high = 70.50, on = 2029-06-30 }
interim = [ { value = 58.0, on = 2026-06-30 } ]
driven_by = ["G1.A1", { id = "G1.A1.P1", weight = 0.5 }]
cadence = "quarterly"
window = "middle"
step = true
tolerance = 1.5
pace = { on_track = 1, at_risk = 2 }
state = "paused"
decimals = 2
why = "w"
source = "s"
method = "m"
[[goals.outcomes.kpis.readings]]
value = 55.5
on = 2026-01-31
window = "middle"
scope = "school"
where = "Alder"
n = 84
source = "s"
note = "x"
[[goals.outcomes.actions]]
id = "G1.O1.A1"
title = "Tutoring"
[[goals.actions]]
id = "G1.A1"
title = "Curriculum"
owner = "chief.academic@example.org"
start = 2025-08-01
due = 2027-06-30
weight = 2
state = "on_hold"
[[goals.actions.projects]]
id = "G1.A1.P1"
title = "Train every teacher"
due = 2026-06-15
weight = 1.25
state = "deferred"
"""


def test_every_key_is_read(tmp_path: Path) -> None:
    """All that a plan file may say arrives in the model, exactly."""
    plan = loaded(tmp_path, WHOLE)
    assert (plan.id, plan.title, plan.organization) == ("district", "Every Student Ready", "Riverbend Unified")
    assert (plan.start, plan.end, plan.minimum_group) == (date(2025, 7, 1), date(2029, 6, 30), 12)
    assert (plan.status, plan.audience) == (Status.ADOPTED, Audience.PUBLIC)
    assert (plan.pace.on_track, plan.pace.at_risk) == (Decimal(5), Decimal("12.5"))
    goal = plan.goals[0]
    assert (goal.notes, goal.owner, goal.audience) == ("Why.", "Chief Academic Officer", Audience.INTERNAL)
    assert goal.status is Status.IN_REVIEW
    assert list(plan.items) == ["G1", "G1.O1", "G1.O1.K1", "G1.O1.A1", "G1.R1", "G1.A1", "G1.A1.P1"]


def test_every_key_of_a_kpi_is_read(tmp_path: Path) -> None:
    """Figures keep the digits they were written with."""
    held = kpi(loaded(tmp_path, WHOLE), "G1.O1.K1")
    assert held.baseline is not None
    assert held.target is not None
    assert held.pace is not None
    assert (str(held.baseline.value), held.baseline.on) == ("54.0", date(2025, 6, 30))
    assert (held.target.value, held.target.low, str(held.target.high)) == (None, Decimal(60), "70.50")
    assert [(mark.value, mark.on) for mark in held.interim] == [(Decimal(58), date(2026, 6, 30))]
    assert [driver.model_dump() for driver in held.driven_by] == [
        {"id": "G1.A1", "weight": 1},
        {"id": "G1.A1.P1", "weight": Decimal("0.5")},
    ]
    reading = held.readings[0]
    assert (str(reading.value), reading.on, reading.window) == ("55.5", date(2026, 1, 31), Window.MIDDLE)
    assert (reading.scope, reading.where, reading.n, reading.source, reading.note) == ("school", "Alder", 84, "s", "x")
    assert (held.unit, held.direction, held.cadence, held.window) == (
        "%",
        Direction.BETWEEN,
        Cadence.QUARTERLY,
        Window.MIDDLE,
    )
    assert (held.step, held.tolerance, held.state, held.decimals) == (True, Decimal("1.5"), KpiState.PAUSED, 2)
    assert (held.why, held.source, held.method, held.pace.at_risk) == ("w", "s", "m", Decimal(2))


def test_every_key_of_work_is_read(tmp_path: Path) -> None:
    """Actions under goals and outcomes, with their projects."""
    items = loaded(tmp_path, WHOLE).items
    action, project = items["G1.A1"].item, items["G1.A1.P1"].item
    assert isinstance(action, Action)
    assert isinstance(project, Project)
    assert (action.owner, action.start, action.due) == (
        "chief.academic@example.org",
        date(2025, 8, 1),
        date(2027, 6, 30),
    )
    assert (action.weight, action.state, project.state) == (Decimal(2), State.ON_HOLD, State.DEFERRED)
    assert (project.start, project.due, str(project.weight)) == (None, date(2026, 6, 15), "1.25")
    assert isinstance(items["G1.O1"].item, Outcome)


def test_only_id_and_title_are_required(tmp_path: Path) -> None:
    """Plan and items need nothing else; what is not said has its default."""
    plan = loaded(tmp_path, HEAD + KPI)
    assert plan.status is Status.ADOPTED
    assert plan.audience is Audience.INTERNAL
    assert kpi(plan).direction is Direction.INCREASE
    assert loaded(tmp_path, '[plan]\nid = "p"\ntitle = "t"\n').goals == ()


@pytest.mark.parametrize("style", range(2))
@pytest.mark.parametrize(("writer", "name"), [(Toml, "plan.toml"), (Json, "p.json"), (Yaml, "p.yml"), (Yaml, "p.YAML")])
def test_each_form_gives_the_same_plan(writer: type[Toml | Json | Yaml], name: str, style: int, tmp_path: Path) -> None:
    """The example plan is the same plan, digit by digit, whether it is written in TOML, YAML or JSON."""
    data = tomllib.loads((RIVERBEND / "plan.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    written = writer(Random(style))
    written.document(data)
    (tmp_path / "readings.csv").write_bytes((RIVERBEND / "readings.csv").read_bytes())
    plan = loaded(tmp_path, written.text, name)
    assert plan.model_dump_json() == load_plan("plan.toml", RIVERBEND).model_dump_json()


@pytest.mark.parametrize("word", ["TBD", "N/A", "__%", "", " ", "?", "—"])
def test_what_is_unknown_stays_unknown(word: str, tmp_path: Path) -> None:
    """A figure or a day that nobody knows yet is None in each form, and the rest loads."""
    toml = f'{HEAD}{KPI}baseline = {{ value = "{word}", on = "{word}" }}\ntarget = {{ value = 70.0 }}\n'
    yaml = "plan: {id: p, title: t}\ngoals:\n- id: G\n  title: g\n  kpis:\n  - id: K\n    title: k\n"
    yaml += f'    baseline: {{value: "{word}", on: "{word}"}}\n    target: {{value: 70.0}}\n'
    for text, name in ((toml, "plan.toml"), (yaml, "plan.yaml")):
        held = kpi(loaded(tmp_path, text, name))
        assert held.baseline is not None
        assert held.target is not None
        assert (held.baseline.value, held.baseline.on, held.target.value) == (None, None, Decimal(70))


def of_yaml(word: str) -> str:
    """A plan in YAML whose KPI has this baseline, in line 8."""
    head = "plan: {id: p, title: t}\ngoals:\n- id: G\n  title: g\n  kpis:\n  - id: K\n    title: k\n"
    return f"{head}    baseline: {{ value: {word} }}\n"


@pytest.mark.parametrize(
    ("word", "figure"),
    [
        *[(word, None) for word in ("", "~", "null", "TBD", "N/A", "__%", "-__", "___", '""', "'TBD'")],
        *[("54", "54"), ("54.10", "54.10"), ("'54 %'", "54"), ("54%", "54"), ("007", "7"), ("-0.50", "-0.50")],
        *[("0.1000000000000000000", "0.1000000000000000000"), ("+.5", "0.5"), ("5.", "5")],
    ],
)
def test_yaml_figures_are_exact_or_unknown(word: str, figure: str | None, tmp_path: Path) -> None:
    """What a plain word means in YAML is either exactly what people see, or not known."""
    baseline = kpi(loaded(tmp_path, of_yaml(word), "plan.yaml")).baseline
    assert baseline is not None
    assert (None if baseline.value is None else str(baseline.value)) == figure


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", ".inf", "-.inf", ".nan", "1:30", "0x1F", "0o17", "2026-13-45", "true"]
)
def test_yaml_words_that_are_no_figures_are_refused(word: str, tmp_path: Path) -> None:
    """Nothing that only looks like a figure to a machine becomes one."""
    (problem,) = refused(tmp_path, of_yaml(word), "plan.yaml")
    assert problem.startswith("plan.yaml:8: K.baseline.value: ")


def test_yaml_keys_are_words(tmp_path: Path) -> None:
    """`no` and `on` are keys like any other, and titles stay text."""
    text = of_yaml("1, on: 2026-06-30").replace("title: k", "title: no")
    held = kpi(loaded(tmp_path, text, "plan.yaml"))
    assert held.baseline is not None
    assert (held.title, held.baseline.on) == ("no", date(2026, 6, 30))


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{number}: &a{number} [{','.join([f'*a{number - 1}'] * 10)}]\n" for number in range(1, 12)
)
TRAPS = [
    ("a: 1\nb: 2\na: 3\n", 3),
    ("plan:\n  id: p\n  title: t\n  id: q\n", 4),
    (BOMB, 2),
    ("a: &a [*a]\n", 1),
    ("plan: &x {id: p, title: t}\nb:\n  <<: *x\n", 3),
    ("plan: {id: p}\n---\nplan: {id: q}\n", 2),
    ("plan: !!python/object/apply:os.system ['true']\n", 1),
    ("plan:\n\tid: p\n", 2),
    ("plan: {id: p\n", 2),
    ("? [a, b]\n: c\n", 1),
    ("plan:\n  id: p\n title: t\n", 3),
    ("a: *nowhere\n", 1),
    ('a: "\n', 2),
]


@pytest.mark.parametrize(("text", "line"), TRAPS)
def test_yaml_traps_are_refused_with_their_line(text: str, line: int, tmp_path: Path) -> None:
    """Keys that stand twice, anchors that grow without end, tags that run code, tabs: one clear error, at once."""
    (problem,) = refused(tmp_path, text, "plan.yaml")
    assert problem.startswith(f"plan.yaml:{line}: this is not valid YAML: ")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\ufffe"])
def test_yaml_with_broken_characters_is_refused(character: str, tmp_path: Path) -> None:
    """A character that no text holds is an error with its line, not a crash."""
    (problem,) = refused(tmp_path, f"plan: {{id: p, title: t}}\nx: {character}\n", "plan.yaml")
    assert problem.startswith("plan.yaml:2: this is not valid YAML: ")


@pytest.mark.parametrize("depth", [100, 330, 500, 900, 50_000])
@pytest.mark.parametrize(
    "form", ["list.json", "table.json", "list.yaml", "list.toml", "header.toml", "dotted.toml", "quoted.toml"]
)
def test_deep_nesting_is_refused(form: str, depth: int, tmp_path: Path) -> None:
    """However deep things stand in one another, there is an error that names the file."""
    shape, name = form.split(".")
    opened, closed = ("[", "]") if shape == "list" else ('{"a":', "}")
    value = opened * depth + "1" + closed * depth
    dots, quoted = ".".join("a" * depth), " . ".join(["'a'", '"a"'] * depth)
    text = {
        "json": f'{{"plan": {{"id": "p", "title": "t"}}, "x": {value}}}',
        "yaml": f"plan: {{id: p, title: t}}\nx: {value}\n",
        "toml": {
            "list": f"x = {value}\n",
            "header": f"[{dots}]\n",
            "dotted": f"{dots} = 1\n",
            "quoted": f"x = {{{quoted} = 1}}\n",
        }.get(shape, ""),
    }[name]
    problems = refused(tmp_path, text, f"p.{name}")
    assert problems
    assert all(problem.startswith(f"p.{name}") for problem in problems)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '{"plan": {"id": "p",\n"id": "q", "title": "t"}}',
            "p.json:2: this is not valid JSON: the key “id” stands twice",
        ),
        ('{"plan": {"id": "p"\n"title": "t"}}', "p.json:2: this is not valid JSON: Expecting ',' delimiter (column 1)"),
        (
            '{// "plan"\n}',
            "p.json:1: this is not valid JSON: a key in double quotes should stand here, without a comma",
        ),
        ('{"plan": NaN}', "p.json: this is not valid JSON: NaN is not a number"),
        ("[]", "p.json: this is no JSON document with keys at the top"),
        ("", "p.json:1: this is not valid JSON: Expecting value (column 1)"),
        (f'{{"plan": {"9" * 5000}}}', "p.json: this is not valid JSON: a number in it is too long to be read"),
        ('{"plan": {"id": "p", "title": "\\ud800"}}', "p.json:1: plan.title: must be text without broken characters"),
    ],
)
def test_broken_json_is_refused(text: str, words: str, tmp_path: Path) -> None:
    """What is no JSON, or says two things at once, is an error with its place."""
    (problem,) = refused(tmp_path, text, "p.json")
    assert problem.startswith(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[plan\n", "plan.toml:1: this is not valid TOML: "),
        ('[plan]\nid = "p"\nid = "q"\n', "plan.toml:3: this is not valid TOML: the same key stands twice"),
        ('[plan]\nid = p"\n', "plan.toml:2: this is not valid TOML: this is no value"),
        (
            "[plan]\nstart = 3/31/2027\n",
            "plan.toml:2: this is not valid TOML: the value should end before this (a day is",
        ),
        ("[plan]\nstart = 2027-02-30\n", "plan.toml:2: this is not valid TOML: there is no such day"),
        (
            '[plan]\nid = "p"\n[[goals]]\nid = "G1"\n[goals]\nid = "G2"\n',
            "plan.toml:5: this is not valid TOML: there is something of that name already; each item of a list has two",
        ),
        (
            '[plan]\nreadings = "C:\\Users\\ann.csv"\n',
            "plan.toml:2: this is not valid TOML: write / in the place of \\, as in C:/plan.toml",
        ),
        (
            '[plan]\nreadings = "C:\\data\\ann.csv"\n',
            "plan.toml:2: this is not valid TOML: write / in the place of \\, as in C:/plan.toml",
        ),
        (
            "[plan]\nstart\u00a0= 2027-02-01\n",
            "plan.toml:2: this is not valid TOML: here stands a blank of another kind, as word processors make them",
        ),
        (
            "[plan]\nstart =\u00a02027-02-01\n",
            "plan.toml:2: this is not valid TOML: here stands a blank of another kind",
        ),
        ("[plan]\npace = { on_track = 5% }\n", "plan.toml:2: this is not valid TOML: here should stand a comma or “}”"),
        ('[[goals]]\nwas = ["a" "b"]\n', "plan.toml:2: this is not valid TOML: here should stand a comma or “]”"),
        ('[plan]\nid = "p\n', "plan.toml:2: this is not valid TOML: the quotes at the end of a text are missing"),
        ('[plan]\nid = "p', "plan.toml:2: this is not valid TOML: the quotes at the end of a text are missing"),
        ("[[goals]\n", "plan.toml:1: this is not valid TOML: this line should end with “]]”"),
        ("[plan\nx = 1\n", "plan.toml:1: this is not valid TOML: this line should end with “]”"),
        ('[plan]\ntitle = """\nx\n', "plan.toml:4: this is not valid TOML: "),
        (f"x = {'9' * 5000}\n", "plan.toml: this is not valid TOML: a number in it is too long to be read"),
    ],
)
def test_broken_toml_is_refused(text: str, words: str, tmp_path: Path) -> None:
    """What is no TOML is an error with its line, in words for people where the mistake is common."""
    (problem,) = refused(tmp_path, text)
    assert problem.startswith(words)


def test_one_bracket_where_there_should_be_two(tmp_path: Path) -> None:
    """A row that was begun like a section is told, with the line as it should be."""
    problems = refused(tmp_path, '[plan]\nid = "p"\ntitle = "p"\n[goals]\nid = "G1"\ntitle = "g"\n')
    assert any(
        "not a table; where it is a line in brackets, there are two of them: [[goals]]" in each for each in problems
    )


@pytest.mark.parametrize("key", ["title", "weight", "start", "state", "notes"])
def test_a_monstrous_number_is_refused(key: str, tmp_path: Path) -> None:
    """A number of thousands of digits is an error in any place, also where Python cannot print it."""
    before = HEAD.replace('title = "g"\n', "") if key == "title" else HEAD
    item = "" if key == "title" else '[[goals.actions]]\nid = "A"\ntitle = "a"\n'
    problems = refused(tmp_path, f"{before}{item}{key} = 0x{'f' * 6000}\n")
    assert len(problems) == 1
    assert len(problems[0]) < 300


BAD = """\
[plan]
id = "a plan"
titel = "t"
start = 2026-07-01
end = 2025-06-30
[[goals]]
id = "G1"
title = ""
audience = "publik"
[[goals.kpis]]
id = "G1.K1"
title = "k"
direction = "increse"
baseline = { value = "about 5" }
readings = [
  { value = 1, on = 2026-01-31 },
  { value = 2, on = "soon" },
  { value = 3 },
]
decimals = 9
driven_by = ["G1.A9"]
[[goals.actions]]
id = "G1.A1"
title = 5
start = 2026-06-01
due = 2026-01-01
weight = -1
state = "on hold"
[[goals.actions.projects]]
id = "G1.A1"
title = "p"
wieght = 2
"""

BAD_PROBLEMS = [
    "plan.toml:1: plan.title: is missing",
    "plan.toml:2: plan.id: “a plan” must not hold blanks, “/” or “:”",
    "plan.toml:3: plan.titel: there is no key “titel” here; did you mean “title”?",
    "plan.toml:5: end: the plan ends on 2025-06-30, before it starts on 2026-07-01",
    "plan.toml:8: G1.title: must not be blank",
    "plan.toml:9: G1.audience: “publik” is not one of public, internal; did you mean “public”?",
    (
        "plan.toml:13: G1.K1.direction: “increse” is not one of increase, decrease, at_least, at_most, between; "
        "did you mean “increase”?"
    ),
    "plan.toml:14: G1.K1.baseline.value: “about 5” is not a figure; write a number, or TBD if it is not known",
    "plan.toml:17: G1.K1.readings[2].on: must be a day such as 2026-06-30, not “soon”",
    "plan.toml:18: G1.K1.readings[3].on: is missing",
    "plan.toml:20: G1.K1.decimals: must be at most 6, not “9”",
    "plan.toml:21: G1.K1.driven_by: there is no action or project “G1.A9”; did you mean “G1.A1”?",
    "plan.toml:24: G1.A1.title: must be text in quotes, not “5”",
    "plan.toml:26: G1.A1.due: it is due on 2026-01-01, before it starts on 2026-06-01",
    "plan.toml:27: G1.A1.weight: must be at least 0, not “-1”",
    "plan.toml:28: G1.A1.state: “on hold” is not one of active, on_hold, deferred, cancelled; did you mean “on_hold”?",
    "plan.toml:30: G1.A1.id: the id “G1.A1” stands twice; it is also in line 23. Ids are unique in the whole plan",
    "plan.toml:32: G1.A1.wieght: there is no key “wieght” here; did you mean “weight”?",
]


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Each mistake of form and sense has its file, line, key and the nearest word; none hides another."""
    assert refused(tmp_path, BAD) == BAD_PROBLEMS


def test_an_empty_file_lacks_a_plan(tmp_path: Path) -> None:
    """Nothing is no plan, in each form that may hold nothing."""
    for name in ("plan.toml", "plan.yaml"):
        assert refused(tmp_path, "", name) == [f"{name}: plan: is missing"]


def test_goals_do_not_stand_in_the_head(tmp_path: Path) -> None:
    """Goals that someone put under [plan] are not lost in silence."""
    text = '[plan]\nid = "p"\ntitle = "t"\n[[plan.goals]]\nid = "G"\ntitle = "g"\n'
    assert refused(tmp_path, text) == [
        "plan.toml:4: goals: goals stand beside [plan], each as [[goals]], not within it",
    ]


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.csv", "plan.txt", "plan", "plan.toml.bak"])
def test_other_endings_are_no_plans(name: str, tmp_path: Path) -> None:
    """The error says which endings there are; the file is not even opened."""
    with pytest.raises(PlanError, match=r"\.toml, \.yaml, \.yml, \.json"):
        load_plan(name, tmp_path)


def test_a_plan_of_ten_thousand_items_loads_in_proportion(tmp_path: Path) -> None:
    """Twenty times the items take no more than sixty times the time: nothing in loading is quadratic."""

    def seconds(count: int) -> float:
        work = "".join(f'[[goals.actions]]\nid = "A{n}"\ntitle = "a"\ndue = 2026-01-31\n' for n in range(count))
        start = time.perf_counter()
        assert len(loaded(tmp_path, HEAD + work).items) == count + 1
        return time.perf_counter() - start

    seconds(10)
    small = min(seconds(500) for _ in range(3))
    assert seconds(10_000) < 60 * small


def test_a_bad_plan_of_ten_thousand_items_is_refused_in_proportion(tmp_path: Path) -> None:
    """A mistake in each of many items takes no more than in proportion to say."""

    def seconds(count: int) -> float:
        work = "".join(f'[[goals.actions]]\nid = "A{n}"\ntitel = "a"\n' for n in range(count))
        start = time.perf_counter()
        assert len(refused(tmp_path, HEAD + work)) == 2 * count
        return time.perf_counter() - start

    seconds(10)
    small = min(seconds(100) for _ in range(3))
    assert seconds(2_000) < 60 * small


CHECKS = [
    ("", 'driven_by = ["A9"]', "10: K.driven_by: there is no action or project “A9”; there are: A1"),
    ("", 'driven_by = ["G"]', "10: K.driven_by: “G” is a goal; only actions and projects drive a KPI"),
    ("", 'driven_by = ["K"]', "10: K.driven_by: “K” is a kpi; only actions and projects drive a KPI"),
    ("", 'direction = "between"\ntarget = { value = 5 }', "11: K.target: direction “between” needs both low and high"),
    ("", 'direction = "between"\ntarget = { low = 5 }', "11: K.target: direction “between” needs both low and high"),
    ("", 'direction = "between"\ntarget = { low = 5, high = 4 }', "11: K.target: low (5) is above high (4)"),
    ("", "target = { low = 5 }", "10: K.target: low and high belong to direction “between”"),
    (
        "",
        "baseline = { value = 5 }\ntarget = { value = 5.0 }",
        "11: K.target: the target equals the baseline (5.0); a KPI that is to stay has direction at_least or at_most",
    ),
    (
        "",
        "baseline = { value = 5 }\ntarget = { value = 4 }",
        "7: K.direction: it is to increase, but the target (4) is below the baseline (5)",
    ),
    (
        "",
        'direction = "decrease"\nbaseline = { value = 5 }\ntarget = { value = 6 }',
        "10: K.direction: it is to decrease, but the target (6) is above the baseline (5)",
    ),
    (
        "",
        "readings = [\n{ value = 1, on = 2026-01-31 },\n{ value = 2, on = 2026-01-31 }]",
        "10: K.readings: two readings of 2026-01-31 differ: 1 and 2",
    ),
    (
        "end = 2025-01-01\nstart = 2026-01-01\n",
        "",
        "4: end: the plan ends on 2025-01-01, before it starts on 2026-01-01",
    ),
]


@pytest.mark.parametrize(("head", "more", "problem"), CHECKS)
def test_what_makes_no_sense_is_refused(head: str, more: str, problem: str, tmp_path: Path) -> None:
    """References that lead nowhere, targets that contradict their direction, dates out of order, differing readings."""
    text = f'{HEAD.replace("[[goals]]", head + "[[goals]]")}{KPI}{more}\n[[goals.actions]]\nid = "A1"\ntitle = "a"\n'
    (said,) = refused(tmp_path, text)
    assert said.startswith(f"plan.toml:{problem}")


@pytest.mark.parametrize(
    "more",
    [
        'driven_by = ["A1"]',
        'direction = "between"\ntarget = { low = 5, high = 5 }',
        'direction = "at_least"\nbaseline = { value = 5 }\ntarget = { value = 5 }',
        'direction = "at_most"\nbaseline = { value = 5 }\ntarget = { value = 6 }',
        'baseline = { value = "TBD" }\ntarget = { value = 4 }',
        'baseline = { value = 5 }\ntarget = { value = "TBD" }',
        "baseline = { on = 2026-01-31 }\ntarget = { value = 4 }",
        "readings = [{ value = 1, on = 2026-01-31 }, { value = 1.0, on = 2026-01-31 }]",
        'readings = [{ value = 1, on = 2026-01-31 }, { value = 2, on = 2026-01-31, window = "end" }]',
        'readings = [{ value = 1, on = 2026-01-31 }, { value = 2, on = 2026-01-31, where = "Alder" }]',
    ],
)
def test_what_makes_sense_is_not_refused(more: str, tmp_path: Path) -> None:
    """The checks leave alone what is unknown, equal, or about something else."""
    assert loaded(tmp_path, f'{HEAD}{KPI}{more}\n[[goals.actions]]\nid = "A1"\ntitle = "a"\n').items["A1"]


def test_work_is_not_due_before_it_starts(tmp_path: Path) -> None:
    """The line is that of the due date; equal days are fine."""
    text = HEAD + '[[goals.actions]]\nid = "A"\ntitle = "a"\nstart = 2026-06-01\ndue = 2026-05-31\n'
    assert refused(tmp_path, text) == [
        "plan.toml:11: A.due: it is due on 2026-05-31, before it starts on 2026-06-01",
    ]
    assert isinstance(loaded(tmp_path, text.replace("05-31", "06-01")), Plan)
