#!/usr/bin/env bash
# Checks the systemd unit and the alert rules with the programs that will read them, where these are installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
if command -v systemd-analyze >/dev/null; then
    unit=$(mktemp -d)/m365-remote.service
    # The program need not be installed for the check.
    sed 's#^ExecStart=/usr/bin/m365-remote#ExecStart=/bin/true#' deploy/systemd/m365-remote.service > "$unit"
    systemd-analyze verify --man=no "$unit"
    systemd-analyze security --offline=true --threshold=20 "$unit" >/dev/null
    rm -r "$(dirname "$unit")"
    echo "systemd: ok"
fi
if command -v promtool >/dev/null; then
    promtool check rules deploy/alerts.yml
fi
