#!/usr/bin/env bash
# ./dev bench: Béclère beside a bare writer, Orthanc and nginx, in one run on this machine. Only loopback; bounded in count and time.
#   BENCH_PARTS (ingest,stow,retrieve,imports,frames,thin,derive,queries)  BENCH_ROUNDS (3), the median counts  BENCH_SECONDS (5) of each HTTP measure
#   BENCH_CT (480) BENCH_TINY (1600) objects a measure  BENCH_SENDERS (1,4,16)  BENCH_KINDS (ct,tiny)
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/.."
for program in wrk node; do
    command -v "$program" >/dev/null || { echo "$program is missing: start with ./dev bench" >&2; exit 1; }
done
[ -x build/release/beclere ] || { echo "build/release/beclere is missing: ./dev build release" >&2; exit 1; }
gcc -O2 -D_GNU_SOURCE -Wall -Wextra -Wno-format-truncation -o build/release/bench_load bench/load/*.c -lpthread -lssl -lcrypto -lsqlite3
BECLERE_PRESET=release exec node bench/bench.mjs
