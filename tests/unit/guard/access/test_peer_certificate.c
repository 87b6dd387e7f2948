/*
 * Tests of what is kept of peers' certificates. What TLS shows is compared in the scenario of DICOM over TLS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "guard/access/peer_certificate.h"
#include "house.h"

static Buf made(long days, bool with_key)
{
    EVP_PKEY *key         = EVP_EC_gen("P-256");
    X509     *certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400L * 9);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * days);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               (const unsigned char *)"scanner", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_sign(certificate, key, EVP_sha256());
    BIO *text = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(text, certificate);
    if (with_key)
        PEM_write_bio_PrivateKey(text, key, NULL, NULL, 0, NULL, NULL);
    char *at;
    long  len = BIO_get_mem_data(text, &at);
    Buf   ret = buf_make(1 << 16);
    buf_add(&ret, (Slice) { at, (size_t)len });
    BIO_free(text);
    EVP_PKEY_free(key);
    X509_free(certificate);
    return ret;
}

typedef struct Add {
    Slice   pem, host;
    int64_t peer_id, id, remove;
} Add;

static bool add(Db *db, void *work, Err *err)
{
    Add *a = work;
    if (!a->peer_id) {
        Peer p = { .ae_title = "SCANNER", .address = "192.0.2.9", .may = PEER_STORE, .enabled = true };
        return peer_save(db, &p, &a->peer_id, err);
    }
    if (a->remove)
        return peer_certificate_remove(db, a->peer_id, a->remove, err);
    return a->host.len ? peer_certificate_add_name(db, a->peer_id, a->host, &a->id, err)
                       : peer_certificate_add(db, a->peer_id, a->pem, &a->id, err);
}

static ErrKind try(House *h, Add *a)
{
    Err err = { 0 };
    return db_write(h->host, add, a, &err) ? ERR_NONE : err.kind;
}

static bool count(const PeerCertificate *c, void *arg)
{
    (void)c;
    ++*(int *)arg;
    return true;
}

static int how_many(House *h, int64_t peer_id)
{
    Err err       = { 0 };
    int n         = 0;
    OWNED(Db) *db = db_read(h->host, &err);
    assert_true(peer_certificate_each(db, peer_id, count, &n, &err));
    return n;
}

static void a_certificate_is_kept_once_and_removed_once(void **state)
{
    House    *h   = *state;
    Add       a   = { 0 };
    OWNED_BUF pem = made(30, false);
    assert_int_equal(try(h, &a), ERR_NONE);
    a.pem = buf_slice(&pem);
    assert_int_equal(try(h, &a), ERR_NONE);
    assert_int_equal(try(h, &a), ERR_CONFLICT);
    assert_int_equal(how_many(h, a.peer_id), 1);
    a.remove = a.id;
    assert_int_equal(try(h, &a), ERR_NONE);
    assert_int_equal(try(h, &a), ERR_NOT_FOUND);
    assert_int_equal(how_many(h, a.peer_id), 0);
}

static void a_key_an_old_certificate_and_rubbish_are_refused(void **state)
{
    House    *h        = *state;
    Add       a        = { 0 };
    OWNED_BUF with_key = made(30, true), old = made(-1, false);
    assert_int_equal(try(h, &a), ERR_NONE);
    const Slice BAD[] = { buf_slice(&with_key), buf_slice(&old), SLICE("-----BEGIN CERTIFICATE-----\nAAAA\n"),
                          SLICE("x"), SLICE_NONE };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        a.pem = BAD[i];
        assert_int_equal(try(h, &a), ERR_INPUT);
    }
    assert_int_equal(how_many(h, a.peer_id), 0);
}

static void a_name_is_that_of_a_host(void **state)
{
    House *h = *state;
    Add    a = { 0 };
    assert_int_equal(try(h, &a), ERR_NONE);
    a.host = SLICE(" scanner.hospital.example ");
    assert_int_equal(try(h, &a), ERR_NONE);
    assert_int_equal(try(h, &a), ERR_CONFLICT);
    const Slice BAD[] = { SLICE("*.example"), SLICE("a b"), SLICE(".example"), SLICE("-x"),
                          SLICE("é.example") };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        a.host = BAD[i];
        assert_int_equal(try(h, &a), ERR_INPUT);
    }
    assert_int_equal(how_many(h, a.peer_id), 1);
}

static void in_clear_only_without_a_certificate(void **state)
{
    House *h   = *state;
    Add    a   = { 0 };
    Err    err = { 0 };
    bool   any = true;
    assert_int_equal(try(h, &a), ERR_NONE);
    {
        OWNED(Db) *db = db_read(h->host, &err);
        assert_true(peer_certificate_check(db, a.peer_id, NULL, &err));
        assert_true(peer_certificate_any(db, a.peer_id, &any, &err));
        assert_false(any);
    }
    a.host = SLICE("scanner.example");
    assert_int_equal(try(h, &a), ERR_NONE);
    OWNED(Db) *db = db_read(h->host, &err);
    assert_false(peer_certificate_check(db, a.peer_id, NULL, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_true(peer_certificate_any(db, a.peer_id, &any, &err));
    assert_true(any);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test_setup_teardown(a_certificate_is_kept_once_and_removed_once, house_setup,
                                        house_teardown),
        cmocka_unit_test_setup_teardown(a_key_an_old_certificate_and_rubbish_are_refused, house_setup,
                                        house_teardown),
        cmocka_unit_test_setup_teardown(a_name_is_that_of_a_host, house_setup, house_teardown),
        cmocka_unit_test_setup_teardown(in_clear_only_without_a_certificate, house_setup, house_teardown),
    };
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
