#!/usr/bin/env bash
# ./dev bench: Béclère beside Orthanc, a bare writer and nginx, in one run on this machine. Only loopback; bounded in count and time.
#   BENCH_IMAGES (500) images a run, BENCH_ROUNDS (3) rounds, the median counts; BENCH_SECONDS (5) of each HTTP measure
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/.."
for program in Orthanc wrk storescu node; do
    command -v "$program" >/dev/null || { echo "$program is missing: start with ./dev bench" >&2; exit 1; }
done
[ -x build/release/beclere ] || { echo "build/release/beclere is missing: ./dev build release" >&2; exit 1; }
gcc -O2 -Wall -Wextra -o build/release/bare_write bench/bare_write.c
BECLERE_PRESET=release exec node bench/bench.mjs
