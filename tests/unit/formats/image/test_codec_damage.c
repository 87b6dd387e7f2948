/*
 * Test of damage: every encapsulated file of the corpus, cut and with bits turned over, costs that frame at
 * most: an answer comes in time, and the next frame is decoded as before.
 *
 * Skipped where ../shared is not. BECLERE_DAMAGE_ROUNDS: how many times each frame is damaged, 1 by default.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "formats/dicom/part10.h"

#include "codec_pool.h"

#define DATA SOURCE_ROOT "/../shared/data/dicom/"

enum { FILE_MAX = 8 << 20, FRAME_MAX = 256 << 10, ROUNDS = 1, SLOW_MS = 12000 };

static struct {
    size_t files, refused, decoded, crashed, spent, slow; /* spent: JPEG-LS whose processor time ran out */
    double slowest_ms;
} tally;

/* Numbers that are the same in every run. */
static uint32_t next_number(void)
{
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

/* Turned bits, a cut, a hole, bytes of 0xFF: one of them. */
static void damage(char *bytes, size_t *len)
{
    size_t at = next_number() % *len;
    switch (next_number() % 4) {
    case 0:
        *len = at ? at : 1;
        break;
    case 1:
        for (unsigned i = 0; i < 8; i++)
            bytes[next_number() % *len] ^= (char)(1 << next_number() % 8);
        break;
    case 2:
        for (size_t i = at; i < *len && i < at + 16; i++)
            bytes[i] = (char)0xFF;
        break;
    default: /* in the head, where shapes stand */
        bytes[next_number() % (*len < 64 ? *len : 64)] ^= (char)(1 << next_number() % 8);
        break;
    }
}

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static bool decodes(const Pixels *p, const char *syntax, Slice frame, Err *err)
{
    Pixels    copy    = *p;
    OWNED_BUF samples = buf_make(CODEC_FRAME_MAX);
    double    began   = now_ms();
    bool      ok      = decode(&copy, syntax, frame, &samples, err);
    double    took    = now_ms() - began;
    tally.slowest_ms  = took > tally.slowest_ms ? took : tally.slowest_ms;
    if (took > SLOW_MS) {
        tally.slow++;
        print_message("slow: %s, %u x %u, %.0f ms: %s\n", syntax, p->columns, p->rows, took,
                      ok ? "decoded" : err->detail);
    }
    return ok;
}

static void torture(const Pixels *p, const char *syntax, Slice frame, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        Err    err  = { 0 };
        size_t len  = frame.len;
        char  *copy = malloc(len);
        memcpy(copy, frame.at, len);
        damage(copy, &len);
        if (decodes(p, syntax, slice_bytes(copy, len), &err)) {
            tally.decoded++; /* the damage made other samples of it, or hit what says nothing */
        } else {
            tally.refused++;
            if (strstr(err.detail, "crashed"))
                *(strstr(syntax, ".4.8") ? &tally.spent : &tally.crashed) += 1;
            assert_int_not_equal(err.kind, ERR_NONE);
        }
        free(copy);
    }
    Err err = { 0 };
    if (!decodes(p, syntax, frame, &err))
        fail_msg("%s: the sound frame is refused afterwards: %s", syntax, err.detail);
}

static void one_file(const char *path, int rounds)
{
    OWNED_BUF bytes = buf_make(FILE_MAX), stream = buf_make(FRAME_MAX);
    Part10    file;
    Pixels    p;
    Err       err  = { 0 };
    FILE     *from = fopen(path, "rb");
    char      block[65536];
    for (size_t got; from && (got = fread(block, 1, sizeof block, from)) > 0;)
        buf_add(&bytes, slice_bytes(block, got));
    if (from)
        fclose(from);
    OWNED(Dataset) *ds = bytes.failed ? NULL : part10_parse(buf_slice(&bytes), &file, &err);
    if (!ds || !pixels_describe(ds, &p, &err) || !p.encapsulated)
        return;
    OWNED(FrameMap) *map = frame_map_new(ds, &p, &err);
    if (!map || !frame_map_join(map, 0, &stream, &err) || !stream.len ||
        !decodes(&p, file.syntax_uid, buf_slice(&stream), &err))
        return;
    tally.files++;
    torture(&p, file.syntax_uid, buf_slice(&stream), rounds);
}

static void damage_costs_one_frame_and_the_next_is_decoded_as_before(void **state)
{
    (void)state;
    const char *said     = getenv("BECLERE_DAMAGE_ROUNDS");
    int         rounds   = said ? (int)strtol(said, NULL, 10) : ROUNDS;
    FILE       *manifest = fopen(DATA "MANIFEST.tsv", "r");
    char        line[8192], path[4096];
    if (!manifest) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    while (fgets(line, sizeof line, manifest)) {
        line[strcspn(line, "\t")] = '\0';
        (void)snprintf(path, sizeof path, DATA "%s", line);
        if (!strstr(line, "fuzz/"))
            one_file(path, rounds);
    }
    (void)fclose(manifest);
    print_message("%zu files, %zu refused, %zu decoded to something, %zu workers lost, %zu spent, slowest "
                  "%.0f ms\n",
                  tally.files, tally.refused, tally.decoded, tally.crashed, tally.spent, tally.slowest_ms);
    assert_true(tally.files > 80);
    assert_true(tally.refused * 2 > tally.files);
    assert_int_equal(tally.crashed, 0);
    assert_int_equal(tally.slow, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_costs_one_frame_and_the_next_is_decoded_as_before),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
