# `make serve` and `make test` are all that is needed; both install what they need first.
PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_OFFLINE := 1

.PHONY: serve test lint types bench lock fix clean

serve: .venv/installed
	$(BIN)/itsm serve --build

# The build has the whole machine; then two processes share it, of one thread each, as more would
# wait for each other.
test: .venv/installed-dev lint types
	$(BIN)/itsm --data-dir artifacts/test-data index build --no-gate
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev
	$(BIN)/mypy

bench: .venv/installed-dev
	$(BIN)/itsm index build
	$(BIN)/itsm eval bench
	$(BIN)/itsm eval
	$(BIN)/python -m tests.measure

fix: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock holds what `pip install` chose for pyproject.toml in a fresh environment.
lock:
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet --editable '.[dev]'
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock

clean:
	rm -rf .venv data artifacts

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	touch $@
