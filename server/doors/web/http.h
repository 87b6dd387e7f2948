/*
 * The HTTP adapter: one request as a value, one response as a value, over libmicrohttpd on a Unix socket.
 *
 * libmicrohttpd calls three times (header, body blocks, end); a door sees begin, then perhaps blocks, then
 * answer, all in one thread. A refused body is drained (64 kB, 1 s) before the connection closes, so that
 * nginx passes on the refusal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_HTTP_H
#define DOORS_WEB_HTTP_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "formats/texts/texts.h"

typedef enum Method { METHOD_OTHER, GET, POST, PUT, DELETE, OPTIONS, METHODS } Method;
const char *method_name(Method m);

enum {
    REQUEST_ARENA_MAX    = 8 << 20, /* bytes of small things one request may need */
    HTTP_QUERY_VALUE_MAX = 2048,    /* bytes of one query value */
    DRAIN_BYTES_MAX      = 2 << 20, /* of a refused body: what the edge lets pass, or its client reads 502 */
    DRAIN_MS_MAX         = 1000,
    RESPONSE_HEADERS     = 12,
    RESPONSE_BYTES_MAX   = 256 << 20, /* of an answer held in memory (DICOM JSON of a large study) */
};

/* One request. Texts are borrowed from the connection and live until the answer is sent. */
typedef struct HttpRequest {
    Method      method;
    bool        head;       /* HEAD: answered as GET, without body */
    const char *path;       /* percent-decoded; no control characters */
    const char *id;         /* nginx's request id, "" when none */
    const char *address;    /* the client's, as nginx saw it; "" when none */
    Lang        lang;       /* of Accept-Language */
    Arena      *arena;      /* dies with the request */
    Slice       body;       /* whole; empty when a receiver takes the blocks */
    int64_t     body_bytes; /* came so far */
    int64_t     began_ms;   /* monotonic */
    bool  query_too_long;   /* a value over HTTP_QUERY_VALUE_MAX: a filter left out would answer too much */
    void *connection;       /* the adapter's own */
} HttpRequest;

/* NULL when absent. Header and cookie names without regard to case. */
const char *http_header(const HttpRequest *q, const char *name);
const char *http_cookie(const HttpRequest *q, const char *name);
const char *http_query(const HttpRequest *q, const char *name);
/* Every query pair, in order, until 'each' returns false. A name alone has the value "". */
void http_each_query(const HttpRequest *q, bool (*each)(void *with, const char *name, const char *value),
                     void              *with);
/* Declared length of the body; -1 when not said (chunked), 0 when there is none. */
int64_t http_body_declared(const HttpRequest *q);

/* A body made while it is sent. */
typedef struct HttpStream {
    int64_t bytes;                                                  /* whole length, or -1 unknown */
    ssize_t (*read)(void *with, int64_t at, char *to, size_t size); /* bytes put; 0 end; -1 broken */
    void (*free)(void *with);
    void *with;
} HttpStream;

typedef struct HttpHeader {
    const char *name, *value; /* live as long as the request's arena, or for ever */
} HttpHeader;

/* One answer. Exactly one kind of body: bytes, stream, a stored file named to nginx, or an upgrade. */
typedef struct HttpResponse {
    int         status;
    const char *type;  /* Content-Type */
    Buf         bytes; /* the body; taken over when sent */
    HttpStream  stream;
    const char *stored; /* path of nginx's internal location: X-Accel-Redirect */
    void (*upgraded)(void *with, int fd, Slice first_bytes, void *handle);
    void      *upgrade_with;
    HttpHeader headers[RESPONSE_HEADERS];
    size_t     header_count;
} HttpResponse;

/* Value borrowed: of the request's arena or a literal. A header too many is left out (and asserted). */
void http_set_header(HttpResponse *a, const char *name, const char *value);

/* What stands behind the adapter. 'exchange' is the door's own, made by begin, freed by end. */
typedef struct HttpDoor {
    void *with;
    /*
     * The header is there. *ret_body_max: bytes of body to keep whole; with *ret_receives set, blocks go to
     * receive. False: refused; what comes is drained, then answer is called all the same.
     */
    bool (*begin)(void *with, HttpRequest *q, void **ret_exchange, int64_t *ret_body_max, bool *ret_receives);
    bool (*receive)(void *with, HttpRequest *q, void *exchange,
                    Slice block);                                  /* false: refused from here on */
    void (*too_large)(void *with, HttpRequest *q, void *exchange); /* the body passed its limit */
    void (*answer)(void *with, HttpRequest *q, void *exchange, HttpResponse *a);
    void (*end)(void *with, HttpRequest *q, void *exchange, bool sent);
} HttpDoor;

typedef struct HttpServer HttpServer;

/* Serves 'listen_fd' (taken over) with at most 'connections' at once, a thread each. 'door' is copied. */
HttpServer *http_start(int listen_fd, int connections, const HttpDoor *door, Err *err);
void        http_stop(HttpServer *s);

/* Ends an upgraded connection: its descriptor is closed. Once, from any thread. */
void http_upgrade_close(void *handle);

#endif
