#!/usr/bin/env bash
# Takes the steps of deploy/Containerfile without an engine for images: the same build, a root folder that holds just what
# the image holds, and the program in it as the image's user, with a read-only root. Needs root on Linux.
#
#   tests/deploy/container.sh [PROFILE]     dist, as the image has it, unless another is named
set -euo pipefail
cd "$(dirname "$0")/../.."
profile=${1:-dist}
cargo build --profile "$profile" --locked -p m365-remote --no-default-features
[[ $profile == dev ]] && folder=debug || folder=$profile
binary=target/$folder/m365-remote

root=$(mktemp -d)
server=
clean() {
    [[ -n $server ]] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    rm -rf "$root"
}
trap clean EXIT

mkdir -p "$root"/{usr/bin,etc/m365-remote,etc/ssl/certs,proc}
cp "$binary" "$root/usr/bin/m365-remote"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
# What distroless/cc has of libraries.
ldd "$binary" | grep -oE '/[^ )]+' | while read -r library; do
    case $(basename "$library") in
        libc.so.*|libgcc_s.so.*|libm.so.*|libpthread.so.*|libdl.so.*|ld-linux*) ;;
        *) echo "the image has no $library" >&2; exit 1 ;;
    esac
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > "$root/etc/m365-remote/config.toml" <<TOML
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:$port"
public_url = "https://m365.example.com"
login_endpoint = "https://127.0.0.1:9/"
trusted_proxies = ["127.0.0.1/32"]

[entra]
client_id = "cccccccc-0000-4000-8000-000000000002"
application_id_uri = "api://cccccccc-0000-4000-8000-000000000002"
credential = { client_secret_env = "CONNECTOR_SECRET" }

[[allow]]
tenant_id = "11111111-2222-4333-8444-555555555555"
client_ids = ["aaaaaaaa-0000-4000-8000-000000000001"]
TOML
chmod -R a+rX "$root"

env -i CONNECTOR_SECRET=of-this-test unshare --mount --propagation private sh -c "
    mount --bind '$root' '$root' && mount -t proc proc '$root/proc' && mount -o remount,bind,ro '$root' &&
    exec setpriv --no-new-privs \
        /usr/sbin/chroot --userspec=65532:65532 '$root' /usr/bin/m365-remote serve --config /etc/m365-remote/config.toml
" &
server=$!

for _ in $(seq 100); do
    if live=$(curl --noproxy '*' --silent --fail "http://127.0.0.1:$port/livez"); then break; fi
    kill -0 "$server" || { echo "it ended by itself" >&2; exit 1; }
    sleep 0.1
done
[[ -n ${live:-} ]]
for right in 'Uid:[[:space:]]*65532' 'NoNewPrivs:[[:space:]]*1' 'CapEff:[[:space:]]*0*$'; do
    grep -q "^$right" "/proc/$server/status" || { echo "it has other rights than $right" >&2; exit 1; }
done
# Nobody is asked for keys here, so it must say that it is not ready.
[[ $(curl --noproxy '*' --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$port/readyz") == 503 ]]
kill "$server"
wait "$server"
server=
if "$binary" --demo 2>/dev/null; then
    echo "the image must not have the demo tenant" >&2
    exit 1
fi
echo "container: $(du -h "$binary" | cut -f1), starts as 65532 on a read-only root, answers, and ends in order"
