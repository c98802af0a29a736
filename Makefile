# All that is needed: python3 (3.11 or newer), make and a package registry.
# Settings: PYTHON (interpreter), VENV (environment), WORKERS (test processes), ARGS (more arguments for pytest),
# FUZZ_SECONDS (how long `make soak` fuzzes each reader).

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq
INSTALL := $(PIP) install --no-build-isolation -c constraints.txt

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

.PHONY: demo
demo: $(VENV)/.installed ## tell the example deal, command by command
	@$(BIN)/python examples/demo.py

.PHONY: test
test: lint types tested ## everything that must pass: lint, types, imports, tests

# A target of its own: `make -j2 test` runs it beside mypy, which keeps one core busy.
.PHONY: tested
tested: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: quick
quick: $(VENV)/.installed-dev ## the tests of the domain and of what changed since upstream, in under a minute
	$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=quick tests/domain $$($(BIN)/python -m tests.changed) $(ARGS)

.PHONY: coverage
coverage: $(VENV)/.installed-dev ## the tests with branch coverage, which takes most of twice as long
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report term $(ARGS)

.PHONY: lint
lint: $(VENV)/.installed-dev ## ruff (rules and format) and the import contracts
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports --no-logo

.PHONY: format
format: $(VENV)/.installed-dev ## let ruff repair what it can
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

.PHONY: types
types: $(VENV)/.installed-dev ## mypy, strict
	$(BIN)/python -m mypy

.PHONY: docs
docs: $(VENV)/.installed-dev ## the documentation as a site, in build/docs
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo "Open build/docs/index.html in a browser."

# Every campaign tells what it did in REPORT, of which the table of RELIABILITY.md is made, whatever came of it.
REPORT := build/soak.jsonl
FUZZ_SECONDS ?= 30

.PHONY: soak
soak: $(VENV)/.installed-dev ## the tests that take minutes, many examples of every property, and what came of it
	@mkdir -p $(dir $(REPORT))
	rm -f $(REPORT)
	ARMSLEDGER_SOAK_REPORT=$(abspath $(REPORT)) ARMSLEDGER_FUZZ_SECONDS=$(FUZZ_SECONDS) \
	  $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m 'soak or hypothesis' --hypothesis-profile=soak \
	  --timeout=14400 -o faulthandler_timeout=15000 $(ARGS); \
	  status=$$?; $(BIN)/python -m bench.reliability $(REPORT) && exit $$status

.PHONY: bench
bench: $(VENV)/.installed-bench ## measure, side by side with peers
	$(BIN)/python bench/run.py

# The oldest Python resolves, so that the pins hold for the newer ones too.
.PHONY: constraints
constraints: PINS := $(VENV)-constraints
constraints: ## resolve all versions anew and write constraints.txt (Python 3.11)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "make constraints needs Python 3.11, the oldest supported one: make constraints PYTHON=python3.11" >&2; exit 1; }
	rm -rf $(PINS)
	$(PYTHON) -m venv $(PINS)
	$(PINS)/bin/python -m pip -qq install -U 'setuptools>=77'
	$(PINS)/bin/python -m pip -qq install --no-build-isolation -e '.[dev,bench,docs,followthemoney,spark]'
	{ sed '/^[^#]/,$$d' constraints.txt; \
	  $(PINS)/bin/python -m pip freeze --all --exclude-editable --exclude pip --exclude wheel; } > $(PINS)/constraints.txt
	mv $(PINS)/constraints.txt constraints.txt
	rm -rf $(PINS)

.PHONY: clean
clean: ## remove the environment, caches and build leftovers
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -rf src/armsledger.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each says what its environment holds, and is older than the files that decide it when it must be made anew.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "armsledger needs Python 3.11 or newer; $(PYTHON) is older, or missing." >&2; \
	  echo "Name another one: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt setuptools
	$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(INSTALL) -e '.[dev]'
	@touch $@

.PHONY: with-followthemoney
with-followthemoney: $(VENV)/.installed-followthemoney

$(VENV)/.installed-followthemoney: $(VENV)/.installed-dev
	$(INSTALL) -e '.[followthemoney]'
	@touch $@

# Spark, which runs where Java 17 is; half a gigabyte, so its tests are left out where it is not installed.
.PHONY: with-spark
with-spark: $(VENV)/.installed-spark

$(VENV)/.installed-spark: $(VENV)/.installed-dev
	$(INSTALL) -e '.[spark]'
	@touch $@

# Two programs of npm's that tests ask: what editors do with the schema of dossiers, and whether pages have barriers.
# They are installed at once: npm removes what it is not told of.
.PHONY: with-npm
with-npm: $(VENV)/.installed-npm

$(VENV)/.installed-npm: $(VENV)/.python Makefile
	npm install --prefix $(VENV) --no-save --no-package-lock --no-audit --no-fund --silent \
	  yaml-language-server@1.25.0 axe-core@4.14.1
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(INSTALL) -e '.[bench]'
	@touch $@
