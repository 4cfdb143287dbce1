# Everything that is run by hand. A fresh clone needs Python 3.11 or newer, and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow searches test-wheel check fix stage deploy doctor bench bench-switch bench-cold bench-cost bench-scale bench-emulator bench-judge bench-migrations bench-replay \
	screenshots simulate house coverage lock release-notes dist sbom

BIN := .venv/bin
READY := .venv/.ready
FOR_DEMO := .venv/.ready-for-demo
RELEASE := .venv-release
PYTHON ?=
# Bytecode is kept, whatever the shell says: else each of the hundreds of processes that tests and demo start compiles all
# that it imports, and each of pytest's workers rewrites every test's asserts.
unexport PYTHONDONTWRITEBYTECODE
ANY_PYTHON = $(or $(PYTHON),$(wildcard $(BIN)/python),python3)
ARGS ?=
# Three at once keep two cores busy, for many tests wait for processes. A file stays with one of the three, for what its
# tests share; in the order of their names the longest are not the last to begin.
SPREAD := -n 3 --dist loadfile --no-loadscope-reorder
# A search shares nothing and waits for nothing: one a core, and whoever has no more takes some of another's.
SEARCH := -n auto --dist worksteal
COMPILE = $(RELEASE)/bin/uv pip compile -q --generate-hashes --python-version 3.11 --custom-compile-command 'make lock'

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## Install everything into .venv (every other target does it by itself)

demo: $(or $(wildcard $(READY)),$(FOR_DEMO)) ## Releases and rollbacks on a cloud on this machine; ARGS=--hold leaves it running
	@$(BIN)/bluegreen demo $(ARGS)

test: $(READY) ## The quick tests, which are most of them; ARGS='-k journal' for some
	@$(BIN)/pytest $(SPREAD) -m 'not search and not slow' --ignore tests/house $(ARGS)

test-slow: $(READY) ## Those that start a whole cloud, a browser or other processes, or compute for more than a third of a second
	@$(BIN)/pytest $(SPREAD) -m 'slow and not search' $(ARGS)

searches: $(READY) ## The long searches: every deliberate mistake is noticed, many states and seeds
	@$(BIN)/pytest $(SEARCH) -m 'search or hypothesis' --hypothesis-profile searches --timeout 1800 $(ARGS)

test-wheel: $(READY) ## The wheel in an empty environment: installed, and its commands run in an empty folder
	@$(BIN)/pytest tests/wheel $(ARGS)

check: $(READY) ## Style, types, floors and the house rules
	$(BIN)/ruff check .
	$(BIN)/ruff check --preview --select PLW1514 cli shared router demo emulator benchmarks  # files are UTF-8 in every locale
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/house

fix: $(READY) ## Put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

stage: $(READY) ## Write .build, which doctl deploys as it is; LAYOUT=hardened: for two namespaces
	@$(BIN)/bluegreen stage $(if $(LAYOUT),--layout $(LAYOUT)) $(ARGS)

deploy: $(READY) ## Stage, and deploy with doctl; settings are in .env
	@if [ -n '$(LAYOUT)' ] || [ -d .build/private ]; then \
		echo "two namespaces are two deployments: make stage LAYOUT=hardened says how;" \
			"make stage goes back to one namespace" >&2; exit 1; fi
	@$(BIN)/bluegreen doctor || [ $$? = 3 ] # a doubt stops no deployment
	@$(BIN)/bluegreen stage $(ARGS)
	doctl serverless deploy .build --env .env

doctor: $(READY) ## Look for what would go wrong, 47 checks; LAYOUT=hardened, ARGS=--json
	@$(BIN)/bluegreen doctor $(if $(LAYOUT),--layout $(LAYOUT)) $(ARGS)

bench: $(READY) ## Measure webhooks, rollbacks, the page and the idle watch on that cloud
	@$(BIN)/python -m benchmarks.latency $(ARGS)

bench-switch: $(READY) ## A thousand switches under load, beside nginx and HAProxy; ARGS='--switches 100'
	@$(BIN)/python -m benchmarks.switch $(ARGS)

bench-cold: $(READY) ## How long functions take to wake, beside boto3, httpx and pydantic; ARGS='--json FILE'
	@$(BIN)/python -m benchmarks.cold $(ARGS)

bench-cost: $(READY) ## What a month of idle services and a bake cost, in GiB-seconds; ARGS='--json FILE'
	@$(BIN)/python -m benchmarks.cost $(ARGS)

bench-scale: $(READY) ## How late looks are with 1 to 1,000 services, and what is called; ARGS='--json FILE --fleets 100/20'
	@$(BIN)/python -m benchmarks.scale $(ARGS)

bench-emulator: $(READY) ## What the emulator itself costs: a read of its Spaces, its clients
	@$(BIN)/python -m benchmarks.emulator

bench-judge: $(READY) ## Measure the judge's verdicts beside six other rules; RUNS=40 for a first look
	@$(BIN)/python -m benchmarks.judge $(if $(RUNS),--runs $(RUNS)) $(ARGS)

bench-migrations: $(READY) ## What the gate says of labelled migrations, beside squawk where it is installed, and what it costs
	@$(BIN)/python -m benchmarks.migrations $(ARGS)

