# Entry points. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test slow fuzz bench screenshot vectors build format clean

# The formatter runs in Maven's own JVM, so Maven gets the newest JDK here.
export JAVA_HOME := $(shell scripts/find-jdk 2>/dev/null || echo "$$JAVA_HOME")
MVN := mvn -B -ntp

# What a build needs and nothing here can install; one line says what is missing.
define prepared
@scripts/find-jdk >/dev/null
@command -v mvn >/dev/null || { echo 'botmesh: Maven is missing; install Maven 3.8.6 or newer (command mvn)' >&2; exit 1; }
endef

# A bot written with grammY runs in the tests.
define nodeprepared
@node=$$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0); \
 [ "$$node" -ge 20 ] && command -v npm >/dev/null || { echo 'botmesh: Node.js is missing or too old; install Node.js 20 or newer with npm, the tests run a bot in it (commands node and npm)' >&2; exit 1; }
endef

# The emulator's page is driven in a real browser; without one that test is skipped and says so.
define browserprepared
@scripts/find-chromium --install >/dev/null || true
endef

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## separate processes exchange real data over the embedded emulator, proved right
	@./botmesh demo

# Two modules at once: most tests wait for processes and disks. JOBS=1 for one after the other.
test: ## everything that must hold before a change lands
	$(prepared)
	$(nodeprepared)
	$(browserprepared)
	$(MVN) -T $(or $(JOBS),2) verify $(if $(SEED),-Dseed=$(SEED))

# Random tests take their seeds from the property "seed", 1 where nothing sets it: SEED=N repeats a run.
slow: ## all tests with new random seeds and the long ones too, then a minute of fuzzing each
	$(prepared)
	$(nodeprepared)
	$(browserprepared)
	$(MVN) verify -Djacoco.skip -DexcludedGroups= -Dtest.hangs.after=6h -Dsurefire.timeout=0 -Dseed=$(or $(SEED),$(shell echo $$RANDOM$$RANDOM))
	$(MAKE) fuzz

# TIME=10m looks for longer; TEST=FormFuzzTest only there.
fuzz: ## look for inputs that break the emulator or a reader of packets, or a node, TIME=60s for each target
	$(prepared)
	JAZZER_MAX_DURATION=$(or $(TIME),60s) $(MVN) test -Pfuzz -Dsurefire.timeout=0 -pl emulator,wire,seal,mesh -am $(if $(TEST),-Dtest='$(TEST)')

# ARGS=rates or polls, updates, hot, ... measures one thing (an unknown one lists them), ARGS=--quick a little of each.
bench: ## measure speed and size, minutes on an idle machine; prints a table
	$(prepared)
	@$(MVN) -q -Dmaven.test.skip -Djacoco.skip -pl bench -am package
	@"$$JAVA_HOME/bin/java" -cp 'bench/target/classes:bench/target/lib/*' io.botmesh.bench.Bench $(ARGS)

screenshot: ## make the picture of the emulator's page in the guide again
	$(prepared)
	$(nodeprepared)
	@scripts/find-chromium --install >/dev/null
	$(MVN) -q -pl e2e -am test -Djacoco.skip -Dtest=PageImageTest -Dsurefire.failIfNoSpecifiedTests=false
	cp e2e/target/emulator.png docs/images/emulator.png

vectors: ## write the protocol's test vectors again; git diff shows whether any changed
	$(prepared)
	$(MVN) -q -pl wire,seal test-compile exec:java -Dexec.classpathScope=test
	$(MVN) -q -pl mesh -am test -Djacoco.skip -Dtest=WriteMeshVectorsTest -Dsurefire.failIfNoSpecifiedTests=false -Dvectors=write

build: ## compile and package everything, no tests
	$(prepared)
	$(MVN) -q -DskipTests package

format: ## format the sources in place
	$(prepared)
	$(MVN) -q spotless:apply -pl "!bom"

clean: ## remove what the build made
	$(prepared)
	$(MVN) -q clean
	rm -rf .botmesh
