#!/bin/sh
# Every English text given to err_set (and every needs/label text) has its French in formats/texts/fr_*.def.
# SPDX-License-Identifier: Apache-2.0
set -eu
keys=$(mktemp); known=$(mktemp)
trap 'rm -f "$keys" "$known"' EXIT
find server -name '*.[ch]' ! -path 'server/base/*' -print0 | xargs -0 cat | tr '\n' ' ' |
    grep -oE 'err_set\([^,;]*, *ERR_[A-Z_]+, *("([^"\\]|\\.)*" *)+' |
    sed -E 's/^err_set\([^,]*, *ERR_[A-Z_]+, *//; s/" +"//g; s/ +$//; s/^"//; s/"$//' | sort -u > "$keys"
{ grep -hE '^T\(' server/formats/texts/fr_*.def 2>/dev/null || true; } |
    sed -E 's/^T\("(([^"\\]|\\.)*)".*/\1/' | sort -u > "$known"
missing=$(comm -23 "$keys" "$known")
if [ -n "$missing" ]; then
    echo "texts shown without French (add T(\"English\", \"French\") to server/formats/texts/fr_<room>.def):"
    echo "$missing"
    exit 1
fi
for table in server/formats/texts/fr_*.def; do
    twice=$(sed -nE 's/^T\("(([^"\\]|\\.)*)".*/\1/p' "$table" | sort | uniq -d)
    if [ -n "$twice" ]; then
        echo "$table: texts that stand twice:"
        echo "$twice"
        exit 1
    fi
done