bench-replay: $(READY) ## A hundred past releases judged by other thresholds; ARGS='--json FILE'
	@$(BIN)/python -m benchmarks.replay $(ARGS)

screenshots: $(READY) ## The page in its states, by Debian's chromium, in .screenshots/; the terminal, moving, in docs/terminal/
	@$(BIN)/python -m tests.page.pictures $(ARGS)
	@$(BIN)/python -m tests.recording

simulate: $(READY) ## Releases with faults injected, on a simulated cloud; N=20000, SEED=123, MUTANTS=1, ARGS=--help
	@$(BIN)/python -m tests.simulation $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED)) $(if $(MUTANTS),--mutants) $(ARGS)

house: $(READY) ## Files, functions, imports and names beside their limits; ARGS='--list rollback'
	@$(BIN)/python -m tests.house $(ARGS)

coverage: $(READY) ## make test and make test-slow, and which statements and branches of shared/ they do not reach; under 95 % it fails
	@$(BIN)/pytest $(SPREAD) -m 'not search' --cov $(ARGS)

lock: $(RELEASE)/.ready ## Renew the lock files from pyproject.toml (keeps versions that still fit)
	$(COMPILE) --group functions -o requirements-functions.lock
	$(COMPILE) --group dev -c requirements-functions.lock pyproject.toml -o requirements.lock
	$(COMPILE) --group editable -c requirements.lock pyproject.toml -o requirements-demo.lock
	$(COMPILE) --group release -c requirements.lock -o requirements-release.lock
	@set -euo pipefail; scratch=$$(mktemp -d); \
	$(RELEASE)/bin/pip download -qq --no-deps --require-hashes --only-binary=:all: -d "$$scratch" -r requirements-demo.lock; \
	sed -i "s/^DEMO_FETCHES := .*/DEMO_FETCHES := $$(du -sm "$$scratch" | cut -f1)/" Makefile; rm -r "$$scratch"

release-notes: ## The changelog's section of a version, refused where it is not pyproject's: VERSION=0.2.0
	@$(ANY_PYTHON) .github/release_notes.py v$(VERSION)

dist: $(RELEASE)/.ready ## The wheel and the source archive, in dist/
	@rm -rf dist build
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(RELEASE)/bin/python -m build --no-isolation

sbom: dist ## What that wheel installs, at the versions of requirements.lock, as CycloneDX in dist/
	@set -euo pipefail; scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; wheel=$$(ls dist/*.whl); \
	$(RELEASE)/bin/pip download -qq --no-deps --require-hashes --only-binary=:all: -d "$$scratch/locked" -r requirements.lock; \
	$(RELEASE)/bin/python -m venv --without-pip "$$scratch/installed"; \
	$(RELEASE)/bin/pip --python "$$scratch/installed" install -qq --no-index --find-links "$$scratch/locked" "$$wheel"; \
	$(RELEASE)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file "$${wheel%%-py3*}.cdx.json" "$$scratch/installed"; \
	$(RELEASE)/bin/python .github/sbom.py "$${wheel%%-py3*}.cdx.json"; \
	echo "wrote $${wheel%%-py3*}.cdx.json"

define FIND_PYTHON
@for python in $(PYTHON) python3.11 python3 python3.12 python3.13; do \
	if "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		found=$$python; break; fi; done; \
if [ -z "$$found" ]; then \
	echo "Python 3.11 or newer, with its venv module, is needed (Debian: apt install python3.11-venv)" >&2; exit 1; fi
endef
define MAKE_VENV
$(FIND_PYTHON); \
if ! $(BIN)/python -c 'import pip' 2>/dev/null; then \
	echo "setting up .venv with $$($$found --version)"; "$$found" -m venv --clear .venv; fi
endef
PIP = PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/pip install

# Made anew only when what is to be installed has changed.
$(READY): requirements.lock requirements-functions.lock pyproject.toml
	$(MAKE_VENV)
	@echo "installing what requirements.lock names"
	@$(PIP) -qq --require-hashes -r requirements.lock
	@$(PIP) -qq --no-deps --no-build-isolation -e .
	@echo "fetching what the functions carry"
	@$(BIN)/python -m bluegreen_cli.libraries
	@touch $@

# What the demo runs, and nothing else; what is imported is compiled then. `make lock` measures DEMO_FETCHES.
DEMO_FETCHES := 77
$(FOR_DEMO): requirements-demo.lock requirements-functions.lock pyproject.toml
	@echo "the demo fetches about $(DEMO_FETCHES) MB of packages into .venv (less where pip has them), and runs on this machine alone"
	$(FIND_PYTHON); "$$found" demo/install.py .venv requirements-demo.lock
	@$(PIP) -qq --no-deps --no-build-isolation -e .
	@echo "  fetching what the functions carry"
	@$(BIN)/python -m bluegreen_cli.libraries
	@touch $@

# What makes a release is apart from what is developed with: few packages, each with its hash.
$(RELEASE)/.ready: requirements-release.lock
	@$(ANY_PYTHON) -m venv --clear $(RELEASE)
	@PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(RELEASE)/bin/pip install -qq --require-hashes -r $<
	@touch $@
