"""A configuration as a folder: one file for all, one for each district; a bad one is left out, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from syncd.cli.failures import remedy
from syncd.config import Config, load_config
from syncd.errors import ConfigError
from syncd.exposure import exposed
from tests.config.written import SMALL
from tests.nobody import as_nobody

SHARED = """\
timezone = "America/Chicago"
[store]
url = "sqlite:///all.db"
"""


def own(name: str, more: str = "") -> str:
    """What a district of that name has: an account, a plan, a mapping."""
    return f"""\
[connections.{name}]
kind = "asana"
token = "token-of-{name}"
[plans.{name}]
source = "{name}/plan.toml"
[mappings.{name}-academics]
plan = "{name}"
connection = "{name}"
container = "1203"
{more}"""


GOOD = {"config.toml": SHARED, "lakeside.toml": own("lakeside"), "riverbend.toml": own("riverbend")}


def loaded(folder: Path, files: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Config:
    """The configuration in a folder of these files."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_config(folder, environment or {})


def said(config: Config) -> dict[str, list[str]]:
    """What is left out, with every problem as it is told, without the folder."""
    return {each.name: str(each).replace(f"{config.place}/", "").split("\n") for each in config.left_out}


def test_all_files_together(tmp_path: Path) -> None:
    """What stands in them is one configuration; each thing knows its file, and paths are relative to that."""
    config = loaded(tmp_path, GOOD)
    assert config.timezone == "America/Chicago"
    assert config.store.url == f"sqlite:///{tmp_path}/all.db"
    assert list(config.mappings) == ["lakeside-academics", "riverbend-academics"]
    assert list(config.plans) == list(config.connections) == ["lakeside", "riverbend"]
    assert set(config.secrets()) == {"token-of-lakeside", "token-of-riverbend"}
    assert (config.folder, config.place, config.left_out) == (tmp_path, tmp_path, ())
    assert config.district("plans", "lakeside") == tmp_path / "lakeside.toml"
    assert str(config.problem("it is wrong", "mappings", "riverbend-academics", "plan")) == (
        f"{tmp_path}/riverbend.toml:7: mappings.riverbend-academics.plan: it is wrong"
    )
    assert str(config.problem("it is wrong", "store", "url")).startswith(f"{tmp_path}/config.toml:3: ")


def test_it_is_found_by_the_environment(tmp_path: Path) -> None:
    """As a file is."""
    loaded(tmp_path, GOOD)
    assert load_config(None, {"SYNCD_CONFIG": str(tmp_path)}).timezone == "America/Chicago"


def test_districts_may_share_what_holds_for_all(tmp_path: Path) -> None:
    """An account in the file for all can be used by each; one district does not see the other's."""
    shared = SHARED + '[connections.agency]\nkind = "asana"\ntoken = "one-for-all"\n'
    theirs = own("lakeside").replace('connection = "lakeside"', 'connection = "agency"')
    config = loaded(tmp_path, {**GOOD, "config.toml": shared, "lakeside.toml": theirs})
    assert config.mappings["lakeside-academics"].connection == "agency"
    theirs = own("lakeside").replace('connection = "lakeside"', 'connection = "riverbend"')
    config = loaded(tmp_path, {**GOOD, "lakeside.toml": theirs})
    assert said(config) == {
        "lakeside.toml": [
            (
                "lakeside.toml:8: mappings.lakeside-academics.connection: there is no connection “riverbend”; "
                "there are: lakeside"
            )
        ]
    }


def test_one_file_alone_is_a_folder_too(tmp_path: Path) -> None:
    """Whether it is the one for all or a district's."""
    assert list(loaded(tmp_path, {"config.toml": SMALL}).mappings) == ["academics"]
    other = tmp_path / "other"
    other.mkdir()
    config = loaded(other, {"lakeside.toml": own("lakeside")})
    assert config.store.url == f"sqlite:///{other}/syncd.db"


