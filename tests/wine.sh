#!/usr/bin/env bash
# What only Windows can show, under Wine: the demo tenant inside the program, then m365-local.exe as a person, a host and
# device management use it, against a tenant outside of Wine; and a key store that is used by itself.
#
# usage: wine.sh CROSS_CHECK [TARGET_DIR]     the script that builds for Windows and runs under Wine; the folder that
#                                             holds m365-sim for this system, target/debug unless given
set -euo pipefail
cross=$(realpath "$1")
sim=$(realpath "${2:-$(dirname "$0")/../target/debug}")/m365-sim
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/cross}
out=$CARGO_TARGET_DIR/x86_64-pc-windows-gnu/debug

# A Windows of its own, which nothing outlives.
mkdir -p target
WINEPREFIX=$(mktemp -d "$PWD/target/wine.XXXXXX")
export WINEPREFIX WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=
over() {
    wineserver -k 2>/dev/null || true
    wineserver -w 2>/dev/null || true
    rm -rf "$WINEPREFIX"
}
trap over EXIT

said=$("$cross" run m365-local m365-local -- --demo call outlook_email_search '{"query":"budget"}')
hits=$(grep -c '^uri: ' <<<"$said") || { echo "wine: the demo tenant finds nothing: $said" >&2; exit 1; }
echo "the demo tenant inside: $hits hits"

python3 tests/wine/connector.py "$out/m365-local.exe" "$sim" "$WINEPREFIX"

"$cross" windows m365-auth --features keyring --example key_store
cp "$out/bcryptprimitives.dll" "$out/examples/"
said=$(wine "$out/examples/key_store.exe")
echo "$said"
[[ $(grep -c ': true' <<<"$said") == 4 ]] || { echo "wine: not all of it is true" >&2; exit 1; }
