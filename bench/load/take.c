/*
 * A study taken back: by C-GET into nothing, or by C-MOVE to a destination that keeps nothing (the null SCP).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "load.h"

#define ROOT_GET "1.2.840.10008.5.1.4.1.2.2.3"
#define ROOT_MOVE "1.2.840.10008.5.1.4.1.2.2.2"
#define CT "1.2.840.10008.5.1.4.1.1.2"

enum { ROOM = 1 << 20, STORE = 0x0001, GET_ANSWER = 0x8010, MOVE_ANSWER = 0x8021, PENDING = 0xFF00 };

static void request(Bytes *out, const LoadOptions *o, bool move)
{
    Bytes command = { .len = 12 }, keys = { 0 };
    add_element(&command, 0, 0x0002, NULL, move ? ROOT_MOVE : ROOT_GET);
    add_number(&command, 0x0100, move ? 0x0021 : 0x0010);
    add_number(&command, 0x0110, 1);
    if (move)
        add_element(&command, 0, 0x0600, NULL, o->to);
    add_number(&command, 0x0700, 0);
    add_number(&command, 0x0800, 1);
    command_close(&command);
    add_element(&keys, 0x0008, 0x0052, "CS", "STUDY");
    add_element(&keys, 0x0020, 0x000D, "UI", o->study);
    add_fragment(out, &command, 3);
    add_fragment(out, &keys, 2);
}

typedef struct Taking {
    Said  said; /* the last command */
    int   came; /* objects */
    bool  ended;
    double bytes;
} Taking;

static bool fragment(Peer *p, const uint8_t *pdv, size_t len, Taking *t)
{
    uint8_t context = pdv[0], control = pdv[1];
    if (control & 1) {
        command_read(pdv + 2, len - 2, &t->said);
        bool answer = t->said.field == GET_ANSWER || t->said.field == MOVE_ANSWER;
        t->ended    = answer && t->said.status != PENDING;
        return true;
    }
    t->bytes += (double)len - 2;
    if (!(control & 2) || t->said.field != STORE)
        return true;
    t->came++;
    return store_answer(p->fd, context, t->said.message);
}

static bool take(Peer *p, uint8_t *body, Taking *t)
{
    while (!t->ended) {
        uint8_t head[6];
        if (!read_whole(p->fd, head, 6) || head[0] != 0x04 || get_u32be(head + 2) > ROOM ||
            !read_whole(p->fd, body, get_u32be(head + 2)))
            return false;
        size_t len = get_u32be(head + 2);
        for (size_t at = 0; at + 6 <= len && at + 4 + get_u32be(body + at) <= len; at += 4 + get_u32be(body + at))
            if (!fragment(p, body + at + 4, get_u32be(body + at), t))
                return false;
    }
    return true;
}

static int taken(const LoadOptions *o, bool move)
{
    Peer     p;
    Bytes    out  = { 0 };
    Taking   t    = { 0 };
    uint8_t *body = malloc(ROOM);
    request(&out, o, move);
    if (!body || !(move ? peer_open(&p, o->host, o->port, o->called, o->calling, ROOT_MOVE)
                        : peer_open_get(&p, o->host, o->port, o->called, o->calling, ROOT_GET, CT)))
        return 1;
    double from    = now_s();
    bool   ok      = send_whole(p.fd, out.at, out.len) && take(&p, body, &t);
    double seconds = now_s() - from;
    int    came    = move ? t.said.completed : t.came;
    if (ok)
        peer_close(&p);
    free(body);
    printf("{\"what\":\"%s\",\"objects\":%d,\"status\":%d,\"failed\":%d,\"seconds\":%.4f,\"per_second\":%.1f,\"mb_per_second\":%.1f}\n",
           move ? "move" : "get", came, t.said.status, t.said.failed, seconds, came / seconds, t.bytes / seconds / 1e6);
    return ok && t.said.status == 0 && came == o->objects ? 0 : 1;
}

int load_get(const LoadOptions *o)
{
    return taken(o, false);
}

int load_move(const LoadOptions *o)
{
    return taken(o, true);
}
