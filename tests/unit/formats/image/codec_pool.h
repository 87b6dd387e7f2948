/*
 * The codec program beside the test, asked through the pool that the platform uses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CODEC_POOL_H
#define TESTS_CODEC_POOL_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "formats/image/codec_wire.h"
#include "platform/child/child.h"

#ifndef CODEC_ANSWER_MS
#define CODEC_ANSWER_MS 20000
#endif

static ChildPool *pool;

static ChildPool *pool_of(int answer_ms)
{
    char    path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 32);
    if (len <= 0)
        return NULL;
    path[len] = '\0';
    (void)snprintf(strrchr(path, '/'), 32, "/beclere-codec");
    Err         err    = { 0 };
    ChildLimits limits = { .answer_ms = answer_ms, .workers = 1 };
#ifndef BECLERE_SANITIZED
    limits.memory_bytes = INT64_C(2) << 30;
#endif
    return access(path, X_OK) == 0 ? child_pool_new(path, limits, &err) : NULL;
}

static int group_setup(void **state)
{
    (void)state;
    pool = pool_of(CODEC_ANSWER_MS);
    return pool ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    child_pool_free(pool);
    return 0;
}

/* Sends one frame; the samples come into 'ret' and 'p' describes them. */
static bool decode(Pixels *p, const char *syntax, Slice frame, Buf *ret, Err *err)
{
    OWNED_BUF head = buf_make(4096), answer = buf_make(4096);
    return codec_request_write(p, syntax, &head, err) &&
           child_ask(pool, buf_slice(&head), frame, &answer, ret, err) &&
           codec_answer_read(buf_slice(&answer), ret->len, p, err);
}

#endif
