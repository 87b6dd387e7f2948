/*
 * coturn's words, read as they come by a thread of their own: a child that nobody hears would stand still.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/relay/relay_count.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/clock.h"

enum { LINE_MAX_BYTES = 1024, COUNT_MOST_DIGITS = 15 };

typedef struct Counted {
    char    label[RELAY_LABEL_MAX];
    int64_t bytes, at_ms;
} Counted;

struct RelayCount {
    pthread_t       thread;
    pthread_mutex_t lock;
    int             fd;
    Counted         of[RELAY_COUNTS_MAX];
    size_t          count;
};

/* ---- a line ---- */

/* What follows 'mark', up to 'end'. */
static bool part_after(Slice line, const char *mark, char end, Slice *ret)
{
    size_t at = slice_find(line, slice_of(mark));
    if (at >= line.len)
        return false;
    Slice rest = slice_part(line, at + strlen(mark), SIZE_MAX);
    *ret       = slice_cut(&rest, end);
    return true;
}

static bool number_read(Slice text, int64_t *ret)
{
    text = slice_trim(text);
    return text.len <= COUNT_MOST_DIGITS && slice_int(text, ret) && *ret >= 0;
}

bool relay_usage_read(Slice line, Slice *ret_label, int64_t *ret_bytes)
{
    Slice   name = { 0 }, received = { 0 }, sent = { 0 };
    int64_t in = 0, out = 0;
    if (!part_after(line, ": peer usage: ", '\n', &line) || !part_after(line, "username=<", '>', &name) || !part_after(line, ", rb=", ',', &received) ||
        !part_after(line, ", sb=", ',', &sent) || !number_read(received, &in) || !number_read(sent, &out))
        return false;
    (void)slice_cut(&name, ':');
    if (!name.len || name.len >= RELAY_LABEL_MAX)
        return false;
    *ret_label = name;
    *ret_bytes = in + out;
    return true;
}

/* ---- the table ---- */

/* The one of this label; else a free one; else the one that was silent for longest. */
static Counted *place_of(RelayCount *c, Slice label)
{
    Counted *oldest = &c->of[0];
    for (size_t i = 0; i < c->count; i++) {
        if (slice_equal_text(label, c->of[i].label))
            return &c->of[i];
        if (c->of[i].at_ms < oldest->at_ms)
            oldest = &c->of[i];
    }
    Counted *at = c->count < RELAY_COUNTS_MAX ? &c->of[c->count++] : oldest;
    *at         = (Counted) { 0 };
    (void)slice_copy(label, at->label, sizeof at->label);
    return at;
}

static void hear(RelayCount *c, Slice line)
{
    Slice   label;
    int64_t bytes;
    if (!relay_usage_read(line, &label, &bytes))
        return;
    pthread_mutex_lock(&c->lock);
    Counted *at = place_of(c, label);
    at->bytes += bytes;
    at->at_ms = clock_monotonic_ms();
    pthread_mutex_unlock(&c->lock);
}

/* Until the child closes its end. A line longer than any of coturn's is passed over in pieces. */
static void *listen_on(void *with)
{
    RelayCount *c = with;
    char        text[LINE_MAX_BYTES];
    size_t      have = 0;
    for (;;) {
        ssize_t got = read(c->fd, text + have, sizeof text - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return NULL;
        Slice rest = { text, have + (size_t)got };
        while (rest.len && memchr(rest.at, '\n', rest.len))
            hear(c, slice_cut(&rest, '\n'));
        have = rest.len < sizeof text ? rest.len : 0;
        memmove(text, rest.at, have);
    }
}

RelayCount *relay_count_start(int fd, Err *err)
{
    RelayCount *c = calloc(1, sizeof *c);
    if (c) {
        c->fd = fd;
        pthread_mutex_init(&c->lock, NULL);
        if (pthread_create(&c->thread, NULL, listen_on, c) == 0)
            return c;
        pthread_mutex_destroy(&c->lock);
    }
    free(c);
    close(fd);
    err_set(err, ERR_UNAVAILABLE, "Memory is out.", "relay_count_start");
    return NULL;
}

void relay_count_stop(RelayCount *c)
{
    if (!c)
        return;
    (void)pthread_join(c->thread, NULL);
    close(c->fd);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

int64_t relay_count_of(RelayCount *c, const char *label)
{
    int64_t bytes = 0;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->of[i].label, label) == 0)
            bytes = c->of[i].bytes;
    pthread_mutex_unlock(&c->lock);
    return bytes;
}
