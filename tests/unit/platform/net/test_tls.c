/*
 * Tests of TLS between two ends of one socket: who is there, bytes both ways, and everything that ends it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/clock.h"
#include "platform/net/tls.h"

enum { TIMEOUT_MS = 10000, MANY = 3 << 20 };

/* ---- certificates, made for each run ---- */

static char folder[64];

static const char *at(const char *name, const char *what)
{
    static char paths[8][160];
    static int  turn;
    char       *path = paths[turn++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s.%s", folder, name, what);
    return path;
}

static void extend(X509 *certificate, int what, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, what, value);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* Signed by itself when 'issuer' is NULL; 'days' from now, negative: over. */
static EVP_PKEY *make(const char *name, X509 *issuer, EVP_PKEY *issuer_key, long days, X509 **ret)
{
    EVP_PKEY *key         = EVP_EC_gen("P-256");
    X509     *certificate = X509_new();
    char      host[96];
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -10 * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86400L);
    X509_set_version(certificate, 2);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer : certificate));
    (void)snprintf(host, sizeof host, "DNS:%s", name);
    extend(certificate, NID_subject_alt_name, host);
    extend(certificate, NID_basic_constraints,
           strcmp(name, "authority") == 0 ? "critical,CA:TRUE" : "CA:FALSE");
    assert_true(X509_sign(certificate, issuer ? issuer_key : key, EVP_sha256()) > 0);
    FILE *f = fopen(at(name, "pem"), "w");
    PEM_write_X509(f, certificate);
    (void)fclose(f);
    f = fopen(at(name, "key"), "w");
    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    (void)fclose(f);
    *ret = certificate;
    return key;
}

static int make_all(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)snprintf(folder, sizeof folder, "/tmp/beclere-tls-XXXXXX");
    assert_non_null(mkdtemp(folder));
    X509     *authority, *one;
    EVP_PKEY *authority_key = make("authority", NULL, NULL, 2, &authority), *key;
    static const struct {
        const char *name;
        bool        vouched;
        long        days;
    } ALL[] = { { "house", false, 2 },
                { "modality.example", true, 2 },
                { "alone.example", false, 2 },
                { "past.example", true, -1 } };
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
        key = make(ALL[i].name, ALL[i].vouched ? authority : NULL, authority_key, ALL[i].days, &one);
        EVP_PKEY_free(key);
        X509_free(one);
    }
    EVP_PKEY_free(authority_key);
    X509_free(authority);
    return 0;
}

static int remove_all(void **state)
{
    static const char *const NAMES[] = { "authority", "house", "modality.example", "alone.example",
                                         "past.example" };
    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        (void)unlink(at(NAMES[i], "pem"));
        (void)unlink(at(NAMES[i], "key"));
    }
    return rmdir(folder);
}

static TlsRoom *room_of(const char *name)
{
    TlsFiles files = { at(name, "pem"), at(name, "key"), at("authority", "pem") };
    Err      err   = { 0 };
    TlsRoom *room  = tls_room_new(&files, &err);
    assert_non_null(room);
    return room;
}

/* ---- the far end, in its own thread ---- */

typedef struct Far {
    TlsRoom  *room;
    int       fd;
    pthread_t thread;
    bool      met;
    size_t    echoed;
    void (*act)(struct Far *f, Tls *t);
} Far;

static void *far_end(void *arg)
{
    Far *f   = arg;
    Err  err = { 0 };
    Tls *t   = tls_call(f->room, f->fd, -1, TIMEOUT_MS, &err);
    f->met   = t != NULL;
    if (t && f->act)
        f->act(f, t);
    tls_free(t);
    close(f->fd);
    return NULL;
}

static void pause_for(int fd, short events)
{
    struct pollfd one = { .fd = fd, .events = events };
    (void)poll(&one, 1, TIMEOUT_MS);
}

static void echo(Far *f, Tls *t)
{
    char *bytes = malloc(1 << 16);
    for (;;) {
        ssize_t got = tls_read(t, bytes, 1 << 16);
        if (got < 0 && errno == EAGAIN) {
            pause_for(f->fd, tls_awaits(t));
            continue;
        }
        if (got <= 0)
            break;
        for (ssize_t sent = 0; sent < got;) {
            ssize_t n = tls_write(t, (Slice) { bytes + sent, (size_t)(got - sent) }, SLICE_NONE);
            if (n < 0 && errno == EAGAIN)
                pause_for(f->fd, tls_awaits(t));
            else if (n < 0)
                break;
            else
                sent += n;
        }
        f->echoed += (size_t)got;
    }
    free(bytes);
}

static Tls *meet(Far *f, TlsRoom *house, const char *name, int fds[2], Err *err)
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    f->room = room_of(name);
    f->fd   = fds[1];
    assert_int_equal(pthread_create(&f->thread, NULL, far_end, f), 0);
    return tls_answer(house, fds[0], -1, TIMEOUT_MS, err);
}

static void part(Far *f, Tls *t, int fd)
{
    tls_free(t);
    close(fd);
    pthread_join(f->thread, NULL);
    tls_room_free(f->room);
}

/* ---- tests ---- */

