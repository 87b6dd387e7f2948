/*
 * DICOM peers: what an archive administrator keeps, tries and sees refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "guard/access/peer_admin.h"
#include "guard/access/peer_certificate.h"
#include "guard/access/peer_identity.h"

bool peers(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *list = NULL, *strangers = NULL;
    if (!db || !peers_json(db, &list, err))
        return false;
    if (!peer_strangers_json(db, &strangers, err)) {
        json_decref(list);
        return false;
    }
    json_t *one;
    size_t  i;
    json_array_foreach(strangers, i, one) /* reasons in the reader's language, here and below */
        json_put(one, "why", json_cstr(text_in(q->lang, json_string_value(json_object_get(one, "why")))));
    json_array_foreach(list, i, one) {
        json_t     *contact = json_object_get(one, "contact");
        const char *why     = json_string_value(json_object_get(contact, "refused_why"));
        if (why && *why)
            json_put(contact, "refused_why", json_cstr(text_in(q->lang, why)));
    }
    const Config *c = q->house->config;
    return answer_json(a,
                       json_pack("{s:o, s:o, s:{s:s, s:s}}", "peers", list, "strangers", strangers, "ours",
                                 "ae_title", config_text(c, "dicom-ae-title"), "listen",
                                 config_text(c, "dicom-listen")),
                       err);
}

typedef struct PeerWork {
    Request *q;
    Peer     peer;
    int64_t  id, took_ms;
    bool     ok;
} PeerWork;

/* The trace stands in the transaction of the change. */
static bool traced_in(Db *db, PeerWork *w, Err *err)
{
    char object[48];
    (void)snprintf(object, sizeof object, "%lld %s", (long long)w->id, w->peer.ae_title);
    traced_object(w->q, slice_of(object));
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool rights_read(const json_t *body, unsigned *ret, Err *err)
{
    enum { RIGHTS_MAX = 32 };
    json_t *list = NULL;
    if (!json_may_array(body, "may", RIGHTS_MAX, &list, err))
        return false;
    if (!list)
        return true;
    *ret = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        unsigned    bit  = name ? peer_right(slice_of(name)) : 0;
        if (!bit)
            return err_set(err, ERR_INPUT, "There is no such right of a DICOM peer.", "right %zu", i);
        *ret |= bit;
    }
    return true;
}

static bool peer_read(const json_t *body, Peer *p, Err *err)
{
    json_t *organisation = json_object_get(body, "organisation_id");
    if (json_is_null(organisation))
        p->organisation_id = 0;
    return json_may_copy(body, "ae_title", p->ae_title, sizeof p->ae_title, err) &&
           json_may_copy(body, "address", p->address, sizeof p->address, err) &&
           json_may_int(body, "port", 0, 65535, &p->port, err) &&
           json_may_int(body, "organisation_id", 1, INT64_MAX, &p->organisation_id, err) &&
           json_may_bool(body, "enabled", &p->enabled, err) &&
           json_may_int(body, "seats", 0, PEER_SEATS_MAX, &p->seats, err) &&
           json_may_copy(body, "description", p->description, sizeof p->description, err) &&
           rights_read(body, &p->may, err);
}

static bool save_work(Db *db, void *work, Err *err)
{
    PeerWork *w   = work;
    Err       why = { 0 };
    if (peer_save(db, &w->peer, &w->id, &why))
        return peer_known_now(db, w->id, err) && traced_in(db, w, err);
    if (why.kind == ERR_CONFLICT)
        return err_set(err, ERR_CONFLICT, "This AE title is already known from this address.", "%s",
                       why.detail);
    return err_set(err, why.kind, why.shown, "%s", why.detail);
}

static bool save(Request *q, HttpResponse *a, PeerWork *w, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !peer_read(body, &w->peer, err) || !db_write(q->house->db, save_work, w, err))
        return false;
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w->id), err);
}

bool peer_add(Request *q, HttpResponse *a, Err *err)
{
    PeerWork w = { .q = q, .peer = { .enabled = true, .may = PEER_ECHO } };
    return save(q, a, &w, err);
}

static bool load(Request *q, PeerWork *w, Err *err)
{
    if (!param_id(q, 0, &w->id, err))
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && peer_load(db, w->id, &w->peer, err);
}

