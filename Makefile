# `make run` on a fresh machine starts the demo; `make test` checks everything. Set-up happens by itself.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench check-slow check-onion translations style types stories setup-run setup-dev
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
# The stories start hundreds of processes: each would compile the whole product again where the environment says not to keep it.
unexport PYTHONDONTWRITEBYTECODE

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup-run ## Start the demo: portal, back office, worker (ARGS="--cases 20" files sample reports)
	@exec $(BIN)/underseal demo $(ARGS)

test: style ## Check style, then types beside every story, most of them on one of the two databases
	@$(MAKE) -j 2 types stories

lint: style types ## Style, types, and the fences between the packages
	@$(BIN)/python -m pytest -q -p no:randomly tests/unit/test_fences.py

style: setup-dev
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .

types: setup-dev
	@$(BIN)/mypy

stories: setup-dev
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not slow and not onion" $(ARGS)

bench: setup-dev ## Print what the expensive acts cost, as ratios
	@$(BIN)/python -m bench $(ARGS)

check-slow: setup-dev ## The same stories on the other database; statistics, floods, long crash runs, four times the examples
	@$(BIN)/python -m pytest -q -m "slow or hypothesis" --hypothesis-profile=thorough $(ARGS)

check-onion: setup-dev ## Start a private Tor network on this machine, and file a report through a real onion service
	@$(BIN)/python -m pytest -q -m onion tests/browser $(ARGS)

# A guess at what a changed sentence means is worse than the English one, so none is kept; a line number would change every day.
translations: setup-dev ## Bring the catalogues up to date with the pages, and say what has no translation
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F templates/locale/portal.cfg -k lazy_gettext -k translatable --add-location=file --sort-by-file \
	  --project=underseal --copyright-holder="the Underseal authors" -o build/portal.pot .
	@for tag in $$(ls -d templates/locale/*/LC_MESSAGES | cut -d/ -f3); do \
	  $(BIN)/pybabel -q update -i build/portal.pot -d templates/locale -D portal -l $$tag -N --ignore-obsolete -w 120; done
	@$(BIN)/python -m pytest -q -n 0 tests/unit/portal/test_translations.py

setup-run:
	@.ci/setup run

setup-dev:
	@.ci/setup dev
