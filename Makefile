# Each target sets up what it needs: Python 3.11 or newer and the package registries are enough.
# Asked, not looked up: a version manager's shim may be on the path with nothing behind it.
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$name; break; }; done)
BIN := .venv/bin
JOBS ?= auto
FUZZ_SECONDS ?= 60
KILLS ?= 1000

.PHONY: demo pictures test lint bench bench-crawl bench-extract bench-revisit bench-cluster fuzz torture format clean
.DEFAULT_GOAL := test

define venv
	@test -n "$(PYTHON)" || \
		{ echo "metafresh needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing metafresh[$(1)] into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$(1)]"
	@touch $@
endef

.venv/demo.done: pyproject.toml
	$(call venv,demo)

.venv/test.done: pyproject.toml
	$(call venv,test)
	@touch .venv/demo.done

# pip before 23.3 takes lxml[html_clean] and lxml[html-clean] for two, and gives up.
.venv/bench.done: pyproject.toml .venv/test.done
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=23.3"
	$(call venv,bench)

.venv/fuzz.done: pyproject.toml .venv/test.done
	$(call venv,fuzz)

# A peer of another language; the benchmark says so where it is left out.
METASCRAPER := metascraper $(addprefix metascraper-,title description image date author publisher lang url)
.venv/metascraper/package.json: .venv/bench.done
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
		echo "installing metascraper into $(@D) ..."; \
		mkdir -p $(@D) && npm install --prefix $(@D) --silent --no-audit --no-fund $(addsuffix @5,$(METASCRAPER)) \
			|| echo "metascraper could not be installed"; \
	fi

pictures: .venv/test.done
	$(BIN)/python examples/pictures.py

demo: .venv/demo.done
	@$(BIN)/metafresh demo

test: lint
	$(BIN)/python -m pytest -n $(JOBS)

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/test.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/bench.done bench-extract bench-crawl bench-revisit bench-cluster
	$(BIN)/python benchmarks/edit.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/state.py --targets 100000

bench-extract: .venv/bench.done .venv/metascraper/package.json
	$(BIN)/python benchmarks/extract.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/hostile.py

# Compiled, as the peers are that pip installed.
bench-crawl: .venv/bench.done
	@$(BIN)/python -m compileall -q crawler
	$(BIN)/python benchmarks/crawl.py
	$(BIN)/python benchmarks/makespan.py
	$(BIN)/python benchmarks/backlog.py

bench-cluster: .venv/test.done
	PYTHONPATH=. $(BIN)/python benchmarks/cluster.py
	PYTHONPATH=. $(BIN)/python benchmarks/scale.py

bench-revisit: .venv/test.done
	$(BIN)/python benchmarks/revisit.py

fuzz: .venv/fuzz.done
	$(BIN)/python -m tests.fuzz $(FUZZ_SECONDS)

torture: .venv/test.done
	$(BIN)/python -m tests.torture $(KILLS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .fuzz
