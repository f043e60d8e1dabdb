"""All rules, each with its id, its name, how much it matters, why it is there, and how to fix what it finds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from syncd.plan.linting import dates, measures, people, structure, wording
from syncd.plan.linting.finding import Finding, Remark, Severity
from syncd.plan.linting.subject import Subject

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.ADVICE


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity` is that of most of its findings, `also` what others have, and when."""

    id: str
    name: str
    severity: Severity
    finds: str
    why: str
    fix: str
    find: Callable[[Subject], Iterator[Remark]]
    also: str = ""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """What it finds in a plan."""
        for remark in self.find(subject):
            severity = remark.severity or self.severity
            yield Finding(self.id, severity, remark.item, remark.message, remark.fix or self.fix, remark.key)


def _private(subject: Subject) -> Iterator[Remark]:
    """Texts that may name somebody; the words themselves are not repeated."""
    for found in subject.private.values():
        yield Remark(found.item, f"{found.item}: {found.message}.", found.text)


RULES: Final = (
    Rule(
        "PL01", "kpi-no-baseline", _E,
        "A KPI that is to rise or to fall has no baseline. One whose baseline is due on a later day is left alone, "
        "and so is what must stay above, below or between limits.",
        "Without knowing where it began, nobody can say how far it has come.",
        "Enter the last reading with its date, or, while it is to come, baseline = { value = \"TBD\", on = DATE }.",
        measures.no_baseline, "W where there is no target either",
    ),
    Rule(
        "PL02", "kpi-no-target", _W,
        "A KPI has no target.",
        "What has no target can be watched, but neither reached nor missed.",
        "Set a target and its date. Where only the direction matters, waive this with that as the reason.",
        measures.no_target,
    ),
    Rule(
        "PL03", "no-date", _W,
        "A target, an action or a project has no date. Work on hold needs none.",
        "What has no date is never late, and never first.",
        "Give a date, such as the last day of a school year. For work that never ends, the day of its next review.",
        dates.no_date,
    ),
    Rule(
        "PL04", "no-owner", _W,
        "A goal, a KPI, an action or a project names nobody who is responsible.",
        "What belongs to everybody is done by nobody, and a task without an owner is on nobody's list.",
        "Name one person or role as its owner.",
        people.no_owner, "E for a project of which a mapping makes a task",
    ),
    Rule(
        "PL05", "owner-not-one", _W,
        "An owner is several people or roles, a group, or a number.",
        "Several who are responsible wait for each other.",
        "Name the one who answers for it; the others can follow the task in the tool.",
        people.not_one_owner,
    ),
    Rule(
        "PL06", "vague-wording", _W,
        "An outcome, a KPI, an action or a project says improve, enhance, support, strengthen, explore, continue, "
        "promote, ensure or foster, and no figure beside it says how much.",
        "Nobody can say whether it happened.",
        "Say how much, of what, and by when.",
        wording.vague,
    ),
    Rule(
        "PL07", "unclear-change", _W,
        "“By 5 %” may mean points or percent; a count has a target in percent.",
        "From 60 %, 5 points lead to 65 and 5 percent to 63: people will argue about which was promised.",
        "Write from where to where, such as “from 61 % to 66 %”, or “+5 points”.",
        wording.unclear_change,
    ),
    Rule(
        "PL08", "direction-conflict", _E,
        "A KPI is to rise, but its target is below its baseline; or the other way round. A plan's file with this in it "
        "is not loaded at all.",
        "Every step in the right direction would count as a step back.",
        "Correct baseline or target, or write direction = \"decrease\" where less is better.",
        measures.wrong_direction,
    ),
    Rule(
        "PL09", "target-not-plausible", _I,
        "A target is beyond all there is, asks for far more a year than any year before brought, or is so near the "
        "baseline that chance alone covers the way.",
        "A target that cannot be met, or not be told from chance, is not believed for long.",
        "Check the figures; add interim targets; widen the way.",
        measures.not_plausible, "W for a share below 0 or above 100 %",
    ),
    Rule(
        "PL10", "compound-measure", _W,
        "A KPI's title joins several things, and no method says how they make one figure.",
        "When one rises and the other falls, nobody knows what the figure says.",
        "Split it, or say in its method how the parts are counted together.",
        wording.compound,
    ),
    Rule(
        "PL11", "work-as-result", _W,
        "A KPI says what is done (implement, train, develop), not what comes of it.",
        "All of the work can be done without anything being better for a child.",
        "Make it an action; or write kind = \"implementation\", and add a KPI for what it is to bring.",
        wording.work_as_result,
    ),
    Rule(
        "PL12", "kpi-no-action", _W,
        "No work under way drives a KPI.",
        "A figure that nobody works on moves by chance.",
        "Link an action with driven_by, or add one. Where it is only watched, waive this with that as the reason.",
        structure.unserved,
    ),
    Rule(
        "PL13", "action-no-project", _W,
        "An action has no project under way or to come.",
        "An initiative without a first step does not begin.",
        "Add a first project with an owner and a date.",
        structure.no_project,
    ),
    Rule(
        "PL14", "orphan", _W,
        "An item leads nowhere: an outcome without a KPI, a goal with nothing under it, an action that drives no KPI, "
        "a KPI beside the outcomes of its goal.",
        "People ask what it is for, and the plan has no answer.",
        "Link it to what it serves, put it where it belongs, or drop it.",
        structure.orphans, "E where driven_by names what is not there, or no work; such a file is not loaded at all",
    ),
    Rule(
        "PL15", "goal-too-long", _I,
        "A goal has more than 25 words, or several sentences.",
        "A goal that people cannot say by heart does not lead them.",
        "Put figures and conditions into its outcomes.",
        wording.long_goal,
    ),
    Rule(
        "PL16", "too-many", _W,
        "More than 6 goals, 7 KPIs under one goal, 60 goals, outcomes, KPIs and actions in all, or 10 open projects on "
        "one owner.",
        "Where everything is a priority, nothing is.",
        "Choose what matters most, and park the rest: state = \"deferred\".",
        structure.too_many,
    ),
    Rule(
        "PL17", "date-logic", _W,
        "Work is due after its action, or starts before it; a day lies outside the plan; more than 12 projects are due "
        "on one day. What is past due is told by the scorecard, which knows what is done.",
        "Dates that do not go together are not believed, and everything at once is not done.",
        "Correct the dates; spread work over the year.",
        dates.date_logic, "E where something ends before it starts; such a file is not loaded at all",
    ),
    Rule(
        "PL18", "no-early-signal", _W,
        "A KPI is measured once a year, and neither an interim target nor another measure tells in between whether it "
        "comes along; or all KPIs of a goal are such.",
        "A year is lost before anybody knows.",
        "Add yearly targets, and one leading KPI.",
        measures.no_early_signal,
    ),
    Rule(
        "PL19", "disagree", _W,
        "Two KPIs have one title, but another unit, direction, baseline or target.",
        "Somebody will quote the other one.",
        "Keep one, and note where it comes from.",
        structure.disagreeing, "E for one id on several items; such a file is not loaded at all",
    ),
    Rule(
        "PL20", "private-data", _E,
        "A text may name a student or a small group, or everybody would read an e-mail address in it. Such an item is "
        "neither sent to a tool nor published; where it is one of the plan itself, nothing of the plan is published.",
        "A tool and a public page are no places for what tells of a single child.",
        "Take out of the plan what names anybody, or use counts of larger groups. If it is harmless, waive it.",
        _private,
    ),
    Rule(
        "PL21", "weights", _W,
        "All weights of siblings are 0, or they nearly sum to 100 or to 1.",
        "Where all are 0 no share can be given; where they nearly sum to 100, somebody forgot one.",
        "Correct the weights; they need not sum to anything.",
        structure.weights,
    ),
    Rule(
        "PL22", "no-source", _W,
        "A KPI names neither its data source nor its method.",
        "Next year somebody else measures something else under the same name.",
        "Say in source where the figure comes from, and in method how it is counted.",
        measures.no_source,
    ),
    Rule(
        "PL23", "jargon", _I,
        "A title holds an abbreviation that the plan explains nowhere.",
        "Families and the board read the plan too.",
        "Write it out, or explain it once in brackets: English language arts (ELA).",
        wording.jargon,
    ),
    Rule(
        "PL24", "guardrail-no-measure", _W,
        "A guardrail has no limit, or no reading.",
        "Nobody sees when it is broken.",
        "Set its target as the limit, and enter readings.",
        measures.no_limit,
    ),
    Rule(
        "PL25", "same-text", _I,
        "Items of two tiers say the same.",
        "One of them adds nothing, or is missing what it should say.",
        "Say in each tier what only that tier says: the vision, the result, the measure, the work.",
        wording.same_text,
    ),
)  # fmt: skip
"""In the order of their ids."""
BY_ID: Final = {rule.id: rule for rule in RULES}
