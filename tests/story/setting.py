"""Where the story plays: the plan as the strategy office wrote it, and the configuration."""

from __future__ import annotations

PLAN = """\
# Riverbend Unified: the plan behind the poster in the lobby.
# Kept by the strategy office. Please ask Sofia before you touch it.

[plan]
id           = "district"
title        = "Every Student Ready"      # the board's words, do not shorten
organization = "Riverbend Unified"
start        = 2025-07-01
end          = 2029-06-30


# ---- Goal 1 ------------------------------------------------------------
[[goals]]
id = "G1"
title = "Every child reads by grade three"

[[goals.outcomes]]
id = "G1.O1"
title = "Grade 3 proficiency rises in every school"

[[goals.outcomes.kpis]]
id = "G1.O1.K1"
title = "Grade 3 ELA proficiency"
unit = "%"
direction = "increase"
baseline = { value = 54.0, on = 2025-06-30 }   # state report card
target   = { value = 70.0, on = 2029-06-30 }

[[goals.actions]]
id = "G1.A1"
title = "Adopt structured literacy"
weight = 2              # agreed in the retreat of January

  [[goals.actions.projects]]
  id    = "G1.A1.P1"
  title = "Train every K-3 teacher"
  owner = "tom.okafor@riverbend.example"
  start = 2026-01-12
  due   = 2026-06-12    # before the summer break
  notes = '''
Two days in each school.
Substitutes are paid for.'''

  [[goals.actions.projects]]
  id    = "G1.A1.P2"
  title = "Choose the reading books"
  due   = 2026-04-30
  weight = 3            # most of the money goes here

  [[goals.actions.projects]]
  id    = "G1.A1.P3"
  title = "Coach in every K-3 classroom"
  owner = "priya.nair@riverbend.example"
  start = 2026-02-02
  due   = 2026-12-18

[[goals.actions]]
id = "G1.A2"
title = "Read at home"

  [[goals.actions.projects]]
  id    = "G1.A2.P1"
  title = "Reading nights in every school"
  start = 2026-03-09
  due   = 2026-05-29

  # The county library pays for the cards.
  [[goals.actions.projects]]
  id    = "G1.A2.P2"
  title = "A library card for every child"
  due   = 2026-09-30


# ---- Goal 2 ------------------------------------------------------------
[[goals]]
id = "G2"
title = "Every student is in school every day"

[[goals.kpis]]
id = "G2.K1"
title = "Chronic absence"
unit = "%"
direction = "decrease"
baseline = { value = 22.0, on = 2025-06-30 }
target   = { value = 12.0, on = 2029-06-30 }

[[goals.actions]]
id    = "G2.A1"
title = "Call home on the first day"
owner = "marcus.hale@riverbend.example"
due   = 2026-11-30

  [[goals.actions.projects]]
  id    = "G2.A1.P1"
  title = "An attendance team in every school"
  start = 2026-02-16
  due   = 2026-10-01

  [[goals.actions.projects]]
  id    = "G2.A1.P2"
  title = "Bus routes are looked through"
  due   = 2026-08-14
  notes = "Begin with the two routes that are late most often."
"""
"""Two goals, a KPI each, three actions and seven projects."""

CONFIG = """\
timezone = "America/New_York"
[store]
url = "sqlite:///syncd.db"
[server]
listen = "127.0.0.1:0"
[connections.asana]
kind = "asana"
token = "{token}"
base_url = "{base_url}"
[plans.district]
source = "plan.toml"

[mappings.reading]
plan = "district"
connection = "asana"
container = {{ name = "Reading" }}
select = ["G1"]
group_by = "action"
action = "none"
[mappings.reading.fields]
title = "plan"
notes = "plan"
start = {{ owner = "shared", conflict = "hold" }}
due = "shared"
assignee = "tool"
weight = {{ owner = "shared", to = "Weight", conflict = "plan" }}
[mappings.reading.limits]
max_changes = 4

[mappings.attendance]
plan = "district"
connection = "asana"
container = {{ name = "Attendance" }}
select = ["G2"]
removed = "complete"
[mappings.attendance.fields]
start = {{ owner = "shared", conflict = "hold" }}
"""
"""Goal 1 as tasks in sections named after actions, goal 2 as tasks with subtasks; each owner and conflict rule."""
