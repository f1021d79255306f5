# `make run` on a fresh machine starts the demo; `make test` checks everything. Set-up happens by itself.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench check-slow setup-run setup-dev
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
# The stories start hundreds of processes: each would compile the whole product again where the environment says not to keep it.
unexport PYTHONDONTWRITEBYTECODE

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup-run ## Start the demo: portal, back office, worker (ARGS="--cases 20" files sample reports)
	@exec $(BIN)/underseal demo $(ARGS)

test: setup-dev lint ## Lint, then run every story, most of them on one of the two databases
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

lint: setup-dev ## Style, types, and the fences between the packages
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q -p no:randomly tests/unit/test_fences.py

bench: setup-dev ## Print what the expensive acts cost, as ratios
	@$(BIN)/python -m bench $(ARGS)

check-slow: setup-dev ## The same stories on the other database; statistics, floods and long crash runs
	@$(BIN)/python -m pytest -q -m slow $(ARGS)

setup-run:
	@.ci/setup run

setup-dev:
	@.ci/setup dev
