# `make demo` needs only make and Python 3.11; `make test` is what CI runs. `make help` lists the rest.
.NOTPARALLEL:
.PHONY: help demo test check search-quality setup servers format clean
.DEFAULT_GOAL := help

UV := sh deploy/bootstrap/uv.sh
RUN := $(UV) run --no-sync
RESET_OPTION := $(if $(filter 1 yes true,$(RESET)),--reset)
# The house's own rules as tests: message schemas, services that stand alone, papers and packaging that say what is there.
HOUSE_TESTS := tests/contracts tests/architecture tests/packaging tests/docs
# Tests wait for servers and disks more than they compute, so three processes share two cores well.
SHARED_OUT := -n 3 --dist loadfile --no-loadscope-reorder
PORT_OPTION := $(if $(PORT),--port $(PORT))

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-21s %s\n", $$1, $$2 }'

demo: ## the whole network on this machine, with invented data (PORT=8000, RESET=1 starts afresh)
	@$(UV) sync --quiet --all-extras --frozen --no-dev --inexact
	@$(RUN) koblingsboks up --demo $(RESET_OPTION) $(PORT_OPTION)

test: check servers ## everything CI runs: checks, then all tests on real servers (ARGS="-k name" picks some)
	@chromium=$$(sh deploy/bootstrap/chromium.sh) && CHROMIUM="$$chromium" $(RUN) pytest $(addprefix --ignore=,$(HOUSE_TESTS)) $(SHARED_OUT) $(ARGS)

check: setup ## style, types and the rules of the house
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python -m deploy.docs --check
	$(RUN) pytest -q $(HOUSE_TESTS)

search-quality: servers ## how good the search is on graded queries, beside Meilisearch as it comes
	@$(RUN) python -m tests.quality $(ARGS)

setup: ## the environment for working on the code, in .venv
	@$(UV) sync --quiet --all-extras --frozen

servers: setup ## the search server the tests and the demo run, checked by its digest
	@$(RUN) python -m deploy.servers.obtain

format: setup ## puts the code in the house style
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

clean: ## removes what make made, but no data
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
