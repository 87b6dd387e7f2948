/*
 * Asking a service that the operator named in the configuration: one POST or GET over HTTP, its answer whole, all of it bounded.
 * HTTPS, or plain HTTP to this machine's own loopback and nowhere else; no redirect is followed. Over libcurl.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_NET_FETCH_H
#define PLATFORM_NET_FETCH_H

#include "base/buf.h"
#include "base/slice.h"

typedef struct FetchAsk {
    const char *url;
    const char *authority;   /* authorities that its certificate may lead to (PEM); NULL or "": those of the system */
    const char *bearer_file; /* a file whose first line is sent as "Authorization: Bearer"; NULL or "": none */
    const char *bearer;      /* the same as a text; NULL or "": none */
    const char *basic;       /* "name:password" of HTTP Basic, both percent-encoded by the caller; NULL or "": none */
    const char *certificate, *key; /* of ours, shown to the service (PEM files); NULL or "": none */
    const char *type;        /* Content-Type of the body */
    Slice       body;
    int         seconds;     /* for the whole; connecting takes at most 5 of them */
    size_t      answer_max;  /* bytes of the answer */
} FetchAsk;

typedef struct FetchAnswer {
    int  status;   /* HTTP */
    char type[64]; /* Content-Type without its parameters, "" when absent */
    Buf  bytes;    /* freed by fetch_answer_free */
} FetchAnswer;

void fetch_answer_free(FetchAnswer *a);
#define OWNED_FETCH_ANSWER __attribute__((cleanup(fetch_answer_free))) FetchAnswer

/* May such an address be asked at all? For the start of the program: ERR_INPUT names what is wrong. */
bool fetch_url_check(const char *url, Err *err);

/*
 * Any status is an answer. ERR_UNAVAILABLE: not reached, not trusted, too slow, or the answer passed 'answer_max';
 * ERR_INPUT: the address or the file of the key. From any thread.
 */
bool fetch_post(const FetchAsk *ask, FetchAnswer *ret, Err *err);
bool fetch_get(const FetchAsk *ask, FetchAnswer *ret, Err *err); /* 'type' and 'body' are not looked at */
/* "https://host:port" of an address, the port always written. ERR_INPUT as fetch_url_check. */
bool fetch_origin(const char *url, char *ret, size_t size, Err *err);
/* A secret kept in a file: its first line, not empty. ERR_INPUT. */
bool fetch_secret_read(const char *path, char *ret, size_t size, Err *err);

#endif