def test_hidden_files_and_plans_are_no_configuration(tmp_path: Path) -> None:
    """What editors keep, and plans beside it, whether a file names them, they are broken, or no file does."""
    (tmp_path / ".#lakeside.toml").write_text("[[[")
    plans = {"plan.toml": "[plan", "old.toml": '[plan]\nid = "old"\n[[goals]]\nid = "G1"\n'}
    lakeside = own("lakeside").replace("lakeside/plan.toml", "plan.toml")
    config = loaded(tmp_path, {**GOOD, **plans, "lakeside.toml": lakeside})
    assert config.left_out == ()
    assert [file.name for file in config.files] == ["config.toml", "lakeside.toml", "old.toml", "riverbend.toml"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[mappings\n", ["lakeside.toml:1: this is not valid TOML: unexpected end of line"]),
        (
            own("lakeside", 'evry = "5m"'),
            ["lakeside.toml:10: mappings.lakeside-academics.evry: there is no key “evry” here; did you mean “every”?"],
        ),
        (
            own("lakeside").replace('token = "token-of-lakeside"\n', ""),
            [
                (
                    "lakeside.toml:1: connections.lakeside.token: is missing; put the token into the environment "
                    'variable SYNCD_CONNECTIONS__LAKESIDE__TOKEN, or here as token = "…"'
                )
            ],
        ),
        (
            "[store]\n" + own("lakeside") + "[mapings]\n",
            [
                "lakeside.toml:1: store: this holds for all districts: put it into config.toml",
                "lakeside.toml:11: mapings: there is no key “mapings” here; did you mean “mappings”?",
            ],
        ),
        ("plans = 3\n", ["lakeside.toml:1: plans: must be a table of its own, with keys"]),
        (
            own("lakeside").replace("[plans.lakeside]", "[plans.riverbend]"),
            [
                (
                    "lakeside.toml:4: plans.riverbend: riverbend.toml:4 has [plans.riverbend] too, and names count for "
                    "all files; give each its own"
                )
            ],
        ),
    ],
)
def test_a_bad_file_is_left_out(tmp_path: Path, text: str, problems: list[str]) -> None:
    """With all that is wrong in it, by line and key; the others stand."""
    config = loaded(tmp_path, {**GOOD, "lakeside.toml": text})
    found = said(config)
    if "unexpected" not in problems[0]:
        assert found["lakeside.toml"] == problems
    assert found["lakeside.toml"][0].startswith(problems[0].split(": ")[0])
    assert "lakeside-academics" not in config.mappings
    assert "token-of-lakeside" not in repr(config) + str(found)
    if "riverbend.toml" not in found:
        assert list(config.mappings) == ["riverbend-academics"]


@pytest.mark.parametrize("text", ["", "# to be filled in\n\n", "[plans]\n[mappings]\n"])
def test_a_file_that_holds_nothing_is_left_out(tmp_path: Path, text: str) -> None:
    """Whoever emptied it by mistake is told: else the district would rest, and nobody would know."""
    config = loaded(tmp_path, {**GOOD, "lakeside.toml": text})
    assert list(config.mappings) == ["riverbend-academics"]
    assert said(config) == {
        "lakeside.toml": [
            (
                "lakeside.toml: it holds nothing, no [connections.…], [plans.…] or [mappings.…]: put back what stood "
                "in it, or take the file away"
            )
        ]
    }


def test_of_one_name_in_two_files_neither_is_used(tmp_path: Path) -> None:
    """Nobody can say which is meant, and what is stored belongs to a name; each message names the other file."""
    config = loaded(tmp_path, {**GOOD, "copy.toml": own("riverbend")})
    assert list(config.mappings) == ["lakeside-academics"]
    assert said(config)["copy.toml"][2] == (
        "copy.toml:6: mappings.riverbend-academics: riverbend.toml:6 has [mappings.riverbend-academics] too, and names "
        "count for all files; give each its own"
    )
    assert said(config)["riverbend.toml"][0].startswith("riverbend.toml:1: connections.riverbend: copy.toml:1 has")


