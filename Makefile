# Wasl. A fresh clone needs only Python 3.11 or later and make: `make run`, `make test`.

PY := .venv/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps
STAMPS := .venv/.stamps
WORKERS ?= 2
CATALOGUES := $(wildcard locales/*/LC_MESSAGES/wasl.po)
WORDS := $(CATALOGUES:.po=.mo)
FRONT := $(shell find web/assets desk/assets -type f 2>/dev/null) tools/build-web.mjs $(CATALOGUES)

# The tests start the house some forty times: what was compiled once is kept, whatever this machine's habit is.
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL:
.PHONY: help run test tests torture bench bench-large bench-desk bench-answers deploy-check lint types words web screenshots lock clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' $(MAKEFILE_LIST)

run: $(STAMPS)/run $(WORDS) web/built/manifest.json .env ## Serve on PORT (8000), everything prepared
	@$(PY) -m bot migrate
	@exec $(PY) -m bot serve --demo

# The types are judged meanwhile: that takes one core half a minute, and is told when the tests are done.
test: $(STAMPS)/dev words lint ## Judge the code and run every test
	@sh tools/beside.sh "$(PY) -m mypy" "$(MAKE) --no-print-directory tests"

tests: web/built/manifest.json
	@sh tools/browser.sh
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal

torture: $(STAMPS)/dev $(WORDS) web/built/manifest.json ## Kill it a thousand times: DATABASE= KILLS= MESSAGES= SEED= PART=
	@$(PY) -m torture $(foreach name,PART DATABASE KILLS MESSAGES PEOPLE SECONDS SEED PROCESSES CUTS RESTARTS ROLES OUT \
		ARCHIVES SEEDS RUNS,\
		$(if $($(name)),--$(shell echo $(name) | tr A-Z a-z) $($(name))))

bench: $(STAMPS)/dev $(WORDS) web/built/manifest.json ## Measure the common work on both databases, in minutes; tables in bench.md
	@$(PY) -m benchmarks.bench $(BENCH)

bench-large: $(STAMPS)/dev $(WORDS) web/built/manifest.json ## Measure beside a million contacts (BENCH="--contacts 100000"); bench-large.md
	@$(PY) -m benchmarks.large $(BENCH)

bench-desk: $(STAMPS)/dev $(WORDS) web/built/manifest.json ## Measure the desk's pages over 100,000 messages
	@$(PY) -m benchmarks.desk

bench-answers: $(STAMPS)/dev ## Measure how questions find their entry; DATA= is a folder of questions
	@$(PY) -m benchmarks.answers_table $(DATA)

deploy-check: $(STAMPS)/dev $(WORDS) web/built/manifest.json ## Try the limits of the proxy's file in deploy/ before a served house
	@$(PY) -m tools.deploy_check

lint: $(STAMPS)/dev ## Judge style and form
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(STAMPS)/dev ## Judge types, strictly
	@$(PY) -m mypy

words: $(STAMPS)/run ## Build the catalogues and judge their keys
	@$(PY) -m locales.compile

web: $(STAMPS)/run node_modules/.stamp ## Build what browsers get
	@sh tools/node.sh npm run --silent build

screenshots: $(STAMPS)/dev $(WORDS) web/built/manifest.json ## Take the README's pictures anew
	@sh tools/browser.sh
	@$(PY) -m tools.screenshots

lock: $(STAMPS)/run ## Write the locks anew; UPGRADE=1 takes newer versions
	@sh tools/node.sh $(PY) tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Remove what was built; data and settings stay
	rm -rf .venv node_modules web/built papers/built .mypy_cache .pytest_cache .ruff_cache .hypothesis $(WORDS)

$(STAMPS)/python: tools/environment.sh
	@sh tools/environment.sh
	@mkdir -p $(@D) && touch $@

# The locks name every package, so that pip need not look for what they need.
$(STAMPS)/run: requirements/run.txt $(STAMPS)/python
	@echo "Installing what the house needs ..."
	@$(INSTALL) -r requirements/run.txt
	@touch $@

# In one call with the house's own.
$(STAMPS)/dev: requirements/dev.txt requirements/run.txt $(STAMPS)/python
	@echo "Installing what the house and its tests need ..."
	@$(INSTALL) -r requirements/run.txt -r requirements/dev.txt
	@touch $(STAMPS)/run $@

node_modules/.stamp: package.json package-lock.json .npmrc requirements/node.txt tools/node.sh $(STAMPS)/python
	@echo "Installing what the pages are built with ..."
	@sh tools/node.sh npm ci --loglevel=error
	@touch $@

$(WORDS): $(CATALOGUES) $(STAMPS)/run
	@$(PY) -m locales.compile

web/built/manifest.json: $(FRONT) node_modules/.stamp
	@sh tools/node.sh npm run --silent build

.env: | $(STAMPS)/run
	@$(PY) -m bot settings --first
