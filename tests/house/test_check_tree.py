"""The check of the tree finds what it should, and the tree passes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_tree

HASH = "0" * 64


def findings(tmp_path: Path, name: str, text: str | bytes) -> list[str]:
    """What the check says about one file."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    check_tree.anchors.cache_clear()
    return list(check_tree.check(tmp_path, [path]))


@pytest.mark.parametrize("host", check_tree.HOSTS)
def test_finds_a_registry(tmp_path: Path, host: str) -> None:
    """A file that names where packages come from is named with its line."""
    assert findings(tmp_path, "Makefile", f"a\nget https://{host}/x\n") == [
        f"Makefile:2: names the package registry {host}"
    ]


@pytest.mark.parametrize("folder", ["work", "root", "home/ann", "Users/ann"])
def test_finds_a_path_of_a_machine(tmp_path: Path, folder: str) -> None:
    """An absolute path of the machine that built it is a finding."""
    assert len(findings(tmp_path, "a.py", f"x = '/{folder}/plan.toml'")) == 1


@pytest.mark.parametrize("text", ["https://x.example/work/1", "/workspaces/1", "docs/home/x", "a/root/b", "/homes/ann"])
def test_leaves_other_paths(tmp_path: Path, text: str) -> None:
    """Addresses and paths that only look alike are none."""
    assert findings(tmp_path, "a.txt", text) == []


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("1/1200776655443322" + ":0123456789abcdef0123456789abcdef", "a personal token of Asana"),
        ("2/1200776655443322" + "/1209988776655443:" + "0123456789abcdef" * 2, "a personal token of Asana"),
        ("eyJhbGciOiJIUzI1NiJ9" + ".eyJ0aWQiOjEyMzQ1Njc4fQ" + ".c2lnbmF0dXJlLXRoYXQtaXM", "a token of monday.com"),
        ("https://hooks.slack.com/" + "services/T0123/B0123/" + "abcdefghijklmnop", "a webhook of Slack"),
        ("https://x.webhook.office.com/" + "webhookb2/1@2/IncomingWebhook/" + "0123456789abcdef", "a webhook of Teams"),
        ("-----BEGIN EC " + "PRIVATE KEY-----\nMHcCAQEE", "a private key"),
    ],
)
def test_finds_a_token(tmp_path: Path, token: str, what: str) -> None:
    """A secret of a tool stands nowhere in the tree, whatever the file is."""
    for name in ("a.py", "a.md", "a.toml", "a.json"):
        assert findings(tmp_path, name, f'# x\n"""{token}"""\n') == [f"{name}:2: holds what looks like {what}"]


def test_leaves_what_is_no_token(tmp_path: Path) -> None:
    """Ids, hashes and words with "token" in them are none."""
    text = f"# 2/1200/a-token, 1200776655443322, sha256:{HASH}, eyJhbGciOiJIUzI1NiJ9, hooks.slack.com/services/…\n"
    assert findings(tmp_path, "a.py", text) == []


def test_follows_links_of_markdown(tmp_path: Path) -> None:
    """Files and headings must be there; code, addresses and letters are left alone."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "b.md").write_text('# Two words, `code`\n<a id="own"></a>\n## Two words\n## Two words\n')
    good = (
        "# Top\n[a](docs/b.md) [b](docs/b.md#two-words-code) [c](#top) [d](docs/b.md#own) [e](docs/b.md#two-words-1)\n"
        "[f](https://x.example/#y) `[g](no.md)`\n```\n[h](no.md)\n```\n[i](mailto:a@b.example)\n"
    )
    assert findings(tmp_path, "good.md", good) == []
    bad = "[a](no.md)\n\n[![p](no.png)](docs/b.md#nothing) [c](#gone)\n"
    assert sorted(findings(tmp_path, "bad.md", bad)) == [
        "bad.md:1: links to no.md, which is not there",
        "bad.md:3: links to #gone, but bad.md has no such heading",
        "bad.md:3: links to docs/b.md#nothing, but b.md has no such heading",
        "bad.md:3: links to no.png, which is not there",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "alembic==1.0",
        "alembic>=1.0 --hash=sha256:" + HASH,
        "-e .",
        "--index-url https://x.example",
        "a @ https://x.example",
    ],
)
def test_finds_a_loose_requirement(tmp_path: Path, line: str) -> None:
    """A lock holds one version with its hashes a requirement, and nothing else."""
    good = f"# lock\nclick==8.5.1 ; os_name == 'nt' \\\n    --hash=sha256:{HASH} \\\n    --hash=sha256:{HASH}\n"
    assert findings(tmp_path, "a.lock", good) == []
    assert findings(tmp_path, "a.lock", good + line + "\n") == [
        f"a.lock:5: is not pinned with its hashes: {line.split(maxsplit=1)[0]}"
    ]


def test_finds_what_is_too_long(tmp_path: Path) -> None:
    """Modules and functions have an end; tests may be longer."""
    long = "def f():\n" + "    x = 1\n" * 40
    assert findings(tmp_path, "a.py", "def f():\n" + "    x = 1\n" * 39) == []
    assert findings(tmp_path, "a.py", long) == ["a.py:1: f has 41 lines; a function has at most 40"]
    assert findings(tmp_path, "b.py", "x = 1\n" * 401) == ["b.py:1: has 401 lines; a module has at most 400"]
    assert findings(tmp_path, "tests/a.py", long) == []


def test_skips_what_is_no_text(tmp_path: Path) -> None:
    """Pictures are not read."""
    assert findings(tmp_path, "a.md", b"\xff\xfe\x00[a](no.md)") == []


def test_main_passes_on_this_tree(capsys: pytest.CaptureFixture[str]) -> None:
    """The tree as it stands has no finding."""
    code = check_tree.main()
    assert capsys.readouterr().out == ""
    assert code == 0
