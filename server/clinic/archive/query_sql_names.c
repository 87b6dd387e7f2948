/*
 * The names of a search as conditions: by the folded column, by the words of every group, or by walking an index.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query_sql.h"
#include "formats/texts/texts.h"

static bool is_ascii(Slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80)
            return false;
    return true;
}

static void word_begins(Sql *s, Slice word)
{
    sql_add(s, " AND study.id IN (SELECT study_name.study_id FROM study_name WHERE ");
    sql_begins(s, (SqlColumn) { "study_name.word", true }, word);
    sql_add(s, ")");
}

/* A patient's name. The folded column begins with the alphabetic group; the words of every group stand in
 * study_name. */
void sql_name_key(Sql *s, bool drives, Slice value, bool fuzzy)
{
    OWNED_BUF folded = buf_make(8192);
    Slice     groups = value, group = SLICE_NONE;
    while (groups.len && !group.len)
        group = slice_cut(&groups, '=');
    bool grouped = memchr(value.at, '=', value.len) != NULL;
    if (!text_fold(group, &folded, NULL)) {
        s->exact = false;
        return;
    }
    Slice pattern = buf_slice(&folded), prefix = slice_trim_end(query_before_wildcard(pattern)), rest = prefix;
    Slice first  = slice_cut(&rest, ' ');
    bool  simple = prefix.len + 1 == pattern.len && pattern.at[prefix.len] == '*';
    s->exact     = s->exact && simple && !grouped && !fuzzy && is_ascii(prefix);
    if (fuzzy && !query_has_wildcard(value)) {
        Slice longest = first;
        while (rest.len) {
            Slice word = slice_cut(&rest, ' ');
            longest    = word.len > longest.len ? word : longest;
        }
        if (longest.len)
            word_begins(s, longest);
    } else if (prefix.len && (grouped || !is_ascii(prefix))) {
        word_begins(s, first);
    } else if (prefix.len) {
        sql_add(s, " AND ");
        sql_begins(s, (SqlColumn) { "study.dicom_name_key", drives }, prefix);
    } else if (query_longest_piece(pattern).len) { /* the index is walked, not the table */
        OWNED_BUF piece = buf_make(8192);
        buf_addf(&piece, "*%.*s*", (int)slice_trim(query_longest_piece(pattern)).len,
                 slice_trim(query_longest_piece(pattern)).at);
        sql_add(s, " AND study.id IN (SELECT named.id FROM study AS named WHERE named.dicom_name_key");
        sql_like(s, buf_slice(&piece));
        sql_add(s, ")");
    }
}

/* Studies kept before the folded column was there are matched by their plain text. */
void sql_referring_key(Sql *s, bool drives, Slice value, bool fuzzy)
{
    OWNED_BUF folded = buf_make(8192);
    s->exact         = false;
    if ((fuzzy && !query_has_wildcard(value)) || memchr(value.at, '=', value.len) || !text_fold(value, &folded, NULL))
        return;
    Slice prefix = slice_trim_end(query_before_wildcard(buf_slice(&folded)));
    if (!prefix.len || !is_ascii(prefix))
        return;
    sql_add(s, " AND (");
    sql_begins(s, (SqlColumn) { "study.referring_key", drives }, prefix);
    sql_add(s, drives ? " OR study.referring_key IS NULL)" : " OR study.referring_key || '' IS NULL)");
}
