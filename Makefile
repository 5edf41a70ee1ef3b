# From a bare checkout: needs Python 3.11 to 3.14 with its venv module, and nothing else.
#   make demo    installs into .venv and reads the two bundled articles
#   make test    installs the development tools as well and runs every check
#   make docs    writes the reference of the public names from their docstrings into site/

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
CANDIDATES := python3 python3.13 python3.12 python3.14 python3.11 python
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c "$(SUITABLE)" 2>/dev/null && echo $$p && break; done)

.PHONY: demo test docs benchmark clean

demo: $(VENV)/.installed
	@$(BIN)/dealextract demo

test: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest
	cd notebooks && ../$(BIN)/python -m pytest --nbmake --nbmake-timeout=600

docs: $(VENV)/.installed-dev
	$(BIN)/python -m tests.schema_page
	$(BIN)/pdoc --output-directory site dealextract dealextract.display dealextract.formats dealextract.plots \
		dealextract.scoring dealextract.tables
	@echo "open site/dealextract.html"

benchmark: $(VENV)/.installed-dev
	@test -n "$(GOLD)" || { echo "usage: make benchmark GOLD=file.jsonl" >&2; exit 2; }
	@$(BIN)/dealextract evaluate $(GOLD)

$(VENV)/.installed: pyproject.toml
	@$(MAKE) --no-print-directory install WHAT=.
	@touch $@

$(VENV)/.installed-dev: pyproject.toml
	@$(MAKE) --no-print-directory install WHAT='.[dev]'
	@touch $@ $(VENV)/.installed

.PHONY: install
install:
	@test -n "$(PYTHON)" || { echo "needs Python 3.11 to 3.14 with venv; set PYTHON=" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing $(WHAT) into $(VENV), which takes a minute or two the first time"
	@$(PIP) install --editable '$(WHAT)'

clean:
	rm -rf $(VENV) dist build