@pytest.mark.parametrize("more", ["", "nonsense = true\n"])
def test_no_file_puts_another_aside_by_naming_it_as_a_plan(tmp_path: Path, more: str) -> None:
    """Lakeside goes on, whether or not the rest of that file is right."""
    thief = own("riverbend", more).replace("riverbend/plan.toml", "lakeside.toml")
    config = loaded(tmp_path, {**GOOD, "riverbend.toml": thief})
    assert "lakeside-academics" in config.mappings
    assert "lakeside.toml" not in said(config)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("lakeside.toml", "lakeside.toml is a file of this configuration and no plan; name the plan's own file"),
        ("./config.toml", "./config.toml is a file of this configuration and no plan; name the plan's own file"),
    ],
)
def test_who_names_what_is_anothers_is_told_so(tmp_path: Path, source: str, words: str) -> None:
    """Where they name it: said of the file that they name, it would look like the other district's mistake."""
    config = loaded(tmp_path, {**GOOD, "riverbend.toml": own("riverbend").replace("riverbend/plan.toml", source)})
    assert said(config) == {"riverbend.toml": [f"riverbend.toml:5: plans.riverbend.source: {words}"]}
    assert list(config.mappings) == ["lakeside-academics"]


def test_of_two_files_with_one_plan_neither_is_used(tmp_path: Path) -> None:
    """Whichever comes first: nobody can say whose the plan is, and each is told where the other one stands."""
    theirs = own("{}").replace("{}/plan.toml", "x/../lakeside/plan.toml")
    copies = {name: theirs.format(*[name[:-5]] * 9) for name in ("a.toml", "z.toml")}
    rest = "too; leave one of the two out: many mappings may name one plan"
    for name, text in copies.items():
        (tmp_path / name[:-5]).mkdir()
        short = name[:-5]
        config = loaded(tmp_path / short, {**GOOD, name: text})
        assert list(config.mappings) == ["riverbend-academics"]
        assert said(config) == {
            name: [f"{name}:5: plans.{short}.source: [plans.lakeside] has lakeside/plan.toml {rest} (lakeside.toml:5)"],
            "lakeside.toml": [
                f"lakeside.toml:5: plans.lakeside.source: [plans.{short}] has x/../lakeside/plan.toml {rest} ({name}:5)"
            ],
        }
    config = loaded(tmp_path, {**GOOD, "a.toml": copies["a.toml"] + "evry = 3\n"})
    assert list(said(config)) == ["a.toml"]
    config = loaded(tmp_path, {**GOOD, "a.toml": copies["a.toml"], "config.toml": SHARED + own("lakeside")})
    assert "lakeside" in config.plans
    assert sorted(said(config)) == ["a.toml", "lakeside.toml"]


@pytest.mark.parametrize("source", ["ring/plan.toml", "ring", "a\\u0000b.toml"])
def test_a_source_that_can_be_no_file_stops_only_its_own(tmp_path: Path, source: str) -> None:
    """Links in a ring, or a character that no name may have: the plan cannot be read, and all else can."""
    ring(tmp_path / "ring")
    theirs = own("riverbend").replace("riverbend/plan.toml", source)
    config = loaded(tmp_path, {**GOOD, "riverbend.toml": theirs})
    assert "lakeside-academics" in config.mappings


def test_a_plan_that_is_for_all_may_be_no_configuration_either(tmp_path: Path) -> None:
    """Then everything stops, as with any mistake there."""
    with pytest.raises(ConfigError, match=r"config.toml:\d+: plans.all.source: lakeside.toml is a file of this"):
        loaded(tmp_path, {**GOOD, "config.toml": f'{SHARED}[plans.all]\nsource = "lakeside.toml"\n'})


def test_what_holds_for_all_keeps_its_names(tmp_path: Path) -> None:
    """A district's file that takes one of them is left out."""
    shared = SHARED + own("lakeside")
    config = loaded(tmp_path, {**GOOD, "config.toml": shared})
    assert list(config.mappings) == ["lakeside-academics", "riverbend-academics"]
    assert list(said(config)) == ["lakeside.toml"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("token-of-lakeside", "token-of-riverbend", "has the same token"),
        ("[connections.lakeside]", "[connections.Riverbend]", "too much alike"),
    ],
)
def test_what_two_files_contradict_each_other_in(tmp_path: Path, before: str, after: str, words: str) -> None:
    """Both are left out, each with the place in the other."""
    third = {"summit.toml": own("summit")}
    theirs = own("lakeside").replace(before, after).replace('connection = "lakeside"', 'connection = "Riverbend"')
    if "token" in before:
        theirs = own("lakeside").replace(before, after)
    config = loaded(tmp_path, {**GOOD, **third, "lakeside.toml": theirs})
    found = said(config)
    assert list(config.mappings) == ["summit-academics"]
    assert words in found["riverbend.toml"][0]
    assert "(lakeside.toml:" in found["riverbend.toml"][0]
    assert words in found["lakeside.toml"][0]
    assert "(riverbend.toml:" in found["lakeside.toml"][0]
    assert "token-of" not in str(found)


