#!/usr/bin/env bash
# Puts the built programs into a Debian package. deb.sh [FOLDER OF PROGRAMS] [FOLDER FOR THE PACKAGE]
set -euo pipefail
cd "$(dirname "$0")/.."
programs=${1:-target/release}
into=${2:-target}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
architecture=$(dpkg --print-architecture)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"

install -D -m 755 "$programs/ejia" "$tree/usr/lib/ejia/ejia"
install -D -m 755 "$programs/ejia-typeset" "$tree/usr/lib/ejia/ejia-typeset"
mkdir -p "$tree/usr/bin"
ln -s ../lib/ejia/ejia "$tree/usr/bin/ejia"
install -D -m 644 packaging/ejia.service "$tree/usr/lib/systemd/system/ejia.service"
for paper in docs/*.md README.md README.zh.md packaging/ejia.toml.example packaging/nginx.conf; do
  install -D -m 644 "$paper" "$tree/usr/share/doc/ejia/$(basename "$paper")"
done
install -D -m 755 packaging/debian/postinst "$tree/DEBIAN/postinst"
install -D -m 755 packaging/debian/prerm "$tree/DEBIAN/prerm"

# The C library of the machine it was built on, or a newer one.
libc=$(ldd --version | sed -n '1s/.* //p')
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@LIBRARIES@/libc6 (>= $libc), libgcc-s1/" \
  packaging/debian/control > "$tree/DEBIAN/control"
mkdir -p "$into"
dpkg-deb --root-owner-group -Zxz --build "$tree" "$into/ejia_${version}_${architecture}.deb"
