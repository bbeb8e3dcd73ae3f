# make setup   builds .venv; the command is then .venv/bin/career-migrate
# make demo    migrates an invented v2 into SQLite, verifies it and writes the report
# make test    lint, types and every test against real servers; half an hour on two cores
# make soak    campaigns too long for every change: kills, restarts, random schedules; hours
# make audit   known vulnerabilities of the pinned dependencies; asks PyPI
# make bench   the product beside its alternatives on the same tables

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: setup demo test lint types unit packages soak audit bench

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) tools/check_python.py
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: setup
	$(BIN)/career-migrate demo

test: setup packages lint types unit

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

# a worker that dies fails the tests at once: replaced, it would be waited for without end (pytest-xdist 3.8, its issue 1378)
unit: setup
	$(BIN)/pytest -m 'not soak' -n 2 --dist loadgroup --max-worker-restart 0 -q

packages:
	sh tools/system_packages.sh

soak: setup packages
	$(BIN)/pytest -m soak --timeout 0

# strict: a version that cannot be asked about is a failure, not a pass
audit: setup
	$(BIN)/pip-audit --strict --no-deps --disable-pip -r constraints.txt

.venv/ready-bench: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	touch $@

bench: .venv/ready-bench packages
	$(BIN)/python -m benchmarks
