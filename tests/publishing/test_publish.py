"""A public scorecard as a folder: what is in it, that it is replaced at once, and that no snapshot is ever altered."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from connectors.clock import SystemClock
from syncd.app import App
from syncd.config import load_config
from syncd.errors import FileError
from syncd.publishing.folder import ARCHIVE, SUMS, Folder
from syncd.publishing.publish import Published, publish
from tests.cli.district import PLAN, District, run

LINK = re.compile(r'(?:href|src)="([^"]*)"')


class ToldClock(SystemClock):
    """A clock that shows what it is told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 15, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant."""
        return self.at


@pytest.fixture
def clock() -> ToldClock:
    """Noon or so."""
    return ToldClock()


@pytest.fixture
def app(district: District, clock: ToldClock) -> Iterator[App]:
    """The application of that district."""
    with App(load_config(district.config), clock) as made:
        yield made


def published(app: App, out: Path) -> Published:
    """Publish once."""
    [done] = publish(app, out)
    return done


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by its path; what stands behind a link is left out."""
    folder = folder.resolve()
    found = {str(each.relative_to(folder)): each for each in sorted(folder.rglob("*")) if each.is_file()}
    return {path: file.read_bytes() for path, file in found.items() if path.partition("/")[0] != ARCHIVE}


def test_what_is_in_it(app: App, tmp_path: Path) -> None:
    """Pages, data, a page to embed for each public KPI; nothing of what is not public, and no script."""
    out = tmp_path / "www" / "plan"
    published(app, out)
    found = files(out)
    assert {"index.html", "scorecard.json", "scorecard.csv", "embed/index.html", "embed/g1-o1-k1.html", SUMS} <= set(
        found
    )
    assert json.loads(found["scorecard.json"])["goals"][0]["outcomes"][0]["kpis"][0]["id"] == "G1.O1.K1"
    assert found["scorecard.csv"].startswith("\ufeff".encode())
    everything = b"".join(found.values())
    assert b"Grade 3 ELA proficiency" in everything
    assert b"Train every K-3 teacher" not in everything
    assert b"ann@district.example" not in everything
    assert b"<script" not in everything


def test_every_link_leads_to_a_file_of_it(app: App, tmp_path: Path) -> None:
    """Relative, whatever the folder is called and wherever it stands; in the site and in its snapshots."""
    out = tmp_path / "plan"
    published(app, out)
    for start in (out, out / "archive" / "2026-03-02"):
        for page in [*start.rglob("*.html"), out / "archive" / "index.html"]:
            for link in LINK.findall(page.read_text(encoding="utf-8")):
                address = urlsplit(link.replace("&#34;", ""))
                assert not address.scheme, link
                if address.path and "embed/" not in address.path:
                    assert Path(os.path.normpath(page.parent / unquote(address.path))).exists(), (page, link)


def test_a_page_to_embed_has_a_policy_of_its_own(app: App, tmp_path: Path) -> None:
    """It lets its own style in and nothing else, and stands by itself."""
    published(app, tmp_path / "plan")
    page = (tmp_path / "plan" / "embed" / "g1-o1-k1.html").read_text(encoding="utf-8")
    assert 'content="default-src &#39;none&#39;; style-src &#39;sha256-' in page
    assert 'target="_top"' in page
    assert "55.5 %" in page


def test_its_hashes_hold(app: App, tmp_path: Path) -> None:
    """The list names every file, and is what the snapshot is known by."""
    done = published(app, tmp_path / "plan")
    folder = tmp_path / "plan"
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    told = {line[66:]: line[:64] for line in lines}
    assert told == {name: hashlib.sha256(text).hexdigest() for name, text in files(folder).items() if name != SUMS}
    assert done.digest == hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()
    assert done.digest in (folder / "archive" / "index.html").read_text(encoding="utf-8")


