/*
 * Certificates of DICOM peers: kept by their fingerprint, compared with what TLS showed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/peer_certificate.h"

#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "platform/clock.h"

enum { PEM_MOST = 64 << 10 };

static bool not_one(Err *err, const char *why)
{
    ERR_clear_error();
    return err_set(err, ERR_INPUT, "This is not a certificate in PEM form.", "%s", why);
}

static int64_t time_ms(const ASN1_TIME *time)
{
    struct tm tm = { 0 };
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : 0;
}

static bool describe(X509 *certificate, PeerCertificate *ret, Err *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int  length = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1)
        return not_one(err, "no digest");
    for (unsigned i = 0; i < length && 2 * i + 2 < sizeof ret->sha256; i++)
        (void)snprintf(ret->sha256 + (size_t)2 * i, 3, "%02x", digest[i]);
    BIO *text = BIO_new(BIO_s_mem());
    if (text && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
        int got                         = BIO_read(text, ret->subject, sizeof ret->subject - 1);
        ret->subject[got > 0 ? got : 0] = 0;
    }
    BIO_free(text);
    ret->not_after_ms = time_ms(X509_get0_notAfter(certificate));
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0)
        return err_set(err, ERR_INPUT, "This certificate is out of date.", "%s", ret->sha256);
    return true;
}

/* The first certificate of the text; a key in it is refused, so that none is ever sent here and kept. */
static bool read_pem(Slice pem, PeerCertificate *ret, Err *err)
{
    if (pem.len == 0 || pem.len > PEM_MOST)
        return not_one(err, "empty or too long");
    if (slice_find(pem, SLICE("PRIVATE KEY")) < pem.len)
        return err_set(err, ERR_INPUT, "This file holds a private key: send the certificate alone.",
                       "private key");
    BIO  *text        = BIO_new_mem_buf(pem.at, (int)pem.len);
    X509 *certificate = text ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;
    BIO_free(text);
    if (!certificate)
        return not_one(err, "no certificate");
    bool ok = describe(certificate, ret, err);
    X509_free(certificate);
    return ok;
}

static bool insert(Db *db, const PeerCertificate *c, int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *known = db_query(db, "SELECT 1 FROM peer_certificate"
                                         " WHERE peer_id = ?1 AND (sha256 = ?2 OR host_name = ?3)");
    db_bind_int(known, 1, c->peer_id);
    db_bind_cstr(known, 2, c->sha256);
    db_bind_cstr(known, 3, c->host_name);
    DbStep step = db_next(known, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW)
        return err_set(err, ERR_CONFLICT, "The peer has this certificate already.", "peer %" PRId64,
                       c->peer_id);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO peer_certificate"
                                     " (peer_id, sha256, host_name, subject, not_after_ms, added_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_int(q, 1, c->peer_id);
    if (c->sha256[0])
        db_bind_cstr(q, 2, c->sha256);
    else
        db_bind_null(q, 2);
    if (c->host_name[0])
        db_bind_cstr(q, 3, c->host_name);
    else
        db_bind_null(q, 3);
    db_bind_cstr(q, 4, c->subject);
    if (c->not_after_ms)
        db_bind_int(q, 5, c->not_after_ms);
    else
        db_bind_null(q, 5);
    db_bind_int(q, 6, clock_now_ms());
    if (!db_run(q, err))
        return false;
    if (ret_id)
        *ret_id = db_last_id(db);
    return true;
}

bool peer_certificate_add(Db *db, int64_t peer_id, Slice pem, int64_t *ret_id, Err *err)
{
    PeerCertificate c = { .peer_id = peer_id };
    return read_pem(pem, &c, err) && insert(db, &c, ret_id, err);
}

static bool host_name_valid(Slice name)
{
    bool fine = name.len > 0 && name.len < 254 && name.at[0] != '.' && name.at[0] != '-';
    for (size_t i = 0; fine && i < name.len; i++)
        fine = (name.at[i] >= 'a' && name.at[i] <= 'z') || (name.at[i] >= 'A' && name.at[i] <= 'Z') ||
               (name.at[i] >= '0' && name.at[i] <= '9') || name.at[i] == '-' || name.at[i] == '.';
    return fine;
}

