# datalab: `make` lists what there is to make.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := pydatalab/.venv
BIN := $(VENV)/bin
STAMPS := pydatalab/.stamps
PYTHON ?= python3
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix webapp
ARGS ?=

SERVER := $(STAMPS)/compiled webapp/dist/index.html

.PHONY: help install run demo setup test test-python test-mongo test-web test-e2e test-containers test-hosts check bench format openapi clean

# What is run over MongoDB each time, beside the tests that run over both engines anyway.
ON_MONGO := tests/jobs $(addprefix tests/, api/test_collections.py api/test_item_changes.py api/test_merging.py \
  api/compat/test_old_items.py backups/test_restore.py services/inventory/test_undoing.py)

# Runs tests. Where submissions are checked, those that failed have a second try, by themselves: the machine is busy there,
# and what waits for another process may have waited too short.
tested = .venv/bin/pytest -n auto $(1) $(if $(CI),|| .venv/bin/pytest --last-failed --last-failed-no-failures none $(1))

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(SERVER) ## Install the server and build the page, without serving

run: $(SERVER) ## Serve datalab at http://localhost:5001 (options: ARGS="--host H --port P")
	@exec $(BIN)/pydatalab serve $(ARGS)

demo: $(SERVER) ## The same with an example lab filled in
	@exec $(BIN)/pydatalab demo $(ARGS)

setup: $(STAMPS)/dev $(STAMPS)/compiled webapp/node_modules/.stamp webapp/dist/index.html $(STAMPS)/browser $(STAMPS)/servers ## Install all that the other targets need

test: setup test-python test-web test-e2e ## Run the whole suite, in a real browser too

test-python: $(STAMPS)/dev ## Run the server's tests
	cd pydatalab && $(call tested,)
	cd pydatalab && $(call tested,--engine mongo $(ON_MONGO))

test-mongo: $(STAMPS)/dev ## Run all of the API's, administration's and backups' tests over MongoDB
	cd pydatalab && .venv/bin/pytest -n auto --engine mongo tests/api tests/services tests/backups tests/jobs tests/commands

test-web: webapp/node_modules/.stamp ## Run the page's unit tests
	$(NPM) run test

test-e2e: $(STAMPS)/dev webapp/dist/index.html $(STAMPS)/browser ## Run whole journeys in a real browser
	$(NPM) run e2e

test-containers: $(STAMPS)/dev webapp/node_modules/.stamp $(STAMPS)/browser ## Rehearse the deployment in containers: as root, where `docker compose` works
	cd pydatalab && .venv/bin/pytest -c pyproject.toml --rootdir .. --import-mode prepend --timeout 2400 -rs ../tests/containers

test-hosts: $(STAMPS)/dev ## Rehearse the deployment without containers: as root, with debootstrap; what is missing is said
	cd pydatalab && .venv/bin/pytest -c pyproject.toml --rootdir .. --import-mode prepend --timeout 2400 -rs ../tests/hosts

check: $(STAMPS)/dev webapp/node_modules/.stamp ## Format, lint, types, import rules, OpenAPI drift, documentation
	cd pydatalab && .venv/bin/ruff format --check . ../benchmarks ../tests
	cd pydatalab && .venv/bin/ruff check . ../benchmarks ../tests
	cd pydatalab && .venv/bin/mypy
	cd pydatalab && .venv/bin/lint-imports
	cd pydatalab && .venv/bin/pytest -q tests/test_docs*.py tests/test_openapi.py
	$(NPM) run check

format: $(STAMPS)/dev webapp/node_modules/.stamp ## Rewrite the code in the house format
	cd pydatalab && .venv/bin/ruff format . ../benchmarks ../tests && .venv/bin/ruff check --fix . ../benchmarks ../tests
	$(NPM) run lint -- --fix

openapi: $(STAMPS)/dev webapp/node_modules/.stamp ## Write the OpenAPI document and the page's types anew
	cd pydatalab && .venv/bin/pydatalab dev.write-openapi
	$(NPM) run types

bench: $(STAMPS)/dev webapp/dist/index.html $(STAMPS)/browser ## Measure speed and size; prints a table
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove everything that was installed or built (never the data)
	rm -rf $(VENV) $(STAMPS) webapp/node_modules webapp/dist

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(STAMPS)/build: pydatalab/requirements/build.txt | $(STAMPS)/venv
	@echo "Installing Node and the build tools ..."
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/runtime: pydatalab/requirements/runtime.txt pydatalab/pyproject.toml $(STAMPS)/build
	@echo "Installing the server (a few minutes the first time) ..."
	@$(PIP) install --no-build-isolation --require-hashes -r $<
	@$(PIP) install --no-build-isolation --no-deps --editable pydatalab
	@touch $@

# Who serves may have no right to keep what Python compiles, and would compile it at each start.
$(STAMPS)/compiled: $(STAMPS)/runtime $(shell find pydatalab/src -name '*.py')
	@$(BIN)/python -m compileall -q pydatalab/src
	@touch $@

$(STAMPS)/dev: pydatalab/requirements/dev.txt $(STAMPS)/runtime
	@echo "Installing the tools of development ..."
	@$(PIP) install --no-build-isolation --require-hashes -r $<
	@touch $@

$(STAMPS)/browser: | $(STAMPS)/venv
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	@touch $@

$(STAMPS)/servers: pydatalab/tests/servers/go.mod pydatalab/tests/servers/go.sum | $(STAMPS)/venv
	@command -v /usr/sbin/sshd >/dev/null && command -v age >/dev/null && command -v redis-server >/dev/null && command -v /usr/sbin/nginx >/dev/null && command -v caddy >/dev/null || { apt-get update -qq && apt-get install -y -qq openssh-server age redis-server nginx-light caddy; }
	@if command -v go >/dev/null; then echo "Building an S3 server for the tests ..."; \
	  cd pydatalab/tests/servers && go build -mod=readonly -o ../../.venv/bin/versitygw github.com/versity/versitygw/cmd/versitygw; \
	  else echo "No Go here: tests that need an S3 server are left out."; fi
	@touch $@

webapp/node_modules/.stamp: webapp/package-lock.json $(STAMPS)/build
	@echo "Installing the page's packages ..."
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

webapp/dist/index.html: webapp/node_modules/.stamp $(shell find webapp/src webapp/build webapp/public webapp/index.html webapp/vite.config.ts -type f 2>/dev/null)
	@echo "Building the page ..."
	@$(NPM) run build --silent -- --logLevel warn
	@touch $@
