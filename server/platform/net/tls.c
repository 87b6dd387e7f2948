/*
 * TLS by OpenSSL over non-blocking calls and poll.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/net/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/clock.h"
#include "platform/log.h"

enum { RECORD = 16384 };

/* BCP 195 (RFC 9325 §4.2): forward secrecy and AEAD only. Those of TLS 1.3 are all so. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM"

struct TlsRoom {
    SSL_CTX        *context;
    char           *authority, *revoked; /* NULL none */
    pthread_mutex_t lock;                /* over what follows */
    X509_STORE     *store;               /* authorities with their revocation lists; NULL: no lists */
    struct timespec read;                /* the file of lists as it was when it was read */
};

struct Tls {
    SSL  *ssl;
    bool  revoked;    /* the certificate, or one above it, is on a list */
    bool  distrusted; /* the chain of the peer's certificate does not lead to an authority of ours */
    bool  broken;     /* no goodbye any more */
    short awaits;
    char  record[RECORD]; /* both parts of a write go out as one record */
};

static bool room_failed(const char *what, const char *path, Err *err)
{
    char          why[160] = "";
    unsigned long code     = ERR_peek_last_error();
    ERR_error_string_n(code, why, sizeof why);
    ERR_clear_error();
    return err_set(err, ERR_INPUT, "The certificate or key for DICOM over TLS cannot be used.", "%s %s: %s",
                   what, path, why);
}

/* Goes on whatever is wrong with the chain, and remembers it. */
static int remember_distrust(int fine, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    Tls *t   = SSL_get_app_data(ssl);
    int  why = fine ? X509_V_OK : X509_STORE_CTX_get_error(store);
    /* An authority without a list, or with an old one, is no reason to stop a scanner: what an old list names
     * is. */
    bool no_list = why == X509_V_ERR_UNABLE_TO_GET_CRL || why == X509_V_ERR_CRL_HAS_EXPIRED ||
                   why == X509_V_ERR_CRL_NOT_YET_VALID;
    if (why == X509_V_ERR_CERT_REVOKED)
        t->revoked = true;
    if (!fine && !no_list)
        t->distrusted = true;
    return 1;
}

/* ---- revocation lists ---- */

static int add_lists(X509_STORE *store, const char *path)
{
    int       count = 0;
    BIO      *text  = BIO_new_file(path, "r");
    X509_CRL *one;
    while (text && (one = PEM_read_bio_X509_CRL(text, NULL, NULL, NULL))) {
        count += X509_STORE_add_crl(store, one) == 1;
        X509_CRL_free(one);
    }
    BIO_free(text);
    ERR_clear_error(); /* the end of the file is one */
    return count;
}

static X509_STORE *store_new(const TlsRoom *room)
{
    X509_STORE *store = X509_STORE_new();
    if (store && (!room->authority || X509_STORE_load_file(store, room->authority) == 1) &&
        add_lists(store, room->revoked) > 0) {
        (void)X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
        return store;
    }
    ERR_clear_error();
    X509_STORE_free(store);
    return NULL;
}

/* With the lock held. A file that cannot be read (half written) leaves the lists as they were. */
static void read_lists(TlsRoom *room)
{
    struct stat now;
    if (stat(room->revoked, &now) != 0 ||
        (room->store && now.st_mtim.tv_sec == room->read.tv_sec && now.st_mtim.tv_nsec == room->read.tv_nsec))
        return;
    X509_STORE *store = store_new(room);
    if (!store) {
        log_line("tls", LOG_ERROR, "revocation lists cannot be read: the ones before stay", "file",
                 room->revoked, NULL);
        return;
    }
    X509_STORE_free(room->store);
    room->store = store;
    room->read  = now.st_mtim;
}

/* The lists of this moment, for one connection. */
static bool use_lists(TlsRoom *room, Tls *t)
{
    if (!room->revoked)
        return true;
    pthread_mutex_lock(&room->lock);
    read_lists(room);
    X509_STORE *store = room->store;
    bool        held  = store && X509_STORE_up_ref(store) == 1;
    pthread_mutex_unlock(&room->lock);
    bool ok = held && SSL_set1_verify_cert_store(t->ssl, store) == 1;
    if (held)
        X509_STORE_free(store);
    return ok;
}

