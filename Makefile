# From a bare checkout: needs Python 3.11 to 3.14 with its venv module, and nothing else.
#   make demo    installs into .venv and reads the two bundled articles
#   make test    installs the development tools as well and runs every check

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
CANDIDATES := python3 python3.13 python3.12 python3.14 python3.11 python
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c "$(SUITABLE)" 2>/dev/null && echo $$p && break; done)

.PHONY: demo test benchmark clean

demo: $(VENV)/.installed
	@$(BIN)/dealextract demo

test: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest

benchmark: $(VENV)/.installed-dev
	@test -n "$(GOLD)" || { echo "usage: make benchmark GOLD=file.jsonl" >&2; exit 2; }
	@$(BIN)/dealextract evaluate $(GOLD)

$(VENV)/.installed: pyproject.toml
	@$(MAKE) --no-print-directory install WHAT=.
	@touch $@

$(VENV)/.installed-dev: pyproject.toml
	@$(MAKE) --no-print-directory install WHAT='.[dev]'
	@touch $@ $(VENV)/.installed

# What continuous integration uses in the place of `install`: versions and hashes of .ci/requirements.txt.
.PHONY: install-pinned
install-pinned:
	@test -n "$(PYTHON)" || { echo "needs Python 3.11 to 3.14 with venv; set PYTHON=" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement .ci/requirements.txt
	@$(PIP) install --no-deps --editable .
	@touch $(VENV)/.installed $(VENV)/.installed-dev

.PHONY: install
install:
	@test -n "$(PYTHON)" || { echo "needs Python 3.11 to 3.14 with venv; set PYTHON=" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing $(WHAT) into $(VENV), which takes a minute or two the first time"
	@$(PIP) install --editable '$(WHAT)'

clean:
	rm -rf $(VENV) dist build
