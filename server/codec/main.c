/*
 * beclere-codec: decodes pixels from outside, encodes them anew, changes colours, one frame a request, in a
 * cage. Started by the platform, never by hand.
 *
 * Descriptor 3 is the socket to the platform. Ends when it closes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "codec/colours.h"
#include "codec/encode.h"
#include "codec/exchange.h"
#include "codec/mapped.h"
#include "codec/sandbox.h"

enum { BUDGET_US = 300000, SAMPLE_US = 2, TRANSCODE_TIMES = 4, US_PER_S = 1000000 };
enum { SOCKET_FD = 3, STREAM_ROOM = 1 << 16, KEPT_MAX = 8 << 20 };

/* The samples in another compression, in a memory file of their own. -1: not done, '*ret' says why. */
static int encoded(const uint8_t *samples, const CodecRequest *r, CodecAnswer *ret)
{
    OWNED_BUF stream = buf_make((size_t)r->frame_bytes * 2 + STREAM_ROOM);
    ret->verdict     = encode_frame(samples, r, &ret->photometric, &stream);
    ret->bytes       = stream.len;
    if (ret->verdict != CODEC_DONE)
        return -1;
    int fd = mapped_buffer(&stream);
    if (fd < 0)
        ret->verdict = CODEC_TOO_LARGE;
    return fd;
}

/* The samples stay here: ordinary memory, which is kept from one frame to the next. */
static int transcoded(const Mapped *frame, const CodecRequest *r, CodecAnswer *ret)
{
    uint8_t *samples = calloc((size_t)r->frame_bytes, 1);
    int      body    = -1;
    ret->verdict     = !samples ? CODEC_TOO_LARGE
                                : decode_frame(slice_bytes(frame->at, frame->len), r, samples, &ret->photometric);
    if (ret->verdict == CODEC_DONE)
        body = encoded(samples, r, ret);
    free(samples);
    return body;
}

static int decoded(const Mapped *frame, const CodecRequest *r, CodecAnswer *ret)
{
    Mapped samples = { 0 };
    int    fd      = mapped_new((size_t)r->frame_bytes, &samples);
    ret->verdict   = fd < 0
                         ? CODEC_TOO_LARGE
                         : decode_frame(slice_bytes(frame->at, frame->len), r, samples.at, &ret->photometric);
    mapped_clear(&samples);
    if (fd >= 0 && ret->verdict != CODEC_DONE) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/*
 * Processor time for this frame; NULL: none is counted. When it is spent the signal ends us, and that frame
 * is lost: CharLS 2.4 never comes back from some cut streams. Many times what any sound frame takes.
 */
static void set_budget(const CodecRequest *r)
{
    struct itimerval budget = { 0 };
    if (r) {
        uint64_t us = BUDGET_US + (uint64_t)r->rows * r->columns * r->samples * SAMPLE_US;
        us *= r->target[0] ? TRANSCODE_TIMES : 1;
        budget.it_value =
            (struct timeval) { .tv_sec = (time_t)(us / US_PER_S), .tv_usec = (suseconds_t)(us % US_PER_S) };
    }
    (void)setitimer(ITIMER_VIRTUAL, &budget, NULL);
}

/* The colours of a picture in another space: icc_wire.h. */
static CodecAnswer answer_colours(Slice head, int body, int *ret_body)
{
    CodecAnswer a = { .verdict = CODEC_DAMAGED, .photometric = RGB, .bits_allocated = 8 };
    IccRequest  r;
    Mapped      frame = { 0 };
    *ret_body         = -1;
    if (!mapped_open(body, &frame))
        return a;
    if (icc_request_read(head, frame.len, &r)) {
        OWNED_BUF made = buf_make(ICC_BODY_MAX + (size_t)ICC_PROFILE_MAX);
        set_budget(&(CodecRequest) { .rows = 1, .columns = r.pixels, .samples = 3 });
        a.verdict = colours_convert(slice_bytes(frame.at, frame.len), &r, &made);
        set_budget(NULL);
        *ret_body = a.verdict == CODEC_DONE ? mapped_buffer(&made) : -1;
        a.bytes   = made.len;
        if (a.verdict == CODEC_DONE && *ret_body < 0)
            a.verdict = CODEC_TOO_LARGE;
    }
    mapped_clear(&frame);
    return a;
}

/* Decodes into a new memory file, or on into the syntax wanted; '*ret_body' is -1 unless the verdict is DONE.
 */
static CodecAnswer answer(Slice head, int body, int *ret_body)
{
    CodecAnswer  a = { .verdict = CODEC_DAMAGED };
    CodecRequest r;
    Mapped       frame = { 0 };
    *ret_body          = -1;
    if (!codec_request_read(head, &r) || !mapped_open(body, &frame))
        return a;
    a.photometric    = r.photometric;
    a.bits_allocated = r.bits_allocated == 1 ? 8 : r.bits_allocated;
    a.bytes          = r.frame_bytes;
    set_budget(&r);
    *ret_body = r.target[0] ? transcoded(&frame, &r, &a) : decoded(&frame, &r, &a);
    set_budget(NULL);
    mapped_clear(&frame);
    return a;
}

static bool serve_one(void)
{
    OWNED_BUF head = buf_make(4096), reply = buf_make(4096);
    int       body = -1, samples = -1;
    bool      ok = exchange_receive(SOCKET_FD, &head, &body);
    if (ok) {
        CodecAnswer a = icc_is_request(buf_slice(&head)) ? answer_colours(buf_slice(&head), body, &samples)
                                                         : answer(buf_slice(&head), body, &samples);
        codec_answer_write(&a, &reply);
        ok = exchange_send(SOCKET_FD, buf_slice(&reply), samples);
    }
    if (body >= 0)
        close(body);
    if (samples >= 0)
        close(samples);
    return ok;
}

int main(void)
{
    struct stat s;
    if (fstat(SOCKET_FD, &s) != 0 || !S_ISSOCK(s.st_mode)) {
        fputs("beclere-codec is started by beclere and cannot be used by hand\n", stderr);
        return 2;
    }
#ifndef BECLERE_SANITIZED /* libraries complain of damaged streams there, which anybody could fill a log     \
                             with */
    if (!freopen("/dev/null", "w", stderr))
        return 3;
#endif
    /* Memory of a frame is for the next one, not for the system: new pages cost as much as decoding. */
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_MAX);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_MAX);
    if (!sandbox_enter())
        return 3;
    while (serve_one())
        continue;
    return 0;
}
