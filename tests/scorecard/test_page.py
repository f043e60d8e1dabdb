"""The page: what it shows to whom, what it refuses to show, and that no text on it becomes code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from syncd.plan.model import Audience
from syncd.progress.evidence import Standing
from syncd.progress.pace import Pace
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.page import content_policy, render_notice, render_page
from syncd.scorecard.pages import PACKET, Pages
from syncd.scorecard.view import HistoryLine, Scorecard, WorkCount
from syncd.scorecard.words import MEANINGS
from tests.scorecard.cards import DAY, seen
from tests.scorecard.cards import sample as plan_of_all
from tests.scorecard.page_sample import OWNER, TODAY, TOOL, empty, goal, kpi, project, sample

ATTACK = """<script>alert(1)</script>"><img src=x onerror=alert(1)>'{{ 7*7 }}"""


def with_kpi(**changes: object) -> Scorecard:
    """The sample with nothing but one KPI, changed as asked."""
    pace = changes.pop("pace", Pace.ON_TRACK)
    return replace(sample(), goals=(goal("G", "A goal", {"An outcome": [kpi("K", "A KPI", pace, **changes)]}, []),))  # type: ignore[arg-type]


def live_page(card: Scorecard) -> str:
    """The whole scorecard on one page, as the server gives it out."""
    return Pages(card, live=True).render(PACKET)


def text_of(page: str) -> str:
    """The page's words without its marks."""
    body = page[page.index("<body>") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_same_scorecard_gives_the_same_page() -> None:
    """Rendering is pure, so browsers and archives can compare pages."""
    assert render_page(sample()) == render_page(sample())


def test_the_public_page_names_no_owner_and_links_to_no_tool() -> None:
    """Even if the view held them by mistake, no owner, address or e-mail stands on the public page."""
    page = render_page(sample(Audience.PUBLIC))
    assert OWNER not in page
    assert TOOL not in page
    assert "@" not in text_of(page)
    assert not re.search(r"https?://", page)


def test_the_internal_page_names_owners_and_links_to_the_tasks() -> None:
    """Those signed in see who holds the work and can go to it; the page says that it is internal."""
    page = render_page(sample(Audience.INTERNAL))
    assert OWNER in page
    assert f'href="{TOOL}"' in page
    assert "Internal" in page
    assert 'content="noindex, nofollow"' in page


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("live", [False, True])
def test_nothing_is_loaded_from_outside(audience: Audience, live: bool) -> None:
    """No script, style, font, image or frame has an address."""
    page = live_page(sample(audience)) if live else render_page(sample(audience))
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)
    assert "@import" not in page
    assert "url(" not in page
    assert page.count("<script") == int(live)
    assert " style=" not in page


def test_the_policy_allows_exactly_our_style_and_script() -> None:
    """The hashes in the policy are those of what stands in the page; nothing is allowed by an unsafe word."""
    page = live_page(sample())
    assert content_policy().count("sha256-") == 2
    assert "unsafe" not in content_policy()
    assert content_policy().replace("'", "&#39;") in page


def test_no_text_becomes_code() -> None:
    """Titles, reasons, sources, remarks, owners and notes are shown as they were written, never run."""
    hurt = kpi(
        "K",
        ATTACK,
        Pace.ON_TRACK,
        why=ATTACK,
        source=ATTACK,
        unit=ATTACK,
        sentence=ATTACK,
        corner=ATTACK,
        threshold=ATTACK,
        owner=ATTACK,
    )
    attacked = goal("G", ATTACK, {ATTACK: [hurt]}, [hurt])
    worker = replace(
        sample().goals[0].actions[0],
        title=ATTACK,
        sentence=ATTACK,
        owner=ATTACK,
        projects=(project("P", ATTACK, owner=ATTACK, remark=ATTACK),),
    )
    card = replace(
        sample(Audience.INTERNAL), title=ATTACK, organization=ATTACK, goals=(replace(attacked, actions=(worker,)),)
    )
    page = live_page(replace(card, history=(HistoryLine(TODAY, ATTACK),)))
    assert page.count("<script") == 1
    assert "<img" not in page
    assert ">49<" not in page
    assert page.count("&lt;script&gt;") > 15


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "JaVaScRiPt:x", "file:///etc/passwd"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    """An address of another kind is dropped and its title stands as text."""
    first = sample(Audience.INTERNAL).goals[0]
    action = replace(first.actions[0], url=url, projects=(project("P", "A project", url=url),))
    page = render_page(replace(sample(Audience.INTERNAL), goals=(replace(first, actions=(action,)),)))
    assert url not in page
    assert "A project" in page


