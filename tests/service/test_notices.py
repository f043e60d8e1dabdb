"""Notices: one when something begins to stand in the way, one when it is over, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog

from connectors.asana.sandbox import Fault
from connectors.errors import Refused, Transient
from syncd.app import App
from syncd.config import load_config
from syncd.engine.tally import COUNTED, PassReport
from syncd.errors import ConfigError
from syncd.records import Outcome, SetAside
from syncd.service import notices
from syncd.service.notices import Notices
from syncd.service.watch import Watch
from tests.cli.district import District
from tests.connectors.clock import START, ToldClock
from tests.service.channel import Channel, channel
from tests.service.daemons import running, until


@dataclass
class Desk:
    """A daemon's watch and notices over a store; nothing runs by itself."""

    district: District
    clock: ToldClock
    stack: ExitStack
    channels: dict[str, Channel] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """With one channel, for a program."""
        self.add("office", "json")
        self.start()

    def add(self, name: str, kind: str) -> Channel:
        """Another channel, from the next start on."""
        self.channels[name] = self.stack.enter_context(channel())
        self.kinds[name] = kind
        return self.channels[name]

    @property
    def office(self) -> Channel:
        """The first channel."""
        return self.channels["office"]

    def start(self, mapping: str = "academics") -> None:
        """Start the service anew."""
        sections = [
            f'[notices.{name}]\nkind = "{self.kinds[name]}"\nurl = "{there.url}"\n'
            for name, there in self.channels.items()
        ]
        self.district.write_config(more="".join(sections))
        text = self.district.config.read_text(encoding="utf-8")
        self.district.config.write_text(text.replace("mappings.academics", f"mappings.{mapping}"), encoding="utf-8")
        self.app = self.stack.enter_context(closing(App(load_config(self.district.config), self.clock)))
        self.app.open_store()
        self.watch = Watch(self.app)
        self.notices = Notices(self.app, self.watch)

    def ended(self, outcome: Outcome = Outcome.DONE, message: str = "", halted: Any = None, times: int = 1) -> None:
        """Passes end so, a minute apart, and whoever is to be told is told."""
        report = PassReport(
            "academics", outcome, dict.fromkeys(COUNTED, 0), message=message, halted=halted and halted(message)
        )
        for _ in range(times):
            self.watch.ended(report)
            self.look()

    def aside(self, *items: str) -> None:
        """These items, and no others, are set aside; then a pass ends."""
        with self.app.store.writing() as writer:
            for item in ("G1.A1", "G1.A2", "G2.A1"):
                writer.drop_set_aside("academics", item)
            for item in items:
                writer.put_set_aside("academics", SetAside(item, "update", "it is too long", "Shorten it.", 3, START))
        self.ended(Outcome.FINDINGS)

    def look(self, **passed: float) -> None:
        """Some time passes (a minute), and whoever is to be told is told."""
        self.clock.pass_(**(passed or {"minutes": 1}))
        self.notices.look()


@pytest.fixture
def desk(district: District) -> Iterator[Desk]:
    """One channel, and nothing happened yet."""
    with ExitStack() as stack, structlog.testing.capture_logs():
        yield Desk(district, ToldClock(), stack)


GUARD = "19 of 20 tasks would go. Look at `syncd diff`; let it through with `syncd sync --approve=ab12`."


def test_a_state_is_told_when_it_begins_and_when_it_is_over(desk: Desk) -> None:
    """Not with each pass: what happened, to what, what to do; and then that all is well again."""
    desk.ended(times=3)
    assert desk.office.arrived == []
    desk.ended(Outcome.STOPPED, GUARD, times=5)
    desk.ended(Outcome.STOPPED, GUARD.replace("ab12", "cd34").replace("19", "18"))
    [told] = desk.office.arrived
    assert (told["title"], told["all_well"]) == ("syncd: The guard stopped academics", False)
    assert told["text"] == f"The guard stopped academics: {GUARD}"
    assert told["troubles"][0]["about"] == "guard of academics"
    desk.ended(times=3)
    [_, well] = desk.office.arrived
    assert (well["title"], well["all_well"], well["troubles"]) == ("syncd: all is well again", True, [])
    assert well["text"] == "Well again: The guard stopped academics (that was so since 2026-09-01 04:03)."


