/*
 * beclere-pages: draws the first page of a PDF from outside, one document a request, in the codec's cage. A program
 * of its own, so that decoding images never carries a PDF reader with it. Started by the platform, never by hand.
 *
 * Descriptor 3 is the socket to the platform. Ends when it closes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "codec/exchange.h"
#include "codec/mapped.h"
#include "codec/pages/fonts.h"
#include "codec/pages/page.h"
#include "codec/sandbox.h"
#include "formats/image/page_wire.h"

enum { SOCKET_FD = 3, BUDGET_S = 4 };

/* Processor time for one document; when it is spent the signal ends us, and that picture is not made. */
static void set_budget(time_t seconds)
{
    struct itimerval budget = { .it_value = { .tv_sec = seconds } };
    (void)setitimer(ITIMER_VIRTUAL, &budget, NULL);
}

static CodecAnswer answer(Slice head, int body, int *ret_body)
{
    CodecAnswer a     = { .verdict = CODEC_DAMAGED, .photometric = RGB, .bits_allocated = 8 };
    Mapped      pdf   = { 0 };
    uint32_t    width = 0, height = 0;
    *ret_body         = -1;
    if (!page_request_read(head, &width, &height) || !mapped_open(body, &pdf))
        return a;
    OWNED_BUF made = buf_make(PAGE_BODY_MAX);
    set_budget(BUDGET_S);
    a.verdict = page_draw(slice_bytes(pdf.at, pdf.len), width, height, &made);
    set_budget(0);
    mapped_clear(&pdf);
    *ret_body = a.verdict == CODEC_DONE ? mapped_buffer(&made) : -1;
    a.bytes   = made.len;
    if (a.verdict == CODEC_DONE && *ret_body < 0)
        a.verdict = CODEC_TOO_LARGE;
    return a;
}

static bool serve_one(void)
{
    OWNED_BUF head = buf_make(4096), reply = buf_make(4096);
    int       body = -1, made = -1;
    bool      ok = exchange_receive(SOCKET_FD, &head, &body);
    if (ok) {
        CodecAnswer a = answer(buf_slice(&head), body, &made);
        codec_answer_write(&a, &reply);
        ok = exchange_send(SOCKET_FD, buf_slice(&reply), made);
    }
    if (body >= 0)
        close(body);
    if (made >= 0)
        close(made);
    return ok;
}

int main(void)
{
    struct stat s;
    if (fstat(SOCKET_FD, &s) != 0 || !S_ISSOCK(s.st_mode)) {
        fputs("beclere-pages is started by beclere and cannot be used by hand\n", stderr);
        return 2;
    }
#ifndef BECLERE_SANITIZED /* the library complains of damaged documents there */
    if (!freopen("/dev/null", "w", stderr))
        return 3;
#endif
    if (!fonts_load())
        return 3;
    page_begin();
    if (!sandbox_enter())
        return 3;
    fonts_close();
    while (serve_one())
        continue;
    return 0;
}
