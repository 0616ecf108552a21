# The commands of the project; `make` alone lists them. STACK chooses the stack: make preview STACK=prod
SHELL := /bin/bash
.DEFAULT_GOAL := help
STACK ?= sandbox
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# goes with the packages that it was made with
CACHE := node_modules/.cache

# asked each time: another version may be in use than the one that installed the packages
.PHONY: node
node:
	@command -v node >/dev/null || { echo "Node is not installed, or not on the PATH: install Node 20.19 or newer (https://nodejs.org/en/download)" >&2; exit 1; }
	@node -e 'const [a,b]=process.versions.node.split(".").map(Number);if(a<20||(a===20&&b<19)){console.error("Node "+process.version+" is too old: install Node 20.19 or newer");process.exit(1)}'

# the packages, whenever the lock file is newer; scripts of packages run as in `allowScripts` of package.json, which npm 10 does not read
node_modules/.package-lock.json: package.json package-lock.json | node
	@echo "installing node packages"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { echo "The packages could not be installed: npm says why above. Is the registry ($$(npm config get registry)) reached from here? Then the same command again." >&2; exit 1; }
	@npm rebuild esbuild --loglevel=error
	@touch $@

.PHONY: help
help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: init
init: node_modules/.package-lock.json ## the settings file of a stack: asks, shows what it costs, writes Pulumi.STACK.yaml (ARGS=--help: without a terminal)
	@tsx tools/init.ts $(STACK) $(ARGS)

.PHONY: preview
preview: node_modules/.package-lock.json ## the whole stack without an AWS account: resources, cost, memory, findings (ALL=1: the accepted too), out/STACK/
	@tsx tools/preview.ts --stack $(STACK) $(if $(ALL),--all) $(ARGS)

.PHONY: test
test: node_modules/.package-lock.json ## every suite that this machine can run; names those that it cannot
	@tsx dev/test.ts $(SUITES)

.PHONY: bench
bench: node_modules/.package-lock.json ## the benchmarks: medians, paired ratios and budgets in one table
	@tsx dev/bench.ts $(PARTS)

.PHONY: tools
tools: ## install what the full test run needs (Debian, Ubuntu)
	@dev/install-tools.sh

.PHONY: check
check: node_modules/.package-lock.json ## types, lint, format; what has not changed is not looked at again
	@tsc --noEmit --incremental --tsBuildInfoFile $(CACHE)/tsc.tsbuildinfo
	@eslint . --max-warnings=0 --cache --cache-strategy content --cache-location $(CACHE)/eslint.json
	@prettier --check --log-level warn --cache --cache-strategy content --cache-location $(CACHE)/prettier.json .

.PHONY: up doctor diff destroy outputs
up: node_modules/.package-lock.json ## create or update the stack in AWS; looks first at what AWS must have, see SKIP_CHECKS
	@SKIP_CHECKS="$(SKIP_CHECKS)" tsx tools/pulumi.ts $(STACK) up
doctor: node_modules/.package-lock.json ## the same look alone: quotas, roles, names, images, alarms, budget
	@SKIP_CHECKS="$(SKIP_CHECKS)" tsx tools/pulumi.ts $(STACK) doctor
diff: node_modules/.package-lock.json ## what `make up` would change
	@tsx tools/pulumi.ts $(STACK) preview --diff
destroy: node_modules/.package-lock.json ## delete the stack; data is protected until you say otherwise
	@tsx tools/pulumi.ts $(STACK) destroy
outputs: node_modules/.package-lock.json ## addresses and names of the running stack
	@tsx tools/pulumi.ts $(STACK) stack output

.PHONY: user
user: node_modules/.package-lock.json ## production: people, ARGS="add someone@example.com" (list, reset, remove)
	@tsx tools/user.ts $(STACK) $(ARGS)

.PHONY: assistant-check
assistant-check: node_modules/.package-lock.json ## production: asks the assistant its examples, some of which try to make it misbehave (ARGS=--json)
	@tsx tools/assistant/check.ts $(STACK) $(ARGS)

.PHONY: update
update: node_modules/.package-lock.json ## a newer version of this project: fetches it, shows what it changes of STACK, merges nothing (TO=v1.2.3)
	@tsx tools/update/update.ts $(STACK) $(if $(TO),--to "$(TO)")

.PHONY: upgrade-check
upgrade-check: node_modules/.package-lock.json ## newer versions of the applications, and which of them their data can take
	@tsx tools/upgrade-check.ts --stack $(STACK)

.PHONY: backup-key
backup-key: node_modules/.package-lock.json ## the keys of the data and of the backups, into a file to keep elsewhere
	@tsx tools/backup-key.ts $(STACK)

.PHONY: restore
restore: node_modules/.package-lock.json ## a host from a backup: FROM=an archive, the file of backup-key, or a stack; production from snapshots
	@tsx tools/restore.ts --stack $(STACK) --from "$(FROM)" $(if $(ARCHIVE),--archive "$(ARCHIVE)") $(if $(FROM_PROFILE),--profile "$(FROM_PROFILE)") $(ARGS)

.PHONY: migrate
migrate: node_modules/.package-lock.json ## the data of a stack into one of the other topology: FROM=sandbox TO=prod, a rehearsal first (ARGS=--dry-run | --cut-over | --back | --release)
	@tsx tools/migrate/migrate.ts --from "$(FROM)" --to "$(TO)" $(if $(FROM_PROFILE),--profile "$(FROM_PROFILE)") $(ARGS)

.PHONY: images repositories
repositories: node_modules/.package-lock.json ## production: the registry's repositories alone, before the first make images
	@tsx tools/pulumi.ts $(STACK) repositories
images: node_modules/.package-lock.json ## production: copy the pinned images into the stack's own registry (ECR)
	@tsx tools/mirror.ts --stack $(STACK)

.PHONY: local local-down
local: node_modules/.package-lock.json ## the sandbox on this machine's Docker, http://localhost:8080, with generated secrets
	@tsx tools/local.ts up
local-down: node_modules/.package-lock.json ## stop it; its data stays
	@tsx tools/local.ts down

.PHONY: docs
docs: node_modules/.package-lock.json ## write the generated parts of README and docs
	@for part in settings cost applications runbooks recording; do tsx dev/docs/$$part.ts || exit; done

.PHONY: update-expected
update-expected: node_modules/.package-lock.json ## accept the recorded resources as the new expectation
	@UPDATE=1 mocha tests/unit/stacks/stack.test.ts

.PHONY: clean
clean: ## remove what the commands made, not your settings
	@rm -rf out node_modules
