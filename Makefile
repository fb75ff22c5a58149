# make demo | serve | test | check | bench | lock
PYTHON ?= python3
BIN := .venv/bin
ENV := PYTHONWARNINGS=ignore::UserWarning

.PHONY: demo serve test check bench lock clean

.venv/installed: requirements.lock pyproject.toml
	@sh deploy/make-venv.sh $(PYTHON)
	@touch $@

demo: .venv/installed ## A living shop: real purchases, real e-mails, one address
	$(BIN)/kesher demo

serve: .venv/installed ## Kesher itself, empty
	$(BIN)/kesher serve

test: .venv/installed ## Every test, on the embedded PostgreSQL
	@sh deploy/install-chromium.sh
	$(BIN)/python -m pytest -n 2

check: .venv/installed ## Style, types, borders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(ENV) $(BIN)/python manage.py makemigrations --check --dry-run -v0

bench: .venv/installed ## Measure, print one table, keep it in docs/benchmarks.md
	$(BIN)/python -m bench

lock: .venv/installed ## Refresh requirements.lock from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean:
	rm -rf .venv data build .pytest_cache .mypy_cache .ruff_cache .hypothesis
