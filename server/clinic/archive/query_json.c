/*
 * Answers of a search in the DICOM JSON model. DICOM PS3.18 §10.6.3, annex F.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/archive/query.h"
#include "clinic/archive/query_internal.h"
#include "formats/json/json_util.h"

typedef struct Writing {
    Db                  *db;
    const ArchiveQuery  *q;
    const ArchiveViewer *viewer;
    const char          *base;
    Buf                 *out;
    Buf                  value;
    bool   with_study, with_series; /* the path did not name them: their attributes come along */
    size_t count;
    Err   *err;
} Writing;

/* ---- which attributes ---- */

static bool asked(const ArchiveQuery *q, uint32_t tag)
{
    if (q->include_all)
        return true;
    for (size_t i = 0; i < q->include_count; i++)
        if (q->include[i] == tag)
            return true;
    for (size_t i = 0; i < q->key_count; i++)
        if (q->keys[i].tag == tag)
            return true;
    return false;
}

static bool named(const ArchiveQuery *q, uint32_t tag)
{
    for (size_t i = 0; i < q->key_count; i++)
        if (q->keys[i].tag == tag && q->keys[i].value.len)
            return true;
    return false;
}

static bool wanted(const Writing *w, const QueryTag *t)
{
    QueryLevel level = w->q->level;
    bool       id    = t->tag == TAG_STUDY_INSTANCE_UID || t->tag == TAG_SERIES_INSTANCE_UID;
    if (t->level > level)
        return false;
    if (id || asked(w->q, t->tag))
        return true;
    return t->always && (t->level == level || (t->level <= QUERY_STUDY && w->with_study) ||
                         (t->level == QUERY_SERIES && w->with_series));
}

/* ---- values ---- */

static void name_value(Slice pn, Buf *out)
{
    static const char *const GROUPS[] = { "Alphabetic", "Ideographic", "Phonetic" };
    bool                     first    = true;
    buf_add_char(out, '{');
    for (size_t i = 0; i < COUNT(GROUPS) && pn.len; i++) {
        Slice group = slice_cut(&pn, '=');
        if (!group.len)
            continue;
        buf_addf(out, "%s\"%s\":", first ? "" : ",", GROUPS[i]);
        json_add_string(out, group);
        first = false;
    }
    buf_add_char(out, '}');
}

static void value(Vr vr, Slice text, Buf *out)
{
    bool many = vr == VR_CS || vr == VR_UI;
    buf_add_text(out, ",\"Value\":[");
    for (bool first = true; text.len; first = false) {
        Slice one = many ? slice_cut(&text, '\\') : text;
        text      = many ? text : SLICE_NONE;
        if (!first)
            buf_add_char(out, ',');
        if (vr == VR_PN)
            name_value(one, out);
        else if (vr == VR_IS || vr == VR_US)
            buf_add(out, one);
        else
            json_add_string(out, one);
    }
    buf_add_char(out, ']');
}

static void member(Buf *out, bool *first, uint32_t tag, Vr vr, Slice text)
{
    buf_addf(out, "%s\"%08X\":{\"vr\":\"%c%c\"", *first ? "" : ",", tag, vr >> 8, vr & 0xFF);
    if (text.len)
        value(vr, text, out);
    buf_add_char(out, '}');
    *first = false;
}

static void retrieve_url(const Writing *w, const QueryRow *row, bool *first)
{
    OWNED_BUF url = buf_make(1024);
    buf_addf(&url, "%s/studies/%s", w->base, row->study.uid);
    if (row->level >= QUERY_SERIES)
        buf_addf(&url, "/series/%s", row->series_uid);
    if (row->level >= QUERY_INSTANCE)
        buf_addf(&url, "/instances/%s", row->instance_uid);
    member(w->out, first, TAG_RETRIEVE_URL, VR_UR, buf_slice(&url));
}

/* ---- what only the kept header has ---- */

/* The attributes to tell of one header, in ascending order as the JSON model wants them. */
typedef struct Beyond {
    json_t   *header;
    uint32_t *tags;
    size_t    count, next;
} Beyond;

static void beyond_clear(Beyond *b)
{
    json_decref(b->header);
    free(b->tags);
}

static json_t *header_value(const json_t *header, uint32_t tag)
{
    char name[9];
    (void)snprintf(name, sizeof name, "%08X", tag);
    return json_object_get(header, name);
}

static void beyond_add(Beyond *b, const QueryRow *row, uint32_t tag)
{
    bool told = query_tag(tag) != NULL || !query_tells(row->level, tag) || !header_value(b->header, tag);
    for (size_t i = 0; !told && i < b->count; i++)
        told = b->tags[i] == tag;
    if (!told)
        b->tags[b->count++] = tag;
}

