/*
 * STOW-RS by several connections at once: multipart requests made in memory, over HTTP/1.1 with or without TLS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

#define BOUNDARY "part-of-a-measure-7b1e"

typedef struct Stow {
    const LoadOptions *o;
    SSL_CTX           *tls;
    int                index, requests, failed;
    double            *ms;
    pthread_barrier_t *ready;
} Stow;

bool line_open(Line *l, const LoadOptions *o, SSL_CTX *tls)
{
    l->fd  = dial(o->host, o->port);
    l->ssl = NULL;
    if (l->fd < 0 || !tls)
        return l->fd >= 0;
    l->ssl = SSL_new(tls);
    SSL_set_tlsext_host_name(l->ssl, "localhost");
    SSL_set_fd(l->ssl, l->fd);
    return SSL_connect(l->ssl) == 1;
}

bool line_send(Line *l, const char *bytes, size_t len)
{
    if (!l->ssl)
        return send_whole(l->fd, bytes, len);
    for (size_t done = 0, step; done < len; done += step) {
        step = len - done;
        if (SSL_write_ex(l->ssl, bytes + done, len - done, &step) != 1)
            return false;
    }
    return true;
}

static int line_read(Line *l, char *to, int room)
{
    return l->ssl ? SSL_read(l->ssl, to, room) : (int)read(l->fd, to, (size_t)room);
}

int answer_status(Line *l, char *to, int room)
{
    int   got = 0, step = 0;
    char *end = NULL;
    while (!end && got < room - 1 && (step = line_read(l, to + got, room - 1 - got)) > 0) {
        got += step;
        to[got] = 0;
        end     = strstr(to, "\r\n\r\n");
    }
    if (!end)
        return -1;
    int   status = (int)strtol(to + 9, NULL, 10);
    char *length  = strcasestr(to, "content-length:");
    bool  chunked = !length || length > end;
    if (status == 204)
        return status;
    long left = chunked ? 0 : strtol(length + 15, NULL, 10) - (got - (end + 4 - to));
    while (left > 0 && (step = line_read(l, to, room)) > 0)
        left -= step;
    while (chunked && !(got >= 5 && memcmp(to + got - 5, "0\r\n\r\n", 5) == 0)) {
        int keep = got < room - 65536 ? got : 4; /* what fits is kept; the end may come in two pieces */
        memmove(to, to + got - keep, (size_t)keep);
        step = line_read(l, to + keep, room - 1 - keep);
        if (step <= 0)
            return -1;
        got     = keep + step;
        to[got] = 0;
    }
    return status;
}

/* One Part 10 file: preamble, the meta elements that must be there, the data set. */
static size_t file_make(char *to, const Object *o, const char *uid)
{
    char   meta[512];
    size_t n = 0;
    const struct {
        uint16_t    element;
        const char *value;
    } UIDS[] = { { 0x0002, o->class_uid }, { 0x0003, uid }, { 0x0010, "1.2.840.10008.1.2.1" },
                 { 0x0012, "2.25.190273645564738291" } };
    memcpy(meta, "\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01", 14);
    n = 14;
    for (size_t i = 0; i < sizeof UIDS / sizeof *UIDS; i++) {
        size_t  len     = strlen(UIDS[i].value), padded = len + len % 2;
        uint8_t head[8] = { 2, 0, (uint8_t)UIDS[i].element, 0, 'U', 'I', (uint8_t)padded, 0 };
        memcpy(meta + n, head, 8);
        memset(meta + n + 8, 0, padded);
        memcpy(meta + n + 8, UIDS[i].value, len);
        n += 8 + padded;
    }
    memset(to, 0, 128);
    memcpy(to + 128, "DICM\x02\0\0\0UL\x04\0", 12);
    to[140] = (char)n;
    to[141] = (char)(n >> 8);
    to[142] = to[143] = 0;
    memcpy(to + 144, meta, n);
    memcpy(to + 144 + n, o->bytes, o->len);
    return 144 + n + o->len;
}

