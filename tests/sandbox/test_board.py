"""The board shows what the sandbox holds, and what people do on it reaches the API."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from connectors.asana.sandbox import Sandbox
from tests.browser import MISSING, chromium, find_chromium
from tests.sandbox.conftest import PATIENCE


@pytest.fixture
def page(box: Sandbox) -> Iterator[httpx.Client]:
    """Someone's browser."""
    with httpx.Client(base_url=box.root, follow_redirects=True, timeout=PATIENCE) as client:
        yield client


def test_the_list_of_boards(box: Sandbox, page: httpx.Client) -> None:
    """The first page lists the projects; with a single one, board_url leads straight to its board."""
    assert "No project yet" in page.get("/").text
    project = box.world.add_project("Plan <2025>")
    assert box.board_url == f"{box.root}/board/{project.gid}"
    box.world.complete(box.world.add_task("x", project.gid).gid)
    text = page.get("/").text
    assert "Plan &lt;2025&gt;" in text
    assert "1 of 1 done" in text
    box.world.set_project(project.gid, archived=True)
    box.world.add_project("Second")
    assert box.board_url == f"{box.root}/"
    assert "(archived)" in page.get("/").text


def test_a_board_shows_sections_cards_and_subtasks(box: Sandbox, page: httpx.Client) -> None:
    """Sections, names, due dates, lateness, people and the count of subtasks stand on the page."""
    world = box.world
    project = world.add_project("Plan", ["Reading", "Maths"]).gid
    late = world.add_task("Buy & sort readers", project, due_on="2026-08-01", assignee=world.person)
    world.complete(world.add_task("quotes", parent=late.gid, due_on="2027-02-03").gid)
    world.add_task("order", parent=late.gid)
    world.add_task("— heading —", parent=late.gid, separator=True)
    text = page.get(f"/board/{project}").text
    for words in ("Reading", "Maths", "Buy &amp; sort readers", "Late: 1 Aug", "3 Feb 2027", "1/2 subtasks", ">AT<"):
        assert words in text
    assert "heading" not in text
    assert "1 of 3 done" in text


def test_no_name_becomes_code(box: Sandbox, page: httpx.Client) -> None:
    """Whatever boards, sections, tasks, steps and people are called: it is text, in attributes too."""
    world, code = box.world, "\"'><img src=x onerror=alert(1)><script>alert(1)</script>"
    project = world.add_project(f"Plan {code}", [f"Reading {code}"]).gid
    person = world.add_user(f"Ann {code}", "ann@example.org").gid
    task = world.add_task(f"Books {code}", project, assignee=person)
    world.add_task(f"Step {code}", parent=task.gid, assignee=person)
    for text in (page.get("/").text, page.get(f"/board/{project}").text):
        assert "&lt;img src=x" in text
        assert "<img" not in text
        assert "<script>alert" not in text


def test_the_section_asana_makes_is_shown_only_where_it_is_used(box: Sandbox, page: httpx.Client) -> None:
    """An empty "Untitled section" is not shown beside others; alone, or with a task in it, it is."""
    world = box.world
    project = world.add_project("Plan").gid
    assert "Untitled section" in page.get(f"/board/{project}").text
    world.add_section(project, "Reading")
    assert "Untitled section" not in page.get(f"/board/{project}").text
    world.add_task("left over", project)
    assert "Untitled section" in page.get(f"/board/{project}").text


