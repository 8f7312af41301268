#!/usr/bin/env bash
# Installs what is missing on a Debian machine that has Rust: what the build needs, with "tests" what the tests need, with
# "fuzz" what libFuzzer is built with.
set -euo pipefail

wanted=()
need() { command -v "$1" >/dev/null 2>&1 || wanted+=("${@:2}"); }

need cc build-essential
need node nodejs
need npm npm
ls /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc >/dev/null 2>&1 || wanted+=(fonts-noto-cjk fontconfig)
if [ "${1:-}" = tests ]; then
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted+=(postgresql)
  PATH=$PATH:/usr/sbin need runuser util-linux
  PATH=$PATH:/usr/sbin need nginx nginx-light
  need chromium chromium
  need curl curl
  # For its kill: the shell's own, which would be found, is of no use to other programs.
  need ps procps
  need openssl openssl
  need pdftotext poppler-utils
  python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3 python3-venv)
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
fi
[ "${1:-}" != fuzz ] || need c++ g++
if [ ${#wanted[@]} -gt 0 ]; then
  echo "installing: ${wanted[*]}"
  as_root=(env DEBIAN_FRONTEND=noninteractive)
  [ "$(id -u)" -eq 0 ] || as_root=(sudo "${as_root[@]}")
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" apt-get install -y -q --no-install-recommends "${wanted[@]}"
fi

# Other hands' clients and servers of the protocols, which the tests let loose on ours (those from npm come with the assets).
others() {
  if [ ! -f "$2/installed" ] || [ "$1" -nt "$2/installed" ]; then
    python3 -m venv "$2"
    "$2/bin/pip" install -q --disable-pip-version-check --no-deps -r "$1"
    touch "$2/installed"
  fi
}
if [ "${1:-}" = tests ]; then
  cd "$(dirname "$0")/.."
  others adapters/wechat/tests/clients/requirements.txt target/clients
  others adapters/buckets/tests/server/requirements.txt target/servers
fi
