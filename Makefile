# Entry points. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build test slow vectors bench demo format clean

# The formatter and the mutation tests run in Maven's own JVM, so Maven gets the newest JDK here.
export JAVA_HOME := $(shell scripts/find-jdk 2>/dev/null || echo "$$JAVA_HOME")
MVN := mvn -B -ntp

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## compile and package everything, no tests
	$(MVN) -q -DskipTests package

test: ## everything that must hold before a change lands
	$(MVN) verify

demo: ## separate processes exchange real data over the embedded emulator, proved right
	./botmesh demo

format: ## format the sources in place
	$(MVN) -q spotless:apply

clean: ## remove what the build made
	$(MVN) -q clean
