#!/usr/bin/env bash
# Builds what ships, and lays it into OUT with checksums, contents and licences; see docs/release.md:
#
#   packaging/release.sh [--demo] [--windows] [--sign COMMAND] OUT
#
# Both connectors for this machine, without the demo tenant; with --demo also a local connector that has it inside, and
# with --windows one for Windows, by the cross-check script of the team's shared tools. COMMAND is run with each program
# before it is packed. The same commit, Rust and C compiler give the same bytes, wherever the clone lies. Needs Python
# 3.11.
set -euo pipefail
usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
demo='' windows='' sign=''
while [[ ${1:-} == --* ]]; do
    case $1 in
    --demo) demo=yes ;;
    --windows) windows=yes ;;
    --sign) sign=${2:?command} && shift ;;
    *) usage ;;
    esac
    shift
done
[[ $# == 1 ]] || usage
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
here=$PWD/packaging/release
cross=../shared/tools/cross-check.sh

git diff --quiet HEAD || { echo "release: what ships is a commit; this clone has changes" >&2; exit 1; }
[[ ! $windows || -x $cross ]] || { echo "release: $cross does not lie beside the repository" >&2; exit 1; }
[[ -z $(ls -A "$out") ]] || { echo "release: $out is not empty" >&2; exit 1; }

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
rust_licences=$(rustc --print sysroot)/share/doc/rust/COPYRIGHT-library.html
target=$(rustc -vV | sed -n 's/^host: //p')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Neither the time, nor where things lie here, nor what this machine is used to set: nothing of it gets in.
unset RUSTFLAGS CARGO_TARGET_DIR
export CARGO_INCREMENTAL=0 LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
home=${CARGO_HOME:-$HOME/.cargo}
cargo fetch --locked --quiet
rust=() c=()
for sources in "$home"/registry/src/*; do
    rust+=("--remap-path-prefix=$sources=/crates")
    c+=("-ffile-prefix-map=$sources=/crates")
done
rust+=("--remap-path-prefix=$PWD=/m365-connector")
c+=("-ffile-prefix-map=$PWD=/m365-connector")
export CFLAGS="${c[*]}"

# flags FLAG...: those of every build, and these.
flags() {
    CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${rust[*]}${*:+$'\x1f'$*}")
    export CARGO_ENCODED_RUSTFLAGS
}

# built PACKAGE FEATURES PROFILE: for this machine, to target/PROFILE.
built() {
    flags
    cargo build --locked --profile "$3" -p "$1" --bin "$1" --no-default-features --features "$2"
}

# signed FOLDER BINARY: a copy of the program, signed where that is asked for.
signed() {
    local copy
    copy=$work/$1/$(basename "$2")
    mkdir -p "$work/$1"
    cp "$2" "$copy"
    [[ ! $sign ]] || $sign "$copy" >&2
    echo "$copy"
}

# Panics name the file that they are in, and a path tells who built this.
refuse_paths() {
    local found
    found=$(grep -aoF -e "$home/" -e "$HOME/" -e "$PWD/" "$1" | sort -u) || return 0
    echo "release: $1 has paths of this machine inside: $found" >&2
    exit 1
}

# What a program for Linux asks of the system that it runs on.
tell_glibc() {
    local needed
    needed=$(objdump -T "$1" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1) || return 0
    echo "$(basename "$1"): $needed or newer"
}

# ship NAME PACKAGE FEATURES TARGET BINARY: the archive, and beside it what is inside.
ship() {
    local name=$1-$version-$4 ending=tar.gz binary
    [[ $4 != *windows* ]] || ending=zip
    binary=$(signed "$1-$4" "$5")
    refuse_paths "$binary"
    tell_glibc "$binary"
    python3 "$here/licences.py" "$2" "$3" "$4" >"$work/$1-$4/THIRD-PARTY.txt"
    python3 "$here/sbom.py" "$2" "$3" "$4" "$binary" >"$out/$name.cdx.json"
    python3 "$here/archive.py" "$out/$name.$ending" "$binary" LICENSE-APACHE LICENSE-MIT "crates/$2/README.md" \
        "$work/$1-$4/THIRD-PARTY.txt" "RUST.html=$rust_licences"
}

# bundle PLATFORM TARGET BINARY: what is shipped goes into the bundle for desktop hosts too.
bundle() {
    bundled+=("$1=$work/m365-local-$2/$3")
    beside+=("THIRD-PARTY-$1.txt=$work/m365-local-$2/THIRD-PARTY.txt")
}

desktop=broker,keyring
bundled=() beside=("RUST.html=$rust_licences")
if [[ $windows ]]; then
    pc=x86_64-pc-windows-gnu
    # The time of the link is in the head of a program for Windows.
    flags -Clink-arg=-Wl,--no-insert-timestamp
    CARGO_TARGET_DIR=$PWD/target/cross "$cross" windows m365-local --locked --profile dist-small --bin m365-local \
        --no-default-features --features $desktop
    # The script builds with Debian's Rust.
    RUSTC=/usr/bin/rustc ship m365-local m365-local $desktop $pc "target/cross/$pc/dist-small/m365-local.exe"
    bundle win32 $pc m365-local.exe
fi
if [[ $demo ]]; then
    built m365-local $desktop,demo dist-small
    ship m365-local-demo m365-local $desktop,demo "$target" target/dist-small/m365-local
fi
# After the other of its name, so that target/dist-small keeps what ships.
built m365-local $desktop dist-small
ship m365-local m365-local $desktop "$target" target/dist-small/m365-local
built m365-remote '' dist
ship m365-remote m365-remote '' "$target" target/dist/m365-remote
case $target in
*-linux-*) bundle linux "$target" m365-local ;;
*-darwin*) bundle darwin "$target" m365-local ;;
esac

packaging/mcpb.sh "$out" "${bundled[@]}" --with "${beside[@]}"
(cd "$out" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" . && cat SHA256SUMS)
