#!/usr/bin/env bash
# Runs the official conformance suite in both protocol eras. Needs Node 22 or newer.
# usage: run.sh CONFORMANCE fixture TARGET_DIR   our server with the fixtures that the suite wants to find
#        run.sh CONFORMANCE bare TARGET_DIR      the same server without them: what catalog must come to
#        run.sh CONFORMANCE catalog [URL]        a running server, e.g. m365-remote, else that at M365_URL; what needs
#                                                fixtures is left out. M365_PROXY_TOKEN: the token that is sent to it
# What fails and may is in baseline*.yml, with the reason; whatever is there and passes is an error too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
conformance=$1 mode=$2 target=${3:-${M365_URL:-}}
out=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$out"' EXIT

case $mode in
    fixture) "$target/conformance-fixture" >"$out/url" & ;;
    bare) "$target/conformance-fixture" --bare >"$out/url" & ;;
    catalog) python3 "$here/proxy.py" "$target" >"$out/url" & ;;
    *) echo "the mode $mode is not accepted; fixture, bare and catalog are" >&2; exit 2 ;;
esac
server=$!
until [[ -s $out/url ]]; do
    kill -0 "$server" || { echo "the server ended before it listened" >&2; exit 1; }
    sleep 0.1
done
url=$(head -1 "$out/url")

status=0
for revision in 2026-07-28 2025-11-25; do
    echo "conformance, $mode, $revision:"
    "$conformance" server --url "$url" --requirements "$revision" -o "$out/$revision" \
        --expected-failures "$here/baseline-${mode/bare/catalog}-$revision.yml" >"$out/$revision.log" 2>&1 || {
        status=1
        cat "$out/$revision.log"
    }
    grep "^Total" "$out/$revision.log"
done
exit "$status"
