"""The planner, tried with plans, teams and accidents at random: `python -m tests.planner_runs`. No I/O anywhere."""
