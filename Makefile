# `make demo` and `make test` each work as the only command on a fresh clone.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# What pip is given besides the constraints, e.g. PIP_ARGS="--extra-index-url ..." for PyTorch's CPU build (docs/pytorch.md).
PIP_ARGS ?=
# faiss-cpu and faiss-gpu share a folder, so exactly one of the two extras is installed.
ACCELERATOR ?= $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo cpu)
# milvus-lite brings faiss-cpu, so it is not installed beside faiss-gpu; its tests are skipped there.
EXTRAS := $(ACCELERATOR),dev
ifeq ($(ACCELERATOR),cpu)
EXTRAS := $(EXTRAS),milvus
endif
STAMP := $(VENV)/.sightline-$(ACCELERATOR)
SMOKE ?= 0

BENCHMARKS := phantom metrics_speed pixel_baseline evidence latency

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow check format mini bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv and install everything into it, once

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than Python 3.11: install a newer one and run make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable ".[$(EXTRAS)]"
	@rm -f $(VENV)/.sightline-*
	@touch $@

demo: setup ## draft an example in the terminal, then serve the page
	$(BIN)/sightline demo

test: setup ## the tests that need neither a GPU nor minutes
	$(BIN)/python -m pytest

test-slow: setup ## the tiny training runs
	$(BIN)/python -m pytest -m slow

check: setup ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

mini: setup ## train the bundled model, resumable; SMOKE=1 for five minutes
	$(BIN)/python -m train.mini $(if $(filter 1,$(SMOKE)),--smoke)

bench: setup ## measure speed on this machine
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

clean: ## remove the environment and the caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache build *.egg-info
