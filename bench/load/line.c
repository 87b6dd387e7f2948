/*
 * A thin line in user space: a TCP relay that lets bytes through at a rate, after a delay, from a bounded queue.
 *
 *     bench_load line port=TARGET rate=20000000 rtt=40 queue=65536      prints the port where it listens
 *
 * Both directions have the rate each; all connections share it in turns, a segment each. Every byte waits its turn
 * in the queue, then half the round trip. A connection begins as TCP does: nothing goes up before one round trip,
 * and what is under way without being acknowledged grows from ten segments (RFC 6928), doubled each round trip.
 * No segment is lost: a full queue stops the reading, so the sender waits. The rate counts the bytes carried, not
 * the headers of IP and TCP.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { PAIRS_MAX = 128, SEGMENT = 1448, SEGMENTS = 8192, WINDOW_FIRST = 10 * SEGMENT, WINDOW_MAX = 4 << 20 };

typedef struct Segment {
    double  at_s; /* when it comes out */
    int     len, sent; /* len 0: the end */
    uint8_t bytes[SEGMENT];
} Segment;

/* One direction of one connection. */
typedef struct Pipe {
    int      from, to;
    double   open_s;           /* nothing is read before */
    Segment *ring;             /* [out, in) under way or waiting to be written; [acknowledged, out) written */
    unsigned in, out, acked;   /* counted up; the place is modulo SEGMENTS */
    int      window, flying;
    bool     ended, done, blocked; /* nothing more to read; the end was passed on; 'to' takes nothing now */
} Pipe;

typedef struct Link {
    double rate, half_s, free_s; /* bytes a second; delay; when the last queued byte will have left */
    int    queue;
} Link;

typedef struct Pair {
    bool used;
    Pipe way[2]; /* up, down */
} Pair;

static Segment *segment(Pipe *p, unsigned n)
{
    return &p->ring[n % SEGMENTS];
}

static double queued(const Link *l, double now)
{
    return l->free_s > now ? (l->free_s - now) * l->rate : 0;
}