static bool load(SSL_CTX *c, const TlsFiles *f, Err *err)
{
    bool shown = f->certificate && f->certificate[0];
    if (shown && SSL_CTX_use_certificate_chain_file(c, f->certificate) != 1)
        return room_failed("certificate", f->certificate, err);
    if (shown && SSL_CTX_use_PrivateKey_file(c, f->key, SSL_FILETYPE_PEM) != 1)
        return room_failed("key", f->key, err);
    if (shown && SSL_CTX_check_private_key(c) != 1)
        return room_failed("key and certificate do not belong together:", f->key, err);
    if (f->authority && f->authority[0] && SSL_CTX_load_verify_file(c, f->authority) != 1)
        return room_failed("authority", f->authority, err);
    return true;
}

static bool keep_paths(TlsRoom *room, const TlsFiles *files)
{
    bool lists = files->revoked && files->revoked[0], authority = files->authority && files->authority[0];
    room->revoked   = lists ? strdup(files->revoked) : NULL;
    room->authority = authority ? strdup(files->authority) : NULL;
    return (!lists || room->revoked) && (!authority || room->authority);
}

TlsRoom *tls_room_new(const TlsFiles *files, Err *err)
{
    OWNED(TlsRoom) *room = calloc(1, sizeof *room);
    if (!room || !(room->context = SSL_CTX_new(TLS_method()))) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "TLS context");
        return NULL;
    }
    SSL_CTX *c = room->context;
    SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
    SSL_CTX_set_security_level(c, 2);
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(c, 0);
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, remember_distrust);
    if (SSL_CTX_set_cipher_list(c, CIPHERS) != 1 || SSL_CTX_set_dh_auto(c, 1) != 1) {
        (void)room_failed("ciphers", CIPHERS, err);
        return NULL;
    }
    if (pthread_mutex_init(&room->lock, NULL) || !keep_paths(room, files)) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "TLS context");
        return NULL;
    }
    if (room->revoked) {
        read_lists(room);
        if (!room->store) {
            (void)room_failed("revocation lists", room->revoked, err);
            return NULL;
        }
    }
    return load(c, files, err) ? GIVE(room) : NULL;
}

void tls_room_free(TlsRoom *room)
{
    if (!room)
        return;
    X509_STORE_free(room->store);
    SSL_CTX_free(room->context);
    free(room->authority);
    free(room->revoked);
    free(room);
}

/* ---- the handshake ---- */

/* After a call that gave 'result': did it want to wait, and for what? Sets errno else. */
static bool would_wait(Tls *t, int result)
{
    int why = SSL_get_error(t->ssl, result);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        t->awaits = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        errno     = EAGAIN;
        return true;
    }
    t->broken = true;
    errno     = why == SSL_ERROR_ZERO_RETURN ? 0 : errno && why == SSL_ERROR_SYSCALL ? errno : EPROTO;
    return false;
}

static bool handshake_failed(const char *how, Err *err)
{
    char          why[160] = "";
    unsigned long code     = ERR_peek_error();
    if (code)
        ERR_error_string_n(code, why, sizeof why);
    ERR_clear_error();
    return err_set(err, code ? ERR_DENIED : ERR_UNAVAILABLE, "The DICOM peer could not be met over TLS.",
                   "%s %s", how, why);
}

static bool await_turn(const Tls *t, int fd, int stop_fd, int64_t until_ms, Err *err)
{
    struct pollfd fds[2] = { { .fd = fd, .events = t->awaits }, { .fd = stop_fd, .events = POLLIN } };
    int64_t       left   = until_ms - clock_monotonic_ms();
    int           ready  = poll(fds, 2, left > 0 ? (int)left : 0);
    if (ready == 0)
        return handshake_failed("no answer in time", err);
    if (ready > 0 && fds[1].revents)
        return handshake_failed("the service stops", err);
    return ready > 0 || errno == EINTR || handshake_failed("poll", err);
}

static bool shake(Tls *t, int fd, int stop_fd, int timeout_ms, Err *err)
{
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    for (;;) {
        ERR_clear_error();
        int result = SSL_do_handshake(t->ssl);
        if (result == 1)
            return true;
        if (!would_wait(t, result))
            return handshake_failed("handshake", err);
        if (!await_turn(t, fd, stop_fd, until_ms, err))
            return false;
    }
}