def test_people_work_on_the_board(box: Sandbox, page: httpx.Client) -> None:
    """Ticking, renaming, re-dating, moving, adding and deleting reach the world, done by the team member."""
    world = box.world
    project = world.add_project("Plan", ["A", "B"])
    task = world.add_task("x", project.gid, due_on="2027-01-01")
    board = f"/board/{project.gid}"
    assert page.post(f"{board}/tick", data={"task": task.gid, "done": "yes"}).status_code == 200
    assert (task.completed, task.completed_by) == (True, world.person)
    page.post(f"{board}/tick", data={"task": task.gid, "done": "no"})
    form = {"task": task.gid, "name": "renamed", "due": "2027-05-01", "section": project.sections[1]}
    page.post(f"{board}/edit", data=form)
    assert (task.completed, task.name, task.due_on) == (False, "renamed", "2027-05-01")
    assert task.homes[project.gid] == project.sections[1]
    stamp, position = task.modified_at, world.feed.position
    page.post(f"{board}/edit", data=form)
    assert (task.modified_at, world.feed.position) == (stamp, position)
    page.post(f"{board}/edit", data={**form, "due": "", "owner": world.person})
    assert (task.due_on, task.assignee) == (None, world.person)
    page.post(f"{board}/edit", data={**form, "owner": ""})
    assert task.assignee is None
    page.post(f"{board}/add", data={"section": project.sections[0], "name": "new one"})
    page.post(f"{board}/add", data={"section": project.sections[0], "name": " "})
    page.post(f"{board}/subtask", data={"task": task.gid, "name": "step"})
    page.post(f"{board}/subtask", data={"task": task.gid, "name": " "})
    assert [t.name for t in world.tasks_in(project.gid)] == ["new one", "renamed"]
    assert [world.tasks[gid].name for gid in task.subtasks] == ["step"]
    page.post(f"{board}/remove", data={"task": task.gid})
    assert task.deleted


def test_what_cannot_be_done_is_said(box: Sandbox, page: httpx.Client) -> None:
    """Unknown boards and deeds are 404, bad forms 400, in words."""
    project = box.world.add_project("Plan").gid
    assert page.get("/board/1").status_code == 404
    assert page.post(f"/board/{project}/explode").status_code == 404
    assert page.post(f"/board/{project}/tick", data={"task": "1", "done": "yes"}).status_code == 400
    task = box.world.add_task("x", project).gid
    for wrong in ({"due": "soon"}, {"owner": "nobody we know"}, {"section": "1"}):
        assert page.post(f"/board/{project}/edit", data={"task": task, "name": "x", **wrong}).status_code == 400


def test_addresses_as_asana_writes_them_lead_to_the_board(box: Sandbox, page: httpx.Client) -> None:
    """permalink_url of a project, a task and a subtask open the board they stand on."""
    project = box.world.add_project("Plan").gid
    task = box.world.add_task("x", project)
    step = box.world.add_task("step", parent=task.gid)
    for address, target in (
        (f"/0/{project}/list", f"/board/{project}"),
        (f"/0/{project}/{task.gid}", f"/board/{project}#t{task.gid}"),
        (f"/0/0/{step.gid}", f"/board/{project}#t{step.gid}"),
    ):
        reply = page.get(address, follow_redirects=False)
        assert reply.headers["location"] == target


def test_the_version_moves_with_every_change(box: Sandbox, page: httpx.Client) -> None:
    """The page can tell by one number that it is out of date."""
    project = box.world.add_project("Plan").gid
    before = page.get(f"/board/{project}/version").text
    box.world.add_task("x", project)
    assert int(page.get(f"/board/{project}/version").text) > int(before)


