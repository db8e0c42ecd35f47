# Every command of the project; README.md shows them, `make help` lists them.
# STACK=dev|stage|prod|…|all   ARGS="flags of the Pulumi CLI"   ENGINE=pulumi|embedded   EMULATOR=1|0

# The commands that make or remove a stack take no default for one.
override DEFAULTED := $(strip $(foreach name,STACK FROM,$(if $(filter undefined,$(origin $(name))),$(name))))
export DEFAULTED
STACK ?= dev
BASE ?= origin/main
FROM ?= dev
TO ?= stage
SCENARIOS ?= 100
SEED ?= 1
PYTHON := .venv/bin/python
# What is given stays text: neither make nor a shell reads anything into it. tools/make.py finds it in the environment.
GIVEN := STACK ARGS BASE REVIEWED FROM TO SCENARIOS SEED ENGINE EMULATOR
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)
# The same for a name that is allowed, from the command line alone: a shell may have a NAME of its own.
ENTRY := NAME REASON OWNER UNTIL SERVICE INPUT STACKS FILE
$(foreach name,$(ENTRY),$(eval override $(name) := $$(if $$(filter command,$$(origin $(name))),$$(value $(name)))))
export $(ENTRY)
.DEFAULT_GOAL := check

.PHONY: check help setup setup-dev up preview refresh destroy outputs cancel env emulator emulator-stop pulumi test lint format lock chaos bench eval-pii pii-data schema allow \
	changed-stacks preview-report deploy drift-report diff promote adopt add-stack release remove-stack board package try-package publish-package docs reference

check: lint test  ## Format check, lint, types and tests: what CI runs

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F '\t' '{printf "  %-15s %s\n", $$1, $$2}'
	@echo
	@echo '  STACK=dev|stage|prod|all   ARGS="flags of the Pulumi CLI"   ENGINE=pulumi|embedded   EMULATOR=1|0'

setup:  ## Set up .venv with what runs (every target does so by itself)
	@python3 tools/setup.py

setup-dev:  ## Set up .venv with the development tools too
	@python3 tools/setup.py --dev

up: setup  ## Create and change the stack's services: STACK=dev
	@$(PYTHON) -m tools.make $@

preview: setup  ## Show what up would do
	@$(PYTHON) -m tools.make $@

refresh: setup  ## Bring the state up to date with what exists: drift
	@$(PYTHON) -m tools.make $@

destroy: setup  ## Delete the stack's services
	@$(PYTHON) -m tools.make $@

outputs: setup  ## Print the stack's outputs as JSON: make -s outputs
	@$(PYTHON) -m tools.make $@

cancel: setup  ## Release the lock that a killed run has left
	@$(PYTHON) -m tools.make $@

env: setup  ## Print what a shell needs to run the engine by hand: eval "$(make -s env)"
	@$(PYTHON) -m tools.make $@

changed-stacks: setup  ## List the stacks that a change touches: BASE=origin/main
	@$(PYTHON) -m tools.make $@

preview-report: setup  ## Report what up would do, with policy, guard and drift
	@$(PYTHON) -m tools.make $@

deploy: setup  ## Deploy as reviewed: REVIEWED=reports/dev.json
	@$(PYTHON) -m tools.make $@

drift-report: setup  ## Report in what a stack differs from what exists
	@$(PYTHON) -m tools.make $@

diff: setup  ## Show what differs between environments: FROM=dev TO=stage
	@$(PYTHON) -m tools.make $@

promote: setup  ## Write into one stack file what another declares: FROM=dev TO=stage
	@$(PYTHON) -m tools.make $@

adopt: setup  ## Write into the stack file what the account has already: STACK=prod ARGS="--dry-run"
	@$(PYTHON) -m tools.make $@

add-stack: setup  ## Add an environment as a copy of another: FROM=prod NAME=qa
	@$(PYTHON) -m tools.make $@

release: setup  ## Let the state forget the stack's services, which stay at Twilio: STACK=qa
	@$(PYTHON) -m tools.make $@

remove-stack: setup  ## Take an empty stack's state, files and place in the order away: STACK=qa
	@$(PYTHON) -m tools.make $@

board: setup  ## Show all environments at a glance, as one page: board.html, or ARGS=--serve
	@$(PYTHON) -m tools.make $@

emulator: setup  ## Start this clone's emulator of the API
	@$(PYTHON) -m tools.local_emulator start

emulator-stop: setup  ## Stop it; its services stay for the next start
	@$(PYTHON) -m tools.local_emulator stop

pulumi: setup  ## Install the Pulumi CLI under the clone
	@$(PYTHON) -m tools.install_cli

test: setup-dev  ## Run the tests: ARGS="-k name"
	@$(PYTHON) -m tools.make $@

lint: setup-dev  ## Check format, lint, types and workflows
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m mypy
	@PATH="$$PWD/.venv/bin:$$PATH" actionlint
	@.venv/bin/zizmor --quiet --offline --no-progress --persona pedantic .github

allow: setup  ## Have a reviewed word allowed in names: NAME=netflix REASON=… OWNER=… UNTIL=2027-06-30
	@$(PYTHON) -m tools.make $@

eval-pii: setup-dev  ## Measure the detector of personal data on its two sets of labelled names
	@$(PYTHON) -m tools.make $@

pii-data: setup-dev  ## Make the detector's data files anew from their sources (needs npm and Debian's word lists)
	@$(PYTHON) -m research.pii.prepare

schema: setup  ## Write the schemas of stack files anew from the program's models
	@$(PYTHON) -m program.schema

chaos: setup-dev  ## Play seeded scenarios of faults: SCENARIOS=100 SEED=1 ARGS="--engine pulumi"
	@$(PYTHON) -m tools.make $@

bench: setup-dev  ## Compare the engines at hand, side by side in one run
	@$(PYTHON) -m tools.make $@

docs: setup-dev  ## Build the site of docs/ into site/: a dead link or a warning is an error
	@$(PYTHON) -m uv venv -q --allow-existing --no-project --python $(PYTHON) .cache/docs
	@$(PYTHON) -m uv pip sync -q --python .cache/docs --require-hashes docs/site/requirements.txt
	@NO_MKDOCS_2_WARNING=1 .cache/docs/bin/python -m mkdocs build --strict
	@echo 'the site is in site/: open site/index.html'

reference: setup  ## Write the pages of reference that are made from files anew: targets, keys of stack files
	@$(PYTHON) docs/site/reference.py

package: setup-dev  ## Build the distribution into dist/ and check it
	@$(PYTHON) -m distribution.release build

try-package: setup  ## Install the wheel of dist/ into an empty environment and run the examples' tests with it
	@$(PYTHON) -m distribution.release try

publish-package: setup-dev  ## Upload dist/ by trusted publishing: what release.yml calls
	@$(PYTHON) -m distribution.release publish

format: setup-dev  ## Format the code
	@$(PYTHON) -m ruff format
	@$(PYTHON) -m ruff check --fix

lock: setup-dev  ## Write requirements*.txt anew from requirements*.in
	@$(PYTHON) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade docs/site/requirements.in -o docs/site/requirements.txt
	@$(PYTHON) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade requirements.in -o requirements.txt
	@$(PYTHON) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade requirements-dev.in -o requirements-dev.txt
