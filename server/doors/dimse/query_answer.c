/*
 * The data set that answers a query: each attribute asked for, from its column, counted, or from the kept
 * header.
 *
 * Written in UTF-8 first; where the peer's own character set holds all of it, once more in that.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>

#include "doors/dimse/query_identifier.h"
#include "formats/dicom/writer.h"
#include "formats/json/json_util.h"

enum { ANSWER_MAX = 1 << 20, JSON_DEPTH_MAX = 8 };

typedef struct Answer {
    const QueryIdentifier *q;
    Db                    *db;
    const ArchiveViewer   *viewer;
    const QueryRow        *row;
    const char            *ae_title;
    json_t                *header; /* read when first needed; NULL and 'header_read': there is none */
    bool                   header_read;
    DicomWriter           *w;
    Buf                    beyond_ascii; /* all such texts, to see which character set holds them */
    Buf                    value;
    Err                   *err;
} Answer;

static bool is_ascii(Slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80)
            return false;
    return true;
}

/* Text in the VR it has there; what its VR cannot hold is left empty. */
static void put_text(Answer *a, uint32_t tag, Vr vr, Slice text)
{
    const VrInfo *info = vr_info(vr);
    if (!text.len || !info || !info->text) {
        dw_value(a->w, tag, vr, SLICE_NONE);
    } else if (is_ascii(text)) {
        dw_value(a->w, tag, vr, text);
    } else if (info->charset && vr == tag_vr(tag)) {
        buf_add(&a->beyond_ascii, text);
        dw_slice(a->w, tag, text);
    } else {
        dw_value(a->w, tag, vr, SLICE_NONE);
    }
}

/* ---- from the kept header: the DICOM JSON model, read back (PS3.18 annex F) ---- */

static void put_json(Answer *a, uint32_t tag, const json_t *element, const Dataset *asked, size_t depth);

static bool tag_of_key(const char *key, uint32_t *ret)
{
    char         *end = NULL;
    unsigned long n   = strtoul(key, &end, 16);
    *ret              = (uint32_t)n;
    return strlen(key) == 8 && end == key + 8;
}

/* Of an item, what was asked of it; all of it when nothing in particular was. */
static void put_items(Answer *a, uint32_t tag, const json_t *values, const Dataset *asked, size_t depth)
{
    dw_sequence_begin(a->w, tag);
    for (size_t i = 0; i < json_array_size(values) && depth < JSON_DEPTH_MAX; i++) {
        const char *key;
        json_t     *member;
        uint32_t    inner;
        dw_item_begin(a->w);
        json_object_foreach (json_array_get(values, i), key, member) {
            const Element *e = asked && tag_of_key(key, &inner) ? dataset_find(asked, inner) : NULL;
            if (tag_of_key(key, &inner) && (!asked || !dataset_count(asked) || e))
                put_json(a, inner, member, element_item(e, 0), depth + 1);
        }
        dw_item_end(a->w);
    }
    dw_sequence_end(a->w);
}

static void add_name(Buf *to, const json_t *name)
{
    const char *alphabetic  = json_string_value(json_object_get(name, "Alphabetic")),
               *ideographic = json_string_value(json_object_get(name, "Ideographic")),
               *phonetic    = json_string_value(json_object_get(name, "Phonetic"));
    buf_add_text(to, alphabetic ? alphabetic : "");
    if (ideographic || phonetic)
        buf_addf(to, "=%s", ideographic ? ideographic : "");
    if (phonetic)
        buf_addf(to, "=%s", phonetic);
}

static void put_values(Answer *a, uint32_t tag, Vr vr, const json_t *values)
{
    OWNED_BUF text = buf_make(ANSWER_MAX);
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *one = json_array_get(values, i);
        if (i)
            buf_add_char(&text, '\\');
        if (json_is_string(one))
            buf_add_text(&text, json_string_value(one));
        else if (json_is_object(one))
            add_name(&text, one);
        else if (json_is_integer(one))
            buf_addf(&text, "%lld", (long long)json_integer_value(one));
        else if (json_is_real(one))
            buf_addf(&text, "%.10g", json_real_value(one));
    }
    put_text(a, tag, vr, buf_slice(&text));
}

/* Binary numbers side by side; their count is small in what a query asks for. */
static void put_numbers(Answer *a, uint32_t tag, Vr vr, const json_t *values)
{
    enum { NUMBERS_MAX = 64 };
    int64_t whole[NUMBERS_MAX];
    double  real[NUMBERS_MAX];
    size_t  count = json_array_size(values) < NUMBERS_MAX ? json_array_size(values) : NUMBERS_MAX;
    for (size_t i = 0; i < count; i++) {
        real[i]  = json_number_value(json_array_get(values, i));
        whole[i] = json_integer_value(json_array_get(values, i));
    }
    if (tag_vr(tag) != vr)
        dw_value(a->w, tag, vr, SLICE_NONE); /* one of two VRs, or private: not told */
    else if (vr == VR_FL || vr == VR_FD)
        dw_doubles(a->w, tag, real, count);
    else
        dw_ints(a->w, tag, whole, count);
}