def test_the_board_shows_the_order(box: Sandbox, page: httpx.Client) -> None:
    """Cards and steps stand as they were put, sections by their names; each time the page knows that it is old."""
    world = box.world
    project = world.add_project("Plan", ["First", "Second"])
    one, two = (world.add_task(name, project.gid).gid for name in ("one", "two"))
    red, blue = (world.add_task(name, parent=two).gid for name in ("red", "blue"))

    def shown(*words: str) -> tuple[list[str], int]:
        text = page.get(f"/board/{project.gid}").text
        order = sorted(
            words, key=lambda word: text.index(f'<span class="name">{word}<' if word.islower() else f">{word} <")
        )
        return order, int(page.get(f"/board/{project.gid}/version").text)

    order, before = shown("one", "two", "red", "blue")
    assert order == ["one", "two", "red", "blue"]
    world.add_to_project(one, project.gid, after=two)
    order, later = shown("one", "two", "red", "blue")
    assert (order, later > before) == (["two", "red", "blue", "one"], True)
    world.set_parent(blue, two, before=red)
    order, before = shown("red", "blue")
    assert (order, before > later) == (["blue", "red"], True)
    world.move_section(project.sections[1], before=project.sections[0])
    order, later = shown("First", "Second")
    assert (order, later > before) == (["Second", "First"], True)
    world.rename_section(project.sections[0], "Third")
    order, before = shown("First", "Third")
    assert (order, before > later) == (["Third", "First"], True)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A Chromium."""
    path = find_chromium()
    if not path:
        pytest.skip(MISSING)
    with chromium(path) as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_board_in_a_browser(box: Sandbox, browser: Browser, width: int, script: bool) -> None:
    """In a real browser, wide and narrow, with and without script: ticks, subtasks and moves work by keyboard."""
    world = box.world
    project = world.add_project("Plan", ["Reading", "Maths"])
    task = world.add_task("Adopt a curriculum with quite a long name that needs two lines", project.gid)
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page.goto(box.board_url)
    page.get_by_role("button", name="Complete: Adopt").press("Enter")
    page.get_by_role("button", name="Reopen: Adopt").wait_for()
    page.locator(f"#c{task.gid}").press("Enter")
    page.get_by_label("New subtask of Adopt").fill("step")
    page.keyboard.press("Enter")
    page.get_by_text("0/1 subtasks").wait_for()
    page.locator(f"#c{task.gid}").press("Enter")
    page.locator(f"#m{task.gid}").get_by_label("Section").select_option("Maths")
    page.locator(f"#m{task.gid}").get_by_label("Owner").select_option("Avery Teacher")
    page.locator(f"#m{task.gid}").get_by_role("button", name="Save").press("Enter")
    page.locator(f"#s{project.sections[1]} .card").get_by_role("img", name="Owner: Avery Teacher").wait_for()
    page.close()
    assert (task.completed, task.assignee) == (True, world.person)
    assert task.homes[project.gid] == project.sections[1]


@pytest.mark.browser
def test_the_board_follows_and_keeps_its_place(box: Sandbox, browser: Browser) -> None:
    """What happens elsewhere shows by itself; after a form the keyboard is where it was, ready for the next task."""
    world = box.world
    project = world.add_project("Plan", ["Reading"])
    page = browser.new_page()
    page.goto(box.board_url)
    for name in ("one", "two"):
        page.get_by_label("Add a task to Reading").press_sequentially(name)
        page.keyboard.press("Enter")
        page.get_by_role("button", name=f"Complete: {name}").wait_for()
        expect(page.get_by_label("Add a task to Reading")).to_be_focused(timeout=30_000)
    world.add_task("from elsewhere", project.gid)
    page.get_by_text("from elsewhere").wait_for()
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_everyone_can_use_the_board(box: Sandbox, browser: Browser, width: int) -> None:
    """No automated rule of WCAG 2.2 AA is broken and nothing sticks out, with every panel open."""
    world = box.world
    project = world.add_project("Plan", ["Reading", "Maths"])
    people = [world.add_user(f"Person {letter}{letter}").gid for letter in "abcdefghijkl"]
    for number, person in enumerate(people):
        due = f"2026-{number + 1:02d}-01"
        task = world.add_task(f"Task {number}", project.gid, section=project.sections[number % 2], assignee=person)
        step = world.add_task(f"Step {number}", parent=task.gid, due_on=due)
        world.complete(step.gid, number % 2 == 0)
    page = browser.new_page(viewport={"width": width, "height": 800})
    for address in (box.board_url, f"{box.root}/", f"{box.root}/board/1"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