def test_a_restart_repeats_nothing_and_forgets_nothing(desk: Desk) -> None:
    """Who was told stands in the store: the next process tells only that it is over."""
    desk.ended(Outcome.STOPPED, GUARD)
    desk.start()
    desk.ended(Outcome.STOPPED, GUARD, times=3)
    assert len(desk.office.arrived) == 1
    desk.start()
    desk.ended()
    assert desk.office.titles[1:] == ["syncd: all is well again"]
    desk.start()
    desk.ended()
    assert len(desk.office.arrived) == 2


def test_what_is_heard_before_the_store_can_be_read_is_told_once(desk: Desk) -> None:
    """A process that could not read at first who was told knows it as soon as it can, and since when it is so."""
    desk.ended(Outcome.STOPPED, GUARD)
    desk.clock.pass_(hours=1)
    desk.watch = Watch(desk.app)
    desk.watch.say("guard of academics", GUARD)
    desk.notices = Notices(desk.app, desk.watch)
    desk.look()
    assert len(desk.office.arrived) == 1
    desk.ended()
    assert desk.office.arrived[1]["text"].endswith("(that was so since 2026-09-01 04:00).")


def test_nobody_is_called_for_a_short_breakdown(desk: Desk) -> None:
    """A tool that is away is told after an hour, over a restart too; one that came back before is not."""
    desk.ended(Outcome.UNREACHABLE, "no answer within 30 s", Transient, times=30)
    desk.ended(times=40)
    assert desk.office.arrived == []
    desk.ended(Outcome.UNREACHABLE, "no answer within 30 s", Transient, times=30)
    desk.start()
    desk.ended(Outcome.UNREACHABLE, "no answer within 31 s", Transient, times=29)
    assert desk.office.arrived == []
    desk.ended(Outcome.UNREACHABLE, "no answer within 31 s", Transient, times=2)
    assert desk.office.titles == ["syncd: asana cannot be reached"]


def test_no_notice_waits_for_a_time_that_the_clock_has_left(desk: Desk) -> None:
    """What began while the clock was a year ahead is told when it has lasted, not when that year is over."""
    desk.clock.pass_(days=365)
    desk.ended(Outcome.UNREACHABLE, "no answer within 30 s", Transient, times=5)
    desk.clock.pass_(days=-365)
    desk.start()
    desk.ended(Outcome.UNREACHABLE, "no answer within 30 s", Transient, times=59)
    assert desk.office.arrived == []
    desk.ended(Outcome.UNREACHABLE, "no answer within 30 s", Transient, times=2)
    assert desk.office.titles == ["syncd: asana cannot be reached"]


def test_a_refused_token_is_told_at_once(desk: Desk) -> None:
    """Nothing comes right by waiting; while the tool is away nobody knows, and then it is well again."""
    desk.ended(Outcome.UNREACHABLE, "the token is refused", Refused, times=2)
    assert desk.office.titles == ["syncd: The token of asana is refused"]
    desk.ended(Outcome.UNREACHABLE, "no answer within 30 s", Transient, times=2)
    assert len(desk.office.arrived) == 1
    desk.ended()
    assert desk.office.titles[1:] == ["syncd: all is well again"]


def test_each_item_that_is_set_aside_is_told_once(desk: Desk) -> None:
    """Several of a pass come in one notice, a further one alone, and the rest is not called well."""
    desk.aside("G1.A1", "G1.A2")
    desk.aside("G1.A1", "G1.A2")
    desk.aside("G1.A1", "G1.A2", "G2.A1")
    desk.aside("G2.A1")
    assert desk.office.titles == [
        "syncd: 2 new troubles", "syncd: Set aside in academics: G2.A1", "syncd: something is well again",
    ]  # fmt: skip
    first, second, third = (notice["text"] for notice in desk.office.arrived)
    assert first.splitlines()[0] == "Set aside in academics: G1.A1: it is too long. Shorten it."
    assert second.splitlines()[1:] == ["Of 2 other troubles you know already."]
    assert len(third.splitlines()) == 3


def test_what_the_watch_says_of_others_is_told_too(desk: Desk) -> None:
    """Plans, configuration, quota, webhooks, store, passes; and nothing of what nobody need know."""
    for about in ("plan district", "configuration", "quota of asana", "mapping academics", "something else"):
        desk.watch.say(about, "it is so")
    for about in ("webhooks of asana, container 12", "passes of academics", "publishing", "store"):
        desk.watch.say(about, "it is so")
    desk.look()
    assert [each["title"] for each in desk.office.arrived[0]["troubles"]] == [
        "The plan district cannot be read", "The configuration cannot be taken up", "The requests of asana run short",
    ]  # fmt: skip
    desk.watch.say("store", "")
    desk.look(minutes=5)
    desk.look(minutes=55)
    assert [[each["title"] for each in told["troubles"]] for told in desk.office.arrived[1:]] == [
        ["The passes of academics fail", "The public scorecard is not published"],
        ["Webhooks are lost: asana, container 12"],
    ]  # fmt: skip


