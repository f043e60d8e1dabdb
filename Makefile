# All that is needed: make and Python 3.11 or newer. `make help` lists what there is to do.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BIN := $(VENV)/bin
# The first Python that is new enough; name another with `make PYTHON=…`.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v "$$python" && break; done)

INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps
# Tests that run processes mostly wait: two workers more than there are cores.
WORKERS ?= $(or $(shell cores=$$(getconf _NPROCESSORS_ONLN) && echo $$((cores + 2))),auto)
N ?= 1000
# What is told of the past.
PAST := syncd/plan/pieces.py,syncd/scorecard/changes.py,syncd/scorecard/edits.py,syncd/scorecard/events.py,syncd/scorecard/held.py,syncd/scorecard/measurings.py,syncd/scorecard/outlook.py,syncd/scorecard/scope.py
# These parts decide what is written and what is published: every line and branch of them is tested.
CORE := syncd/plan/model.py,syncd/plan/values.py,syncd/plan/bounds.py,syncd/plan/screen.py,syncd/plan/units.py,syncd/scorecard/cells.py,syncd/scorecard/coding.py,syncd/scorecard/differencing.py,syncd/scorecard/earlier.py,syncd/scorecard/families.py,syncd/scorecard/gathering.py,syncd/scorecard/moved.py,syncd/scorecard/possible.py,syncd/scorecard/regrouped.py,syncd/scorecard/renamed.py,syncd/scorecard/rests.py,syncd/scorecard/suppression.py,syncd/plan/change.py,syncd/plan/texts.py,syncd/plan/linting/*,syncd/plan/adoption.py,syncd/scorecard/review.py,syncd/scorecard/raising.py,syncd/engine/planner.py,syncd/engine/settling.py,syncd/engine/affected.py,syncd/engine/agreement.py,syncd/engine/guard.py,syncd/progress/*,$(PAST),mappings/*
# And these test them. Counting what is gone through takes as long again as the tests: the others go without.
CORE_TESTS := tests/mappings tests/progress tests/plan/linting $(wildcard tests/plan/test_*.py) \
	$(addprefix tests/scorecard/test_,$(addsuffix .py,bounds build changes differencing earlier edits events outlook review suppression)) \
	$(addprefix tests/engine/test_,$(addsuffix .py,gone guard plan_edits planner planning settles settling takeover unplanned))
PYTEST = pytest -q -n $(WORKERS) --dist worksteal
export HYPOTHESIS_PROFILE ?= ci
# What Python compiles is kept, whatever a container's image says: else each of many processes compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE
# Stores of tests live in memory where there is room: waiting for a disk is a fifth of the time that the tests take.
ROOM := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 { print "/dev/shm" }')
test coverage: export TMPDIR ?= $(or $(ROOM),/tmp)

.PHONY: help setup demo docs test coverage compiled check format bench peers soak lock image image-check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready-to-work ## make the virtual environment with everything in it

demo: $(VENV)/.ready-to-run ## see the whole trip: a plan, a team's board, the scorecard (Ctrl-C ends it)
	@$(BIN)/syncd demo

test: $(VENV)/.ready-to-work ## everything that must hold: all checks, all tests, full coverage of the core
	@$(MAKE) --no-print-directory -j2 check compiled
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m $(PYTEST) $(CORE_TESTS)
	@$(BIN)/coverage combine -q
	$(BIN)/coverage report --fail-under=100 --include='$(CORE)'
	$(BIN)/python -m $(PYTEST) $(addprefix --ignore=,$(CORE_TESTS))

coverage: $(VENV)/.ready-to-work ## how much of the whole house the tests go through (takes twice as long as the tests)
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m $(PYTEST)
	@$(BIN)/coverage combine -q
	$(BIN)/coverage report

# The tests, ready for pytest: else each worker gets them ready, at the same time.
compiled: $(VENV)/.ready-to-work
	@$(BIN)/python -m pytest -qq --collect-only >/dev/null || true

check: $(VENV)/.ready-to-work ## form, style, types, floors, dead code, dependencies, links and locks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/vulture
	$(BIN)/deptry . --no-ansi
	$(BIN)/python -m tools.check_tree

format: $(VENV)/.ready-to-work ## put the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.ready-to-work ## build the documents as a site into build/docs
	$(BIN)/python -m tools.site build/docs

bench: $(VENV)/.ready-to-work ## measure requests and times against the budgets
	@$(BIN)/python -m tests.bench

peers: $(VENV)/.ready-to-work ## measure syncd beside what people would use instead (an hour or two; installs those)
	@$(BIN)/python -m bench.peers

soak: $(VENV)/.ready-to-work ## try N planner runs and N whole histories at random, and look for anything lost or doubled
	@$(BIN)/python -m tests.planner_runs --runs $(N)
	@$(BIN)/python -m tests.soak --runs $(N)

lock: $(VENV)/.ready-to-work ## lock the newest dependencies that fit, with hashes and without addresses
	$(call compile,requirements-dev.lock,pyproject.toml --all-extras --group dev --upgrade)
	$(call compile,requirements.lock,pyproject.toml --all-extras -c requirements-dev.lock)
	$(call compile,requirements-build.lock,--group build -c requirements-dev.lock)

image: ## build the container image
	docker build -t syncd .

image-check: $(VENV)/.ready-to-work ## build the image without Docker and run the daemon from it (root, on Debian or Ubuntu)
	$(BIN)/python -m tools.image_check

clean: ## remove the virtual environment and everything made by running
	rm -rf $(VENV) build dist demo .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "syncd needs Python 3.11 or newer with its venv module. On Debian and Ubuntu:" \
		"apt-get install python3 python3-venv. Elsewhere, name one: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-to-run: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "Installing what syncd needs to run (once) …"
	@$(INSTALL) -r requirements.lock -r requirements-build.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-to-work: requirements-dev.lock $(VENV)/.ready-to-run
	@echo "Installing what tests and checks need (once) …"
	@$(INSTALL) --no-compile -r requirements-dev.lock
	@touch $@

define compile
$(BIN)/uv pip compile $(2) --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o $(1)
endef