static void put_json(Answer *a, uint32_t tag, const json_t *element, const Dataset *asked, size_t depth)
{
    const char   *name   = json_string_value(json_object_get(element, "vr"));
    Vr            vr     = name && strlen(name) == 2 ? VR_CODE(name[0], name[1]) : VR_NONE;
    const VrInfo *info   = vr_info(vr);
    const json_t *values = json_object_get(element, "Value");
    uint32_t      at     = 0;
    if (!info)
        return;
    if (vr == VR_SQ)
        put_items(a, tag, values, asked, depth);
    else if (info->text)
        put_values(a, tag, vr, values);
    else if (!json_array_size(values))
        dw_value(a->w, tag, vr, SLICE_NONE); /* empty, or bytes, which a query does not carry */
    else if (vr == VR_AT && json_is_string(json_array_get(values, 0)) &&
             tag_of_key(json_string_value(json_array_get(values, 0)), &at))
        dw_tag(a->w, tag, at);
    else if (json_is_number(json_array_get(values, 0)))
        put_numbers(a, tag, vr, values);
}

static bool put_from_header(Answer *a, const Element *e)
{
    char key[9];
    if (!a->header_read && !query_header(a->db, a->row, &a->header, a->err))
        return false;
    if (!a->header_read && a->header && a->q->query.zoned)
        query_header_zone(a->header, a->q->query.zone_minutes);
    a->header_read = true;
    (void)snprintf(key, sizeof key, "%08X", e->tag);
    const json_t *found = json_object_get(a->header, key);
    if (found)
        put_json(a, e->tag, found, element_item(e, 0), 0);
    else if (e->vr == VR_SQ)
        dw_empty(a->w, e->tag);
    else
        dw_value(a->w, e->tag, e->vr, SLICE_NONE);
    return true;
}

/* ---- one attribute ---- */

/* Columns are texts; numbers among them are written as their VR wants. */
static void put_column(Answer *a, uint32_t tag, Slice text)
{
    int64_t n;
    Vr      vr = tag_vr(tag);
    if (vr == VR_US && slice_int(text, &n))
        dw_int(a->w, tag, n);
    else
        put_text(a, tag, vr, text);
}

static bool put(Answer *a, const Element *e)
{
    bool gathered = false;
    if (!query_tells(a->row->level, e->tag)) {
        dw_value(a->w, e->tag, e->vr, SLICE_NONE);
        return true;
    }
    buf_clear(&a->value);
    if (!query_gathered(a->db, a->row, a->viewer, e->tag, &a->value, &gathered, a->err))
        return false;
    if (!gathered && !query_value(a->row, e->tag, &a->value))
        return put_from_header(a, e);
    put_column(a, e->tag, buf_slice(&a->value));
    return true;
}

static void put_unique_keys(Answer *a)
{
    static const uint32_t UNIQUE[] = { TAG_PATIENT_ID, TAG_STUDY_INSTANCE_UID, TAG_SERIES_INSTANCE_UID,
                                       TAG_SOP_INSTANCE_UID };
    for (size_t i = a->row->level == QUERY_PATIENT ? 0 : 1; i <= a->row->level; i++) {
        buf_clear(&a->value);
        if (query_value(a->row, UNIQUE[i], &a->value))
            put_column(a, UNIQUE[i], buf_slice(&a->value));
    }
}

static bool fill(Answer *a)
{
    const Dataset *asked = a->q->asked;
    for (size_t i = 0; i < dataset_count(asked); i++) {
        const Element *e = dataset_at(asked, i);
        if (TAG_ELEMENT(e->tag) == 0 || e->tag == TAG_SPECIFIC_CHARACTER_SET ||
            e->tag == TAG_QUERY_RETRIEVE_VIEW)
            continue;
        if (!put(a, e))
            return false;
    }
    put_unique_keys(a);
    dw_text(a->w, TAG_QUERY_RETRIEVE_LEVEL, query_level_name(a->row->level));
    dw_text(a->w, TAG_RETRIEVE_AE_TITLE, a->ae_title);
    dw_text(a->w, TAG_INSTANCE_AVAILABILITY, "ONLINE");
    return true;
}

/* Can the peer's own character set hold all of it? */
static bool holds(const char *term, Slice text)
{
    Charset   set   = charset_read(slice_of(term));
    bool      lossy = false;
    OWNED_BUF out   = buf_make(text.len * 4 + 16);
    return term[0] && !set.unknown && charset_from_utf8(&set, text, &out, &lossy) && !lossy;
}

static bool write_answer(Answer *a, TransferSyntax syntax, Buf *ret)
{
    OWNED(DicomWriter) *utf8 = dw_new(ANSWER_MAX);
    a->w                     = utf8;
    if (!utf8 || !fill(a))
        return err_set(a->err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an answer");
    if (!a->beyond_ascii.len || !holds(a->q->charset, buf_slice(&a->beyond_ascii)))
        return dw_finish(utf8, syntax, ret, a->err);
    OWNED(DicomWriter) *own = dw_new(ANSWER_MAX);
    a->w                    = own;
    if (!own)
        return err_set(a->err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an answer");
    dw_charset(own, a->q->charset);
    return fill(a) && dw_finish(own, syntax, ret, a->err);
}

bool query_answer(const QueryIdentifier *q, Db *db, const ArchiveViewer *viewer, const QueryRow *row,
                  const char *ae_title, TransferSyntax syntax, Buf *ret, Err *err)
{
    QueryRow told = *row;
    if (q->query.zoned)
        query_row_zone(&told, q->query.zone_minutes);
    Answer a  = { .q            = q,
                  .db           = db,
                  .viewer       = viewer,
                  .row          = &told,
                  .ae_title     = ae_title,
                  .beyond_ascii = buf_make(ANSWER_MAX),
                  .value        = buf_make(ANSWER_MAX),
                  .err          = err };
    bool   ok = write_answer(&a, syntax, ret);
    json_decref(a.header);
    buf_free(&a.beyond_ascii);
    buf_free(&a.value);
    return ok;
}
