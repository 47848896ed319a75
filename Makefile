# One word per chore. Needs Python 3.11 to 3.13, make and a package index; everything else is installed into $(VENV).
#   make demo    what did the broker change in Jaipur?
#   make test    the tests
#   make check   style and types
#   make bench   speed, side by side with plain Mesa; studies beside a bare loop
#   make torture studies that are killed, refused and interrupted at every place (an hour)
#   make page    build the workshop's page from web/ (needs Node.js 20 and npm)
#   make docs    rewrite what is generated without a run: docs/patterns.md, tables of docs/odd.md and docs/cases.md
# Without make, and on Windows:  pip install .   and then   clustersim compare jaipur

# The first Python in range that can make environments; `make test PYTHON=python3.11` chooses another.
IN_RANGE = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
            "$$python" -c '$(IN_RANGE)' 2>/dev/null && echo "$$python" && break; done)
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/ready

.PHONY: demo test check bench torture docs page clean

demo: $(READY)
	$(BIN)/clustersim compare jaipur --force

test: $(READY)
	$(BIN)/python -c "from clustersim.simulation import warm_up; warm_up(print)"
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

bench: $(READY)
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.studies

torture: $(READY)
	@mkdir -p build/torture
	$(BIN)/python -m tests.study.store.torture build/torture
	$(BIN)/python -m tests.study.torture build/torture

docs: $(READY)
	$(BIN)/python -m clustersim.odd docs/odd.md docs/cases.md
	$(BIN)/clustersim patterns --list > docs/patterns.md

page:
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	cd web && npx --no-install tsc --noEmit && npm run --silent build

# The build backend comes first and is used without isolation: that pins it too, with any version of pip.
$(READY): pyproject.toml constraints.txt
	@"$(PYTHON)" -c '$(IN_RANGE)' || { echo "clustersim needs Python 3.11 to 3.13; found: '$(PYTHON)'. Try: make PYTHON=/path/to/python3" >&2; exit 2; }
	"$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) web/node_modules build dist results .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