static void the_peer_is_described_and_left_to_the_caller_to_judge(void **state)
{
    static const struct {
        const char *name;
        bool        trusted, in_force;
    } CASES[] = { { "modality.example", true, true },
                  { "alone.example", false, true },
                  { "past.example", false, false } };
    (void)state;
    TlsRoom *house = room_of("house");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Far     far = { 0 };
        Err     err = { 0 };
        int     fds[2];
        TlsPeer peer;
        Tls    *t = meet(&far, house, CASES[i].name, fds, &err);
        assert_non_null(t);
        tls_peer(t, &peer);
        assert_int_equal(peer.trusted, CASES[i].trusted);
        assert_int_equal(peer.in_force, CASES[i].in_force);
        assert_int_equal(strlen(peer.sha256), 64);
        assert_non_null(strstr(peer.subject, CASES[i].name));
        assert_true(tls_peer_named(t, CASES[i].name));
        assert_false(tls_peer_named(t, "other.example"));
        assert_false(tls_peer_named(t, ""));
        part(&far, t, fds[0]);
    }
    tls_room_free(house);
}

/* Sends 'all' in two parts at a time, and takes what comes back meanwhile: nobody waits for the other. */
static void exchange(Tls *t, int fd, const char *all, char *back)
{
    size_t sent = 0, came = 0;
    while (came < MANY) {
        short waits = 0;
        while (sent < MANY) {
            size_t  head = MANY - sent < 12 ? MANY - sent : 12;
            ssize_t n =
                tls_write(t, (Slice) { all + sent, head }, (Slice) { all + sent + head, MANY - sent - head });
            if (n < 0) {
                assert_int_equal(errno, EAGAIN);
                waits |= tls_awaits(t);
                break;
            }
            sent += (size_t)n;
        }
        ssize_t got = tls_read(t, back + came, MANY - came);
        if (got > 0) {
            came += (size_t)got;
            continue;
        }
        assert_true(got < 0 && errno == EAGAIN);
        pause_for(fd, (short)(waits | tls_awaits(t)));
    }
}

static void bytes_come_back_as_they_were_sent(void **state)
{
    (void)state;
    TlsRoom *house = room_of("house");
    Far      far   = { .act = echo };
    Err      err   = { 0 };
    int      fds[2];
    Tls     *t = meet(&far, house, "modality.example", fds, &err);
    assert_non_null(t);
    char *all = malloc(MANY), *back = malloc(MANY);
    for (size_t i = 0; i < MANY; i++)
        all[i] = (char)(i * 7 + i / 4096);
    exchange(t, fds[0], all, back);
    assert_memory_equal(all, back, MANY);
    assert_false(tls_has(t));
    free(all);
    free(back);
    part(&far, t, fds[0]);
    assert_int_equal(far.echoed, MANY);
    tls_room_free(house);
}

static void leave_at_once(Far *f, Tls *t)
{
    (void)f;
    (void)t;
}

static void a_peer_that_leaves_is_the_end_of_reading(void **state)
{
    (void)state;
    TlsRoom *house = room_of("house");
    Far      far   = { .act = leave_at_once };
    Err      err   = { 0 };
    int      fds[2];
    char     byte;
    Tls     *t = meet(&far, house, "modality.example", fds, &err);
    assert_non_null(t);
    ssize_t got;
    while ((got = tls_read(t, &byte, 1)) < 0 && errno == EAGAIN)
        pause_for(fds[0], tls_awaits(t));
    assert_int_equal(got, 0);
    part(&far, t, fds[0]);
    tls_room_free(house);
}

static void what_is_not_tls_is_refused(void **state)
{
    (void)state;
    TlsRoom *house = room_of("house");
    int      fds[2];
    Err      err = { 0 };
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(write(fds[1], "\x01\x00\x00\x00\x00\x44\x00\x01 a wish in clear", 24), 24);
    assert_null(tls_answer(house, fds[0], -1, TIMEOUT_MS, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    close(fds[0]);
    close(fds[1]);
    tls_room_free(house);
}

static void silence_ends_in_time_and_at_the_stop(void **state)
{
    (void)state;
    TlsRoom *house = room_of("house");
    int      fds[2];
    Err      err = { 0 };
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    int64_t began = clock_monotonic_ms();
    assert_null(tls_answer(house, fds[0], -1, 50, &err));
    assert_true(clock_monotonic_ms() - began >= 50);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    int stop = eventfd(1, 0);
    err      = (Err) { 0 };
    assert_null(tls_answer(house, fds[0], stop, TIMEOUT_MS, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    close(stop);
    close(fds[0]);
    close(fds[1]);
    tls_room_free(house);
}

static void files_that_do_not_fit_are_named(void **state)
{
    (void)state;
    Err            err   = { 0 };
    const TlsFiles BAD[] = { { "/nowhere", "/nowhere", NULL } };
    TlsFiles       mixed = { at("house", "pem"), at("alone.example", "key"), NULL };
    TlsFiles       none  = { at("house", "pem"), at("house", "key"), "/nowhere/ca.pem" };
    assert_null(tls_room_new(&BAD[0], &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.detail, "/nowhere"));
    err = (Err) { 0 };
    assert_null(tls_room_new(&mixed, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    err = (Err) { 0 };
    assert_null(tls_room_new(&none, &err));
    assert_non_null(strstr(err.detail, "ca.pem"));
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(the_peer_is_described_and_left_to_the_caller_to_judge),
        cmocka_unit_test(bytes_come_back_as_they_were_sent),
        cmocka_unit_test(a_peer_that_leaves_is_the_end_of_reading),
        cmocka_unit_test(what_is_not_tls_is_refused),
        cmocka_unit_test(silence_ends_in_time_and_at_the_stop),
        cmocka_unit_test(files_that_do_not_fit_are_named),
    };
    return cmocka_run_group_tests(TESTS, make_all, remove_all);
}
