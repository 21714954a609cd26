# Every target works from a fresh clone: Node >= 20.19, npm, Go >= 1.26 and Python >= 3.10 with venv are all it needs.
node_with_ts = node --import tsx
example ?= bootstrap
in_cluster = missing-rights ended-namespace foreign-finalizers collected dying leftovers moved paused
campaigns = "test/trust/**/*.spec.ts" $(in_cluster:%=test/cluster/%.spec.ts)

.PHONY: example test test-cluster test-others soak trust audit bench tools clean

# A real `pulumi up` of examples/$(example); its state stays in examples/$(example)/.state.
# Another command on it: make example do="preview --diff".
example: node_modules/.package-lock.json
	@$(node_with_ts) test/testbed/run-example.ts $(example) $(do)

# Types, lint, build and all tests: in two halves side by side that take as long (the dynamic resources on the engine and
# the handlers in a cluster; all else), for much of a test is waiting. Their lines come mixed; each half ends with its own
# sum and its failures.
test: node_modules/.package-lock.json tools
	npm run types && npm run lint && npm run build
	@$(MAKE) --no-print-directory --jobs=2 --keep-going test-cluster test-others

test-cluster:
	@npx mocha "test/engine/*.spec.ts" "test/cluster/**/*.spec.ts"

test-others:
	@npx mocha --ignore "test/engine/*.spec.ts" --ignore "test/cluster/**"

# The campaigns of docs/trust.md and the thirty plans, in their long form (an hour and a half on two cores). SEED=... repeats one.
soak: node_modules/.package-lock.json tools
	SOAK=1 npx mocha $(campaigns) test/engine/plugin/plan-update.spec.ts

# The same campaigns; their figures go into the table of docs/trust.md.
trust: node_modules/.package-lock.json tools
	SOAK=1 RECORD=1 npx mocha $(campaigns)

# What the registry knows against the pinned dependencies; needs one that answers `npm audit`.
audit: node_modules/.package-lock.json
	npm audit

# How long the plugin takes to start, beside an empty one, and over a thousand resources.
bench: node_modules/.package-lock.json
	@npm run --silent build
	@$(node_with_ts) test/bench/start.ts
	@$(node_with_ts) test/bench/thousand.ts

# Builds the tools that the tests run on, once (about 13 minutes on two cores), into ~/.cache/pulumi-metal3-ipam.
tools: node_modules/.package-lock.json
	@$(node_with_ts) test/testbed/make-tools.ts

# What was built and what the examples left; not the tools' cache.
clean:
	rm -rf dist examples/*/.state examples/*/node_modules examples/*/manifests

# npm writes this file at the end of a successful install.
node_modules/.package-lock.json: package-lock.json
	npm ci
	@touch $@
