/*
 * The pieces that the conditions of a search are written with. Each adds to the statement, failures are kept in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_QUERY_SQL_H
#define CLINIC_ARCHIVE_QUERY_SQL_H

#include "clinic/archive/query_internal.h"

/* A text column, out of reach of its index unless it drives. */
typedef struct SqlColumn {
    const char *name;
    bool        drives;
} SqlColumn;

void sql_add(Sql *s, const char *text);
void sql_compare(Sql *s, SqlColumn c, const char *sign, Slice value); /* " AND column sign value" */
void sql_begins(Sql *s, SqlColumn c, Slice prefix);
void sql_like(Sql *s, Slice pattern);
void sql_in_list(Sql *s, SqlColumn c, Slice list); /* " AND column IN (...)", of values parted by a backslash */
void sql_text_key(Sql *s, SqlColumn c, Slice value);
void sql_date_key(Sql *s, SqlColumn c, Slice value);

/* A patient's and a referring physician's name; 'drives': by its index. */
void sql_name_key(Sql *s, bool drives, Slice value, bool fuzzy);
void sql_referring_key(Sql *s, bool drives, Slice value, bool fuzzy);

Slice query_before_wildcard(Slice pattern);
Slice query_longest_piece(Slice pattern); /* the longest run without wild card */

#endif