static Tls *begin(TlsRoom *room, int fd, bool server, int stop_fd, int timeout_ms, Err *err)
{
    OWNED(Tls) *t = calloc(1, sizeof *t);
    if (!t || !(t->ssl = SSL_new(room->context)) || SSL_set_fd(t->ssl, fd) != 1) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "TLS connection");
        return NULL;
    }
    t->broken = true; /* until it is open */
    SSL_set_app_data(t->ssl, t);
    if (!use_lists(room, t)) {
        (void)handshake_failed("revocation lists", err);
        return NULL;
    }
    if (server)
        SSL_set_accept_state(t->ssl);
    else
        SSL_set_connect_state(t->ssl);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        (void)handshake_failed("fcntl", err);
        return NULL;
    }
    if (!shake(t, fd, stop_fd, timeout_ms, err))
        return NULL;
    t->broken = false;
    return GIVE(t);
}

Tls *tls_answer(TlsRoom *room, int fd, int stop_fd, int timeout_ms, Err *err)
{
    return begin(room, fd, true, stop_fd, timeout_ms, err);
}

Tls *tls_call(TlsRoom *room, int fd, int stop_fd, int timeout_ms, Err *err)
{
    return begin(room, fd, false, stop_fd, timeout_ms, err);
}

void tls_free(Tls *t)
{
    if (!t)
        return;
    if (t->ssl && !t->broken)
        (void)SSL_shutdown(t->ssl); /* one way: the association above has ended in its own words */
    SSL_free(t->ssl);
    ERR_clear_error();
    free(t);
}

/* ---- bytes ---- */

ssize_t tls_read(Tls *t, char *to, size_t most)
{
    size_t got = 0;
    errno      = 0;
    ERR_clear_error();
    int result = SSL_read_ex(t->ssl, to, most, &got);
    if (result == 1)
        return (ssize_t)got;
    if (would_wait(t, result))
        return -1;
    return errno ? -1 : 0;
}

ssize_t tls_write(Tls *t, Slice first, Slice second)
{
    size_t sent  = 0;
    Slice  whole = first.len ? first : second;
    if (first.len && first.len < RECORD && second.len) {
        size_t more = second.len < RECORD - first.len ? second.len : RECORD - first.len;
        memcpy(t->record, first.at, first.len);
        memcpy(t->record + first.len, second.at, more);
        whole = (Slice) { t->record, first.len + more };
    }
    errno = 0;
    ERR_clear_error();
    int result = SSL_write_ex(t->ssl, whole.at, whole.len, &sent);
    if (result == 1)
        return (ssize_t)sent;
    (void)would_wait(t, result);
    if (errno == 0)
        errno = EPIPE;
    return -1;
}

void tls_end_writing(Tls *t)
{
    if (!t->broken)
        (void)SSL_shutdown(t->ssl);
    t->broken = true; /* no second goodbye */
    ERR_clear_error();
}

bool tls_has(const Tls *t)
{
    return SSL_pending(t->ssl) > 0;
}

short tls_awaits(const Tls *t)
{
    return t->awaits;
}

/* ---- who it is ---- */

static bool within_dates(const X509 *certificate)
{
    return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
           X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

void tls_peer(const Tls *t, TlsPeer *ret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int  length      = 0;
    X509         *certificate = SSL_get0_peer_certificate(t->ssl);
    *ret                      = (TlsPeer) { 0 };
    if (!certificate || X509_digest(certificate, EVP_sha256(), digest, &length) != 1)
        return;
    for (unsigned i = 0; i < length && 2 * i + 2 < sizeof ret->sha256; i++)
        (void)snprintf(ret->sha256 + (size_t)2 * i, 3, "%02x", digest[i]);
    BIO *text = BIO_new(BIO_s_mem());
    if (text && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
        int got                         = BIO_read(text, ret->subject, sizeof ret->subject - 1);
        ret->subject[got > 0 ? got : 0] = 0;
    }
    BIO_free(text);
    ret->in_force = within_dates(certificate);
    ret->revoked  = t->revoked;
    ret->trusted  = ret->in_force && !t->distrusted && !t->revoked;
}

bool tls_peer_named(const Tls *t, const char *name)
{
    X509 *certificate = SSL_get0_peer_certificate(t->ssl);
    return certificate && name[0] && X509_check_host(certificate, name, 0, 0, NULL) == 1;
}

void tls_terms(const Tls *t, char *ret, size_t room)
{
    (void)snprintf(ret, room, "%s %s", SSL_get_version(t->ssl), SSL_get_cipher_name(t->ssl));
}