def test_everybody_may_read_it(app: App, tmp_path: Path) -> None:
    """Also where the service makes files for itself alone, as the systemd unit has it."""
    before = os.umask(0o077)
    try:
        published(app, tmp_path / "www" / "plan")
    finally:
        os.umask(before)
    made = [tmp_path / "www", *(tmp_path / "www").rglob("*")]
    assert {each.stat().st_mode & 0o777 for each in made if each.is_dir()} == {0o755}
    assert {each.stat().st_mode & 0o777 for each in made if each.is_file()} == {0o644}


def test_nothing_is_written_anew_where_nothing_is_new(app: App, tmp_path: Path) -> None:
    """The folder stays the very same."""
    first, link = published(app, tmp_path / "plan"), (tmp_path / "plan").readlink()
    again = published(app, tmp_path / "plan")
    assert (first.new, first.kept, again.new, again.kept) == (True, "2026-03-02", False, "")
    assert (tmp_path / "plan").readlink() == link


def test_no_snapshot_is_ever_altered(app: App, district: District, clock: ToldClock) -> None:
    """Of each day the first publication is kept, byte by byte, whatever is published later."""
    out = district.folder / "plan"
    published(app, out)
    first = files(out / "archive" / "2026-03-02")
    assert first["index.html"] == (out / "index.html").read_bytes()
    district.change_plan(("value = 55.5", "value = 57.5"))
    published(app, out)
    clock.at += timedelta(days=1)
    done = published(app, out)
    assert (done.day, done.kept, done.snapshots) == ("2026-03-03", "2026-03-03", 2)
    assert b"57.5" in (out / "archive" / "2026-03-03" / "index.html").read_bytes()
    assert files(out / "archive" / "2026-03-02") == first
    listed = (out / "archive" / "index.html").read_text(encoding="utf-8")
    assert listed.index("2026-03-03/index.html") < listed.index("2026-03-02/index.html")


