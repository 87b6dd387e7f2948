/*
 * QIDO-RS: searching studies, series and instances. PS3.18 §10.6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/query.h"
#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/dicom/tags.h"
#include "formats/dicomweb/xml_write.h"
#include "platform/clock.h"

ArchiveViewer dicomweb_viewer(const Request *q)
{
    return (ArchiveViewer) { .person_id = q->who.person_id,
                             .now_s     = clock_now_s(),
                             .sees_all  = (who_permissions(&q->who) & MAY_ARCHIVE) != 0 };
}

const char *dicomweb_base(const Request *q)
{
    const char *base = arena_textf(q->arena, "%s/dicom-web", q->web->origin);
    return base ? base : "/dicom-web";
}

Slice dicomweb_accept(const Request *q)
{
    const char *wanted = http_query(q->http, "accept");
    return slice_of(wanted ? wanted : http_header(q->http, "Accept"));
}

bool not_acceptable(Request *q, Err *err)
{
    q->status = 406;
    return err_set(err, ERR_INPUT, "This cannot be sent in the form asked for.", "Accept");
}

typedef struct Search {
    ArchiveQuery query;
    Err         *err;
    bool         ok;
} Search;

static bool add_parameter(void *with, const char *name, const char *value)
{
    Search *s = with;
    if (strcmp(name, "accept") == 0 || strcmp(name, "charset") == 0) /* of the form: PS3.18 §8.3.3 */
        return true;
    s->ok = query_parameter(&s->query, slice_of(name), slice_of(value), s->err);
    return s->ok;
}

static bool search(Request *q, HttpResponse *a, QueryLevel level, size_t uids, Err *err)
{
    static const MediaOffer OFFERS[] = { { "application/dicom+json", NULL },
                                         { "application/json", NULL },
                                         { "multipart/related", "application/dicom+xml" } };
    enum { XML = 2 };
    static const uint32_t UNDER[] = { TAG_STUDY_INSTANCE_UID, TAG_SERIES_INSTANCE_UID };
    Search               *s       = arena_alloc(q->arena, sizeof *s);
    Slice                 syntax;
    QueryCount            count  = { 0 };
    int                   chosen = accept_choose(dicomweb_accept(q), OFFERS, COUNT(OFFERS), &syntax);
    if (chosen < 0)
        return not_acceptable(q, err);
    if (!s)
        return err_set(err, ERR_LIMIT, "The content is too large.", "query");
    *s = (Search) { .query = { .level = level }, .err = err, .ok = true };
    for (size_t i = 0; i < uids; i++)
        if (!query_key(&s->query, UNDER[i], q->param[i], err))
            return false;
    http_each_query(q->http, add_parameter, s);
    if (!s->ok)
        return false;
    ArchiveViewer viewer = dicomweb_viewer(q);
    OWNED(Db) *db        = db_read(q->house->db, err);
    OWNED_BUF json       = buf_make(RESPONSE_BYTES_MAX);
    if (!db ||
        !query_json(db, &s->query, &viewer, dicomweb_base(q), chosen == XML ? &json : &a->bytes, &count, err))
        return false;
    if (chosen == XML && !dicomweb_xml(buf_slice(&json), &a->bytes, err))
        return false;
    a->type = chosen == XML ? DICOMWEB_XML_TYPE : OFFERS[chosen].type;
    if (count.more)
        http_set_header(a, "Warning",
                        "299 beclere \"The number of results exceeded the maximum supported by the server\"");
    traced_object(q, uids ? q->param[uids - 1] : SLICE("search"));
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%lld found", (long long)count.answers);
    return true;
}

bool qido_studies(Request *q, HttpResponse *a, Err *err)
{
    return search(q, a, QUERY_STUDY, 0, err);
}

bool qido_series(Request *q, HttpResponse *a, Err *err)
{
    return search(q, a, QUERY_SERIES, 0, err);
}

bool qido_instances(Request *q, HttpResponse *a, Err *err)
{
    return search(q, a, QUERY_INSTANCE, 0, err);
}

bool qido_study_series(Request *q, HttpResponse *a, Err *err)
{
    return search(q, a, QUERY_SERIES, 1, err);
}

bool qido_study_instances(Request *q, HttpResponse *a, Err *err)
{
    return search(q, a, QUERY_INSTANCE, 1, err);
}

bool qido_series_instances(Request *q, HttpResponse *a, Err *err)
{
    return search(q, a, QUERY_INSTANCE, 2, err);
}
