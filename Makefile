# sozialraum: jedes Ziel richtet sich selbst ein. „make demo“ genügt zum Kennenlernen.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.eingerichtet
DEMO := build/demo
# Offene Testdaten (siehe docs/anleitungen/betrieb.md); fehlen sie, werden die Tests dazu mit Begründung übersprungen.
export SOZIALRAUM_TESTDATEN ?= $(abspath ../shared/data)
export SOZIALRAUM_REFERENZEN ?= $(abspath ../shared/reference)
# Python, in dem PySAL zum Vergleich liegt (Gruppe „peers“ in pyproject.toml).
export SOZIALRAUM_VERGLEICH ?= $(abspath build/vergleich/bin/python)

.PHONY: help setup demo demo-data test test-all lint berlin koeln hamburg jena flensburg browser vergleich clean

help: ## Zeigt die Ziele
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: $(STAMP) ## Richtet die Umgebung in .venv ein

$(STAMP): pyproject.toml constraints.txt tools/setup.sh
	@tools/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

demo-data: $(STAMP)
	@tools/demo-data.sh "$(BIN)" "$(DEMO)"

demo: demo-data ## Baut Musterstadt, zeigt die Site auf http://127.0.0.1:8000 und die Datenwerkstatt auf Anschluss 8010
	@tools/demo.sh "$(BIN)" "$(DEMO)"

lint: $(STAMP) ## Prüft Stil, Typen und Schichten
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint ## Was jede Änderung bestehen muss (höchstens 15 Minuten)
	@tools/test-packages.sh
	@$(BIN)/python -m pytest -m "not slow and not browser" -n 2 --dist loadfile
	@$(BIN)/python -m pytest -m "browser and not slow" -n 2 --dist loadfile

test-all: $(STAMP) ## Dazu die langsamen Tests: PostgreSQL, Angriffe, große Beispiele (höchstens 60 Minuten)
	@tools/test-packages.sh all
	@tools/spark.sh "$(VENV)"
	@tools/with-postgres.sh $(BIN)/python -m pytest tests/web --ignore tests/web/test_process.py -q -n 2 --dist loadfile
	@$(BIN)/python -m pytest -m "slow and not browser" -n 2 --dist loadfile
	@$(BIN)/python -m pytest -m "slow and browser" -n 2 --dist loadfile

berlin: ## Baut Berlin aus den offenen Daten: check, run, release
koeln: ## Baut Köln (Bevölkerung 2005 bis 2012)
hamburg: ## Baut Hamburg (Stadtteilprofile 2014)
jena: ## Baut Jena (Haushalte 2006 bis 2016)
flensburg: ## Baut Flensburg (Sozialatlas 2022)
berlin koeln hamburg jena flensburg: $(STAMP)
	@rm -rf "build/$@"
	@$(BIN)/python beispiele/build.py "$@" "$(SOZIALRAUM_TESTDATEN)" "build/$@"
	@$(BIN)/sozialraum check "build/$@"
	@$(BIN)/sozialraum run "build/$@"
	@$(BIN)/sozialraum release "build/$@" --name "$@"

vergleich: $(STAMP) ## Legt die Vergleichsprogramme in eine eigene Umgebung und misst die Statistik gegen sie
	@$(PYTHON) -m venv build/vergleich
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["peers"], sep="\n")' > build/vergleich/peers.txt
	@build/vergleich/bin/python -m pip install -q -r build/vergleich/peers.txt
	@$(BIN)/python -m benchmarks.statistics --write

clean: ## Entfernt alles, was gebaut wurde
	rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
