# Sygnet: `make help` lists what there is. Needs python3 and make; everything else it fetches itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# Where head office, the kiosk and the desk for telephones of `make run` listen and keep their data.
OFFICE_PORT ?= 8700
KIOSK_PORT ?= 8800
PHONE_PORT ?= 8801
DATA ?= data
# What `make demo` reads and where it writes.
PDF ?=
OUT ?= out
PASSWORD ?=
# A folder of labelled pictures of QR codes for `make bench`; without it only times are taken.
QR ?=
# The tool that pins requirements; it is installed only for `make requirements`.
UV := uv==0.13.9

PYTHON := .venv/bin/python
PO := $(shell find verifier signing sync kiosk office -name '*.po' 2>/dev/null)
MO := $(PO:.po=.mo)

.PHONY: help setup run test lint demo bench translations requirements clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22
	@echo "Options: OFFICE_PORT=$(OFFICE_PORT) KIOSK_PORT=$(KIOSK_PORT) PHONE_PORT=$(PHONE_PORT) DATA=$(DATA) PDF=file.pdf OUT=$(OUT)"

setup: .venv/requirements-installed translations ## Debian packages, .venv, pinned requirements, translations

run: setup ## start head office and a kiosk that know each other, with sample documents
	@exec $(PYTHON) -m tests.pair --office-port $(OFFICE_PORT) --kiosk-port $(KIOSK_PORT) --phone-port $(PHONE_PORT) --data "$(DATA)"

test: lint ## style, types, and every test, browser included
	$(PYTHON) -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

lint: setup ## style and types only
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(PYTHON) -m mypy

demo: setup ## sign one PDF headless: make demo PDF=in.pdf OUT=out, PASSWORD=... where it needs one
	@if [ -z "$(PDF)" ]; then echo "Which PDF? make demo PDF=in.pdf OUT=out"; exit 3; fi
	@exec $(PYTHON) -m tests.demo $(if $(PASSWORD),--password "$(PASSWORD)") "$(PDF)" "$(OUT)"

bench: setup ## print budgets as ratios: make bench QR=folder-of-QR-pictures
	@exec $(PYTHON) -m tests.bench $(if $(QR),--qr "$(QR)")

translations: $(MO) ## compile the .po files

%.mo: %.po .venv/requirements-installed
	@.venv/bin/pybabel --quiet compile --input-file "$<" --output-file "$@"

requirements: .venv/requirements-installed ## pin requirements*.in anew, with hashes, for every platform
	$(PYTHON) -m pip install --quiet $(UV)
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade requirements.in -o requirements.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade requirements-test.in -o requirements-test.txt

clean: ## remove .venv, caches and compiled files; data folders stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/debian-packages-installed: .ci/debian-packages.txt .ci/install-debian-packages
	@.ci/install-debian-packages
	@mkdir -p .venv && touch $@

.venv/requirements-installed: .venv/debian-packages-installed .ci/create-venv requirements.txt requirements-test.txt
	@.ci/create-venv
	@touch $@
