#!/bin/sh
# Writes what the platform is built from as a CycloneDX 1.6 document (JSON) to standard output: scripts/sbom.sh > ejia.cdx.json
# The same tree gives the same document. See docs/operating.md.
set -eu
cd "$(dirname "$0")/.."
exec node scripts/sbom.mjs
