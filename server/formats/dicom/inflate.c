/*
 * Inflating a deflated data set: grows by doubling, so that memory follows what really comes out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/inflate.h"

#include <stdlib.h>
#include <zlib.h>

enum { FIRST_ROOM = 65536, STEP_MAX = 1 << 30 };

typedef struct Out {
    char  *at;
    size_t len, room, max;
} Out;

static bool make_room(Out *out)
{
    if (out->len < out->room)
        return true;
    size_t room = out->room == 0 ? FIRST_ROOM : out->room > out->max / 2 ? out->max : out->room * 2;
    char  *at   = realloc(out->at, room < out->max ? room : out->max);
    if (!at)
        return false;
    out->at   = at;
    out->room = room < out->max ? room : out->max;
    return true;
}

static size_t at_most(size_t count, size_t limit)
{
    return count < limit ? count : limit;
}

/* zlib's last state: Z_STREAM_END when all came out. */
static int run(z_stream *z, Slice in, Out *out)
{
    size_t given = 0;
    for (;;) {
        if (out->len >= out->max)
            return Z_OK;
        if (!make_room(out))
            return Z_MEM_ERROR;
        size_t feed = at_most(in.len - given, STEP_MAX), take = at_most(out->room - out->len, STEP_MAX);
        z->next_in   = (z_const Bytef *)(uintptr_t)(in.at + given);
        z->avail_in  = (uInt)feed;
        z->next_out  = (Bytef *)out->at + out->len;
        z->avail_out = (uInt)take;
        int state    = inflate(z, Z_NO_FLUSH);
        given += feed - z->avail_in;
        out->len += take - z->avail_out;
        if (state != Z_OK)
            return state;
        if (z->avail_in == feed && z->avail_out == take)
            return Z_BUF_ERROR;
    }
}

static bool attempt(Slice in, int window_bits, bool partial, Out *out, Err *err)
{
    z_stream z = { 0 };
    if (inflateInit2(&z, window_bits) != Z_OK)
        return err_set(err, ERR_LIMIT, "The DICOM data set is too big to be read.", "no memory to inflate");
    int state = run(&z, in, out);
    (void)inflateEnd(&z);
    if (state == Z_STREAM_END)
        return true;
    if (state == Z_MEM_ERROR || out->len >= out->max)
        return err_set(err, ERR_LIMIT, "The DICOM data set is too big to be read.", "inflates past %zu bytes",
                       out->max);
    if (partial && out->len)
        return true;
    return err_set(err, ERR_INPUT, "The DICOM data set is cut short.", "deflated data damaged or cut");
}

bool inflate_bytes(Slice deflated, size_t max, bool partial, char **ret_memory, Slice *ret, Err *err)
{
    Out out   = { .max = max };
    Err quiet = { 0 };
    if (!attempt(deflated, -MAX_WBITS, partial, &out, &quiet)) {
        bool wrapped = quiet.kind == ERR_INPUT; /* some writers add the zlib wrapper */
        out.len      = 0;
        if (!wrapped || !attempt(deflated, MAX_WBITS, partial, &out, NULL)) {
            free(out.at);
            return err_set(err, quiet.kind, quiet.shown, "%s", quiet.detail);
        }
    }
    *ret_memory = out.at;
    *ret        = out.len ? (Slice) { out.at, out.len } : SLICE_NONE;
    return true;
}
