# make run      starts Outlay at http://127.0.0.1:8000; needs Python 3.11 and npm, nothing else
# make test     everything that must hold before a change is done
# The rest: demo check audit bench bench-app prove screens android ios shells-test build setup lock clean.
# Settings: OUTLAY_PORT, OUTLAY_DATA_DIR, OUTLAY_DATABASE_URL and what docs/operations.md lists.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
SEEDS ?= 100
FIRST_SEED ?= 0
STEPS ?= 300
ENGINE ?= both
ABLATE ?=
CONCURRENCY ?= 0
DEVICE ?= 0
MINUTES ?= 0
SIZES ?= 1000,100000
PARTS ?=
BESIDE ?=
export PATH := $(CURDIR)/.tools/bin:$(PATH)

# What stands between a clean clone and a start, each with a file that says it was done.
SERVER := .venv/.installed
BYTECODE := .venv/.compiled
DEVELOPMENT := .venv/.installed-dev
NODE := .tools/.installed
MODULES := app/node_modules/.installed
APP := app/build/index.html
SHELLS := shells/node_modules/.installed
S3 := .tools/s3/bin/moto_server
APP_SOURCES := $(filter-out %.test.ts,$(shell find app/src app/static spec -type f 2>/dev/null)) \
	app/package.json app/vite.config.ts app/early.ts app/manifests.ts app/tsconfig.json

.PHONY: run demo build setup debian test check check-server check-app check-built-app audit proofs python-tests unit-tests \
	browser-tests bench bench-app prove screens android ios shells-test lock clean

run: $(SERVER) $(BYTECODE) $(APP)
	exec $(BIN)/outlay serve

demo: $(SERVER) $(BYTECODE) $(APP)
	$(BIN)/outlay demo
	exec $(BIN)/outlay serve

build: $(APP)

setup: debian $(DEVELOPMENT) $(MODULES) $(S3)

# What is fetched, built and read comes side by side; tests one after the other also under -j: they share two cores, and
# the summaries stay readable.
test:
	$(MAKE) -j4 setup build check-server check-built-app
	$(MAKE) python-tests
	$(MAKE) unit-tests
	$(MAKE) browser-tests

check: check-server check-app
	$(BIN)/pytest -q server/tests/test_tidy.py

check-server: $(DEVELOPMENT)
	$(BIN)/ruff check
	$(BIN)/mypy

check-app: $(MODULES)
	cd app && npm run --silent check

# Not while it is being built: both write app/.svelte-kit.
check-built-app: $(APP)
	$(MAKE) check-app

# The tests start many servers, so their bytecode comes first.
python-tests: debian $(DEVELOPMENT) $(BYTECODE) $(S3)
	$(BIN)/pytest -n 3 --dist worksteal

unit-tests: $(MODULES)
	cd app && npm run --silent test:unit

browser-tests: debian $(SERVER) $(BYTECODE) $(APP)
	cd app && CHROMIUM="$${CHROMIUM:-$$(command -v chromium-headless-shell || command -v chromium)}" \
		npm run --silent test:browser

# What `make test` draws few examples of, in its long form.
LONGER := $(addprefix server/tests/,reports/test_equal.py reports/test_settings_change.py system/test_kill.py)

# The tests that take longer than they say new things about a change: those marked proof, *.proof.ts of the browser
# (tabs that fight and die, a line that fails in every way, every screen with axe, each provider's button).
proofs: debian $(DEVELOPMENT) $(BYTECODE) $(S3) $(APP) $(SHELLS)
	$(BIN)/pytest -n 3 --dist worksteal --proofs only server/tests
	OUTLAY_TEST_EXAMPLES=60 OUTLAY_TEST_KILLS=10 $(BIN)/pytest -n 3 --proofs too $(LONGER)
	cd app && npm run --silent test:proofs

# What looks for weaknesses (docs/security.md): bandit, advisories, secrets, licences, every attack in its long form.
audit: debian $(DEVELOPMENT) $(BYTECODE) $(NODE)
	$(BIN)/python server/tests/attack/run.py

# SEEDS stories of sync on each engine and DEVICE of the app's core; or ABLATE=all|RULE, or CONCURRENCY=seconds
# (docs/sync.md).
prove: debian $(DEVELOPMENT) $(if $(filter-out 0,$(DEVICE))$(ABLATE),$(MODULES) $(APP))
	$(BIN)/python server/tests/prove/run.py --seeds $(SEEDS) --first-seed $(FIRST_SEED) --steps $(STEPS) \
		--engine $(ENGINE) --ablate '$(ABLATE)' --concurrency $(CONCURRENCY) --device $(DEVICE) --minutes $(MINUTES)

# PARTS=million is the one that runs only when named.
bench: debian $(DEVELOPMENT) $(APP)
	$(BIN)/python bench/run.py $(PARTS)

# SIZES of the books, PARTS of the measurement, BESIDE the folder of another build to compare with (docs/bench.md).
bench-app: debian $(DEVELOPMENT) $(APP)
	$(BIN)/python bench/app.py --sizes '$(SIZES)' --beside '$(BESIDE)' $(PARTS)

# The phones' apps around the built app (docs/phones.md), made anew in shells/android and shells/ios.
android ios: $(APP) $(SHELLS)
	node shells/generate.ts $@

shells-test: $(DEVELOPMENT) $(APP) $(SHELLS)
	$(BIN)/pytest -q shells/tests

screens: debian $(SERVER) $(APP)
	cd app && node e2e/screens.ts

lock: $(NODE)
	scripts/lock.sh

debian:
	@scripts/debian.sh

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Outlay needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

$(SERVER): requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --constraint requirements.lock --editable .
	touch $@

# Where PYTHONDONTWRITEBYTECODE is set (containers), every start would compile all of it: 0.3 s.
$(BYTECODE): $(SERVER) $(shell find server/outlay -name '*.py')
	$(BIN)/python -m compileall -q server/outlay
	touch $@

$(DEVELOPMENT): $(SERVER)
	$(BIN)/pip install --quiet --constraint requirements.lock --editable '.[dev]'
	touch $@

$(NODE): scripts/node.sh
	scripts/node.sh
	touch $@

$(MODULES): app/package.json app/package-lock.json app/.npmrc $(NODE)
	cd app && npm ci --no-fund --no-audit
	touch $@

# An S3 server for the tests of stored files, apart from what the server needs.
$(S3): scripts/s3.sh
	scripts/s3.sh
	touch $@

$(SHELLS): shells/package.json shells/package-lock.json $(NODE)
	cd shells && npm ci --no-fund --no-audit
	touch $@

$(APP): $(APP_SOURCES) $(MODULES)
	cd app && npm run --silent build
	touch $@

clean:
	rm -rf .venv .tools app/node_modules app/build app/.svelte-kit
	rm -rf shells/node_modules shells/www shells/android shells/ios
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis server/*.egg-info
