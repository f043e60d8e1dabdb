"""The traps that tools fall into with Asana: each test fails without what handles its trap.

Those that any tool sets (unanswered creates, half listings, gone or hidden, strangers, copies) stand in the suite of
all connectors, which this connector passes in test_contract.py; here is what is Asana's own.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise

import pytest

from connectors.asana.sandbox import Limits
from connectors.contract import Connector
from connectors.errors import NotFound, Quota, Transient, UnknownOutcome
from connectors.vocabulary import Container, Create, Credit, Depth, Task, Update, Values, Written
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import change, make


def look(connector: Connector, container: Container, task: str, depth: Depth = Depth.TOP) -> Task:
    """One task, which must be there."""
    seen = connector.look(container, [task], depth)[task]
    assert isinstance(seen, Task)
    return seen


# Time and outcome


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_silent_server_never_holds_a_thread_for_ever(bench: AsanaBench, container: Container, method: str) -> None:
    """Every kind of request has a timeout: the SDK has none, and ignores one given as a float."""
    task = bench.add("Task")
    hasty = bench.connect(timeout=0.2)
    bench.fault(f"^{method}", kind="hang", seconds=1.5, times=4)
    outcome: list[object] = []

    def call() -> None:
        try:
            if method == "GET":
                hasty.read(container, Depth.TOP)
            elif method == "PUT":
                change(hasty, container, task, title="New")
            else:
                make(hasty, container, "A1")
        except (Transient, UnknownOutcome) as error:
            outcome.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    (error,) = outcome
    assert isinstance(error, Transient if method == "GET" else UnknownOutcome)
    assert "0.2 s" in str(error)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 504, "effect": True, "body": "html"},
        {"kind": "status", "status": 500, "effect": True},
        {"kind": "lost_reply"},
        {"kind": "truncated"},
    ],
    ids=["gateway timeout", "server error", "cut off", "half an answer"],
)
def test_a_create_without_a_clear_answer_is_sent_once(
    bench: AsanaBench, connector: Connector, container: Container, fault: dict[str, object]
) -> None:
    """An answer that says nothing about the outcome is UnknownOutcome, and the marker finds what was made."""
    bench.fault("^POST /tasks", **fault)
    with pytest.raises(UnknownOutcome):
        make(connector, container, "A1")
    assert len(bench.sent("POST", "/tasks")) == 1
    since = bench.clock.now() - timedelta(minutes=5)
    assert [task.title for task in connector.find(container, "syncd:p/A1", parent=None, since=since)] == ["Title of A1"]
    assert not any("search" in seen.path for seen in bench.box.requests)


def test_a_write_that_was_never_sent_is_sent_again(bench: AsanaBench, container: Container) -> None:
    """Where not even a connection stood, nothing can have happened: that is no unknown outcome."""
    bench.box.close()
    with pytest.raises(Transient, match="could not be reached"):
        make(bench.connect(), container, "A1")


# Limits


def test_the_sdk_repeats_nothing_behind_our_back(bench: AsanaBench, connector: Connector) -> None:
    """A refused request waits by our clock, through the limiter: two requests in all, and no second more."""
    bench.fault(kind="rate_limit", retry_after="30")
    connector.me()
    assert len(bench.sent()) == 2
    assert sum(bench.clock.slept) == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(("says", "waits"), [(None, 5), ("1.5", 1.5), ("soon", 5)])
def test_a_refusal_without_a_usable_time(
    bench: AsanaBench, connector: Connector, says: str | None, waits: float
) -> None:
    """`Retry-After` may be missing (too many at once), broken or no number: then a careful guess is waited out."""
    bench.fault(kind="rate_limit", retry_after=says)
    connector.me()
    assert sum(bench.clock.slept) == pytest.approx(waits, abs=0.1)


def test_limits_are_shared_with_other_scripts(free: AsanaBench) -> None:
    """With a fifth left for others on the same token, nobody is ever refused; and we use 90 % of the rest."""
    free.box.gate.limits = Limits(per_minute=150)
    connector = free.connect(requests_per_minute=None)
    container = connector.open(free.container)
    began, sent = free.clock.monotonic(), connector.requests()
    for number in range(400):
        connector.look(container, ["1"], Depth.TOP)
        if number % 4 == 0:
            free.box.gate.enter(free.box.token, writing=False)
            free.box.gate.leave(free.box.token, writing=False)
    minutes = (free.clock.monotonic() - began) / 60
    assert not [seen for seen in free.box.requests if seen.status == 429]
    assert (connector.requests() - sent) / minutes >= 0.9 * 150 * 0.8


def test_the_rate_is_learnt_from_the_accounts_plan(bench: AsanaBench, free: AsanaBench) -> None:
    """An account is taken for a free one until its custom fields tell that it is not."""
    for place, rate in ((bench, 1500), (free, 150)):
        connector = place.connect(requests_per_minute=None, share_left=0.0)
        container = connector.open(place.container)
        began = place.clock.monotonic()
        for _ in range(300):
            connector.look(container, ["1"], Depth.TOP)
        assert 250 / rate <= (place.clock.monotonic() - began) / 60 <= 320 / rate


def test_a_configured_rate_is_kept(bench: AsanaBench) -> None:
    """What the admin wrote is not overruled by what the account's plan would allow."""
    connector = bench.connect(requests_per_minute=60, share_left=0.0)
    container = connector.open(bench.container)
    for _ in range(60):
        connector.look(container, ["1"], Depth.TOP)
    assert bench.clock.monotonic() >= 58


