# make demo   a working desk with customers, nothing to configure
# make run    your own desk
# make test   everything the project promises, quickly; make test-full takes longer
#
# PYTHON=…   use this interpreter          VENV=…   another folder for the environment
# UV=1       install with uv, if you have  JOBS=…   parallel test processes (4: many tests wait)

SHELL = /bin/sh
VENV ?= .venv
JOBS ?= 4
PYTEST_ARGS ?=
BIN = $(VENV)/bin
PY = $(BIN)/python

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The tests start thousands of processes: without it each compiles all it imports, and each rewrites the tests.
unexport PYTHONDONTWRITEBYTECODE
ifndef HOME
export PIP_NO_CACHE_DIR = 1
export UV_NO_CACHE = 1
endif

FITS = import sys, venv, ensurepip; print(sys.executable) if (3, 11) <= sys.version_info[:2] <= (3, 13) else sys.exit(1)
# pyenv and others put names on the path that fail when they are run, so each candidate is run
FIND_PYTHON = for name in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	if python=$$("$$name" -c '$(FITS)' 2>/dev/null); then break; fi; python=; done; \
	if [ -z "$$python" ]; then echo "deskterm needs Python 3.11, 3.12 or 3.13 with its venv module (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; fi

ifdef UV
VENV_NEW = uv venv --quiet --allow-existing --python "$$python" $(VENV)
INSTALL = uv pip install --quiet --python $(PY) --compile-bytecode
else
VENV_NEW = "$$python" -m venv $(VENV)
INSTALL = $(PY) -m pip install --quiet
endif

# An environment that does not answer (moved, half made, its Python gone) is made anew.
define environment
	@if ! $(PY) -c 'import sys' 2>/dev/null; then $(FIND_PYTHON); \
		echo "Making $(VENV) with $$python; the first time this takes a minute."; \
		rm -rf $(VENV); $(VENV_NEW); fi
	@$(INSTALL) --require-hashes --only-binary :all: -r $(1)
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@$(PY) -m compileall -qq deskterm $(VENV)/lib || true
endef

.PHONY: demo run test test-full test-pythons check lint bench lock messages pictures clean
.NOTPARALLEL:

demo: $(VENV)/.ready
	@$(BIN)/deskterm demo

run: $(VENV)/.ready
	@$(BIN)/deskterm

test: lint
	@$(PY) -m pytest -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)

test-full: lint
	@$(PY) -m pytest -n $(JOBS) --dist loadgroup -m '' $(PYTEST_ARGS)

# Every supported Python found on this machine, each in an environment of its own.
test-pythons:
	@tested=; for version in 3.11 3.12 3.13; do \
		if python$$version -c '$(FITS)' >/dev/null 2>&1; then \
			echo "== Python $$version"; \
			$(MAKE) test VENV=.venv-$$version PYTHON=python$$version || exit 1; tested="$$tested $$version"; \
		else echo "== Python $$version: not found, not tested"; fi; done; \
	echo "Tested with Python:$${tested:- none}"; test -n "$$tested"

check: lint
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import_linter

lint: $(VENV)/.ready-for-tests
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

# The catalogues brought up to date with the texts in the code (docs/translating.md).
messages: $(VENV)/.ready
	@mkdir -p build
	@$(BIN)/pybabel -q extract -k N_ -k n_:1,2 -k _ -k p_:1c,2 -k NP_:1c,2 --no-location --sort-output --project deskterm -o build/deskterm.pot deskterm
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 110 -D deskterm -i build/deskterm.pot -d deskterm/locale
	@$(BIN)/pybabel -q compile -D deskterm -d deskterm/locale

# The pictures of the guides, taken from the console on a demo desk.
pictures: $(VENV)/.ready
	@for language in en ru; do $(PY) docs/make_pictures.py $$language; done

bench: $(VENV)/.ready-for-tests
	@$(PY) -m benchmarks

# Pins what pyproject.toml asks for, for every supported Python at once. UPGRADE=1 takes the newest of everything.
UV_PIP_COMPILE = pip compile pyproject.toml --quiet --all-extras --group build \
	--universal --python-version 3.11 --only-binary :all: --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links
lock:
	@uv=$$(command -v uv) || { $(FIND_PYTHON); temporary=$$(mktemp -d); trap 'rm -rf "$$temporary"' EXIT; \
		"$$python" -m venv "$$temporary" && "$$temporary/bin/python" -m pip install --quiet uv && uv="$$temporary/bin/uv"; } && \
	"$$uv" $(UV_PIP_COMPILE) $(if $(UPGRADE),--upgrade) --group dev -o requirements-dev.txt && \
	"$$uv" $(UV_PIP_COMPILE) $(if $(UPGRADE),--upgrade) -c requirements-dev.txt -o requirements.txt

clean:
	rm -rf .venv .venv-3.* .cache .hypothesis build dist *.egg-info snapshot_report.html
	find deskterm tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: requirements.txt pyproject.toml
	$(call environment,requirements.txt)
	@touch $@

$(VENV)/.ready-for-tests: requirements-dev.txt pyproject.toml
	$(call environment,requirements-dev.txt)
	@touch $(VENV)/.ready $@