/* What "all" means of a header: not what is fetched by itself (bulk values), nor what is as long as that. */
static bool is_of_all(const json_t *value)
{
    return !json_object_get(value, "BulkDataURI") &&
           json_dumpb(value, NULL, 0, JSON_COMPACT) <= (size_t)QUERY_VALUE_MAX;
}

static int by_tag(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return (one > other) - (one < other);
}

/* Is there anything that asks for more than the index has? */
static bool is_beyond(const ArchiveQuery *q)
{
    bool beyond = q->include_all;
    for (size_t i = 0; i < q->include_count; i++)
        beyond = beyond || !query_tag(q->include[i]);
    for (size_t i = 0; i < q->key_count; i++)
        beyond = beyond || !query_tag(q->keys[i].tag);
    return beyond;
}

static bool beyond_read(Writing *w, const QueryRow *row, Beyond *ret)
{
    const ArchiveQuery *q = w->q;
    const char         *name;
    json_t             *value;
    if (!is_beyond(q))
        return true;
    if (!query_header(w->db, row, &ret->header, w->err))
        return false;
    if (!ret->header)
        return true;
    ret->tags =
        calloc(json_object_size(ret->header) + q->include_count + q->key_count + 1, sizeof *ret->tags);
    if (!ret->tags)
        return err_set(w->err, ERR_UNAVAILABLE, "Memory is out.", "attributes of a header");
    json_object_foreach (ret->header, name, value)
        if (q->include_all && is_of_all(value) && strlen(name) == 8)
            beyond_add(ret, row, (uint32_t)strtoul(name, NULL, 16));
    for (size_t i = 0; i < q->include_count; i++)
        beyond_add(ret, row, q->include[i]);
    for (size_t i = 0; i < q->key_count; i++)
        if (!q->keys[i].within[0])
            beyond_add(ret, row, q->keys[i].tag);
    qsort(ret->tags, ret->count, sizeof *ret->tags, by_tag);
    return true;
}

/* Writes those that stand before this tag. */
static bool beyond_until(Writing *w, Beyond *b, uint32_t tag, bool *first)
{
    bool ok = true;
    for (; ok && b->next < b->count && b->tags[b->next] < tag; b->next++) {
        buf_addf(w->out, "%s\"%08X\":", *first ? "" : ",", b->tags[b->next]);
        *first = false;
        ok     = json_dump_to_buf(header_value(b->header, b->tags[b->next]), w->out, w->err);
    }
    return ok;
}

/* ---- rows ---- */

/* One attribute of the index, or one that is counted. */
static bool indexed_member(Writing *w, const QueryRow *row, const QueryTag *t, bool *first)
{
    bool gathered = false;
    buf_clear(&w->value);
    if (!query_gathered(w->db, row, w->viewer, t->tag, &w->value, &gathered, w->err))
        return false;
    bool there = gathered || query_value(row, t->tag, &w->value);
    if (there && (w->value.len || t->tag != TAG_MODALITIES_IN_STUDY)) /* type 1: with a value or not at all */
        member(w->out, first, t->tag, t->vr, buf_slice(&w->value));
    return true;
}

static bool write_row(const QueryRow *row, void *with)
{
    Writing *w      = with;
    Beyond   beyond = { 0 };
    bool     first = true, url = false, ok = beyond_read(w, row, &beyond);
    buf_add_text(w->out, w->count++ ? ",{" : "{");
    for (size_t i = 0; ok && i < QUERY_TAG_COUNT; i++) {
        const QueryTag *t = &QUERY_TAGS[i];
        if (!url && t->tag > TAG_RETRIEVE_URL) {
            ok = beyond_until(w, &beyond, TAG_RETRIEVE_URL, &first);
            retrieve_url(w, row, &first);
            url = true;
        }
        if (ok && wanted(w, t))
            ok = beyond_until(w, &beyond, t->tag, &first) && indexed_member(w, row, t, &first);
    }
    ok = ok && beyond_until(w, &beyond, UINT32_MAX, &first);
    buf_add_char(w->out, '}');
    beyond_clear(&beyond);
    return ok && !w->out->failed;
}

bool query_json(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, const char *base, Buf *ret,
                QueryCount *ret_count, Err *err)
{
    Err     why = { 0 };
    Writing w   = { .db          = db,
                    .q           = q,
                    .viewer      = viewer,
                    .base        = base,
                    .out         = ret,
                    .value       = buf_make(4096),
                    .with_study  = q->level == QUERY_STUDY || !named(q, TAG_STUDY_INSTANCE_UID),
                    .with_series = !named(q, TAG_SERIES_INSTANCE_UID),
                    .err         = &why };
    buf_add_char(ret, '[');
    bool ok = query_each(db, q, viewer, write_row, &w, ret_count, err);
    buf_add_char(ret, ']');
    buf_free(&w.value);
    if (why.kind != ERR_NONE)
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    return ok && buf_ok(ret, err);
}
