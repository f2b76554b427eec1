# `make help` lists the targets. PY is the Python (>= 3.11) that the environment is made with.
PY ?= python3
BIN := .venv/bin
READY := .venv/.ready
COMPILED := .venv/.compiled
PORT ?= 8000
NOTEBOOKS ?=

.PHONY: help book test serve lab execute claims stamp figures lint lock clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

# The environment: everything that requirements.txt pins, and segedu itself, editable. Made once; after that nothing
# here needs a network. The patience is for slow lines: torch alone is a download of several hundred megabytes.
$(READY): requirements.txt
	$(PY) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("segedu needs Python 3.11 or newer: make PY=python3.12")'
	$(PY) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --timeout 120 --retries 10 uv
	VIRTUAL_ENV=.venv UV_HTTP_TIMEOUT=600 UV_HTTP_RETRIES=10 $(BIN)/uv pip install -q -r requirements.txt
	touch $@

# The dense CRF's C++ implementation comes as source. The tests compare with it where there is a compiler for it.
LATTICE := pydensecrf2==1.1
$(COMPILED): $(READY)
	if command -v c++ >/dev/null && VIRTUAL_ENV=.venv $(BIN)/uv pip install -q "$(LATTICE)"; then touch $@; \
	else echo "make: $(LATTICE) could not be compiled (is there a C++ compiler?); comparisons with it are skipped"; fi

# A page is read again only when it changed, and its warnings come only then: after a failure all are read again.
book: $(READY)  ## build the book into _build/html; a warning is an error
	$(BIN)/python -m tools.config _build/config.yml
	$(BIN)/jupyter-book build . --config _build/config.yml -W -n --keep-going || (rm -rf _build/.doctrees; exit 1)

# Two processes with one thread each: where there are more threads than cores, torch's wait for each other, busily.
test: $(COMPILED) book  ## run everything: doctests, tests, the built pages, every cell of every notebook
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -rs -n 2 --dist loadscope --nbval-lax --nbval-current-env \
	  --nbval-cell-timeout 600 --nbval-kernel-startup-timeout 120 --nbval-sanitize-with sanitize.cfg

serve: book  ## show the built book on http://127.0.0.1:8000 (or PORT=...)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: $(READY)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

execute: $(READY)  ## run the notebooks (or NOTEBOOKS="notebooks/06_fcn.ipynb ...") in place and store what they show
	$(BIN)/python -m tools.execute $(NOTEBOOKS)

claims: $(READY)  ## run the notebooks on emulated processors and with other seeds: each claim's values (hours)
	$(BIN)/python -m tools.claims

stamp: $(READY)  ## write the setup cell, with this repository's address, into every notebook
	$(BIN)/python -m tools.stamp

figures: $(READY)  ## draw the pictures of the landing page and the README again
	$(BIN)/python book/figures.py

lint: $(READY)  ## check the style of modules and notebooks (mend with: .venv/bin/ruff check --fix . ; .venv/bin/ruff format .)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lock: $(READY)  ## pin in requirements.txt what requirements.in asks for; versions that still fit stay
	VIRTUAL_ENV=.venv $(BIN)/uv pip compile -q requirements.in -o requirements.txt --universal --python-version 3.11

clean:  ## remove the environment and the built book
	rm -rf .venv _build
