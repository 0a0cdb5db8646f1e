#!/usr/bin/env bash
# What only Windows can show, under Wine: keys in the Credential Manager, and a lock that another handle holds.
#
# usage: wine.sh CROSS_CHECK      the script that builds for Windows and runs under Wine
set -euo pipefail
cross=$(realpath "$1")
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/cross}

"$cross" run m365-local m365-local -- --version
"$cross" windows m365-auth --features keyring --example key_store
out=$CARGO_TARGET_DIR/x86_64-pc-windows-gnu/debug
[[ ! -f $out/bcryptprimitives.dll ]] || cp "$out/bcryptprimitives.dll" "$out/examples/"
said=$(WINEDEBUG=-all WINEPREFIX=${WINEPREFIX:-$(realpath "$CARGO_TARGET_DIR")/wine} wine "$out/examples/key_store.exe")
echo "$said"
[[ $(grep -c ': true' <<<"$said") == 4 ]] || { echo "wine: not all of it is true" >&2; exit 1; }
