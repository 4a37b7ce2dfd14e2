# The front door. `make` alone lists what there is.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
BIN := node_modules/.bin
WITHIN := scripts/limit.sh

.PHONY: help install build demo test lint format coverage bench oracle fuzz clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# npm ci only where the lock file is newer than what was installed from it.
node_modules/.package-lock.json: package-lock.json
	@echo "install: fetching what package-lock.json names into node_modules/" >&2
	npm ci --no-audit --no-fund
	@touch $@

install: node_modules/.package-lock.json

build: install ## compile to dist/
	@echo "build: compiling src, tools, test, scripts and bench (half a minute)" >&2
	@$(WITHIN) 600 $(BIN)/tsc -p tsconfig.json
	@$(WITHIN) 300 node scripts/finish-build.mjs
	@echo "build: making the command, the library's types and the manual page in dist/" >&2
	@$(WITHIN) 300 node scripts/bundle.mjs
	@$(WITHIN) 300 node scripts/page.mjs
	@$(WITHIN) 300 node scripts/types.mjs
	@$(WITHIN) 300 node scripts/man-page.mjs

demo: build ## replay the documented flow and verify what leaves
	@node dist/scripts/demo.js

test: build lint ## install, build, lint and run all tests
	@$(BIN)/mocha

lint: install ## eslint with types, prettier's check, and the types of the page's program
	@$(WITHIN) 900 $(BIN)/eslint --cache --cache-location dist/.eslintcache .
	@$(WITHIN) 600 $(BIN)/prettier --log-level warn --cache --cache-location dist/.prettiercache --check .
	@$(WITHIN) 300 $(BIN)/tsc -p page --noEmit --incremental --tsBuildInfoFile dist/.page.tsbuildinfo

format: install ## let prettier and eslint mend what they can
	@$(BIN)/prettier --log-level warn --write .
	@$(BIN)/eslint --fix .

coverage: build ## run all tests and write coverage/
	@$(BIN)/c8 $(BIN)/mocha

bench: build ## time a replay next to tcprewrite and cp, verify next to the replay, outputs next to each other
	@node dist/bench/run.js
	@node dist/bench/verify.js
	@node dist/bench/outputs.js

oracle: build ## compare with every recording of VPP (VPPCAP_ORACLE names their folder)
	@node dist/tools/oracle.js
	@node dist/tools/oracle-traces.js

fuzz: build ## try hostile input for 10 minutes (FUZZ_SECONDS, FUZZ_SEED, FUZZ_TARGETS)
	@node dist/tools/fuzz.js

clean: ## remove what build, coverage, demo and the tutorial made
	rm -rf dist coverage demo-out tutorial