/* One segment into the queue. False: not now, or nothing there. */
static bool take(Pipe *p, Link *l, double now)
{
    if (p->ended || now < p->open_s || p->in - p->acked >= SEGMENTS || p->flying + SEGMENT > p->window ||
        queued(l, now) + SEGMENT > l->queue)
        return false;
    Segment *s = segment(p, p->in);
    ssize_t  n = recv(p->from, s->bytes, SEGMENT, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    p->ended  = n <= 0;
    s->len    = n > 0 ? (int)n : 0;
    s->sent   = 0;
    l->free_s = (l->free_s > now ? l->free_s : now) + s->len / l->rate;
    s->at_s   = l->free_s + l->half_s;
    p->flying += s->len;
    p->in++;
    return true;
}

/* What has come out is written; what was written half a round trip ago is acknowledged. */
static void pass(Pipe *p, const Link *l, double now)
{
    p->blocked = false;
    while (p->out != p->in && !p->blocked && segment(p, p->out)->at_s <= now) {
        Segment *s = segment(p, p->out);
        if (s->len == 0) {
            shutdown(p->to, SHUT_WR);
            p->done = true;
        } else {
            ssize_t n = send(p->to, s->bytes + s->sent, (size_t)(s->len - s->sent), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN && errno != EINTR)
                s->sent = s->len; /* nobody reads any more */
            s->sent += n > 0 ? (int)n : 0;
            p->blocked = s->sent < s->len;
        }
        if (!p->blocked)
            p->out++;
    }
    while (p->acked != p->out && segment(p, p->acked)->at_s + l->half_s <= now) {
        int len = segment(p, p->acked++)->len;
        p->flying -= len;
        p->window = p->window + len < WINDOW_MAX ? p->window + len : WINDOW_MAX;
    }
}

static bool pair_open(Pair *pairs, int client, const LoadOptions *o, const Link *l)
{
    Line up;
    int  one = 1, small = 65536, i = 0;
    while (i < PAIRS_MAX && pairs[i].used)
        i++;
    if (i == PAIRS_MAX || !line_open(&up, o, NULL))
        return false;
    int server = up.fd;
    for (int w = 0; w < 2; w++) {
        int fd = w ? server : client;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        pairs[i].way[w] = (Pipe) { .from = w ? server : client, .to = w ? client : server, .window = WINDOW_FIRST,
                                   .open_s = now_s() + 2 * l->half_s, .ring = malloc(SEGMENTS * sizeof(Segment)) };
    }
    pairs[i].used = pairs[i].way[0].ring && pairs[i].way[1].ring;
    return pairs[i].used;
}

static void pair_close(Pair *p)
{
    close(p->way[0].from);
    close(p->way[0].to);
    free(p->way[0].ring);
    free(p->way[1].ring);
    *p = (Pair) { 0 };
}

/* In turns, a segment each, until the queue is full or nobody has anything. */
static void take_all(Pair *pairs, Link links[2], double now)
{
    static unsigned first;
    for (bool more = true; more;) {
        more = false;
        first++;
        for (unsigned i = 0; i < PAIRS_MAX; i++) {
            Pair *p = &pairs[(first + i) % PAIRS_MAX];
            for (int w = 0; p->used && w < 2; w++)
                more |= take(&p->way[w], &links[w], now);
        }
    }
}

/* When something happens by itself, in seconds from now; and whose bytes are waited for. */
static double plan(Pair *pairs, const Link links[2], double now, struct pollfd *fds, nfds_t *ret)
{
    double wait = 1;
#define SOONER(at) wait = (at) - now < wait ? (at) - now : wait
    for (int i = 0; i < PAIRS_MAX; i++)
        for (int w = 0; pairs[i].used && w < 2; w++) {
            Pipe       *p = &pairs[i].way[w];
            const Link *l = &links[w];
            if (p->blocked)
                fds[(*ret)++] = (struct pollfd) { p->to, POLLOUT, 0 };
            else if (p->out != p->in)
                SOONER(segment(p, p->out)->at_s);
            if (p->acked != p->out)
                SOONER(segment(p, p->acked)->at_s + l->half_s);
            if (p->ended || p->flying + SEGMENT > p->window || p->in - p->acked >= SEGMENTS)
                continue;
            if (now < p->open_s)
                SOONER(p->open_s);
            else if (queued(l, now) + SEGMENT > l->queue)
                SOONER(l->free_s - (l->queue - 2 * SEGMENT) / l->rate);
            else
                fds[(*ret)++] = (struct pollfd) { p->from, POLLIN, 0 };
        }
#undef SOONER
    return wait > 0.0001 ? wait : 0.0001;
}

static int listen_here(void)
{
    struct sockaddr_in at   = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t          size = sizeof at;
    int                fd   = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        perror("listen");
        return -1;
    }
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

int load_line(const LoadOptions *o)
{
    Link  link     = { .rate = o->rate / 8, .half_s = o->rtt_ms / 2000, .queue = o->queue };
    Link  links[2] = { link, link };
    Pair *pairs    = calloc(PAIRS_MAX, sizeof *pairs);
    int   door     = listen_here();
    while (door >= 0 && pairs) {
        struct pollfd fds[4 * PAIRS_MAX + 1] = { { door, POLLIN, 0 } };
        nfds_t        n                      = 1;
        double        now                    = now_s();
        for (int i = 0; i < PAIRS_MAX; i++)
            for (int w = 0; pairs[i].used && w < 2; w++) {
                pass(&pairs[i].way[w], &links[w], now);
                if (pairs[i].way[0].done && pairs[i].way[1].done)
                    pair_close(&pairs[i]);
            }
        take_all(pairs, links, now);
        double          wait = plan(pairs, links, now, fds, &n);
        struct timespec time = { (time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9) };
        (void)ppoll(fds, n, &time, NULL);
        int client = fds[0].revents ? accept4(door, NULL, NULL, 0) : -1;
        if (client >= 0 && !pair_open(pairs, client, o, &link))
            close(client);
    }
    return 1;
}
