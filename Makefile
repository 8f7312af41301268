# The two commands of the README: make demo, make test. Everything they need they install.
SHELL := /bin/bash
# make kill: 200 kills on each database, about ten minutes; make test has 20.
# make fuzz-api: the API asked twenty times as often as in make test, and other things each time.
.PHONY: demo test bench kill fuzz fuzz-api assets lint unit browser

export CARGO_TERM_COLOR ?= auto

demo: assets
	cargo build --release -p ejia -p ejia-typeset
	./target/release/ejia demo

test: assets lint unit browser
	@echo "all tests passed"

bench: assets
	scripts/setup.sh tests
	cargo build --release -p ejia -p ejia-typeset
	./target/release/ejia bench

kill: assets
	scripts/setup.sh tests
	EJIA_KILLS=200 cargo test -p ejia-acceptance --test kill -- --nocapture

# How long each target of tests/fuzz is looked at.
SECONDS ?= 60
fuzz: assets
	scripts/setup.sh fuzz
	scripts/fuzz.sh $(SECONDS)

fuzz-api: assets
	scripts/setup.sh tests
	EJIA_SEED=$$RANDOM EJIA_ROUNDS=60 cargo test -p ejia-acceptance --test product api::whoever -- --nocapture

assets:
	scripts/setup.sh
	scripts/assets.sh

lint:
	scripts/setup.sh tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

unit:
	scripts/setup.sh tests
	cargo build -p ejia-typeset
	# The law of what may be built in asks of every crate, also of those that this machine does not build.
	cargo fetch --locked
	cargo test --workspace

browser:
	scripts/setup.sh tests
	cargo build -p ejia
	tests/browser/run.sh
