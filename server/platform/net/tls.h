/*
 * TLS over a connected socket, for DICOM: who the other side is, then bytes both ways without blocking.
 *
 * Profile: Non-Downgrading BCP 195 TLS (DICOM PS3.15 §B.12): TLS 1.2 with ephemeral keys and AEAD ciphers,
 * or 1.3. Which certificate is welcome is not decided here: every certificate is let through the handshake
 * and described (TlsPeer), for the caller to judge by its own list.
 *
 * The program must ignore SIGPIPE. Web traffic does not come here: nginx ends that.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_NET_TLS_H
#define PLATFORM_NET_TLS_H

#include <sys/types.h>

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

/* Our certificate, and whom we trust to make others': shared by any number of threads. */
typedef struct TlsRoom TlsRoom;

typedef struct TlsFiles {
    const char *certificate; /* PEM, the chain after it; NULL or "": we show none (calling only) */
    const char *key;         /* PEM, without a passphrase */
    const char *authority;   /* PEM of authorities whose certificates count as trusted; NULL or "": none */
    const char
        *revoked; /* PEM of their revocation lists; NULL or "": none. Read again when the file changes */
} TlsFiles;

/* ERR_INPUT: a file cannot be read, or key and certificate do not belong together. */
TlsRoom *tls_room_new(const TlsFiles *files, Err *err);
void     tls_room_free(TlsRoom *room);
OWNED_BY(TlsRoom, tls_room_free)

/* One connection; one thread at a time. */
typedef struct Tls Tls;

/*
 * The handshake, as a server or as a client; both sides show a certificate. 'fd' stays the caller's and must
 * outlive the Tls. Gives up after 'timeout_ms', or when 'stop_fd' (-1 none) becomes readable. Errors:
 * ERR_UNAVAILABLE closed, late, stopped; ERR_DENIED no common version or cipher, no certificate shown.
 */
Tls *tls_answer(TlsRoom *room, int fd, int stop_fd, int timeout_ms, Err *err);
Tls *tls_call(TlsRoom *room, int fd, int stop_fd, int timeout_ms, Err *err);
void tls_free(Tls *t); /* says goodbye when it can do so at once */
OWNED_BY(Tls, tls_free)

/* As recv and send that do not block: the count, 0 closed (reading), -1 with errno (EAGAIN: see tls_awaits).
 */
ssize_t tls_read(Tls *t, char *to, size_t most);
ssize_t tls_write(Tls *t, Slice first, Slice second);
/* Says that nothing more is written; what the other side still writes can be read. */
void tls_end_writing(Tls *t);
/* Is something decrypted there that poll cannot see? */
bool tls_has(const Tls *t);
/* What the call that said EAGAIN waits for: POLLIN or POLLOUT. */
short tls_awaits(const Tls *t);

typedef struct TlsPeer {
    char sha256[65];   /* fingerprint of the certificate, lower case hexadecimal */
    char subject[256]; /* RFC 2253; cut when longer */
    bool trusted;      /* made by an authority of ours, in force, and not revoked */
    bool revoked;      /* on a revocation list of its authority */
    bool in_force;     /* within its dates */
} TlsPeer;

void tls_peer(const Tls *t, TlsPeer *ret);
/* Is its certificate made out to this host name (subjectAltName, else common name)? */
bool tls_peer_named(const Tls *t, const char *name);
/* "TLSv1.3 TLS_AES_256_GCM_SHA384" */
void tls_terms(const Tls *t, char *ret, size_t room);

#endif
