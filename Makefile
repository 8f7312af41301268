# The two commands of the README: make demo, make test. Everything they need they install.
SHELL := /bin/bash
.PHONY: demo test bench assets lint unit browser

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

assets:
	scripts/setup.sh
	scripts/assets.sh

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

unit:
	scripts/setup.sh tests
	cargo build -p ejia-typeset
	cargo test --workspace

browser:
	scripts/setup.sh tests
	cargo build -p ejia
	tests/browser/run.sh
