#!/usr/bin/env bash
# Everything that is tested, under ASan and UBSan; ends on "N passed, N failed". Called by ./dev test.
# BECLERE_TEST_ONLY=unit|scenarios|browser|build runs one part. BECLERE_TEST_JOBS (the cores, at most 4): how many test programs at once.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
cd "$(dirname "$0")/.."
only=${BECLERE_TEST_ONLY:-}
cores=$(nproc)
jobs_at_once=${BECLERE_TEST_JOBS:-$((cores < 4 ? cores : 4))}
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=1:allocator_may_return_null=1" UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
LOGS=build/test-logs
rm -rf $LOGS; mkdir -p $LOGS
say() { printf '\n\033[1m▸ %s\033[0m\n' "$*"; }
part() { [ -z "$only" ] || [ "$only" = "$1" ]; }

# A result is a file: passed, failed, the name. What a test says goes out in one piece, so that two at once stay readable.
result_of() { echo "$LOGS/$(printf '%s' "$1" | tr -c 'A-Za-z0-9._-' '_').result"; }
result() { printf '%s %s %s\n' "$1" "$2" "$3" >"$(result_of "$3")"; }
good() { result "$1" 0 "$2"; printf '✓ %s\n' "$2 ($1)$3"; }
bad() { result "$1" "$2" "$3"; printf '\033[31m✗ %s\033[0m\n%s\n' "$3" "$4"; }

check() { # what, command...
    local what=$1 log said; shift
    log=$(mktemp $LOGS/check.XXXXXX)
    if "$@" >"$log" 2>&1; then good 1 "$what" ""; else said=$(tail -n 40 "$log"); bad 0 1 "$what" "$said"; fi
}
unit_test() { # a program of cmocka
    local log=$LOGS/$1.log n
    if timeout 600 "build/asan/$1" >"$log" 2>&1; then
        n=$(grep -c '^\[       OK \]' "$log")
        good "$n" "$1" "$(grep -h 'skipped:' "$log" | sort -u | sed 's/^/\n    /')"
    else
        n=$(grep -c '^\[       OK \]' "$log")
        bad "$n" 1 "$1" "$(grep -vE '^\[ (RUN|      OK)' "$log" | tail -n 40)"
    fi
}
fuzz_corpus() { check "$1" timeout 300 "build/asan/$1" "tests/fuzz/corpus/${1#fuzz_}"; }
node_test() { # a file of node:test; its own counts are added
    local log=$LOGS/${1//\//_}.log code n m start=$SECONDS
    timeout 1500 node --test --test-reporter=tap "$1" >"$log" 2>&1
    code=$?
    n=$(grep -oE '^# pass [0-9]+' "$log" | grep -oE '[0-9]+' | tail -1); m=$(grep -oE '^# fail [0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
    if [ $code -eq 0 ] && [ "${m:-1}" = 0 ]; then
        good "${n:-0}" "$1" " $((SECONDS - start)) s$(grep -h 'skipped' "$log" | grep -v '^# skipped' | sort -u | head -5 | sed 's/^/\n    /')"
    else
        bad "${n:-0}" "$((${m:-1} > 0 ? ${m:-1} : 1))" "$1" "$(grep -vE '^(ok|# Subtest|    at|  ---|  \.\.\.)' "$log" | tail -n 80)"
    fi
}
# many FUNCTION ITEM...: the items, 'jobs_at_once' at a time, in order.
many() {
    local what=$1 item; shift
    for item in "$@"; do
        while [ "$(jobs -rp | wc -l)" -ge "$jobs_at_once" ]; do wait -n; done
        "$what" "$item" </dev/null &
    done
    wait
    for item in "$@"; do [ -s "$(result_of "$item")" ] || bad 0 1 "$item" "it left no result"; done
}

say "House rules and formatting"
check "house: arrows, banned functions, licence lines, French texts" sh tools/check-house.sh .

say "Building under sanitizers (gcc)"
[ -f build/asan/build.ninja ] || cmake --preset asan >$LOGS/cmake-asan.log 2>&1 || tail -n 30 $LOGS/cmake-asan.log
check "build: gcc, ASan and UBSan" cmake --build build/asan
check "docs: the matrix of permissions is the program's" node tools/permissions.mjs --check
if part build; then
    say "Building with clang, warnings as errors"
    [ -f build/clang/build.ninja ] || cmake --preset clang >$LOGS/cmake-clang.log 2>&1 || tail -n 30 $LOGS/cmake-clang.log
    check "build: clang" cmake --build build/clang
fi

if part unit; then
    say "Unit tests and fuzz corpora, $jobs_at_once at a time"
    # shellcheck disable=SC2046
    many unit_test $(cd build/asan && ls unit_* 2>/dev/null)
    # shellcheck disable=SC2046
    many fuzz_corpus $(cd build/asan && ls fuzz_* 2>/dev/null)
fi
if part scenarios || part browser; then
    cmp -s tests/package-lock.json tests/node_modules/.beclere-lock ||
        { (cd tests && npm ci --no-audit --no-fund --loglevel=error >/dev/null) && cp tests/package-lock.json tests/node_modules/.beclere-lock; } || bad 0 1 "npm ci of the tests" ""
fi
if part scenarios; then
    ((jobs_at_once += 1)) # they wait more than they compute: for timers, associations, one another
    say "Scenarios on the whole server, $jobs_at_once at a time"
    many node_test tests/scenarios/*.test.mjs
    ((jobs_at_once -= 1))
fi
if part browser; then
    say "The page, $jobs_at_once at a time"
    check "the page builds" ./dev page
    check "page: types" bash -c 'cd ui && npx --no-install tsc --noEmit'
    check "page: features keep apart" bash -c 'cd ui && node tools/check-features.mjs'
    check "page: unit tests" bash -c 'cd ui && npx --no-install vitest run'
    many node_test tests/browser/*.test.mjs
fi

passed=$(cat $LOGS/*.result | awk '{ n += $1 } END { print n + 0 }')
failed=$(cat $LOGS/*.result | awk '{ n += $2 } END { print n + 0 }')
if [ "$failed" -gt 0 ]; then printf '\nFailed:\n'; cat $LOGS/*.result | awk '$2 > 0 { $1 = ""; $2 = ""; print }'; fi
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
