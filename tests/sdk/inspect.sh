#!/usr/bin/env bash
# Drives the built connectors with the MCP Inspector's command line, in both protocol eras.
# usage: inspect.sh MCP_INSPECTOR TARGET_DIR     m365-local, over stdio, with its demo tenant
#        inspect.sh MCP_INSPECTOR                the server at M365_URL, over HTTP, with the token M365_PROXY_TOKEN
set -euo pipefail
inspector=$1
if [[ $# -gt 1 ]]; then
    server=("$2/m365-local" serve -e M365_DEMO=true)
else
    server=("$M365_URL" --transport http --header "Authorization: Bearer $M365_PROXY_TOKEN" --stored-auth-only)
fi

inspect() { "$inspector" --cli "${server[@]}" --format json -q "$@"; }

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