def test_what_belonged_to_a_process_is_over_with_it(desk: Desk) -> None:
    """A process that began has a good configuration, whatever the one before could not read."""
    desk.watch.say("configuration", "the one before stays in force")
    desk.look()
    desk.start()
    desk.look()
    assert desk.office.titles == ["syncd: The configuration cannot be taken up", "syncd: all is well again"]


def test_nothing_is_told_of_what_is_configured_no_more(desk: Desk) -> None:
    """A mapping that was taken out is neither wrong nor well again."""
    desk.ended(Outcome.STOPPED, GUARD)
    desk.start("other")
    desk.look()
    with desk.app.store.reading() as reader:
        assert reader.troubles() == {}
    assert len(desk.office.arrived) == 1


def test_a_channel_that_fails_stops_nothing(desk: Desk) -> None:
    """It is tried again, further and further apart; others get theirs; both are counted, and no address is told."""
    other = desk.add("boss", "json")
    desk.start()
    other.status = 500
    with structlog.testing.capture_logs() as lines:
        desk.ended(Outcome.STOPPED, GUARD)
        for _ in range(60):
            desk.look()
        other.status = 200
        desk.ended()
        desk.look(hours=1)
    assert 5 <= other.refused <= 7
    assert desk.office.titles == other.titles == ["syncd: The guard stopped academics", "syncd: all is well again"]
    assert [line["event"] for line in lines if line["event"].startswith("notice")].count("notice_not_sent") == 1
    assert "a-secret-word" not in str(lines)
    text = desk.watch.metrics.text()
    assert f'syncd_notices_total{{notice="boss",outcome="failed"}} {float(other.refused)}' in text
    assert 'syncd_notices_total{notice="boss",outcome="ok"} 2.0' in text


def test_while_no_channel_answers_the_news_come_to_less(desk: Desk) -> None:
    """What began and ended while nothing could be told is not told later; what stands is."""
    desk.office.status = 503
    desk.ended(Outcome.STOPPED, GUARD)
    desk.watch.say("plan district", "it is broken")
    desk.look()
    desk.watch.say("plan district", "")
    desk.aside("G1.A1")
    desk.office.status = 200
    desk.look(hours=1)
    desk.look()
    assert desk.office.titles == ["syncd: The guard stopped academics", "syncd: Set aside in academics: G1.A1"]
    assert [each["about"] for each in desk.office.arrived[1]["well_again"]] == ["guard of academics"]


def test_a_channel_that_is_gone_for_good_is_given_up(desk: Desk) -> None:
    """After a day nothing is tried any more, and the next news are."""
    desk.office.status = 404
    desk.ended(Outcome.STOPPED, GUARD)
    for _ in range(notices.TRIES):
        desk.look(hours=1)
    assert desk.office.refused == notices.TRIES
    desk.office.status = 200
    desk.look(hours=1)
    desk.ended()
    assert desk.office.titles == ["syncd: all is well again"]


def test_a_state_that_comes_back_while_it_is_called_well_is_told_anew(desk: Desk) -> None:
    """Nobody is left with the belief that all is well."""
    desk.ended(Outcome.STOPPED, GUARD)
    desk.office.status = 500
    desk.ended()
    desk.ended(Outcome.STOPPED, GUARD)
    desk.office.status = 200
    desk.look(hours=1)
    assert desk.office.titles == ["syncd: The guard stopped academics", "syncd: all is well again"]
    desk.look()
    assert desk.office.titles[2:] == ["syncd: The guard stopped academics"]


def test_a_store_that_fails_keeps_no_notice_back(desk: Desk, tmp_path: Path) -> None:
    """What cannot be kept is told all the same."""
    desk.look()
    desk.app.store.close()
    desk.district.store.write_bytes(b"no store at all" * 1000)
    desk.watch.say("store", "it is broken")
    desk.look(minutes=6)
    desk.look(minutes=6)
    assert desk.office.titles == ["syncd: The store cannot be used"]


