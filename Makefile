# Every target works from a fresh clone: Node >= 20.19, npm, Go >= 1.26 and Python >= 3.10 with venv are all it needs.
# `quick` needs Node and npm alone, and so does `example` where a tested Pulumi is on the PATH.
node_with_ts = node --import tsx
example ?= bootstrap-typescript
in_cluster = missing-rights ended-namespace foreign-finalizers collected dying leftovers moved paused
campaigns = "test/trust/**/*.spec.ts" $(in_cluster:%=test/cluster/%.spec.ts)
# What has a long form beside the campaigns: `count(`, `itLong(` and `isLong` of test/trust/scale.ts.
long_engine = drift kubeconfig runtimes plugin/cost plugin/functions plugin/hand-over plugin/import plugin/plan-update
long_forms = $(long_engine:%=test/engine/%.spec.ts) test/store/file/file-processes.spec.ts test/cluster/handed-over.spec.ts test/resources/killed-histories.spec.ts

.DEFAULT_GOAL := help
.PHONY: help example quick test test-cluster test-others docs versions soak trust audit bench tools clean

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Its state stays in examples/$(example)/.state. Another command on it: make example do="preview --diff".
example: node_modules/.package-lock.json ## a real `pulumi up` of examples/bootstrap-typescript; example=NAME another one, do="preview --diff" another command
	@$(node_with_ts) test/testbed/run-example.ts $(example) $(do)

quick: node_modules/.package-lock.json ## types, lint and the tests that need no tools: a minute
	@npm run --silent quick

# In two halves side by side that take as long, for much of a test is waiting. Their lines come mixed; each half ends with
# its own sum and its failures.
test: node_modules/.package-lock.json tools ## types, lint, build and all tests, on real engines and clusters: a quarter of an hour on two cores
	npm run types && npm run lint && npm run build
	@$(MAKE) --no-print-directory --jobs=2 --keep-going test-cluster test-others

one_half = "test/engine/*.spec.ts" "test/cluster/**/*.spec.ts" "test/sdk/**/*.spec.ts" "test/docs/**/*.spec.ts" "test/testbed/**/*.spec.ts"

test-cluster:
	@npx mocha $(one_half)

test-others:
	@npx mocha $(one_half:%=--ignore %)

docs: node_modules/.package-lock.json tools ## runs docs/guide.md from top to bottom, and writes the outputs of this run into it; only=PAGE runs another page
	@$(node_with_ts) test/docs/write-pages.ts $(only)

versions: node_modules/.package-lock.json ## a short life on each combination of versions that matters, written to docs/versions.md; only=NAME runs one of them, only=page none
	@$(node_with_ts) test/versions/run.ts $(only)

# SEED=... repeats a campaign's choices.
soak: node_modules/.package-lock.json tools ## the campaigns of docs/trust.md and all else that has a long form: an hour and a half on two cores
	SOAK=1 npx mocha $(campaigns) $(long_forms)

trust: node_modules/.package-lock.json tools ## the campaigns again; their figures go into the table of docs/trust.md
	SOAK=1 RECORD=1 npx mocha $(campaigns)

audit: node_modules/.package-lock.json ## what the registry knows against the pinned dependencies; needs one that answers `npm audit`
	npm audit

bench: node_modules/.package-lock.json ## how long the plugin takes to start, beside an empty one, and over a thousand resources
	@npm run --silent build
	@$(node_with_ts) test/bench/start.ts
	@$(node_with_ts) test/bench/thousand.ts

tools: node_modules/.package-lock.json ## builds what the tests run on into ~/.cache/pulumi-metal3-ipam, once: a quarter of an hour on two cores
	@$(node_with_ts) test/testbed/make-tools.ts

clean: ## removes what was built and what the examples left; not the tools' cache
	rm -rf dist examples/*/.state examples/*/node_modules examples/*/manifests

# npm writes this file at the end of a successful install.
node_modules/.package-lock.json: package-lock.json
	npm ci
	@touch $@