def test_the_two_numbers_stand_side_by_side_and_are_never_blended() -> None:
    """Work and result are two figures, each with its name; no third one is made of them."""
    page = text_of(render_page(with_kpi(implementation=Fraction(46, 100), attainment=Fraction(22, 100))))
    assert "46 %" in page
    assert "22 %" in page
    assert "34 %" not in page


def test_overshoot_and_falling_back_are_shown_as_they_are() -> None:
    """The figure keeps what the bar cannot show."""
    assert "150 %" in text_of(render_page(with_kpi(attainment=Fraction(3, 2))))
    assert "−25 %" in text_of(render_page(with_kpi(attainment=Fraction(-1, 4))))


def test_unfinished_is_never_full_and_started_never_nothing() -> None:
    """Rounding does not finish or undo work."""
    assert "99 %" in text_of(render_page(with_kpi(implementation=Fraction(999, 1000))))
    assert "under 1 %" in text_of(render_page(with_kpi(implementation=Fraction(1, 1000))))


def test_unknown_is_said_and_is_not_nothing() -> None:
    """A KPI without a measurement and without work says so twice and shows no 0 %."""
    page = text_of(
        render_page(with_kpi(measured=None, measured_on=None, attainment=None, implementation=None, expected=None))
    )
    kpi_part = page[page.index("A KPI") : page.index("Figures behind")]
    assert kpi_part.count("unknown") == 2
    assert "not measured" in kpi_part
    assert not re.search(r"\b0 %", kpi_part)


def test_work_that_was_not_read_is_not_shown_as_nothing_done() -> None:
    """With no task read, plan, goal (twice) and KPI say so instead of counting; with some read they count."""
    unread = WorkCount(total=91, on_hold=2, unread=91)
    first = replace(goal("G", "A goal", {"": [kpi("K", "A KPI", Pace.ON_TRACK, work=unread)]}, []), work=unread)
    page = text_of(render_page(replace(sample(), goals=(first,), work=unread)))
    assert page.count("Not read yet (91 projects)") == 4
    assert not re.search(r"\bof 91\b|\d on hold|\d overdue", page[: page.index("How to read this page")])
    some = replace(unread, unread=90)
    assert "0 of 91 projects done" in text_of(render_page(replace(sample(), goals=(first,), work=some)))


def test_what_is_not_counted_stands_beside_the_count() -> None:
    """Deferred and cancelled work is named as not counted, unknown work as not known: such work is never 100 % done."""
    work = WorkCount(total=3, done=3, cancelled=1, deferred=2)
    assert "3 of 3 projects done (1 cancelled, 2 deferred, not counted)" in text_of(render_page(with_kpi(work=work)))
    some = text_of(render_page(with_kpi(work=WorkCount(4, done=3, unknown=1), implementation=Fraction(1))))
    assert "3 of 4 projects done, 1 not known" in some
    assert ("99 %" in some, "100 %" in some) == (True, False)
    assert "No work that counts (2 deferred, not counted)" in text_of(render_page(with_kpi(work=WorkCount(deferred=2))))


def test_guardrails_stand_apart_from_the_kpis() -> None:
    """At a glance, guardrails come below all KPIs under a heading that says that they are not counted among them."""
    page = text_of(render_page(sample()))
    table = page[page.index("Every KPI at a glance") : page.index("Goal 1")]
    kpis, _, rails = table.partition("Guardrails limits on the way, not counted among the KPIs")
    for each in sample().goals:
        for outcome in each.outcomes:
            assert all(one.title in kpis for one in outcome.kpis)
        assert all(one.title in rails and one.title not in kpis for one in each.guardrails)
    bare = replace(sample(), goals=(goal("G", "A goal", {"": [kpi("K", "A KPI", Pace.ON_TRACK)]}, []),))
    assert "Guardrails limits" not in text_of(render_page(bare))


@pytest.mark.parametrize(("audience", "shown"), [(Audience.INTERNAL, True), (Audience.PUBLIC, False)])
def test_a_deleted_task_is_said_to_those_inside(audience: Audience, shown: bool) -> None:
    """A project whose task was deleted says so on the internal page; the public page does not."""
    gone = seen() | {"G1.A1.P2": replace(seen()["G1.A1.P2"], standing=Standing.GONE)}
    card = build_scorecard(plan_of_all(), gone, audience=audience, as_of=DAY, tool_read_at=None)
    assert ("its task was deleted" in text_of(render_page(card))) is shown


