/*
 * C-STORE by many associations at once: the message lies ready in memory, only its UID and number change.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

typedef struct Sender {
    const LoadOptions *o;
    int                index, objects, failed;
    double            *ms;
    pthread_barrier_t *ready;
} Sender;

/* Command and data set cut into PDUs, and where the changing bytes stand in them. */
typedef struct Message {
    uint8_t *bytes;
    size_t   len, command_uid_at, uid_at, number_at;
} Message;

static void element(uint8_t *out, size_t *n, uint16_t number, const void *value, size_t len)
{
    uint8_t head[8] = { 0, 0, (uint8_t)number, (uint8_t)(number >> 8), (uint8_t)len, (uint8_t)(len >> 8), 0, 0 };
    memcpy(out + *n, head, 8);
    memcpy(out + *n + 8, value, len);
    *n += 8 + len;
}

static void text_element(uint8_t *out, size_t *n, uint16_t number, const char *value)
{
    char padded[65] = { 0 };
    memcpy(padded, value, strlen(value));
    element(out, n, number, padded, strlen(value) + strlen(value) % 2);
}

static size_t command(uint8_t *out, const char *class_uid, size_t *ret_uid_at)
{
    char   uid[UID_LEN + 1];
    size_t n = 12;
    memset(uid, '1', UID_LEN);
    uid[UID_LEN] = 0;
    text_element(out, &n, 0x0002, class_uid);
    element(out, &n, 0x0100, "\1\0", 2); /* C-STORE-RQ */
    element(out, &n, 0x0110, "\1\0", 2);
    element(out, &n, 0x0700, "\0\0", 2);
    element(out, &n, 0x0800, "\1\0", 2); /* a data set follows */
    *ret_uid_at = n + 8;
    text_element(out, &n, 0x1000, uid);
    uint32_t length = (uint32_t)(n - 12);
    size_t   begin  = 0;
    element(out, &begin, 0x0000, &length, 4);
    return n;
}

static void pdu(Message *m, const void *bytes, size_t len, uint8_t control)
{
    uint8_t *at = m->bytes + m->len;
    at[0]       = 0x04;
    at[1]       = 0;
    put_u32be(at + 2, (uint32_t)len + 6);
    put_u32be(at + 6, (uint32_t)len + 2);
    at[10] = 1;
    at[11] = control;
    memcpy(at + 12, bytes, len);
    m->len += 12 + len;
}

static Message message_make(const Object *o, uint32_t max_pdu)
{
    uint8_t bytes[512];
    size_t  step = max_pdu - 6, uid_at = 0, len = command(bytes, o->class_uid, &uid_at);
    Message m = { .bytes = malloc(o->len + (o->len / step + 4) * 12 + sizeof bytes), .command_uid_at = uid_at + 12 };
    pdu(&m, bytes, len, 3);
    m.uid_at    = m.len + 12 + o->uid_at;
    m.number_at = m.len + 12 + o->number_at;
    for (size_t at = 0; at < o->len; at += step) {
        size_t part = o->len - at < step ? o->len - at : step;
        pdu(&m, o->bytes + at, part, at + part == o->len ? 2 : 0);
    }
    return m;
}

static bool send_one(Sender *s, Peer *p, Message *m, int n)
{
    char uid[UID_LEN + 1], digits[9];
    object_uid(s->o->run, s->index, n, uid);
    memcpy(m->bytes + m->command_uid_at, uid, UID_LEN);
    memcpy(m->bytes + m->uid_at, uid, UID_LEN);
    snprintf(digits, sizeof digits, "%08d", n);
    memcpy(m->bytes + m->number_at, digits, 8);
    double from   = now_s();
    bool   sent   = send_whole(p->fd, m->bytes, m->len);
    int    status = sent ? peer_status(p) : -1;
    s->ms[n]      = (now_s() - from) * 1000;
    if (status != 0)
        fprintf(stderr, "object %d: status %04x\n", n, (unsigned)status & 0xFFFF);
    return status == 0;
}

static void *sender_run(void *sender)
{
    Sender *s = sender;
    Object  object;
    Peer    p;
    object_make(s->o->kind, s->o->run, s->index, &object);
    bool    open = peer_open(&p, s->o->host, s->o->port, s->o->called, s->o->calling, object.class_uid);
    Message m    = { 0 };
    if (open)
        m = message_make(&object, p.max_pdu);
    pthread_barrier_wait(s->ready);
    for (int i = 0; i < s->objects; i++)
        if (!open || !send_one(s, &p, &m, i))
            s->failed++;
    if (open)
        peer_close(&p);
    free(m.bytes);
    free(object.bytes);
    return NULL;
}

int load_send(const LoadOptions *o)
{
    pthread_t        *threads = calloc((size_t)o->senders, sizeof *threads);
    Sender           *senders = calloc((size_t)o->senders, sizeof *senders);
    Took              took    = { .ms = calloc((size_t)o->objects, sizeof(double)) };
    pthread_barrier_t ready;
    int               failed = 0, each = o->objects / o->senders;
    Object            sample;
    object_make(o->kind, o->run, 0, &sample);
    pthread_barrier_init(&ready, NULL, (unsigned)o->senders + 1);
    for (int i = 0; i < o->senders; i++) {
        senders[i] = (Sender) { .o = o, .index = i, .objects = each, .ready = &ready, .ms = took.ms + i * each };
        pthread_create(&threads[i], NULL, sender_run, &senders[i]);
    }
    pthread_barrier_wait(&ready); /* associations stand: only storing is measured */
    double from = now_s();
    for (int i = 0; i < o->senders; i++) {
        pthread_join(threads[i], NULL);
        failed += senders[i].failed;
    }
    took.count = each * o->senders;
    took_print("send", &took, o->senders, now_s() - from, (double)sample.len * took.count, failed);
    return failed ? 1 : 0;
}

/* ---- one study an object ---- */

static void *fill_run(void *sender)
{
    Sender *s = sender;
    Peer    p;
    Object  object;
    object_of_study(s->o->run, s->o->first, &object);
    bool open = peer_open(&p, s->o->host, s->o->port, s->o->called, s->o->calling, object.class_uid);
    free(object.bytes);
    for (int n = s->o->first + s->index; open && n < s->o->objects; n += s->o->senders) {
        object_of_study(s->o->run, n, &object);
        Message m = message_make(&object, p.max_pdu);
        char    uid[UID_LEN + 1];
        memcpy(uid, object.bytes + object.uid_at, UID_LEN);
        memcpy(m.bytes + m.command_uid_at, uid, UID_LEN);
        s->failed += !send_whole(p.fd, m.bytes, m.len) || peer_status(&p) != 0;
        free(m.bytes);
        free(object.bytes);
    }
    if (open)
        peer_close(&p);
    else
        s->failed++;
    return NULL;
}

int load_fill(const LoadOptions *o)
{
    pthread_t *threads = calloc((size_t)o->senders, sizeof *threads);
    Sender    *senders = calloc((size_t)o->senders, sizeof *senders);
    int        failed  = 0;
    double     from    = now_s();
    for (int i = 0; i < o->senders; i++) {
        senders[i] = (Sender) { .o = o, .index = i };
        pthread_create(&threads[i], NULL, fill_run, &senders[i]);
    }
    for (int i = 0; i < o->senders; i++) {
        pthread_join(threads[i], NULL);
        failed += senders[i].failed;
    }
    printf("{\"studies\":%d,\"failed\":%d,\"seconds\":%.1f}\n", o->objects - o->first, failed, now_s() - from);
    return failed ? 1 : 0;
}
