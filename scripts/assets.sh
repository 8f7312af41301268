#!/bin/sh
# Brings what the portals take from npm (Tabler's rules that the templates use, htmx) into portals/vendor/.
set -eu
cd "$(dirname "$0")/.."
if [ ! -d node_modules/@tabler/core ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-fund --no-audit --loglevel=error
  touch node_modules/.package-lock.json
fi
mkdir -p portals/vendor
cp node_modules/htmx.org/dist/htmx.min.js portals/vendor/htmx.min.js
node scripts/styles.mjs
ls -l portals/vendor
