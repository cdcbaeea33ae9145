# Two commands: `make run` tries the site, `make test` tests all of it. README.md tells more.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
VAR_DIR ?= var
override VAR_DIR := $(abspath $(VAR_DIR))
export PORT VAR_DIR

BIN := .venv/bin
STATIC_SOURCES := $(shell find static */static -type f 2>/dev/null)

.DEFAULT_GOAL := run
.PHONY: run demo test bench lint format clean

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	touch $@

$(VAR_DIR)/secret_key: | .venv/installed
	mkdir -p $(VAR_DIR)
	umask 077 && $(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))" > $@

# As in production but for https: hashed and compressed files, no debug pages, a signing key of its own.
PRODUCTION_LIKE = DEBUG=false SITE_URL=$${SITE_URL:-http://127.0.0.1:$(PORT)} SECRET_KEY=$$(cat $(VAR_DIR)/secret_key)

$(VAR_DIR)/static/.collected: $(STATIC_SOURCES) .venv/installed | $(VAR_DIR)/secret_key
	$(PRODUCTION_LIKE) $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	touch $@

demo: .venv/installed $(VAR_DIR)/secret_key $(VAR_DIR)/static/.collected
	@$(PRODUCTION_LIKE) $(BIN)/python manage.py migrate --verbosity 0
	@$(PRODUCTION_LIKE) $(BIN)/python manage.py load_demo

run: demo
	@echo "Open http://127.0.0.1:$(PORT)  (Ctrl-C stops web and worker; files are in $(VAR_DIR))"
	@$(PRODUCTION_LIKE) PATH="$(abspath $(BIN)):$$PATH" exec $(BIN)/honcho start --no-prefix

test: .venv/installed-dev
	@BIN=$(BIN) tests/run.sh

bench: .venv/installed-dev
	@BIN=$(BIN) BENCH="$(BENCH)" tests/bench.sh

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/hadolint Dockerfile

format: .venv/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint templates --reformat --quiet

clean:
	rm -rf .venv .pytest_cache .ruff_cache
