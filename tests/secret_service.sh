#!/usr/bin/env bash
# The connector's key store against a real gnome-keyring on a bus of its own: keys are kept, read by another process,
# deleted, and out of reach while the keyring is locked. Needs Debian's packages gnome-keyring and dbus.
#
# usage: secret_service.sh TARGET_DIR      the folder that holds m365-local and m365-sim
set -euo pipefail

if [[ ${2:-} != inside ]]; then
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    mkdir -m 700 "$home/run"
    env -i PATH="$PATH" HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_DATA_HOME="$home/share" \
        dbus-run-session -- "$0" "$(realpath "$1")" inside
    exit
fi

export M365_DATA_DIR=$HOME/data M365_TOKEN_STORE=os
local=$1/m365-local
fail() { echo "secret service: $*" >&2; exit 1; }

secrets() { dbus-send --session --print-reply --dest=org.freedesktop.secrets "$@"; }
is_locked() {
    secrets /org/freedesktop/secrets/aliases/default org.freedesktop.DBus.Properties.Get \
        string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null | grep -q "boolean true"
}
# What a person types at the login screen; without one, the daemon takes the password only when it starts.
unlock() {
    printf 'a password' | gnome-keyring-daemon --replace --daemonize --components=secrets --unlock >/dev/null 2>&1
    for _ in {1..100}; do
        if secrets / org.freedesktop.DBus.Peer.Ping >/dev/null 2>&1 && ! is_locked; then return; fi
        sleep 0.1
    done
    fail "the keyring does not unlock"
}
unlock

coproc SIM { exec "$1/m365-sim" --auto-sign-in mira.solberg@fjordlight.example; }
read -r described <&"${SIM[0]}"
field() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$described" "$1"; }
M365_TENANT_ID=$(field tenantId) M365_CLIENT_ID=$(field localClientId)
M365_LOGIN_ENDPOINT=$(field loginEndpoint) M365_GRAPH_ENDPOINT=$(field graphEndpoint)
export M365_TENANT_ID M365_CLIENT_ID M365_LOGIN_ENDPOINT M365_GRAPH_ENDPOINT
trap 'kill "$SIM_PID"' EXIT

# A browser that is signed in already.
printf '#!/bin/sh\nexec python3 -c "import sys, urllib.request as web; web.urlopen(sys.argv[1]).read()" "$1"\n' >"$HOME/browser"
chmod +x "$HOME/browser"
export BROWSER=$HOME/browser

keys() {
    secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.SearchItems dict:string:string:service,m365-connector |
        grep -c /org/freedesktop/secrets/collection || true
}
status() { "$local" status >"$HOME/out" 2>&1; }

"$local" sign-in >/dev/null 2>"$HOME/out" || fail "no sign-in: $(cat "$HOME/out")"
grep -q "key store" "$HOME/out" || fail "it is not said where the key is: $(cat "$HOME/out")"
status || fail "another process does not find the account: $(cat "$HOME/out")"
[[ $(keys) == 1 ]] || fail "the keyring holds $(keys) keys"
! ls "$HOME"/data/*.key 2>/dev/null || fail "a key is in a file"
echo "kept in the keyring and found by another process"

M365_TOKEN_STORE=file status || fail "not carried over to a key file: $(cat "$HOME/out")"
[[ $(keys) == 0 ]] && ls "$HOME"/data/*.key >/dev/null || fail "the key did not move to a file"
status || fail "not carried back: $(cat "$HOME/out")"
[[ $(keys) == 1 ]] && ! ls "$HOME"/data/*.key 2>/dev/null || fail "the key did not move back"
echo "carried over to a key file and back"

before=$(sha256sum "$HOME"/data/*.tokens)
secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock \
    array:objpath:/org/freedesktop/secrets/aliases/default >/dev/null
start=$SECONDS
! status || fail "signed in with a locked keyring"
((SECONDS - start <= 7)) || fail "waited $((SECONDS - start)) s for a locked keyring"
grep -q "unlock it" "$HOME/out" || fail "it is not said what to do: $(cat "$HOME/out")"
[[ $(sha256sum "$HOME"/data/*.tokens) == "$before" ]] || fail "the tokens of a locked keyring were touched"
unlock
status || fail "not signed in after unlocking: $(cat "$HOME/out")"
echo "locked: left as it is; unlocked: signed in"

"$local" sign-out >/dev/null 2>&1
[[ $(keys) == 0 ]] || fail "signing out leaves a key"
! ls "$HOME"/data/*.tokens 2>/dev/null || fail "signing out leaves tokens"
echo "signing out deletes tokens and key"
