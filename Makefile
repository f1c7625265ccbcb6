# `make demo` and `make test` do all the set-up on a machine with Python 3.11 and make.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: demo test test-all test-kills lint bench results figures docs notebooks dist site public theorem clean
demo: $(VENV)/.ready
	$(BIN)/anylength demo

# the tests that people run: every part at least once. SAMPLE=12: of the exhaustive and long tests, too, those marked `sampled` and
# one in twelve, always the same ones
test: $(VENV)/.dev
	$(if $(SAMPLE),ANYLENGTH_SAMPLE=$(SAMPLE) ANYLENGTH_KILLS=1 $(PYTEST),$(PYTEST) -m "not slow")

test-all: $(VENV)/.dev
	$(PYTEST)

# kills every command that writes 30 times, at random moments
test-kills: $(VENV)/.dev
	ANYLENGTH_KILLS=30 $(BIN)/pytest -n 2 -m slow tests/test_kills.py

# types are looked up in all libraries that the sources import; the pages' JavaScript needs npm (Debian: npm)
lint: $(VENV)/.extras node_modules/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --threads 2
	$(BIN)/lint-imports --no-cache --no-logo
	node_modules/.bin/eslint src/anylength/web
	node_modules/.bin/tsc

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.cells

figures: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet matplotlib
	$(BIN)/python docs/figures/make.py
	$(BIN)/python -m docs.figures.proof_boxes
	$(BIN)/python -m docs.figures.curves
	$(BIN)/python -m docs.figures.tables

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

notebooks: $(VENV)/.docs
	$(BIN)/python examples/notebooks.py

# static pages that learn, prove and break nets in the browser; PYODIDE=FOLDER, npm's package unpacked, adds the checker in Python
site: $(VENV)/.ready
	rm -rf build/pages
	$(BIN)/anylength site --out build/pages $(if $(PYODIDE),--pyodide $(PYODIDE)) $(if $(DOCS),--docs $(DOCS))

# theorems about nets that lie in the repository, checked by Coq's kernel (Debian: coq libcoq-interval libcoq-flocq)
theorem: $(VENV)/.ready
	$(BIN)/python -m benchmarks.theorems committed

dist: $(VENV)/.publish
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*
	$(BIN)/python -m benchmarks.wheel

# the static pages and, in `docs`, the documentation: one folder to upload
public: DOCS := docs/index.html
public: docs site
	rm -rf build/public
	cp -r build/pages build/public
	cp -r build/site build/public/docs

results: $(VENV)/.ready
	$(BIN)/anylength reproduce --out runs/post
	$(BIN)/python -m studies.post.page runs/post
	$(BIN)/python -m benchmarks.proofs

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet -e . -c $(CONSTRAINTS)
	touch $@

$(VENV)/.dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet -e '.[dev]' -c $(CONSTRAINTS)
	touch $@

$(VENV)/.extras: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet -e '.[oracle,onnx,docs,microcontroller]' -c $(CONSTRAINTS)
	touch $@

$(VENV)/.docs: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet -e '.[docs]' -c $(CONSTRAINTS)
	touch $@

$(VENV)/.publish: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet -e '.[publish]' -c $(CONSTRAINTS)
	touch $@

$(VENV)/.bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet -e '.[bench]' -c $(CONSTRAINTS)
	touch $@

node_modules/.ready: package.json
	npm install --no-package-lock --no-audit --no-fund --silent
	touch $@

clean:
	rm -rf $(VENV) node_modules
