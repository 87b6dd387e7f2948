#!/usr/bin/env bash
# Everything that is tested, under ASan and UBSan; ends on "N passed, N failed". Called by ./dev test.
# BECLERE_TEST_ONLY=unit|scenarios|browser|build runs one part.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
cd "$(dirname "$0")/.."
passed=0; failed=0; failures=()
only=${BECLERE_TEST_ONLY:-}
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=1:allocator_may_return_null=1" UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
say() { printf '\n\033[1m▸ %s\033[0m\n' "$*"; }
good() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); failures+=("$1"); printf '\033[31m✗ %s\033[0m\n' "$1"; }
part() { [ -z "$only" ] || [ "$only" = "$1" ]; }
check() { local what=$1; shift; if "$@" >build/test.log 2>&1; then good; echo "✓ $what"; else bad "$what"; tail -n 40 build/test.log; fi; }

mkdir -p build
say "House rules and formatting"
check "house: arrows, banned functions, licence lines, French texts" sh tools/check-house.sh .

say "Building under sanitizers (gcc)"
[ -f build/asan/build.ninja ] || cmake --preset asan >build/test.log 2>&1 || { tail -n 30 build/test.log; }
check "build: gcc, ASan and UBSan" cmake --build build/asan
if part build; then
    say "Building with clang, warnings as errors"
    [ -f build/clang/build.ninja ] || cmake --preset clang >build/test.log 2>&1 || tail -n 30 build/test.log
    check "build: clang" cmake --build build/clang
fi

if part unit; then
    say "Unit tests and fuzz corpora"
    for program in $(cd build/asan && ls unit_* 2>/dev/null); do
        if timeout 600 "build/asan/$program" >build/test.log 2>&1; then
            n=$(grep -c '^\[       OK \]' build/test.log || true)
            passed=$((passed + n)); echo "✓ $program ($n)"
            grep -h 'skipped:' build/test.log | sort -u | sed 's/^/    /'
        else
            n=$(grep -c '^\[       OK \]' build/test.log || true); passed=$((passed + n))
            bad "$program"; grep -vE '^\[ (RUN|      OK)' build/test.log | tail -n 40
        fi
    done
    for program in $(cd build/asan && ls fuzz_* 2>/dev/null); do
        check "corpus of $program" timeout 300 "build/asan/$program" "tests/fuzz/corpus/${program#fuzz_}"
    done
fi

# node:test files, one process each; its own counts are added.
node_tests() {
    local file
    for file in "$@"; do
        timeout 1500 node --test --test-reporter=tap "$file" >build/test.log 2>&1
        local code=$? n m
        n=$(grep -oE '^# pass [0-9]+' build/test.log | grep -oE '[0-9]+' | tail -1); m=$(grep -oE '^# fail [0-9]+' build/test.log | grep -oE '[0-9]+' | tail -1)
        passed=$((passed + ${n:-0}))
        if [ $code -eq 0 ] && [ "${m:-1}" = 0 ]; then
            echo "✓ $file (${n:-0})"; grep -h 'skipped' build/test.log | grep -v '^# skipped' | sort -u | head -5 | sed 's/^/    /'
        else
            failed=$((failed + (${m:-1} > 0 ? ${m:-1} : 1))); failures+=("$file"); printf '\033[31m✗ %s\033[0m\n' "$file"
            grep -vE '^(ok|# Subtest|    at|  ---|  \.\.\.)' build/test.log | tail -n 80
        fi
    done
}
if part scenarios || part browser; then
    cmp -s tests/package-lock.json tests/node_modules/.beclere-lock || (cd tests && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.beclere-lock) || bad "npm ci of the tests"
fi
if part scenarios; then
    say "Scenarios on the whole server"
    node_tests tests/scenarios/*.test.mjs
fi
if part browser; then
    say "The page"
    if ./dev page >build/test.log 2>&1; then good; echo "✓ the page builds"; else bad "the page builds"; tail -n 40 build/test.log; fi
    check "page: types" bash -c 'cd ui && npx --no-install tsc --noEmit'
    check "page: features keep apart" bash -c 'cd ui && node tools/check-features.mjs'
    check "page: unit tests" bash -c 'cd ui && npx --no-install vitest run'
    node_tests tests/browser/*.test.mjs
fi

if [ ${#failures[@]} -gt 0 ]; then printf '\nFailed:\n'; printf '  %s\n' "${failures[@]}"; fi
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
