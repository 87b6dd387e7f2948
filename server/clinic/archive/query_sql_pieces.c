/*
 * What the conditions of a search are written with: texts, values, comparisons that use an index or keep out of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query_sql.h"

enum { VALUES_MAX = 4096, TEXT_MAX = 1 << 18, ARENA_MAX = 1 << 20, PREFIX_MAX = 120 };

/* ---- pieces ---- */

bool sql_open(Sql *s, Err *err)
{
    *s = (Sql) { .text = buf_make(TEXT_MAX), .arena = arena_new(ARENA_MAX), .exact = true };
    return s->arena || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "a query");
}

void sql_close(Sql *s)
{
    buf_free(&s->text);
    arena_free(s->arena);
    free(s->values);
    *s = (Sql) { 0 };
}

bool sql_reserve(Sql *s)
{
    if (s->count < s->room)
        return true;
    int       room  = s->room ? s->room * 2 : 32;
    SqlValue *grown = room <= VALUES_MAX ? realloc(s->values, (size_t)room * sizeof *grown) : NULL;
    if (!grown) {
        s->failed = true;
        return false;
    }
    s->values = grown;
    s->room   = room;
    return true;
}

void sql_number(Sql *s, int64_t n)
{
    if (sql_reserve(s)) {
        s->values[s->count++] = (SqlValue) { .number = n };
        buf_addf(&s->text, "?%d", s->count);
    }
}

void sql_text(Sql *s, Slice t)
{
    Slice kept = arena_slice(s->arena, t);
    s->failed  = s->failed || kept.len != t.len;
    if (sql_reserve(s)) {
        s->values[s->count++] = (SqlValue) { .is_text = true, .text = kept.len ? kept : SLICE_NONE };
        buf_addf(&s->text, "?%d", s->count);
    }
}

void sql_add(Sql *s, const char *text)
{
    buf_add_text(&s->text, text);
}

static void column_add(Sql *s, SqlColumn c)
{
    buf_addf(&s->text, c.drives ? "%s" : "%s || ''", c.name);
}

void sql_compare(Sql *s, SqlColumn c, const char *sign, Slice value)
{
    sql_add(s, " AND ");
    column_add(s, c);
    sql_add(s, sign);
    sql_text(s, value);
}

/* column >= prefix AND column < prefix and the last character there is */
void sql_begins(Sql *s, SqlColumn c, Slice prefix)
{
    OWNED_BUF end  = buf_make(PREFIX_MAX + 8);
    Slice     from = slice_part(prefix, 0, PREFIX_MAX);
    while (from.len < prefix.len && from.len && ((unsigned char)prefix.at[from.len] & 0xC0) == 0x80)
        from.len--; /* never half a character */
    s->exact = s->exact && from.len == prefix.len;
    buf_add(&end, from);
    buf_add_text(&end, "\xF4\x8F\xBF\xBF");
    column_add(s, c);
    sql_add(s, " >= ");
    sql_text(s, from);
    sql_add(s, " AND ");
    column_add(s, c);
    sql_add(s, " < ");
    sql_text(s, buf_slice(&end));
}

/* Wild cards as LIKE writes them; case is left to the matching afterwards. */
void sql_like(Sql *s, Slice pattern)
{
    OWNED_BUF text = buf_make(pattern.len * 2 + 2);
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.at[i];
        if (c == '%' || c == '_' || c == '\\')
            buf_add_char(&text, '\\');
        buf_add_char(&text, (char)(c == '*' ? '%' : c == '?' ? '_' : c));
    }
    sql_add(s, " LIKE ");
    sql_text(s, buf_slice(&text));
    sql_add(s, " ESCAPE '\\'");
}

Slice query_before_wildcard(Slice pattern)
{
    size_t n = 0;
    while (n < pattern.len && pattern.at[n] != '*' && pattern.at[n] != '?')
        n++;
    return slice_part(pattern, 0, n);
}

/* ---- conditions, one per kind of key ---- */

void sql_in_list(Sql *s, SqlColumn c, Slice list)
{
    sql_add(s, " AND ");
    column_add(s, c);
    sql_add(s, " IN (");
    while (list.len) {
        sql_text(s, query_list_next(&list));
        sql_add(s, list.len ? ", " : ")");
    }
}

/* A text whose case counts: as it is, or what begins like it and looks like it. */
void sql_text_key(Sql *s, SqlColumn c, Slice value)
{
    if (!query_has_wildcard(value)) {
        sql_compare(s, c, " = ", value);
        return;
    }
    Slice prefix = query_before_wildcard(value);
    if (prefix.len) {
        sql_add(s, " AND ");
        sql_begins(s, c, prefix);
    }
    if (prefix.len + 1 == value.len && value.at[prefix.len] == '*')
        return;
    sql_add(s, " AND ");
    buf_addf(&s->text, "%s", c.name);
    sql_like(s, value);
    s->exact = false;
}

/* Short or empty dates and times (a year, an hour) would compare falsely: only what surely cannot match is
 * left out. */
void sql_date_key(Sql *s, SqlColumn c, Slice value)
{
    char from[9], to[9];
    if (!query_date_range(value, from, to))
        return;
    if (from[0] && strcmp(from, to) == 0) {
        sql_compare(s, c, " = ", slice_of(from));
        return;
    }
    sql_compare(s, c, " >= ", slice_of(from[0] ? from : "0"));
    if (to[0])
        sql_compare(s, c, " <= ", slice_of(to));
}

/* The longest run without wild card. */
Slice query_longest_piece(Slice pattern)
{
    Slice best = SLICE_NONE;
    while (pattern.len) {
        Slice piece = query_before_wildcard(pattern);
        best        = piece.len > best.len ? piece : best;
        pattern     = slice_part(pattern, piece.len + 1, SIZE_MAX);
    }
    return best;
}