def test_a_crash_leaves_what_was_there(app: App, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever file it dies, readers see the old site as a whole, and the next time it goes through."""
    out = district.folder / "plan"
    published(app, out)
    before = files(out)
    district.change_plan(("value = 55.5", "value = 57.5"))
    for dies_at in range(0, len(before) + 1, 4):
        names: list[str] = []

        def die(path: str, names: list[str] = names, at: int = dies_at) -> None:
            names.append(path)
            if len(names) > at:
                raise KeyboardInterrupt

        if dies_at < len(before) - 1:
            with pytest.raises(KeyboardInterrupt):
                list(publish(app, out, written=die))
            assert files(out) == before
    with monkeypatch.context() as patched:
        patched.setattr("syncd.publishing.folder._settle", lambda: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            published(app, out)
    assert files(out) == before
    published(app, out)
    assert b"57.5" in (out / "index.html").read_bytes()
    assert not [each.name for each in (district.folder / "plan.versions").iterdir() if each.name.startswith(".")]


def test_no_reader_sees_half_a_site(app: App, district: District) -> None:
    """Whoever looks while it is replaced finds a site, whole and of one day."""
    out = district.folder / "plan"
    published(app, out)
    over, torn = threading.Event(), []

    def read() -> None:
        while not over.is_set():
            version = out.resolve()
            if not (version / SUMS).is_file() or not (out / "index.html").is_file():
                torn.append(version)

    reader = threading.Thread(target=read)
    reader.start()
    for value in range(56, 64):
        text = (district.folder / "plan.toml").read_text(encoding="utf-8")
        district.write_plan(re.sub(r"readings = \[ \{ value = [\d.]+", f"readings = [ {{ value = {value}", text))
        published(app, out)
    over.set()
    reader.join()
    assert torn == []
    assert len([each for each in (district.folder / "plan.versions").iterdir() if each.name != "archive"]) == 2


def test_what_is_not_ours_is_left_alone(app: App, tmp_path: Path) -> None:
    """A folder with something in it is somebody's; an empty one may be taken."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="something stands there that was not published by syncd"):
        published(app, tmp_path / "mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    with pytest.raises(FileError, match="something stands there"):
        published(app, tmp_path / "link")
    assert (tmp_path / "mine" / "index.html").read_text(encoding="utf-8") == "mine"
    (tmp_path / "empty").mkdir()
    assert published(app, tmp_path / "empty").new


def test_several_plans_do_not_go_where_one_was(district: District, clock: ToldClock) -> None:
    """Each has a folder of its name; where one plan stands already, another folder is asked for."""
    out = district.folder / "www"
    with App(load_config(district.config), clock) as app:
        published(app, out)
    (district.folder / "other.toml").write_text(PLAN.replace('id = "district"', 'id = "other"', 1), encoding="utf-8")
    district.write_config(more='[plans.other]\nsource = "other.toml"\n')
    with App(load_config(district.config), clock) as app:
        with pytest.raises(FileError, match="now there are several"):
            list(publish(app, out))
        assert [done.plan for done in publish(app, district.folder / "new", "other")] == ["other"]
        assert (district.folder / "new" / "other" / "index.html").is_file()


def test_a_snapshot_is_a_copy(app: App, tmp_path: Path) -> None:
    """Whoever edits a published page by hand does not edit the snapshot of it."""
    published(app, tmp_path / "plan")
    with (tmp_path / "plan" / "index.html").open("a", encoding="utf-8") as page:
        page.write("by hand")
    assert b"by hand" not in files(tmp_path / "plan" / "archive" / "2026-03-02")["index.html"]


def test_a_further_snapshot_of_a_day_is_kept_beside_the_first(app: App, district: District) -> None:
    """If it is asked for, and only of something else; none is overwritten, and the list holds them in their order."""
    out = district.folder / "plan"
    first, *_ = publish(app, out)
    before = files(out / "archive" / "2026-03-02")
    same, *_ = publish(app, out, again=True)
    assert (first.kept, same.kept) == ("2026-03-02", "")
    names = []
    for value in range(56, 67):
        text = (district.folder / "plan.toml").read_text(encoding="utf-8")
        district.write_plan(re.sub(r"readings = \[ \{ value = [\d.]+", f"readings = [ {{ value = {value}", text))
        [done] = publish(app, out, again=True)
        names.append(done.kept)
    assert names == [f"2026-03-02-{number}" for number in range(2, 13)]
    assert files(out / "archive" / "2026-03-02") == before
    assert [each.day for each in Folder(out).snapshots()] == [*reversed(names), "2026-03-02"]


def test_what_is_not_published_is_named(district: District) -> None:
    """By id, with why and what to do, on the other channel; who reads the exit code learns of it too."""
    secret = PLAN.replace("Grade 3 ELA proficiency", "Results of student Maria Lopez, grade 3")
    district.write_plan(secret)
    said = run("--config", str(district.config), "publish", "--out", str(district.folder / "plan"))
    assert said.code == 1
    assert "district: G1.O1.K1 is not published: its title may name a student" in said.err
    assert '[[plans.district.waivers]] item = "G1.O1.K1"' in said.err
    assert "Maria" not in said.out + said.err
    assert "internal: these are not public." in said.err
    told = run("--config", str(district.config), "publish", "--out", str(district.folder / "plan"), "--json").json
    [one] = told["published"]
    assert [each["item"] for each in one["withheld"]["texts"]] == ["G1.O1.K1"]
    assert one["withheld"]["internal"] > 0


def test_two_do_not_publish_at_once(app: App, tmp_path: Path) -> None:
    """Neither takes the other's version away: the later one is told to come again, and then goes through."""
    out = tmp_path / "plan"
    with Folder(out).alone(), pytest.raises(FileError, match="another syncd is publishing there just now"):
        published(app, out)
    assert published(app, out).new


def test_folders_of_others_beside_it_are_left_alone(app: App, tmp_path: Path) -> None:
    """Where its versions would be, nothing of somebody else's is taken away; and no link leads it elsewhere."""
    (tmp_path / "plan.versions").mkdir()
    (tmp_path / "plan.versions" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match=r"plan.versions: something stands there"):
        published(app, tmp_path / "plan")
    assert (tmp_path / "plan.versions" / "mine.txt").is_file()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "other.versions").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError, match=r"other.versions: something stands there"):
        published(app, tmp_path / "other")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_snapshot_that_cannot_be_made_stops_it(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is published of which no snapshot is kept, and nothing unfinished is left."""
    monkeypatch.setattr("syncd.publishing.folder._copied", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(FileError, match=r"disk full.*; make room there"):
        published(app, tmp_path / "plan")
    assert not (tmp_path / "plan").exists()
    assert list(Folder(tmp_path / "plan").archive.iterdir()) == []


def test_the_command(district: District) -> None:
    """It says what was done, for people and for programs, and what is wrong."""
    out = district.folder / "plan"
    said = run("--config", str(district.config), "publish", "--out", str(out))
    assert said.code == 0
    assert said.out.startswith(f"district: published in {out}; the snapshot 2")
    told = run("--config", str(district.config), "publish", "--out", str(out), "--json").json
    [one] = told["published"]
    assert (told["ok"], one["plan"], one["place"], one["new"], one["snapshots"]) == (
        True,
        "district",
        str(out),
        False,
        1,
    )
    wrong = run("--config", str(district.config), "publish", "--out", str(district.config))
    assert (wrong.code, "something stands there" in wrong.err) == (2, True)
    assert run("--config", str(district.config), "publish").code == 2


def test_what_a_dead_process_left_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a version or of a snapshot, once it is an hour old: also where an old state is published again."""
    place = Folder(tmp_path / "www")

    def next_one(text: str, day: str) -> None:
        with place.alone():
            version = place.write([("index.html", iter([text]))])
            place.keep(version, day)
            place.publish(version)

    def killed(_file: Path, _kept: Path) -> None:
        raise SystemExit

    next_one("a", "2026-03-02")
    with monkeypatch.context() as patch:
        patch.setattr("syncd.publishing.folder._copied", killed)
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(SystemExit):
            next_one("b", "2026-03-03")
    beside = tmp_path / "www.versions"
    [left] = beside.glob(".new-*")
    for each in beside.iterdir():
        os.utime(each, (each.stat().st_mtime - 7200,) * 2)
    assert sorted(each.name for each in (beside / ARCHIVE).iterdir()) == ["2026-03-02"]
    next_one("a", "2026-03-04")
    assert not left.exists()


def test_what_was_damaged_is_mended(app: App, tmp_path: Path) -> None:
    """Emptied, taken away, or put there by others: the next publication of the same day holds what it should."""
    out = tmp_path / "plan"
    published(app, out)
    before = files(out)
    (out / "index.html").write_bytes(b"")
    (out / "scorecard.csv").unlink()
    (out / "goals" / "internal.html").write_text("of others", encoding="utf-8")
    assert not published(app, out).new
    assert files(out) == before


def test_a_kpi_called_index_has_a_page_of_its_own(district: District, app: App, tmp_path: Path) -> None:
    """The list of what can be embedded stands where it did, and each hash is right."""
    district.change_plan(('id = "G1.O1.K1"', 'id = "Index"'))
    published(app, tmp_path / "plan")
    found = files(tmp_path / "plan")
    assert b"Show a KPI on your own page" in found["embed/index.html"]
    assert b"Grade 3 ELA proficiency" in found["embed/index-2.html"]
    for line in found[SUMS].decode().splitlines():
        told, _, path = line.partition("  ")
        assert hashlib.sha256(found[path]).hexdigest() == told


def test_not_in_place_of_the_root(app: App) -> None:
    """There is no place beside it."""
    with pytest.raises(FileError, match="nothing can be published in place of that"):
        published(app, Path("/"))