def test_a_suppressed_kpi_shows_no_figure_even_if_the_view_holds_some() -> None:
    """Values, chart, table and source of a suppressed KPI stay away: the page fails closed."""
    page = text_of(render_page(with_kpi(pace=Pace.SUPPRESSED, measured=Decimal("57.4"), sentence="")))
    assert "too small" in page
    for figure in ("57.4", "57 %", "54 %", "70 %", "Figures behind"):
        assert figure not in page[: page.index("How to read this page")]


def test_every_pace_is_explained_by_word_and_shape() -> None:
    """The legend holds every pace with its meaning."""
    page = render_page(sample())
    assert all(meaning in page for meaning in MEANINGS.values())


def test_each_chart_has_a_table_with_the_same_figures() -> None:
    """Who cannot see the chart reads the table."""
    page = render_page(sample())
    assert page.count("<table>") == page.count('class="chart" viewBox="0 0 400')
    assert page.count("<table>") > 5
    assert "one school late" in page


@pytest.mark.parametrize("audience", list(Audience))
def test_an_empty_plan_says_so(audience: Audience) -> None:
    """A page without goals, wins and stamps is complete and says what is missing."""
    page = text_of(render_page(empty(audience)))
    for said in ("not yet", "No goals to show", "Nothing was finished"):
        assert said in page


def test_a_goal_without_kpis_says_so() -> None:
    """Nothing measured is said in words, not shown as an empty space."""
    page = text_of(render_page(replace(sample(), goals=(goal("G", "Bare", {}, []),))))
    assert "No KPI measures this goal yet" in page


def test_both_stamps_stand_on_the_page() -> None:
    """When the tools were last read and when a KPI was last measured are two facts."""
    page = text_of(render_page(sample()))
    assert "24 November 2026, 15:52 UTC" in page
    assert "31 October 2026" in page


def test_history_is_told_to_those_who_may_know_it() -> None:
    """A public page holds the public lines of the log, the internal page all."""
    lines = [HistoryLine(date(2026, 11, 4), "3 tasks added", Audience.PUBLIC), HistoryLine(TODAY, "A draft was moved")]
    public, internal = (
        render_page(replace(sample(audience), history=tuple(lines)))
        for audience in (Audience.PUBLIC, Audience.INTERNAL)
    )
    assert "3 tasks added" in public
    assert "A draft was moved" not in public
    assert "A draft was moved" in internal


def test_ids_of_any_letters_make_working_links() -> None:
    """An id with letters that mean something in addresses is escaped in the link and kept in the place it leads to."""
    page = render_page(replace(sample(), goals=(goal('G"1%<é', "Odd id", {}, []),)))
    assert 'href="#goal-G%221%25%3C%C3%A9"' in page
    assert 'id="goal-G&#34;1%&lt;é"' in page


def test_a_notice_says_one_thing() -> None:
    """Messages are escaped; the form stands only where it is asked for."""
    assert "&lt;b&gt;" in render_notice("<b>", "text")
    assert "<form" not in render_notice("Title", "text")
    assert 'type="password"' in render_notice("Title", "text", sign_in=True)


def luminance(colour: str) -> float:
    """The relative luminance of a colour as WCAG 2 defines it; "#fff" and "#ffffff" are read."""
    digits = colour.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    parts = [int(pair, 16) / 255 for pair in pairs]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_and_signs_of_charts_stand_out(scheme: int) -> None:
    """What automated checks cannot see inside a drawing is held here: text 4.5 to 1, signs and bars 3 to 1."""
    page = render_page(sample())
    names = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", re.findall(r":root \{(.*?)\}", page, re.DOTALL)[scheme]))
    for back in ("card", "good-back"):
        assert contrast(names["soft"], names[back]) >= 4.5
        assert contrast(names["ink"], names[back]) >= 4.5
        assert contrast(names["result"], names[back]) >= 4.5
    assert min(contrast(names[one], names["track"]) for one in ("effort", "result", "due")) >= 3
    assert min(contrast(names[one], names[f"{one}-back"]) for one in ("good", "best", "warn", "bad", "flat")) >= 4.5