bool peer_certificate_add_name(Db *db, int64_t peer_id, Slice host_name, int64_t *ret_id, Err *err)
{
    PeerCertificate c    = { .peer_id = peer_id };
    Slice           name = slice_trim(host_name);
    if (!host_name_valid(name) || !slice_copy(name, c.host_name, sizeof c.host_name))
        return err_set(err, ERR_INPUT, "This is not the name of a host.", "name of %zu characters", name.len);
    return insert(db, &c, ret_id, err);
}

bool peer_certificate_remove(Db *db, int64_t peer_id, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM peer_certificate WHERE id = ?1 AND peer_id = ?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, peer_id);
    if (!db_run(q, err))
        return false;
    return db_changes(q) || err_set(err, ERR_NOT_FOUND, "The peer has no such certificate.",
                                    "peer %" PRId64 " certificate %" PRId64, peer_id, id);
}

bool peer_certificate_each(Db *db, int64_t peer_id, bool (*each)(const PeerCertificate *, void *), void *arg,
                           Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, coalesce(sha256, ''), coalesce(host_name, ''), subject,"
                                     "       coalesce(not_after_ms, 0), added_at_ms"
                                     "  FROM peer_certificate WHERE peer_id = ?1 ORDER BY id");
    db_bind_int(q, 1, peer_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        PeerCertificate c = {
            .id = db_int(q, 0), .peer_id = peer_id, .not_after_ms = db_int(q, 4), .added_at_ms = db_int(q, 5)
        };
        db_text(q, 1, c.sha256, sizeof c.sha256);
        db_text(q, 2, c.host_name, sizeof c.host_name);
        db_text(q, 3, c.subject, sizeof c.subject);
        if (!each(&c, arg))
            return true;
    }
    return step == DB_END;
}

static bool stop_at_first(const PeerCertificate *c, void *arg)
{
    (void)c;
    *(bool *)arg = true;
    return false;
}

bool peer_certificate_any(Db *db, int64_t peer_id, bool *ret, Err *err)
{
    *ret = false;
    return peer_certificate_each(db, peer_id, stop_at_first, ret, err);
}

typedef struct Look {
    const Tls *tls;
    TlsPeer    shown;
    int        seen;
    bool       found;
} Look;

static bool compare(const PeerCertificate *c, void *arg)
{
    Look *look = arg;
    look->seen++;
    if (!look->tls)
        return true;
    if (c->sha256[0])
        look->found = strcmp(c->sha256, look->shown.sha256) == 0;
    else
        look->found = look->shown.trusted && tls_peer_named(look->tls, c->host_name);
    return !look->found;
}

bool peer_certificate_check(Db *db, int64_t peer_id, const Tls *tls, Err *err)
{
    Look look = { .tls = tls };
    if (tls)
        tls_peer(tls, &look.shown);
    if (!peer_certificate_each(db, peer_id, compare, &look, err))
        return false;
    if (!tls && look.seen == 0)
        return true;
    if (!tls)
        return err_set(err, ERR_DENIED, "This DICOM peer must come over TLS.", "peer %" PRId64 " in clear",
                       peer_id);
    if (!look.shown.in_force)
        return err_set(err, ERR_DENIED, "The certificate of this DICOM peer is out of date.",
                       "peer %" PRId64 ": %s", peer_id, look.shown.subject);
    if (look.shown.revoked)
        return err_set(err, ERR_DENIED, "The certificate of this DICOM peer was revoked.",
                       "peer %" PRId64 ": %s (%s)", peer_id, look.shown.subject, look.shown.sha256);
    return look.found || err_set(err, ERR_DENIED, "The certificate is not one of this DICOM peer.",
                                 "peer %" PRId64 ": %s (%s), %s", peer_id, look.shown.subject,
                                 look.shown.sha256, look.seen ? "none of its own" : "it has none");
}