def test_each_of_two_is_told_of_the_other(tmp_path: Path) -> None:
    """By name, whichever comes first: nobody is sent to look for a mistake in what is named like one's own."""
    shared = SHARED + '[connections.agency]\nkind = "asana"\ntoken = "x"\n[plans.all]\nsource = "all.toml"\n'
    theirs = '[mappings.{}]\nplan = "all"\nconnection = "agency"\ncontainer = "1"\n'
    files = {
        "config.toml": shared,
        "a.toml": own("a").replace("token-of-a", "one"),
        "b.toml": own("b").replace("token-of-b", "one"),
        "c.toml": theirs.format("c"),
        "d.toml": theirs.format("d"),
    }
    told = said(loaded(tmp_path, files))
    for name, other in (("a", "b"), ("b", "a")):
        [problem] = told[f"{name}.toml"]
        assert f"[connections.{other}] has the same token; " in problem
        assert problem.endswith(f" ({other}.toml:3)")
    for name, other in (("c", "d"), ("d", "c")):
        [problem] = told[f"{name}.toml"]
        assert f"[mappings.{other}] already writes the same items there" in problem
        assert problem.endswith(f" ({other}.toml:4)")


def test_a_mistake_in_what_holds_for_all_stops_everything(tmp_path: Path) -> None:
    """And all mistakes of all files are told at once."""
    with pytest.raises(ConfigError) as error:
        loaded(
            tmp_path, {**GOOD, "config.toml": '[store]\nurl = "mysql://x"\n', "lakeside.toml": own("lakeside", "x = 1")}
        )
    told = str(error.value).replace(f"{tmp_path}/", "").split("\n")
    assert [line.split(": ")[0] for line in told] == ["config.toml:2", "lakeside.toml:10"]
    for text in ("[store\n", 'timezon = "x"\n'):
        with pytest.raises(ConfigError, match=r"config\.toml:1"):
            loaded(tmp_path, {**GOOD, "config.toml": text})


def test_where_nothing_is_left_it_is_refused(tmp_path: Path) -> None:
    """A folder of nothing but mistakes is no configuration, and neither is an empty one."""
    with pytest.raises(ConfigError, match="this folder holds no configuration"):
        loaded(tmp_path, {})
    with pytest.raises(ConfigError, match=r"lakeside\.toml:10"):
        loaded(tmp_path, {"lakeside.toml": own("lakeside", "x = 1")})


def test_secrets_of_each(tmp_path: Path) -> None:
    """Variables and the files of one folder reach what stands in any file."""
    bare = {name: text.replace(f'token = "token-of-{name[:-5]}"\n', "") for name, text in GOOD.items()}
    bare["config.toml"] = 'secrets_dir = "secrets"\n' + SHARED
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "connections__lakeside__token").write_text("from-a-file")
    config = loaded(tmp_path, bare, {"SYNCD_CONNECTIONS__RIVERBEND__TOKEN": "from-a-variable"})
    assert set(config.secrets()) == {"from-a-file", "from-a-variable"}
    assert config.origin("connections", "lakeside", "token") == f"{tmp_path}/secrets/connections__lakeside__token"


def test_a_secret_that_belongs_to_nothing_stops_nobody(tmp_path: Path) -> None:
    """What was a district's, or is misspelled, is told; in one file it is an error, as it might be meant for that."""
    config = loaded(tmp_path, GOOD, {"SYNCD_CONNECTIONS__GONE__TOKEN": "x"})
    assert len(config.mappings) == 2
    assert said(config) == {
        "environment variable SYNCD_CONNECTIONS__GONE__TOKEN": [
            (
                "environment variable SYNCD_CONNECTIONS__GONE__TOKEN: no file beside config.toml has a "
                "[connections.gone]; there are: lakeside, riverbend"
            )
        ]
    }
    broken = loaded(tmp_path, {**GOOD, "lakeside.toml": "["}, {"SYNCD_CONNECTIONS__LAKESIDE__TOKEN": "x"})
    assert list(said(broken)) == ["lakeside.toml"]
    with pytest.raises(ConfigError, match="it sets nothing"):
        loaded(tmp_path, GOOD, {"SYNCD_STOER__URL": "x"})


