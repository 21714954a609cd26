# Every target works from a fresh clone. It needs Node >= 20.19, npm, Go >= 1.26 and Python >= 3.10 with venv.
# `quick` needs Node and npm only. So does `example` if a tested Pulumi is on the PATH.
node_with_ts = node --import tsx
example ?= bootstrap-typescript
in_cluster = missing-rights ended-namespace foreign-finalizers collected dying leftovers moved paused
campaigns = "test/trust/**/*.spec.ts" $(in_cluster:%=test/cluster/%.spec.ts)
# Other tests with a long form. They use `count(`, `itLong(` or `isLong` of test/trust/scale.ts.
long_engine = drift kubeconfig runtimes plugin/cost plugin/functions plugin/hand-over plugin/import plugin/plan-update
long_forms = $(long_engine:%=test/engine/%.spec.ts) test/network/programs.spec.ts test/store/file/file-processes.spec.ts test/cluster/handed-over.spec.ts test/cluster/claim-kinds.spec.ts test/resources/killed-histories.spec.ts

.DEFAULT_GOAL := help
.PHONY: help example quick test test-cluster test-others e2e docs versions soak trust audit bench tools clean

help: ## shows these lines
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The state stays in examples/$(example)/.state.
example: node_modules/.package-lock.json ## runs `pulumi up` on examples/bootstrap-typescript. example=NAME runs another one, do="preview --diff" another command
	@$(node_with_ts) test/testbed/run-example.ts $(example) $(do)

quick: node_modules/.package-lock.json ## runs types, lint and the tests that need no tools, in a minute
	@npm run --silent quick

# Two halves run at the same time, because tests mostly wait. Their lines are mixed. Each half ends with its own sum and its
# failures.
test: node_modules/.package-lock.json tools ## runs types, lint, build and all tests, on real engines and clusters, in a quarter of an hour on two cores
	npm run types && npm run lint && npm run build
	@$(MAKE) --no-print-directory --jobs=2 --keep-going test-cluster test-others

one_half = "test/engine/*.spec.ts" "test/cluster/**/*.spec.ts" "test/sdk/**/*.spec.ts" "test/docs/**/*.spec.ts" "test/testbed/**/*.spec.ts"
end_to_end = "test/e2e/**/*.spec.ts"

test-cluster:
	@npx mocha $(one_half)

test-others:
	@npx mocha $(one_half:%=--ignore %) --ignore $(end_to_end)

e2e: node_modules/.package-lock.json tools ## runs stacks from end to end: hosts under the real CAPM3, clusterctl move, Pulumi's Kubernetes provider, in two minutes on two cores
	@npx mocha $(end_to_end)

docs: node_modules/.package-lock.json tools ## runs README.md and docs/guide.md, and writes their outputs into them. only=docs/guide.md runs one page
	@$(node_with_ts) test/docs/write-pages.ts $(only)

versions: node_modules/.package-lock.json ## runs a short test on each combination of versions, and writes docs/versions.md. only=NAME runs one combination, only=page none
	@$(node_with_ts) test/versions/run.ts $(only)

# SEED=... repeats a campaign's random choices. One file needs Debian 12 or 13 and Rust >= 1.88, for programs of others.
soak: node_modules/.package-lock.json tools ## runs the campaigns of docs/trust.md and the other long forms, in an hour and a half on two cores
	SOAK=1 npx mocha $(campaigns) $(long_forms)

trust: node_modules/.package-lock.json tools ## runs the campaigns, and writes their figures into docs/trust.md
	SOAK=1 RECORD=1 npx mocha $(campaigns)

audit: node_modules/.package-lock.json ## asks the registry for vulnerabilities of the pinned dependencies. It needs one that answers `npm audit`
	npm audit

bench: node_modules/.package-lock.json tools ## measures speed and memory beside a provider that does nothing, and writes docs/performance.md, in 20 minutes. only=memory prints one part
	@npm run --silent build
	@$(node_with_ts) test/bench/run.ts $(only)

tools: node_modules/.package-lock.json ## builds the tools of the tests into ~/.cache/pulumi-metal3-ipam, once, in 25 minutes on two cores
	@$(node_with_ts) test/testbed/make-tools.ts

clean: ## removes the build and the leftovers of the examples, but not the tools' cache
	rm -rf dist examples/*/.state examples/*/node_modules examples/*/manifests

# npm writes this file at the end of a successful install.
node_modules/.package-lock.json: package-lock.json
	npm ci
	@touch $@