def test_never_too_many_at_once(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """However many threads write and read, at most 12 writes and 40 reads are under way: 15 and 50 less a share."""
    bench.box._api.latency = 0.03
    tasks = [bench.add(f"Task {number}") for number in range(60)]
    bench.box.requests.clear()
    with ThreadPoolExecutor(60) as threads:
        list(threads.map(lambda task: look(connector, container, task), tasks))
        list(threads.map(lambda task: change(connector, container, task, title="New"), tasks[:30]))
    for method, most in (("GET", 40), ("PUT", 12)):
        seen = bench.sent(method)
        moments = sorted([(one.started, 1) for one in seen] + [(one.ended or 0, -1) for one in seen])
        flying = [sum(step for _, step in moments[: at + 1]) for at in range(len(moments))]
        assert 2 < max(flying) <= most
    assert not [seen for seen in bench.box.requests if seen.status == 429]


# News


def test_news_of_several_pages_are_read_to_the_end(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """250 events take three requests, each with the token of the one before; the SDK's own iterator loops here."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    tasks = [bench.add(f"Task {number}") for number in range(120)]
    before = len(bench.sent())
    news = connector.changes({container.id: cursor})[container.id]
    assert news.touched == set(tasks)
    asked = [seen.query["sync"] for seen in bench.sent()[before:]]
    told = [seen.answer()["sync"] for seen in bench.sent()[before:]]
    assert len(asked) == 3
    assert asked == [cursor, *told[:-1]]
    assert news.cursor == told[-1]
    assert connector.changes({container.id: news.cursor})[container.id].touched == frozenset()


def test_a_feed_with_too_much_to_tell_is_given_up(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """After 20 pages a full listing is quicker; the cursor that comes back is past everything."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    task = bench.add("Task")
    for number in range(1100):
        bench.rename(task, f"Name {number}")
    before = connector.requests()
    news = connector.changes({container.id: cursor})[container.id]
    assert (news.lost, connector.requests() - before) == (True, 21)
    assert connector.changes({container.id: news.cursor})[container.id].touched == frozenset()


def test_an_expired_token_is_a_normal_state(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """412 costs one request, is not repeated, and its body's token is what comes next."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(hours=25)
    before = connector.requests()
    news = connector.changes({container.id: cursor})[container.id]
    assert (news.lost, news.touched, connector.requests() - before) == (True, frozenset(), 1)
    assert news.cursor == bench.sent()[-1].answer()["sync"]


def test_a_move_is_told_and_idle_talk_is_not(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A move does not touch `modified_at`, a comment does: neither is what decides."""
    group = connector.ensure_groups(container, ["One"])[0]
    moved, discussed = bench.add("Moved"), bench.add("Discussed")
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(minutes=5)
    before = look(connector, container, moved).modified_at
    bench.move(moved, group.id)
    bench.world.comment(discussed, "I like this")
    news = connector.changes({container.id: cursor})[container.id]
    assert news.touched == {moved}
    assert look(connector, container, moved).modified_at == before
    assert look(connector, container, moved).group == group.id


def test_our_own_writes_are_no_news(connector: Connector, container: Container) -> None:
    """The echo of a write is not later than its answer, and the answer equals what is read later."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    task = make(connector, container, "A1", title="Trailing \u00a0", notes="Windows\r\nline  \n\n")
    news = connector.changes({container.id: cursor})[container.id]
    assert task.modified_at
    assert task.modified_at - timedelta(seconds=1) < news.at[task.id] <= task.modified_at
    assert look(connector, container, task.id) == task


def test_a_lost_subtask_points_at_its_parent(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A step that is taken out changes nothing on the task above it, whose count of steps must be read again."""
    task = bench.add("Task")
    step = bench.add("Step", parent=task)
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.world.set_parent(step, None)
    assert task in connector.changes({container.id: cursor})[container.id].touched


# Listings


def test_an_expired_page_token_begins_the_listing_again(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """The whole listing is read anew, complete and each task once; and given up when that never ends."""
    tasks = {bench.add(f"Task {number}") for number in range(250)}
    bench.fault("offset=", kind="expire_offset", skip=1)
    before = connector.requests()
    assert connector.read(container, Depth.TOP).tasks.keys() == tasks
    assert connector.requests() - before == 6
    bench.fault("offset=", kind="expire_offset", times=100)
    with pytest.raises(Transient, match="page token"):
        connector.read(container, Depth.TOP)


def test_a_project_that_is_gone_while_read_is_not_empty(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """A refused listing is an error, never an empty one."""
    bench.delete_container(container.id)
    with pytest.raises(NotFound):
        connector.read(container, Depth.TOP)


def test_tasks_that_outlive_their_project_are_not_gone(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """When people delete a project, assigned tasks live on elsewhere: that is not deletion."""
    lone, kept = bench.add("Lone"), bench.add("Kept")
    bench.world.set(kept, assignee=bench.world.person)
    bench.delete_container(container.id)
    assert look(connector, container, kept).container == ""
    assert not isinstance(connector.look(container, [lone], Depth.TOP)[lone], Task)


def test_a_full_read_keeps_to_its_budget(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """⌈N/100⌉ requests, and one for each parent that has subtasks."""
    parents = [bench.add(f"Task {number}") for number in range(120)]
    for parent in parents[:7]:
        bench.add("Step", parent=parent)
    before = connector.requests()
    connector.read(container, Depth.TOP)
    assert connector.requests() - before == 2
    connector.read(container, Depth.SUBTASKS)
    assert connector.requests() - before == 2 + 2 + 7


# What counts


def test_subtasks_count_once_and_headings_never(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A subtask that also stands in the project is one task; a separator is no step."""
    parent = bench.add("Task")
    both, heading, open_ = (bench.add(title, parent=parent) for title in ("Both", "Part two:", "Open"))
    bench.world.add_to_project(both, container.id)
    bench.world.set(heading, separator=True)
    bench.complete(both)
    bench.complete(heading)
    tasks = connector.read(container, Depth.SUBTASKS).tasks
    assert tasks.keys() == {parent, both, heading, open_}
    assert tasks[parent].steps == (1, 2)
    assert (tasks[both].parent, tasks[both].container) == (parent, container.id)
    assert (tasks[heading].credit, tasks[heading].done) == (Credit.SEPARATOR, False)


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("approved", (True, True)),
        ("rejected", (True, False)),
        ("changes_requested", (True, False)),
        ("pending", (False, False)),
    ],
)
def test_a_rejected_approval_is_not_done(
    bench: AsanaBench, connector: Connector, container: Container, verdict: str, outcome: tuple[bool, bool]
) -> None:
    """Asana calls an approval completed once anything was decided."""
    task = bench.add("Approve")
    bench.world.set(task, resource_subtype="approval", approval_status="pending")
    bench.world.set(task, approval_status=verdict)
    seen = look(connector, container, task)
    assert (seen.completed, seen.done) == outcome


def test_a_milestone_is_work_like_any_other(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """It counts when done; and since it can have no start, one is left out instead of failing the task."""
    task = bench.add("Milestone")
    bench.world.set(task, resource_subtype="milestone")
    bench.complete(task)
    assert look(connector, container, task).done
    update = Update("key", container, task, Values({"start": date(2026, 9, 1), "due": date(2026, 9, 9)}))
    (answer,) = connector.write([update])
    assert isinstance(answer, Written)
    assert (answer.task.start, answer.task.due) == (None, date(2026, 9, 9))
    assert "milestone" in answer.remarks[0]


def test_a_merged_duplicate_is_not_done(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """The feed's hint leads to one question for the task's history; a plain tick costs none."""
    ticked, merged, kept = (bench.add(title) for title in ("Ticked", "Merged", "Kept"))
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.complete(ticked)
    bench.world.merge(merged, kept)
    news = connector.changes({container.id: cursor})[container.id]
    before = connector.requests()
    assert look(connector, container, ticked).done
    assert connector.requests() - before == 1
    seen = look(connector, container, merged)
    assert (seen.completed, seen.credit) == (True, Credit.DUPLICATE)
    assert connector.requests() - before == 3
    assert {ticked, merged} <= news.touched
    listed = connector.read(container, Depth.TOP).tasks
    assert (listed[merged].credit, listed[ticked].credit) == (Credit.DUPLICATE, Credit.COUNTS)
    assert connector.requests() - before == 4


def test_a_merge_that_was_undone_counts_again(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """Opened again and finished for real, it is done work."""
    merged, kept = bench.add("Merged"), bench.add("Kept")
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.world.merge(merged, kept)
    bench.complete(merged, done=False)
    bench.complete(merged)
    connector.changes({container.id: cursor})
    assert look(connector, container, merged).done


def test_a_merge_that_the_feed_lost_is_found_by_the_sweep(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """What a sweep says was finished meanwhile is asked about."""
    merged, kept = bench.add("Merged"), bench.add("Kept")
    bench.clock.pass_(hours=1)
    since = bench.clock.now()
    bench.world.merge(merged, kept)
    bench.lose_news()
    connector.changes({container.id: "whatever"}, sweep_since=since)
    assert look(connector, container, merged).credit is Credit.DUPLICATE


# Requests as they go out


def test_an_update_sends_what_is_given_and_nothing_else(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """Whatever else people changed cannot be overwritten, because it is not sent."""
    task = make(connector, container, "A1", notes="Notes", due=date(2027, 1, 1))
    change(connector, container, task.id, title="New")
    change(connector, container, task.id, completed=True)
    bodies = [seen.body["data"] for seen in bench.sent("PUT", "/tasks")]
    assert bodies == [{"name": "New"}, {"completed": True}]


def test_one_create_is_one_request(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """However many are made, each costs one POST and nothing beside it; no batch takes the places of many."""
    group = connector.ensure_groups(container, ["One"])[0]
    make(connector, container, "A0", assignee=bench.teammate)
    before = len(bench.sent())
    for number in range(20):
        make(connector, container, f"A{number}", group=group.id, due=date(2027, 1, 1), assignee=bench.teammate)
    sent = bench.sent()[before:]
    assert [(seen.method, seen.path) for seen in sent] == [("POST", "/tasks")] * 20


def test_no_options_are_carried_from_one_listing_to_the_next(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """The SDK writes page tokens into the dict it is given: the second listing must not begin on the last page."""
    tasks = {bench.add(f"Task {number}") for number in range(250)}
    for _ in range(2):
        assert connector.read(container, Depth.TOP).tasks.keys() == tasks
    pages = [seen.query.get("offset") for seen in bench.sent("GET", "/tasks")]
    assert [page is None for page in pages] == [True, False, False] * 2
    assert all(one != other for one, other in pairwise(pages))


def test_a_pause_is_told_to_every_writer(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A long pause ends one write with Quota, and the next one without sending it."""
    bench.throttle(1000)
    create = Create("key", container, "syncd:p/A1", Values({"title": "A1"}))
    (first,) = connector.write([create])
    before = connector.requests()
    (second,) = connector.write([create])
    assert isinstance(first, Quota)
    assert isinstance(second, Quota)
    assert connector.requests() == before
