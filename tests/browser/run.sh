#!/bin/sh
# Runs the browser tests, two at once: real Chromium against `ejia demo` in a temporary folder. Arguments go to node --test.
set -eu
cd "$(dirname "$0")/../.."
# On a bare machine no language is set, and Chromium then keeps no Chinese name of a file.
export LC_ALL=C.UTF-8
[ -d node_modules/playwright-core ] || npm ci --no-fund --no-audit --loglevel=error
exec node --test --test-concurrency=2 --test-timeout=600000 "$@" ${FILES:-tests/browser/*.test.mjs}
