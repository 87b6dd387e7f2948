/*
 * Answers of a search in the DICOM JSON model. DICOM PS3.18 §10.6.3, annex F.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

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

/* One attribute as the kept header writes it. */
static bool header_member(Writing *w, const json_t *header, const QueryRow *row, uint32_t tag, bool *first)
{
    char name[9];
    snprintf(name, sizeof name, "%08X", tag);
    json_t *found = query_tag(tag) || !query_tells(row->level, tag) ? NULL : json_object_get(header, name);
    if (!found)
        return true;
    buf_addf(w->out, "%s\"%s\":", *first ? "" : ",", name);
    *first = false;
    return json_dump_to_buf(found, w->out, w->err);
}

/* Attributes that only the kept header has. */
static bool from_header(Writing *w, const QueryRow *row, bool *first)
{
    const ArchiveQuery *q      = w->q;
    bool                beyond = false;
    for (size_t i = 0; i < q->include_count; i++)
        beyond = beyond || !query_tag(q->include[i]);
    for (size_t i = 0; i < q->key_count; i++)
        beyond = beyond || !query_tag(q->keys[i].tag);
    OWNED(json_t) *header = NULL;
    if (!beyond)
        return true;
    bool ok = query_header(w->db, row, &header, w->err);
    for (size_t i = 0; ok && header && i < q->include_count; i++)
        ok = header_member(w, header, row, q->include[i], first);
    for (size_t i = 0; ok && header && i < q->key_count; i++) {
        bool twice = q->keys[i].within[0] != 0;
        for (size_t j = 0; j < q->include_count; j++)
            twice = twice || q->include[j] == q->keys[i].tag;
        ok = twice || header_member(w, header, row, q->keys[i].tag, first);
    }
    return ok;
}

static bool write_row(const QueryRow *row, void *with)
{
    Writing *w     = with;
    bool     first = true, url = false;
    buf_add_text(w->out, w->count++ ? ",{" : "{");
    for (size_t i = 0; i < QUERY_TAG_COUNT; i++) {
        const QueryTag *t = &QUERY_TAGS[i];
        if (!url && t->tag > TAG_RETRIEVE_URL) {
            retrieve_url(w, row, &first);
            url = true;
        }
        if (!wanted(w, t))
            continue;
        bool gathered = false;
        buf_clear(&w->value);
        if (!query_gathered(w->db, row, w->viewer, t->tag, &w->value, &gathered, w->err))
            return false;
        bool there = gathered || query_value(row, t->tag, &w->value);
        if (there && (w->value.len || t->tag != TAG_MODALITIES_IN_STUDY)) /* type 1: with a value or not at all */
            member(w->out, &first, t->tag, t->vr, buf_slice(&w->value));
    }
    bool ok = from_header(w, row, &first);
    buf_add_char(w->out, '}');
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
