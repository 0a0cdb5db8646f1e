#!/usr/bin/env bash
# Drives the built m365-local with the MCP Inspector's command line, in both protocol eras.
# usage: inspect.sh MCP_INSPECTOR TARGET_DIR
set -euo pipefail
inspector=$1
server=("$2/m365-local" serve)

inspect() { "$inspector" --cli "${server[@]}" -e M365_DEMO=true --format json -q "$@"; }

for era in legacy modern; do
    inspect --protocol-era "$era" --method tools/list --strict | grep -q outlook_email_search
    answer=$(inspect --protocol-era "$era" --method tools/call --tool-name outlook_email_search \
        --tool-args-json '{"query":"budget","hasAttachments":true,"limit":1}')
    uri=$(python3 -c '
import json, sys
answer = json.load(sys.stdin)
answer = answer.get("result", answer)
print(answer["structuredContent"]["results"][0]["uri"])' <<<"$answer")
    inspect --protocol-era "$era" --method tools/call --tool-name read_resource \
        --tool-args-json "{\"uri\":\"$uri\"}" | grep -q attachments
    echo "inspector, $era: ok"
done