bool peer_change(Request *q, HttpResponse *a, Err *err)
{
    PeerWork w = { .q = q };
    return load(q, &w, err) && save(q, a, &w, err);
}

static bool remove_work(Db *db, void *work, Err *err)
{
    PeerWork *w = work;
    return peer_remove(db, w->id, err) && traced_in(db, w, err);
}

bool peer_forget(Request *q, HttpResponse *a, Err *err)
{
    PeerWork w = { .q = q };
    return load(q, &w, err) && db_write(q->house->db, remove_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool echo_work(Db *db, void *work, Err *err)
{
    PeerWork *w = work;
    return peer_echo_keep(db, w->id, w->ok, w->took_ms, err) && traced_in(db, w, err);
}

/* A peer that does not answer is an answer: 200 with ok false and what stands in the way. */
bool peer_try(Request *q, HttpResponse *a, Err *err)
{
    PeerWork w   = { .q = q };
    Err      why = { 0 };
    if (!load(q, &w, err))
        return false;
    if (!q->house->peer_echo)
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
    w.ok = q->house->peer_echo(q->house->peer_echo_with, &w.peer, &w.took_ms, &why);
    if (!w.ok && why.kind == ERR_INPUT)
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    if (!db_write(q->house->db, echo_work, &w, err))
        return false;
    return answer_json(a,
                       json_pack("{s:b, s:I, s:o, s:s}", "ok", w.ok, "ms", (json_int_t)w.took_ms, "text",
                                 w.ok ? json_null() : json_cstr(text_in(q->lang, why.shown)), "detail",
                                 w.ok ? "" : why.detail),
                       err);
}

/* ---- what it must say of itself ---- */

typedef struct IdentityWork {
    PeerWork peer; /* first: the trace is the peer's */
    Slice    username, passcode;
} IdentityWork;

static bool identity_work(Db *db, void *work, Err *err)
{
    IdentityWork *w = work;
    return peer_identity_set(db, w->peer.id, w->username, w->passcode, err) && traced_in(db, &w->peer, err);
}

/* An empty name: nothing any more. The passcode is kept as its hash alone. */
bool peer_identity_enter(Request *q, HttpResponse *a, Err *err)
{
    IdentityWork w      = { .peer = { .q = q }, .username = SLICE_NONE, .passcode = SLICE_NONE };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !load(q, &w.peer, err) || !json_may_text(body, "username", &w.username, err) ||
        !json_may_text(body, "passcode", &w.passcode, err))
        return false;
    return db_write(q->house->db, identity_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.peer.id), err);
}

/* ---- certificates ---- */

typedef struct CertificateWork {
    PeerWork peer; /* first: the trace is the peer's */
    Slice    pem, host_name;
    int64_t  id;
} CertificateWork;

static bool certificate_add_work(Db *db, void *work, Err *err)
{
    CertificateWork *w    = work;
    int64_t          peer = w->peer.id;
    return (w->pem.len ? peer_certificate_add(db, peer, w->pem, &w->id, err)
                       : peer_certificate_add_name(db, peer, w->host_name, &w->id, err)) &&
           traced_in(db, &w->peer, err);
}

bool peer_certificate_enter(Request *q, HttpResponse *a, Err *err)
{
    CertificateWork w   = { .peer = { .q = q }, .pem = SLICE_NONE, .host_name = SLICE_NONE };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !load(q, &w.peer, err) || !json_may_text(body, "pem", &w.pem, err) ||
        !json_may_text(body, "host_name", &w.host_name, err))
        return false;
    if (!w.pem.len == !w.host_name.len)
        return err_set(err, ERR_INPUT, "Give a certificate, or the name that it is made out to.", "%s",
                       w.pem.len ? "both" : "neither");
    return db_write(q->house->db, certificate_add_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool certificate_remove_work(Db *db, void *work, Err *err)
{
    CertificateWork *w = work;
    return peer_certificate_remove(db, w->peer.id, w->id, err) && traced_in(db, &w->peer, err);
}

bool peer_certificate_forget(Request *q, HttpResponse *a, Err *err)
{
    CertificateWork w = { .peer = { .q = q } };
    return load(q, &w.peer, err) && param_id(q, 1, &w.id, err) &&
           db_write(q->house->db, certificate_remove_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}
