/*
 * bench/derive: how fast the codec makes HTJ2K in advance, decoded back and compared, from files given.
 *
 *     derive <beclere-codec> <rounds> FILE...
 *
 * One worker, one frame at a time, as the archive does it in the background. Prints megabytes of source
 * pixels, seconds by the clock, processor seconds of the codec and of this program, and the ratio of the
 * compression.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "formats/dicom/part10.h"
#include "formats/image/codec_wire.h"
#include "platform/child/child.h"

enum { FILE_MAX = 1 << 30, ROUNDS_MAX = 1000, FILES_MAX = 256 };

#define TARGET "1.2.840.10008.1.2.4.202"

typedef struct Sum {
    uint64_t frames, bytes, made;
} Sum;

static double clock_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double processor_s(int who)
{
    struct rusage used;
    (void)getrusage(who, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static bool read_file(const char *path, Buf *ret)
{
    FILE *file = fopen(path, "rb");
    char  block[65536];
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;)
        (void)buf_add(ret, slice_bytes(block, got));
    if (file)
        (void)fclose(file);
    return file && !ret->failed;
}

static bool derive(ChildPool *codec, Slice file, Sum *sum, Err *err)
{
    Part10 where;
    Pixels p;
    OWNED(Dataset) *ds = part10_parse(file, &where, err);
    if (!ds || !pixels_describe(ds, &p, err))
        return false;
    OWNED(FrameMap) *map = p.encapsulated ? frame_map_new(ds, &p, err) : NULL;
    for (uint32_t i = 0; i < p.frames; i++) {
        Slice       native;
        Photometric colour;
        OWNED_BUF   frame = buf_make(FILE_MAX), request = buf_make(4096), answer = buf_make(4096);
        OWNED_BUF   made   = buf_make(FILE_MAX);
        const char *syntax = p.encapsulated ? where.syntax_uid : "1.2.840.10008.1.2.1";
        if (!(map ? frame_map_join(map, i, &frame, err)
                  : pixels_native_frame(&p, i, &native, NULL, err) && buf_add(&frame, native)) ||
            !codec_transcode_write(&p, syntax, TARGET, &request, err) ||
            !child_ask(codec, buf_slice(&request), buf_slice(&frame), &answer, &made, err) ||
            !codec_stream_read(buf_slice(&answer), made.len, &colour, err))
            return false;
        sum->frames++;
        sum->bytes += p.frame_bytes;
        sum->made += made.len;
    }
    return true;
}

int main(int argc, char **argv)
{
    Err  err    = { 0 };
    long rounds = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fputs("derive <beclere-codec> <rounds> FILE...\n", stderr);
        return 2;
    }
    ChildPool *codec = child_pool_new(argv[1], (ChildLimits) { .answer_ms = 20000, .workers = 1 }, &err);
    Sum        sum   = { 0 };
    static Buf files[FILES_MAX]; /* the archive maps them: reading is not what is measured */
    for (int i = 3; i < argc && i - 3 < FILES_MAX; i++) {
        files[i - 3] = buf_make(FILE_MAX);
        (void)read_file(argv[i], &files[i - 3]);
    }
    double from = clock_s(), before = processor_s(RUSAGE_SELF);
    for (long r = 0; codec && r < rounds; r++)
        for (int i = 3; i < argc && i - 3 < FILES_MAX; i++)
            if (!derive(codec, buf_slice(&files[i - 3]), &sum, &err)) {
                fprintf(stderr, "%s: %s\n", argv[i], err.detail);
                return 1;
            }
    double took = clock_s() - from;
    child_pool_free(codec); /* its processor time is counted when it has ended */
    double mb = (double)sum.bytes / 1e6, worked = processor_s(RUSAGE_CHILDREN) + processor_s(RUSAGE_SELF) - before;
    printf("%llu frames, %.1f MB of pixels: %.0f MB/s by the clock, %.0f MB/s per processor, %.2f times "
           "smaller\n",
           (unsigned long long)sum.frames, mb, mb / took, mb / worked, (double)sum.bytes / (double)sum.made);
    return 0;
}