static size_t body_make(char *to, const Stow *s, Object *o, int first)
{
    static const char PART[] = "--" BOUNDARY "\r\nContent-Type: application/dicom\r\n\r\n";
    size_t            n      = 0;
    for (int i = 0; i < s->o->per_request; i++) {
        char uid[UID_LEN + 1];
        object_renumber(o, s->o->run, s->index, first + i);
        object_uid(s->o->run, s->index, first + i, uid);
        memcpy(to + n, PART, sizeof PART - 1);
        n += sizeof PART - 1;
        n += file_make(to + n, o, uid);
        memcpy(to + n, "\r\n", 2);
        n += 2;
    }
    memcpy(to + n, "--" BOUNDARY "--\r\n", sizeof BOUNDARY + 5);
    return n + sizeof BOUNDARY + 5;
}

static void *stow_run(void *stow)
{
    Stow  *s = stow;
    Object object;
    object_make(s->o->kind, s->o->run, s->index, &object);
    char *body = malloc((object.len + 1024) * (size_t)s->o->per_request + 4096), *answer = malloc(1 << 16), head[4096];
    Line  line;
    bool  open = line_open(&line, s->o, s->tls);
    pthread_barrier_wait(s->ready);
    for (int i = 0; i < s->requests; i++) {
        size_t len  = body_make(body, s, &object, i * s->o->per_request);
        int    size = snprintf(head, sizeof head,
                               "POST %s HTTP/1.1\r\nHost: localhost:%s\r\nAccept: application/dicom+json\r\n%s%sContent-Type: multipart/related; "
                               "type=\"application/dicom\"; boundary=" BOUNDARY "\r\nContent-Length: %zu\r\n\r\n",
                               s->o->path, s->o->port, s->o->header, *s->o->header ? "\r\n" : "", len);
        double from   = now_s();
        bool   sent   = open && line_send(&line, head, (size_t)size) && line_send(&line, body, len);
        int    status = sent ? answer_status(&line, answer, 1 << 16) : -1;
        s->ms[i]      = (now_s() - from) * 1000;
        if (status != 200) {
            fprintf(stderr, "STOW: status %d %.300s\n", status, sent ? answer : "");
            s->failed++;
        }
    }
    return NULL;
}

int load_stow(const LoadOptions *o)
{
    pthread_t        *threads  = calloc((size_t)o->senders, sizeof *threads);
    Stow             *stows    = calloc((size_t)o->senders, sizeof *stows);
    int               requests = o->objects / o->senders / o->per_request, failed = 0;
    Took              took     = { .ms = calloc((size_t)(requests * o->senders), sizeof(double)) };
    SSL_CTX          *tls      = o->tls ? SSL_CTX_new(TLS_client_method()) : NULL;
    pthread_barrier_t ready;
    Object            sample;
    object_make(o->kind, o->run, 0, &sample);
    pthread_barrier_init(&ready, NULL, (unsigned)o->senders + 1);
    for (int i = 0; i < o->senders; i++) {
        stows[i] = (Stow) { .o = o, .tls = tls, .index = i, .requests = requests, .ready = &ready, .ms = took.ms + i * requests };
        pthread_create(&threads[i], NULL, stow_run, &stows[i]);
    }
    pthread_barrier_wait(&ready);
    double from = now_s();
    for (int i = 0; i < o->senders; i++) {
        pthread_join(threads[i], NULL);
        failed += stows[i].failed;
    }
    double seconds = now_s() - from;
    took.count     = requests * o->senders;
    printf("{\"objects_stored\":%d,\"objects_per_second\":%.1f}\n", took.count * o->per_request,
           took.count * o->per_request / seconds);
    took_print("stow", &took, o->senders, seconds, (double)sample.len * took.count * o->per_request, failed);
    return failed ? 1 : 0;
}
