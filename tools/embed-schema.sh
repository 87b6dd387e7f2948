#!/bin/sh
# Writes the migrations (server/schema/NNNN_name.sql) as one C table, in order of their numbers.
# SPDX-License-Identifier: Apache-2.0
set -eu
out=$1; shift
{
    echo '#include "schema/schema.h"'
    for f in "$@"; do
        n=$(basename "$f" .sql)
        printf 'static const unsigned char sql_%s[] = {\n' "$n"
        od -An -v -tx1 "$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
        echo '0 };'
    done
    echo 'const DbMigration SCHEMA_MIGRATIONS[] = {'
    for f in "$@"; do
        n=$(basename "$f" .sql)
        num=$(echo "$n" | sed 's/^0*\([0-9][0-9]*\)_.*/\1/')
        printf '    { %s, "%s", (const char *)sql_%s },\n' "$num" "$n" "$n"
    done
    echo '};'
    echo 'const size_t SCHEMA_MIGRATION_COUNT = sizeof SCHEMA_MIGRATIONS / sizeof SCHEMA_MIGRATIONS[0];'
} > "$out.new"
mv "$out.new" "$out"