def test_files_that_cannot_be_read_as_text(tmp_path: Path) -> None:
    """In another encoding: left out, with the reason."""
    (tmp_path / "old.toml").write_bytes("# José\n".encode("cp1252"))
    found = said(loaded(tmp_path, GOOD))
    assert found == {"old.toml": ["old.toml:1: this is not UTF-8 text; save it as UTF-8"]}


def link(file: Path) -> None:
    """A link whose file is gone."""
    file.symlink_to("gone/away.toml")


def ring(file: Path) -> None:
    """A link that leads to itself."""
    file.symlink_to(file.name)


def denied(file: Path) -> None:
    """A file without the right to read it."""
    file.write_text(own("away"))
    file.chmod(0)


def locked(file: Path) -> None:
    """A link to a file in a folder that may not be entered."""
    inside = file.with_name("locked")
    inside.mkdir()
    (inside / "away.toml").write_text(own("away"))
    file.symlink_to("locked/away.toml")
    inside.chmod(0)


NO_RIGHT = (
    "syncd's account may not read it; let it read the file, and enter the folders on the way there",
    "Let syncd's account read away.toml.",
)
NOT_THERE = {
    link: (
        "it is a link to gone/away.toml, and there is no such file; put that one back, or take the link away",
        "Put back what the link leads to, or take the link away.",
    ),
    ring: (
        "it is a link that leads back to itself; take it away",
        "Put back what the link leads to, or take the link away.",
    ),
    Path.mkdir: (
        "it is a folder, and a file is wanted; give it a name without .toml, or take it away",
        "Give the folder another name, or put a file in its place.",
    ),
    denied: NO_RIGHT,
    locked: NO_RIGHT,
}


@pytest.mark.parametrize(("make", "words"), NOT_THERE.items())
def test_what_cannot_be_had_says_what_it_is(make: Callable[[Path], None], words: tuple[str, str]) -> None:
    """A link, a folder, a file that is not for us: left out, with what to do, and the others are used."""
    message, step = words
    with as_nobody() as folder:
        make(folder / "away.toml")
        config = loaded(folder, GOOD)
        assert said(config) == {"away.toml": [f"away.toml: {message}"]}
        assert list(config.mappings) == ["lakeside-academics", "riverbend-academics"]
        assert [remedy(problem) for problem in config.left_out[0].problems] == [step]
        if make is locked:
            (folder / "locked").chmod(0o700)


def test_a_folder_whose_files_cannot_be_told(tmp_path: Path) -> None:
    """Without the right to list or to enter it: not that it holds none, which would have somebody begin anew."""
    with as_nobody() as folder:
        loaded(folder, GOOD)
        for rights in (0o300, 0):
            folder.chmod(rights)
            with pytest.raises(ConfigError, match="syncd's account may not read it; let it"):
                load_config(folder, {})
        with pytest.raises(ConfigError, match="syncd's account may not read it; let it"):
            load_config(folder / "config.toml", {})


def test_what_others_may_read_is_named_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that holds the token, not the one for all."""
    monkeypatch.setattr("syncd.exposure._readable", lambda file: file.suffix == ".toml")
    assert {file.name for file in exposed(loaded(tmp_path, GOOD))} == {"lakeside.toml", "riverbend.toml"}


def test_the_plan_of_the_front_page(tmp_path: Path) -> None:
    """It is one that holds for all: a district that is left out must not make another one's page the first."""
    assert loaded(tmp_path, GOOD).front is None
    assert loaded(tmp_path, {**GOOD, "config.toml": SHARED + own("state")}).front == "state"


def test_many_districts(tmp_path: Path) -> None:
    """A thousand files, one of them bad: the others are read, and it does not take minutes."""
    files = {f"d{number}.toml": own(f"d{number}") for number in range(1000)}
    config = loaded(tmp_path, {"config.toml": SHARED, **files, "d500.toml": "["})
    assert len(config.mappings) == 999
    assert list(said(config)) == ["d500.toml"]
