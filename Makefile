# Everything that is run by hand. A fresh clone needs Python 3.11 or newer, and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix stage deploy doctor bench bench-switch bench-judge simulate lock

BIN := .venv/bin
READY := .venv/.ready
ARGS ?=

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## Install everything into .venv (every other target does it by itself)

demo: $(READY) ## Releases and rollbacks on a cloud on this machine; ARGS=--hold leaves it running
	@$(BIN)/bluegreen demo $(ARGS)

test: $(READY) ## All tests; ARGS='-k journal' for some
	@$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

check: $(READY) ## Style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/house

fix: $(READY) ## Put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

stage: $(READY) ## Write .build, which doctl deploys as it is
	@$(BIN)/bluegreen stage $(ARGS)

deploy: stage ## Stage, and deploy with doctl; settings are in .env
	doctl serverless deploy .build --env .env

doctor: $(READY) ## Look for what would go wrong: settings, store
	@$(BIN)/bluegreen doctor $(ARGS)

bench: $(READY) ## Measure webhooks, switches and rollbacks on that cloud
	@$(BIN)/python -m benchmarks.latency $(ARGS)

bench-switch: $(READY) ## A thousand switches under load, beside nginx and HAProxy; ARGS='--switches 100'
	@$(BIN)/python -m benchmarks.switch $(ARGS)

bench-judge: $(READY) ## Measure the judge's verdicts beside six other rules; RUNS=40 for a first look
	@$(BIN)/python -m benchmarks.judge $(if $(RUNS),--runs $(RUNS)) $(ARGS)

simulate: $(READY) ## Releases under every crash, delay and lie; N=20000, SEED=123, MUTANTS=1
	@$(BIN)/python -m tests.simulation $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED)) $(if $(MUTANTS),--mutants) $(ARGS)

lock: $(READY) ## Renew both lock files from pyproject.toml (keeps versions that still fit)
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --custom-compile-command 'make lock' \
		pyproject.toml -o requirements-functions.lock
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --custom-compile-command 'make lock' \
		--extra local -c requirements-functions.lock pyproject.toml -o requirements.lock

# Made anew only when what is to be installed has changed.
$(READY): requirements.lock requirements-functions.lock pyproject.toml
	@for python in python3.11 python3 python3.12 python3.13; do \
		if "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or newer, with its venv module, is needed (Debian: apt install python3.11-venv)" >&2; exit 1; fi; \
	if ! $(BIN)/python -c 'import pip' 2>/dev/null; then \
		echo "setting up .venv with $$($$found --version)"; "$$found" -m venv --clear .venv; fi
	@echo "installing what requirements.lock names"
	@PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/pip install -qq -r requirements.lock
	@PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/pip install -qq --no-deps -e .
	@echo "fetching what the functions carry"
	@$(BIN)/python -m bluegreen_cli.libraries
	@touch $@
