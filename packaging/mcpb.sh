#!/usr/bin/env bash
# Assembles the bundle that desktop hosts install (MCPB), and the server.json of the MCP registry with its hash:
#
#   packaging/mcpb.sh OUT linux=target/dist-small/m365-local [darwin=PATH] [win32=PATH.exe] [--with NAME=FILE...]
#
# OUT/m365-local.mcpb runs on the platforms that were given, and has the files beside our licences. For macOS `lipo`
# makes one binary of two; for Linux it is one of the machine's architecture. Needs Python 3; `mcpb` (npm:
# @anthropic-ai/mcpb), where it is on PATH, checks the result.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ $# -ge 2 ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
out=$1
shift
mkdir -p "$out"
python3 "$here/mcpb/assemble.py" "$out" "$@"
if command -v mcpb >/dev/null; then
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    mcpb unpack "$out/m365-local.mcpb" "$unpacked" >/dev/null
    mcpb validate "$unpacked/manifest.json"
fi
