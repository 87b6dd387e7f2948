/*
 * The trace: read by people, taken out for other programs (DICOM Audit Messages), and how its live feed fares. X3, O9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <unistd.h>

#include "clinic/workflow/trace_names.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "guard/audit/anchor.h"
#include "guard/audit/atna.h"
#include "guard/audit/audit_list.h"
#include "guard/audit/feed.h"
#include "guard/audit/seal.h"
#include "platform/net/net.h"

enum { EXPORT_PAGES = 10, EXPORT_BYTES_MAX = EXPORT_PAGES * AUDIT_PAGE * 16 << 10 };

/* Which lines the address asks for. */
static bool wanted_of(Request *q, Db *db, AuditWanted *ret, Err *err)
{
    int64_t refused = 0;
    if (!query_int(q, "person", 1, INT64_MAX, &ret->person_id, err) || !query_int(q, "patient", 1, INT64_MAX, &ret->patient_id, err) ||
        !query_int(q, "act", 1, INT64_MAX, &ret->act_id, err) || !query_int(q, "after", 0, INT64_MAX, &ret->before_id, err) ||
        !query_int(q, "since", 1, INT64_MAX - 1, &ret->since_ms, err) || !query_int(q, "until", 1, INT64_MAX - 1, &ret->until_ms, err) ||
        !query_int(q, "refused", 0, 1, &refused, err) ||
        !trace_about(db, slice_of(http_query(q->http, "ipp")), slice_of(http_query(q->http, "number")), &ret->patient_id, &ret->act_id, err))
        return false;
    ret->refused         = refused != 0;
    q->traced.patient_id = ret->patient_id;
    return true;
}

bool audit_lines(Request *q, HttpResponse *a, Err *err)
{
    AuditWanted wanted = { 0 };
    OWNED(Db) *db      = db_read(q->house->db, err);
    json_t *json       = NULL;
    if (!db || !wanted_of(q, db, &wanted, err) || !audit_list_json(db, &wanted, &json, err))
        return false;
    json_t *lines = json_object_get(json, "lines"), *line;
    size_t  i;
    if (!trace_named(db, lines, err)) {
        json_decref(json);
        return false;
    }
    json_array_foreach(lines, i, line) /* a refusal in the reader's language */
        json_put(line, "detail", json_cstr(text_in(q->lang, json_string_value(json_object_get(line, "detail")))));
    return answer_named(a, db, json, err);
}

/* One page of lines as messages, the latest first; *ret_next: the page after, 0 none. */
static bool messages_add(Db *db, const AuditWanted *wanted, const AtnaSource *source, Buf *ret, int64_t *ret_next, int *count, Err *err)
{
    OWNED(json_t) *json = NULL;
    json_t *taken       = NULL, *line;
    size_t  i;
    if (!audit_list_json(db, wanted, &taken, err))
        return false;
    json          = taken;
    json_t *lines = json_object_get(json, "lines");
    if (!trace_told(db, lines, err))
        return false;
    json_array_foreach(lines, i, line) {
        if (!atna_message(line, source, ret))
            return buf_ok(ret, err);
        buf_add_char(ret, '\n');
        ++*count;
    }
    *ret_next = json_integer_value(json_object_get(json, "next"));
    return true;
}

bool audit_messages(Request *q, HttpResponse *a, Err *err)
{
    char        host[256] = "";
    AuditWanted wanted    = { 0 };
    AtnaSource  source    = { config_text(q->house->config, "audit-source"), config_text(q->house->config, "audit-enterprise"), host };
    OWNED(Db) *db         = db_read(q->house->db, err);
    OWNED_BUF messages    = buf_make(EXPORT_BYTES_MAX);
    int64_t   next        = 0;
    int       count       = 0;
    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        (void)snprintf(host, sizeof host, "localhost");
    if (!db || !wanted_of(q, db, &wanted, err))
        return false;
    AuditWanted asked = wanted;
    for (int page = 0; page == 0 || (page < EXPORT_PAGES && next); page++) {
        if (!messages_add(db, &wanted, &source, &messages, &next, &count, err))
            return false;
        wanted.before_id = next;
    }
    buf_free(&a->bytes);
    a->bytes = buf_make(EXPORT_BYTES_MAX + 1024);
    a->type  = "application/xml";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"tracabilite-atna.xml\"");
    (void)snprintf(q->traced.object, sizeof q->traced.object, "person %lld, patient %lld, act %lld, %lld to %lld, after %lld", (long long)asked.person_id, (long long)asked.patient_id,
                   (long long)asked.act_id, (long long)asked.since_ms, (long long)asked.until_ms, (long long)asked.before_id); /* another extract is another line */
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%d", count);
    buf_addf(&a->bytes, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AuditMessages count=\"%d\"", count);
    if (next)
        buf_addf(&a->bytes, " next=\"%lld\"", (long long)next);
    buf_add_text(&a->bytes, ">\n");
    buf_add(&a->bytes, buf_slice(&messages));
    buf_add_text(&a->bytes, "</AuditMessages>\n");
    return buf_ok(&a->bytes, err);
}

bool audit_feed_state(Request *q, HttpResponse *a, Err *err)
{
    const char *collector = config_text(q->house->config, "audit-collector");
    char        host[256];
    bool        feeding = net_split(collector, host) != 0;
    OWNED(Db) *db       = db_read(q->house->db, err);
    json_t *json = NULL, *anchor = NULL;
    if (!db || !audit_anchor_json(db, &anchor, err) || !audit_feed_json(db, &json, err)) {
        json_decref(anchor);
        return false;
    }
    json_put(json, "anchor", anchor);
    json_put(json, "collector", feeding ? json_cstr(collector) : json_null());
    json_put(json, "mutual", json_boolean(*config_text(q->house->config, "audit-certificate")));
    json_put(json, "error", json_cstr(text_in(q->lang, json_string_value(json_object_get(json, "error")))));
    return answer_json(a, json, err);
}

enum { ANCHORS_SHOWN = 4000, ANCHOR_BYTES = 512 };

bool audit_anchors(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    buf_free(&a->bytes);
    a->bytes = buf_make((size_t)ANCHORS_SHOWN * ANCHOR_BYTES);
    a->type  = "text/plain";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"ancres-tracabilite.txt\"");
    return db && audit_anchors_text(db, ANCHORS_SHOWN, &a->bytes, err);
}

bool audit_anchor_key(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/x-pem-file";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"cle-des-ancres.pem\"");
    char folder[4200];
    (void)snprintf(folder, sizeof folder, "%s/keys", config_text(q->house->config, "data"));
    return seal_public_key(folder, AUDIT_ANCHOR_SEAL, &a->bytes, err);
}
