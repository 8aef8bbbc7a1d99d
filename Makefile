# Entry points. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build test demo format clean

# The formatter runs in Maven's own JVM, so Maven gets the newest JDK here.
export JAVA_HOME := $(shell scripts/find-jdk 2>/dev/null || echo "$$JAVA_HOME")
MVN := mvn -B -ntp

# What a build needs and nothing here can install; one line says what is missing.
define prepared
@scripts/find-jdk >/dev/null
@command -v mvn >/dev/null || { echo 'botmesh: Maven is missing; install Maven 3.8.6 or newer (command mvn)' >&2; exit 1; }
endef

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## compile and package everything, no tests
	$(prepared)
	$(MVN) -q -DskipTests package

test: ## everything that must hold before a change lands
	$(prepared)
	$(MVN) verify

demo: ## separate processes exchange real data over the embedded emulator, proved right
	@./botmesh demo

format: ## format the sources in place
	$(prepared)
	$(MVN) -q spotless:apply

clean: ## remove what the build made
	$(prepared)
	$(MVN) -q clean
	rm -rf .botmesh
