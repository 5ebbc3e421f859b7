# Celwacht. `make publish` and `make test` do everything on a machine with Python 3.11, 3.12 or 3.13; the rest is for builders.

# The first that is there; the lock is made for 3.11, and holds for the others.
PYTHON ?= $(or $(firstword $(foreach v,3.11 3.12 3.13,$(shell command -v python$(v)))),python3.11)
SCALE  ?= national
YEAR   ?= 2024
DATA   ?= data/$(SCALE)
OUT    ?= out/$(SCALE)
# The folder with the benchmark instances.
BENCH  ?= ../shared/data/bench
# The small demo is Drenthe.
ONLY   := $(if $(filter small,$(SCALE)),--province PV22)
BIN    := .venv/bin
STAMP  := .venv/.celwacht-installed

# Every worker and every process of the tests would compile all modules anew, and pytest rewrite all tests: some 40 seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup publish test test-long test-spark spark lint docs browser acro mutants bench
.DEFAULT_GOAL := help

help:
	@echo "make publish        an October and an April set from demo deliveries (SCALE=small: one province)"
	@echo "make test           the tests;  make test-long: the slow ones as well"
	@echo "make test-spark     the tests of the engine Spark (needs Java; installs pyspark, 450 MB); after it, make test-long runs a set on it"
	@echo "make lint           ruff and mypy"
	@echo "make docs           the pages of docs/ as a site in docs/site, without a network"
	@echo "make browser        Chromium and node for the tests that need them (Debian's packages; as root)"
	@echo "make mutants        small changes to the certificate checker: its tests must notice each of them"
	@echo "make bench          the figures of benchmarks/"
	@echo "make setup          only the environment in .venv"

setup: $(STAMP)

# The locked packages, each checked against its hash; then the project itself, editable, with the locked setuptools.
$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "celwacht needs Python 3.11 to 3.13 ($(PYTHON) is not found);\
	 name yours with: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@echo "Compiling the searches, once (a minute or so) ..."
	$(BIN)/python -m celwacht.publish.warm
	@touch $@

# The demo deliveries are made once, and are there whole or not at all; remove the folder to have them made anew.
$(DATA)/deliveries: | $(STAMP)
	@mkdir -p $(dir $(DATA)) && rm -rf $(DATA).partial
	$(BIN)/celwacht demo $(DATA).partial --scale $(SCALE)
	@mv $(DATA).partial $(DATA)

publish: $(STAMP) | $(DATA)/deliveries
	$(BIN)/celwacht publish october $(YEAR) --data $(DATA) --out $(OUT) $(ONLY)
	$(BIN)/celwacht publish april $(YEAR) --data $(DATA) --out $(OUT) $(ONLY)
	@echo
	@echo "The sets are in $(OUT)/$(YEAR)-october and $(OUT)/$(YEAR)-april, one folder per table. Look first at"
	@echo "  $(OUT)/$(YEAR)-april/<table>/<table>.xlsx     the table to look at"
	@echo "  $(OUT)/$(YEAR)-april/<table>/csv, odata       the same in CBS's own form"
	@echo "Read them in a browser, or with cbsodata and the like:  $(BIN)/celwacht serve $(OUT)"
	@echo "Why a cell is withheld (confidential): $(BIN)/celwacht explain --help"

# Spark beside the rest, from its own lock; Java is the system's (Debian: openjdk-17-jre-headless).
SPARKED := .venv/.celwacht-spark
spark: $(SPARKED)
$(SPARKED): requirements-spark.lock $(STAMP)
	@command -v java >/dev/null || { echo "Spark needs Java 17 or later (Debian: apt install openjdk-17-jre-headless)" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --require-hashes -r requirements-spark.lock
	@touch $@

test-spark: $(SPARKED)
	$(BIN)/python -m pytest tests/spark -n 0 -q -m "not long"

# Three workers on two cores: tests of servers, browsers and killed processes wait a good part of their time.
test: $(STAMP)
	$(BIN)/python -m celwacht.publish.warm
	$(BIN)/python -m pytest -m "not long" -n 3 --dist loadgroup --durations=15

lint: $(STAMP)
	.ci/lint

docs: $(STAMP)
	$(BIN)/python docs/build.py

# New examples, and the tests in another order each time (pytest says with which seed).
test-long: $(STAMP)
	$(BIN)/python -m celwacht.publish.warm
	$(BIN)/python -m pytest -n 2 --dist loadgroup --hypothesis-profile=new -p randomly

browser:
	.ci/browser

# The planted pairs of outputs, beside the reference tool, which is no part of this house and gets an environment of its own.
acro: $(STAMP)
	test -x .venv-acro/bin/python || (python3 -m venv .venv-acro && .venv-acro/bin/pip install -q acro==1.0.2)
	CELWACHT_ACRO=.venv-acro/bin/python $(BIN)/python -m pytest tests/publish/outputs/test_pairs.py -n 0

mutants: $(STAMP)
	$(BIN)/python tests/mutate_checker.py

bench: $(STAMP)
	$(BIN)/python benchmarks/protect.py $(BENCH)
	$(BIN)/python -m benchmarks.serving.viewer
	$(BIN)/python -m benchmarks.small_tables
