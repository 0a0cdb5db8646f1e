#!/usr/bin/env bash
# Fuzzes each parser of m365-extract, and the reader of callers' tokens, for so many seconds (10 unless given): `tests/fuzz.sh [SECONDS] [TARGET…]`.
# Needs cargo-fuzz. What crashes lies in fuzz/artifacts; mended, it belongs in crates/m365-extract/tests/regressions.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
shift || true
# cargo-fuzz asks the compiler for coverage in ways that only a nightly one takes without this.
export RUSTC_BOOTSTRAP=1
triple=$(rustc -vV | sed -n 's/^host: //p')
cargo fuzz build --sanitizer none --debug-assertions
[[ $# -gt 0 ]] || mapfile -t all < <(cargo fuzz list)
# Files of text are short to read, so a loop that grows with the square of the size shows at a megabyte.
limits() {
    case $1 in
        calendar | contact | csv | eml | html | mail_body | rtf | text | transcript)
            echo -max_len=1048576 -len_control=0 -timeout=10 -rss_limit_mb=1024 ;;
        *) echo -max_len=65536 -timeout=10 -rss_limit_mb=2048 ;;
    esac
}
fuzz() {
    local target=$1 log
    mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
    log=fuzz/artifacts/$target.log
    if "fuzz/target/$triple/release/$target" -max_total_time="$seconds" $(limits "$target") \
        -artifact_prefix="fuzz/artifacts/$target/" "fuzz/corpus/$target" \
        crates/m365-extract/tests/corpus crates/m365-extract/tests/regressions >"$log" 2>&1; then
        echo "$target: $(grep -o 'DONE.*' "$log" | tail -1)"
    else
        tail -30 "$log"
        return 1
    fi
}
export -f fuzz limits
export seconds triple
printf '%s\n' "${@:-${all[@]}}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz {}'
