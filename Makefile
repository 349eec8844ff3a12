# Each target sets up what it needs by itself, in its own .venv, from the hashed lock files.
PYTHON ?= python3
VENV := .venv
SPARK := .venv-spark
CLIENT := .venv-client
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-slow explore fuzz serve check bench meter spark client client-code interop notices lock clean

demo: $(VENV)/.runtime
	@echo "Needs Python 3.11 or newer with pip, 2 GB of memory and 1.5 GB of disk; PostgreSQL comes with the package."
	@echo "The story takes 30 to 40 seconds on two idle cores, minutes on busy ones; the first run installs the locked packages before it."
	$(BIN)/liutong demo --output demo-output

serve: $(VENV)/.runtime
	$(BIN)/liutong serve --seed

# The suite: the same examples everywhere, a real PostgreSQL, minutes.
test: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow" --durations=10

# What is long by nature: kill -9 stories, a hundred thousand grant trees, fuzzing, memory at millions of rows; and every
# property with all its examples, of which the suite tries a part.
test-slow: $(VENV)/.dev
	HYPOTHESIS_PROFILE=whole $(BIN)/pytest -n 2 --dist loadgroup -m "slow or property" --durations=10

# Fresh seeds and many examples for every property; what it finds becomes an @example in the suite, and a mend.
explore: $(VENV)/.dev
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest -n 2 --dist loadgroup -m "property and not slow" --durations=10

# Mutated contracts and files, two thousand of each, in processes with limits; the suite runs a part of them.
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev
	$(BIN)/python -m bench

# The gateway's meter over real sockets: a hundred thousand names, each sent twice; the suite's slow half sends fewer.
meter: $(VENV)/.dev
	METER_NAMES=100000 $(BIN)/pytest tests/channels/gateway/test_sockets.py -m slow -k every

# The same scores on Apache Spark, local[2], in an environment of its own; needs Java 17 or newer on the path.
spark: $(SPARK)/.ready
	$(SPARK)/bin/pytest tests/valuation/quality/test_engines.py -k spark -rs

# A client that openapi-python-client makes of docs/openapi.json, in an environment of its own, against the application.
client: $(VENV)/.dev $(CLIENT)/.ready
	$(BIN)/pytest tests/description/test_client.py -m slow -rs

# What of the client library is generated: models and operations of docs/openapi.json, and its blocking twin.
client-code: $(VENV)/.dev
	$(BIN)/python -m release.client

# The register before verifiers that others wrote: Go, PyPI, npm, poppler; what is not installed is named and skipped.
interop: $(VENV)/.dev
	$(BIN)/python -m tests.interop.run

# What is installed beside Liutong and under which licences: THIRD-PARTY.md, which a law compares with the lock file.
notices: $(VENV)/.dev
	$(BIN)/python -m release.notices

# The lock files hold exact versions and hashes and no index address.
lock:
	uv pip compile pyproject.toml --extra demo --extra build --extra otel --extra dcp --extra mcp --extra dev --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements-dev.lock
	uv pip compile pyproject.toml --extra demo --extra build --constraint requirements-dev.lock --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Liutong needs Python 3.11 or newer; name one with: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock requirements-schemas.lock
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PIP) install --no-deps --require-hashes --requirement requirements-schemas.lock
	touch $@

$(SPARK)/.ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement requirements-dev.lock
	$(SPARK)/bin/python -m pip --quiet --disable-pip-version-check install 'pyspark==4.3.0'
	$(SPARK)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --editable .
	touch $@

$(CLIENT)/.ready: $(VENV)/bin/python
	$(PYTHON) -m venv $(CLIENT)
	$(CLIENT)/bin/python -m pip --quiet --disable-pip-version-check install 'openapi-python-client==0.29.1'
	touch $@

clean:
	rm -rf $(VENV) $(SPARK) $(CLIENT) demo-output var .hypothesis .mypy_cache .pytest_cache .ruff_cache
