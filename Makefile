.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export NUMEXPR_NUM_THREADS := 1

.PHONY: help demo test test-rest test-all lint check bench parts install install-dev lock

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kith needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.run ## set up what the program needs

install-dev: $(VENV)/.dev ## set up what tests and checks need

demo: $(VENV)/.run ## an invented town in your browser, two minutes, no key and no network
	$(BIN)/kith demo

test: $(VENV)/.dev ## the tests, with what they need set up
	$(BIN)/python -m pytest -m "not full"

test-rest: $(VENV)/.dev ## what make test leaves out of test-all
	$(BIN)/python -m pytest -m full

test-all: test test-rest ## every test, the full ones too

lint: $(VENV)/.dev ## format, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## what a change must pass

bench: $(VENV)/.dev ## speed and accuracy, beside the peer where there is one
	$(BIN)/python -m benchmarks.run

parts: ## bring what tests want and a bare machine lacks (Chromium; Node and an OpenID provider; Java, Maven, Neo4j)
	@command -v chromium >/dev/null 2>&1 || { command -v apt-get >/dev/null 2>&1 && apt-get update -qq && apt-get install -y -qq chromium; } || { echo "Install Chromium by hand: the browser tests look for the command chromium"; exit 1; }
	@{ command -v java && command -v mvn; } >/dev/null 2>&1 || { command -v apt-get >/dev/null 2>&1 && apt-get update -qq && apt-get install -y -qq default-jre-headless maven; } || { echo "Install Java 17 and Maven by hand: the tests start a Neo4j with them"; exit 1; }
	@{ command -v node && command -v npm; } >/dev/null 2>&1 || { command -v apt-get >/dev/null 2>&1 && apt-get update -qq && apt-get install -y -qq nodejs npm; } || { echo "Install Node 20 or newer with npm by hand: the tests start an OpenID provider with them"; exit 1; }
	@$(PYTHON) tests/neo4j_jars.py
	@$(PYTHON) tests/npm_parts.py

lock: ## resolve the lock files again (needs uv)
	uv pip compile pyproject.toml --group build --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -q -o requirements-dev.lock