def test_many_troubles_make_one_notice_that_can_be_read(desk: Desk) -> None:
    """The first ten are told, and how many more there are."""
    for number in range(25):
        desk.watch.troubles.hear(f"item of academics: A{number}", "too long " * 200)
    desk.look()
    [told] = desk.office.arrived
    lines = told["text"].splitlines()
    assert (told["title"], len(lines)) == ("syncd: 25 new troubles", 11)
    assert lines[-1] == "… and 15 more; `syncd status` shows all."
    assert max(map(len, lines)) < 700


def test_slack_and_teams_get_their_own_form(desk: Desk) -> None:
    """What people wrote calls nobody and hides no address behind other words; Teams gets a card that can be read."""
    slack, teams = desk.add("chat", "slack"), desk.add("team", "teams")
    desk.start()
    desk.watch.say("plan district", "<!channel> & <https://evil.example|click> [sign in](https://evil.example)")
    desk.look()
    [text] = [notice["text"] for notice in slack.arrived]
    assert text == (
        "*syncd: The plan district cannot be read*\n"
        "The plan district cannot be read: &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; "
        "[sign in](https://evil.example)"
    )
    [message] = teams.arrived
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    title, line = (block["text"] for block in attachment["content"]["body"])
    assert title == "syncd: The plan district cannot be read"
    assert line.endswith("[sign in] (https://evil.example)")


def test_no_secret_is_told(desk: Desk) -> None:
    """What looks like a secret is hidden on the way out, as in the log."""
    desk.watch.say("plan district", f"somebody wrote {desk.district.token} into it")
    desk.look()
    assert desk.district.token not in str(desk.office.arrived)
    assert "[hidden]" in desk.office.arrived[0]["text"]


def test_the_thread_sends_by_itself_and_ends_when_asked(desk: Desk) -> None:
    """What is heard last is sent before the end."""
    desk.notices.start()
    desk.watch.say("plan district", "it is broken")
    desk.notices.close()
    assert desk.office.titles == ["syncd: The plan district cannot be read"]


def test_without_a_channel_nothing_is_kept(district: District) -> None:
    """Who wants no notices has no thread and no rows."""
    with closing(App(load_config(district.config), ToldClock())) as app:
        app.open_store()
        watch = Watch(app)
        idle = Notices(app, watch)
        idle.start()
        watch.say("plan district", "it is broken")
        idle.close()
        with app.store.reading() as reader:
            assert reader.troubles() == {}


@pytest.mark.parametrize(
    "url", ["http://chat.example.org/secret-1", "secret-1", "https://:99/secret-1", "https:///secret-1", ""]
)
def test_a_bad_address_is_refused_and_not_repeated(district: District, url: str) -> None:
    """A channel's address is a secret: the message says what it must be."""
    district.write_config(more=f'[notices.office]\nkind = "slack"\nurl = "{url}"\n')
    with pytest.raises(ConfigError) as refused:
        load_config(district.config, {})
    assert "notices.office.url: must be a web address that begins with https://" in str(refused.value)
    assert "secret-1" not in str(refused.value)


def test_the_address_comes_from_the_environment(district: District) -> None:
    """As other secrets do."""
    district.write_config(more='[notices.office]\nkind = "slack"\n')
    config = load_config(district.config, {"SYNCD_NOTICES__OFFICE__URL": "https://chat.example.org/x"})
    assert "https://chat.example.org/x" in set(config.secrets())
    with pytest.raises(ConfigError, match=r"notices.office.url: is missing"):
        load_config(district.config, {})


def test_a_daemon_tells_of_a_token_that_was_revoked(district: District) -> None:
    """From the tool's refusal to the channel, over a restart, and back to “all is well”."""
    with channel() as office:
        district.write_config(mapping='every = "1s"', more=f'[notices.office]\nkind = "json"\nurl = "{office.url}"\n')
        revoked = Fault(status=401, times=10_000)
        with running(district) as daemon:
            until(lambda: daemon.said("pass_ended"))
            district.box.faults.append(revoked)
            until(lambda: office.arrived)
        with running(district) as daemon:
            until(lambda: daemon.said("trouble"))
            district.box.faults.clear()
            until(lambda: len(office.arrived) > 1)
    assert office.titles == ["syncd: The token of asana is refused", "syncd: all is well again"]
    assert "Make a new token" in office.arrived[0]["text"]
