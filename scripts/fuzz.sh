#!/usr/bin/env bash
# Lets libFuzzer look for bytes that break a promise of tests/fuzz: scripts/fuzz.sh SECONDS [TARGET…], every target without names.
# Works with stable Rust: the compiler's own coverage pass is asked for by flags. What breaks a promise is kept in
# target/fuzz/broken, and the script fails; what was found interesting stays in target/fuzz/corpus for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
folder=target/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p $folder/broken

known=$(cargo run -q -p ejia-fuzz --bin ejia-fuzz-seeds -- $folder/corpus)
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
  cargo build -q --profile fuzz -p ejia-fuzz --bin ejia-fuzz --features libfuzzer \
  --target "$host" --target-dir $folder/build

failed=()
for target in ${@:-$known}; do
  echo "== $target, $seconds seconds"
  # A photo of many megapixels is allowed to take its time; memory is bounded for everything.
  EJIA_FUZZ_TARGET=$target $folder/build/"$host"/fuzz/ejia-fuzz $folder/corpus/"$target" \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix=$folder/broken/"$target"- 2>$folder/"$target".log || failed+=("$target")
  grep -E '^stat::number_of_executed_units|^stat::peak_rss_mb|^Done|panicked|ERROR' $folder/"$target".log || true
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "broken promises: ${failed[*]}; see $folder/broken and $folder/TARGET.log" >&2
  exit 1
fi
