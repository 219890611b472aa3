# Two commands: `make run` shows the dashboard, `make test` proves everything.
UV := $(shell .ci/uv)
RUN = PATH="$(dir $(UV)):$$PATH" uv run --no-sync
PORT ?= 8501

.PHONY: run test check bench soak docs audit bundle environment

run: environment
	@$(RUN) liandong run --port $(PORT)

# Three at once on two cores: who waits for a browser leaves one idle. 8.5 minutes, two at once 10.5, four longer.
test: environment
	@chromium=$$(PATH="$(dir $(UV)):$$PATH" .ci/chromium) || exit 1; \
	CHROMIUM="$$chromium" $(RUN) pytest -n 3 --dist loadgroup --no-loadscope-reorder

# Lint, types, import rules and the tests without files, browsers or builds: seconds.
check: environment
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) pytest -n 2 tests/architecture tests/unit

bench: environment
	@chromium=$$(PATH="$(dir $(UV)):$$PATH" .ci/chromium) || exit 1; \
	CHROMIUM="$$chromium" $(RUN) python tests/load/bench.py

# What takes too long for every change: thousands of mutated files, a hundred kills, many viewers at once.
soak: environment
	@chromium=$$(PATH="$(dir $(UV)):$$PATH" .ci/chromium) || exit 1; \
	CHROMIUM="$$chromium" $(RUN) pytest -m slow

# What is generated from the code and committed: the command reference and the indicator list.
docs: environment
	@$(RUN) python tests/architecture/generate.py

# Known weaknesses of the locked dependencies, where the network allows to ask.
audit: environment
	@.ci/audit

# What installs and runs on a machine without any network: dist/liandong-….tar.
bundle: environment
	@.ci/bundle

environment:
	@test -n "$(UV)" && $(UV) sync --locked --quiet
