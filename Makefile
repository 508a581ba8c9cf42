# The two commands of the README: `make run` and `make test`. Everything they need is installed from pinned,
# hashed lock files into .venv (override with VENV=…).
VENV ?= .venv
BENCH_VENV ?= .venv-bench
EVAL_VENV ?= .venv-eval
PYTHON ?= python3
BIN := $(VENV)/bin
ARGS ?=
COMPILED := setup.py wirewatch/tagging/compiled_from.txt $(addprefix wirewatch/tagging/, $(shell cat wirewatch/tagging/compiled_from.txt))

# Where it is set, every start of Python compiles all of its modules anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint format soak soak-flink bench bench-flink eval docs dashboards lock clean setup flink-up

run: $(VENV)/.run
	@exec $(BIN)/wirewatch up $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=40 --durations-min=5 $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -m soak --ignore=tests/flink $(ARGS); status=$$?; \
	$(BIN)/python -m tests.soak.report; exit $$status

flink-up: $(VENV)/.run  ## a Flink cluster on this machine, until Ctrl-C; ARGS="--detach" leaves it running
	@exec $(BIN)/wirewatch flink up $(ARGS)

soak-flink: $(VENV)/.dev
	$(BIN)/python -m pytest -m soak tests/flink $(ARGS)

bench: $(VENV)/.dev $(BENCH_VENV)/.bench  ## ARGS="--quick", ARGS="--only latency"
	PYTHONPATH=. $(BIN)/python -m bench --contenders $(BENCH_VENV)/bin/python $(ARGS)

bench-flink: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python -m bench --only flink --name flink $(ARGS)

eval: $(VENV)/.run $(EVAL_VENV)/.eval  ## ARGS="--held" scores the half kept apart: once, at the end
	PYTHONPATH=. $(BIN)/python -m evaluation.story_pairs $(ARGS)
	PYTHONPATH=. $(BIN)/python -m evaluation --others $(EVAL_VENV)/bin/python $(ARGS)

docs: $(VENV)/.dev  ## after a change of the command line, of a record, or of what an article costs
	$(BIN)/python -m tools.commands_page
	$(BIN)/python -m tools.schemas
	$(BIN)/python -m tools.sizing

dashboards: $(VENV)/.dev  ## after a change of metrics or dashboards; the pictures take minutes
	$(BIN)/python -m tools.dashboards
	$(BIN)/python -m tools.metrics_page
	$(BIN)/python -m tests.dashboards.pictures

lock: $(VENV)/.run  ## after a change of dependencies in pyproject.toml; by the uv of requirements/uv.txt
	PATH="$(abspath $(BIN)):$$PATH" sh requirements/lock.sh

setup: $(VENV)/.run

$(VENV)/.run: requirements/run.txt $(COMPILED)
	@sh requirements/install.sh $(PYTHON) $(VENV) $< $@

$(VENV)/.dev: requirements/dev.txt $(COMPILED)
	@sh requirements/install.sh $(PYTHON) $(VENV) $< $@ $(VENV)/.run

# The frameworks compared with, which need older versions of libraries that the service uses.
$(BENCH_VENV)/.bench: requirements/bench.txt
	@sh requirements/install.sh $(PYTHON) $(BENCH_VENV) $< $@

# Other finders of countries in text, compared with and never installed beside the service.
$(EVAL_VENV)/.eval: requirements/eval.txt
	@sh requirements/install.sh $(PYTHON) $(EVAL_VENV) $< $@

clean:
	rm -rf $(VENV) $(BENCH_VENV) $(EVAL_VENV) build dist *.egg-info wirewatch/tagging/*.so wirewatch/tagging/compiled_*/
