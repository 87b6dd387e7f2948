#!/bin/sh
# The house rules that a compiler does not see: arrows between rooms point down, banned functions,
# a licence line, every text shown has its French. Prints each fault with its place; exit 1 on any.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$1"
find server -name '*.[ch]' | sort | xargs awk '
function floor_of(p) {
    if (p ~ /^base\//) return 0
    if (p ~ /^formats\//) return 1
    if (p ~ /^platform\//) return 1.5
    if (p ~ /^schema\//) return 1.6
    if (p ~ /^guard\/audit\//) return 2
    if (p ~ /^guard\/access\//) return 2.1
    if (p ~ /^clinic\/patients\//) return 3
    if (p ~ /^clinic\/archive\//) return 3.1
    if (p ~ /^clinic\/reports\//) return 3.15
    if (p ~ /^clinic\/staff\//) return 3.17
    if (p ~ /^clinic\/workflow\//) return 3.2
    if (p ~ /^clinic\/live\//) return 3.25
    if (p ~ /^clinic\/home\//) return 3.3
    if (p ~ /^doors\//) return 4
    if (p ~ /^codec\//) return 5
    if (p ~ /^(commands|demo)\//) return 6
    return -1
}
function room_of(p) { n = split(p, part, "/"); return n > 2 ? part[1] "/" part[2] : part[1] }
function bad(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; faults++ }
FNR == 1 { here = FILENAME; sub(/^server\//, "", here); licence[FILENAME] = 0; comment = 0 }
/SPDX-License-Identifier: Apache-2.0/ { licence[FILENAME] = 1 }
/^#include "/ {
    there = $2; gsub(/"/, "", there)
    if (floor_of(there) < 0) { if (there != "schema_migrations.h" && there !~ /_generated\.h$/) bad("include is not written from server/: " there); next }
    a = room_of(here); b = room_of(there); fa = floor_of(here); fb = floor_of(there)
    if (a == b) next
    if (a == "codec" && fb > 1) bad("codec may include formats and base only: " there)
    else if (fb > fa) bad("arrow upwards: " here " includes " there)
    else if (a ~ /^formats\// && fb >= 1 && !(a == "formats/image" && b == "formats/dicom") && !(a == "formats/dicomweb" && b ~ /^formats\/(dicom|image|json)$/)) bad("formats include base only: " there)
    else if (a ~ /^platform/ && b ~ /^formats\//) bad("platform includes base only: " there)
    else if (a ~ /^clinic\// && b == "clinic/reports" && a == "clinic/archive") bad("sideways: " there)
    else if (a == "clinic/reports" && b == "clinic/archive") bad("sideways: " there)
    else if (a == "clinic/staff" && b ~ /^clinic\// && there !~ /^clinic\/reports\/(missing|local_time)\.h$/) bad("the staff room knows neither acts nor patients: " there)
    else if (fa == 4 && fb == 4) bad("a door includes another door: " there)
}
{
    line = $0
    gsub(/"([^"\\]|\\.)*"/, "\"\"", line); sub(/\/\/.*/, "", line); gsub(/\/\*[^*]*\*\//, "", line)
    if (line ~ /^ *\*/ || line ~ /^ *\/\*/) next
    if (line ~ /(^|[^A-Za-z0-9_])(strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|atol|atof|localtime|gmtime|asctime|ctime|system|popen)[ ]*\(/) bad("banned function")
}
END {
    for (f in licence) if (!licence[f]) { printf "%s:1: no SPDX line\n", f; faults++ }
    exit faults > 0
}'
# Every file that may read outside bytes is named beside its fuzz target, or with the reason why it has none.
for file in server/formats/*/*.c server/codec/*.c server/codec/*.cpp server/doors/dimse/*.c; do
    grep -q "\`$(basename "$file")\`" tests/fuzz/README.md || { echo "$file:1: tests/fuzz/README.md does not name it"; exit 1; }
done
# And every target that the page names is there.
for file in $(find tests/fuzz -name 'fuzz_*.c'); do
    target=$(basename "$file" .c)
    grep -Eq "^\\|.*\b${target#fuzz_}\b.*\\|" tests/fuzz/README.md && [ -d "tests/fuzz/corpus/${target#fuzz_}" ] || { echo "$file:1: tests/fuzz/README.md does not name it, or it has no corpus"; exit 1; }
done
sh tools/check-texts.sh
