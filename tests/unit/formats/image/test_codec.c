/*
 * Tests of the codec program through the pool that the platform uses: the corpus' frames against known
 * hashes, and what it does with streams that lie.
 *
 * The corpus stands in ../shared/data; where it is absent these tests say that they were skipped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "formats/dicom/part10.h"
#include "formats/image/codec_wire.h"

#include "codec_pool.h"

#define DATA SOURCE_ROOT "/../shared/data/dicom"

enum { FILE_MAX = 256 << 20, SYNTAXES_MAX = 32 };

/* ---- the corpus ---- */

static bool read_file(const char *path, Buf *ret)
{
    FILE *file = fopen(path, "rb");
    char  block[65536];
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(ret, (Slice) { block, got });
    if (file)
        fclose(file);
    return file && !ret->failed;
}

typedef struct Tally {
    char syntax[65];
    int  agree, differ, refused;
} Tally;

static Tally  tallies[SYNTAXES_MAX];
static size_t tally_count;

static Tally *tally_of(const char *syntax)
{
    for (size_t i = 0; i < tally_count; i++)
        if (strcmp(tallies[i].syntax, syntax) == 0)
            return &tallies[i];
    assert_true(tally_count < SYNTAXES_MAX);
    (void)slice_copy(slice_of(syntax), tallies[tally_count].syntax, 65);
    return &tallies[tally_count++];
}

static void hex_sha256(Slice bytes, char ret[65])
{
    uint8_t  digest[32];
    unsigned len = 0;
    assert_int_equal(EVP_Digest(bytes.at, bytes.len, digest, &len, EVP_sha256(), NULL), 1);
    for (int i = 0; i < 32; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

/* The file that is open now: rows of one file stand together. */
typedef struct Open {
    char      path[512];
    Buf       bytes;
    Part10    file;
    Dataset  *ds;
    Pixels    pixels;
    FrameMap *map;
} Open;

static void open_clear(Open *o)
{
    frame_map_free(o->map);
    dataset_free(o->ds);
    buf_free(&o->bytes);
    *o = (Open) { 0 };
}

static bool open_file(Open *o, Slice path)
{
    char wanted[512];
    (void)snprintf(wanted, sizeof wanted, "%s/%.*s", DATA, (int)path.len, path.at);
    if (strcmp(wanted, o->path) == 0)
        return o->map != NULL;
    open_clear(o);
    (void)slice_copy(slice_of(wanted), o->path, sizeof o->path);
    o->bytes = buf_make(FILE_MAX);
    Err err  = { 0 };
    if (!read_file(wanted, &o->bytes) || !(o->ds = part10_parse(buf_slice(&o->bytes), &o->file, &err)) ||
        !pixels_describe(o->ds, &o->pixels, &err) || !o->pixels.encapsulated)
        return false;
    o->map = frame_map_new(o->ds, &o->pixels, &err);
    return o->map != NULL;
}

/* One row of frame_hashes.tsv: path, frame, bytes, sha256, status, decoders, photometric, second sha256,
 * note. */
static void check_row(Open *o, Slice row)
{
    Slice   path = slice_cut(&row, '\t'), frame = slice_cut(&row, '\t'), bytes = slice_cut(&row, '\t');
    Slice   first = slice_cut(&row, '\t'), status = slice_cut(&row, '\t');
    int64_t number = 0;
    (void)bytes;
    (void)slice_cut(&row, '\t');
    (void)slice_cut(&row, '\t');
    Slice second = slice_cut(&row, '\t');
    if (first.len != 64 || slice_equal_text(status, "none") || !slice_int(frame, &number) ||
        !open_file(o, path))
        return;
    Tally    *t      = tally_of(o->file.syntax_uid);
    OWNED_BUF stream = buf_make(FILE_MAX), samples = buf_make(CODEC_FRAME_MAX);
    Pixels    p   = o->pixels;
    Err       err = { 0 };
    if (!frame_map_join(o->map, (uint32_t)number - 1, &stream, &err) ||
        !decode(&p, o->file.syntax_uid, buf_slice(&stream), &samples, &err)) {
        t->refused++;
        printf("  refused %.*s frame %d: %s\n", (int)path.len, path.at, (int)number, err.detail);
        return;
    }
    char hash[65];
    hex_sha256(buf_slice(&samples), hash);
    bool same = slice_equal_text(first, hash) || slice_equal_text(second, hash);
    t->agree += same;
    t->differ += !same;
    if (!same)
        printf("  differs %.*s frame %d (%.*s)\n", (int)path.len, path.at, (int)number, (int)status.len,
               status.at);
}

static const struct {
    const char *syntax, *name;
    int         agree_at_least, others_at_most;
} EXPECTED[] = {
    { "1.2.840.10008.1.2.5", "RLE", 62, 0 },
    { "1.2.840.10008.1.2.4.50", "JPEG baseline", 149, 0 },
    { "1.2.840.10008.1.2.4.51", "JPEG extended", 6, 0 },
    { "1.2.840.10008.1.2.4.53", "JPEG spectral selection", 1, 0 },
    { "1.2.840.10008.1.2.4.55", "JPEG progressive", 1, 0 },
    { "1.2.840.10008.1.2.4.57", "JPEG lossless", 3, 0 },
    { "1.2.840.10008.1.2.4.70", "JPEG lossless SV1", 14, 0 },
    { "1.2.840.10008.1.2.4.80", "JPEG-LS lossless", 91, 0 },
    { "1.2.840.10008.1.2.4.81", "JPEG-LS near-lossless", 10, 0 },
    { "1.2.840.10008.1.2.4.90", "JPEG 2000 lossless", 31, 0 },
    { "1.2.840.10008.1.2.4.91", "JPEG 2000", 3, 0 },
    { "1.2.840.10008.1.2.4.201", "HTJ2K lossless", 1, 0 },
    { "1.2.840.10008.1.2.8.1", "deflated frames", 1, 0 },
};

static void every_frame_of_the_corpus_decodes_as_others_decode_it(void **state)
{
    (void)state;
    OWNED_BUF table = buf_make(4 << 20);
    if (!read_file(DATA "/frame_hashes.tsv", &table)) {
        printf("skipped: ../shared is not there\n");
        skip();
    }
    Open open = { 0 };
    for (Slice rest = buf_slice(&table); rest.len;)
        check_row(&open, slice_cut(&rest, '\n'));
    open_clear(&open);
    bool good = true;
    for (size_t i = 0; i < COUNT(EXPECTED); i++) {
        Tally *t = tally_of(EXPECTED[i].syntax);
        printf("  %-42s %3d agree, %d differ, %d refused\n", EXPECTED[i].name, t->agree, t->differ,
               t->refused);
        good = good && t->agree >= EXPECTED[i].agree_at_least &&
               t->differ + t->refused <= EXPECTED[i].others_at_most;
    }
    assert_true(good);
}

/* ---- the cage ---- */

static bool read_text(const char *path, char *ret, size_t size)
{
    FILE *file                                    = fopen(path, "r");
    ret[file ? fread(ret, 1, size - 1, file) : 0] = 0;
    if (file)
        fclose(file);
    return ret[0] != 0;
}

/* The only child that any of our threads has: the worker. 0 when there is none. */
static long worker_pid(void)
{
    DIR           *tasks = opendir("/proc/self/task");
    struct dirent *task;
    long           pid = 0;
    assert_non_null(tasks);
    while (pid == 0 && (task = readdir(tasks))) {
        char path[320], text[256];
        (void)snprintf(path, sizeof path, "/proc/self/task/%s/children", task->d_name);
        if (task->d_name[0] != '.' && read_text(path, text, sizeof text))
            pid = strtol(text, NULL, 10);
    }
    closedir(tasks);
    return pid;
}

/* The mode of the worker's system call filter, from /proc: 2 is a filter. */
static long seccomp_of_worker(void)
{
    char path[64], text[4096];
    (void)snprintf(path, sizeof path, "/proc/%ld/status", worker_pid());
    const char *line = read_text(path, text, sizeof text) ? strstr(text, "Seccomp:") : NULL;
    return line ? strtol(line + 8, NULL, 10) : -1;
}

static void the_worker_runs_behind_a_system_call_filter(void **state)
{
    (void)state;
#ifdef BECLERE_SANITIZED
    skip(); /* the sanitizers' run time needs more calls */
#endif
    OWNED_BUF samples = buf_make(CODEC_FRAME_MAX);
    Pixels    p       = { .rows           = 1,
                          .columns        = 1,
                          .frames         = 1,
                          .samples        = 1,
                          .bits_allocated = 8,
                          .bits_stored    = 8,
                          .high_bit       = 7,
                          .photometric    = MONOCHROME2,
                          .encapsulated   = true };
    Err       err     = { 0 };
    assert_false(decode(&p, "1.2.3", SLICE("x"), &samples, &err)); /* it runs and has answered */
    assert_int_equal(seccomp_of_worker(), 2);
}

/* ---- streams that lie ---- */

static Pixels grey(uint32_t rows, uint32_t columns, uint16_t bits)
{
    return (Pixels) { .rows           = rows,
                      .columns        = columns,
                      .frames         = 1,
                      .samples        = 1,
                      .bits_allocated = bits,
                      .bits_stored    = bits,
                      .high_bit       = (uint16_t)(bits - 1),
                      .photometric    = MONOCHROME2,
                      .encapsulated   = true };
}

static const char *const SYNTAXES[] = {
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.203",
    "1.2.840.10008.1.2.8.1",
    "1.2.840.10008.1.2.4.111",
    "1.2.3",
    "",
};

static void rubbish_is_refused_by_every_decoder_and_the_worker_lives(void **state)
{
    (void)state;
    char rubbish[3000];
    for (size_t i = 0; i < sizeof rubbish; i++)
        rubbish[i] = (char)(i * 31 + i / 7);
    for (size_t i = 0; i < COUNT(SYNTAXES); i++)
        for (size_t len = 1; len <= sizeof rubbish; len = len * 7 + 1) {
            Pixels    p       = grey(64, 64, 16);
            OWNED_BUF samples = buf_make(CODEC_FRAME_MAX);
            Err       err     = { 0 };
            assert_false(decode(&p, SYNTAXES[i], (Slice) { rubbish, len }, &samples, &err));
            assert_int_equal(err.kind, ERR_INPUT);
            assert_int_equal(samples.len, 0);
            assert_null(strstr(err.detail, "crashed"));
        }
}

static void a_frame_larger_than_the_limit_is_not_even_asked_for(void **state)
{
    (void)state;
    Pixels    p       = grey(65535, 65535, 16);
    OWNED_BUF samples = buf_make(CODEC_FRAME_MAX);
    Err       err     = { 0 };
    assert_false(decode(&p, SYNTAXES[0], SLICE("x"), &samples, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

/* A damaged JPEG-LS stream on which CharLS 2.4 does not end (found by fuzzing): the worker is killed, and the
 * next frame is decoded by a new one. */
static void a_stream_without_end_costs_that_frame(void **state)
{
    (void)state;
    static const char ENDLESS[] =
        "\xff\xd8\xff\xf7\x00\x11\x08\x00\x0c\x00\x10\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda\x00"
        "\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x02\x00\x40\x40\x80\x30\x0a\x02\xb6\xc8\x0a\xdb\x2b\xaa\x9a"
        "\x3f\xee\xf7\x9c\xe6\xf7\xbf\xee\xee\xee\xee\xee\xdd\xdd\xdd\xdd\xdd\xdd\x80\xe0\x38\x0e\x03\x38"
        "\xd3\x68\xff\x7f\xba\x9e\x6d\xc5\xbf\xff\x7f\xff\x77\x7b\xff\x7d\xf5\x77\x2d\x28\xf7\xff\x7f\xff"
        "\x4e\x73\xff\x7f\xaf\xd9\xe1\x27\x3f\xff\x7f\xe6\xf7\xff\x7f\xfb\x00\x0b\x00\x0f";
    ChildPool *usual   = pool;
    OWNED_BUF  samples = buf_make(1 << 20);
    Err        err     = { 0 };
    Pixels     colour = grey(12, 16, 8), plain = grey(2, 2, 8);
    colour.samples     = 3;
    colour.photometric = RGB;
    pool               = pool_of(1500);
    assert_non_null(pool);
    assert_false(
        decode(&colour, "1.2.840.10008.1.2.4.80", (Slice) { ENDLESS, sizeof ENDLESS - 1 }, &samples, &err));
    assert_true(decode(&plain, "1.2.840.10008.1.2.1", SLICE("abcd"), &samples, &err));
    child_pool_free(pool);
    pool = usual;
}

static void a_request_that_contradicts_itself_is_no_request(void **state)
{
    (void)state;
    OWNED_BUF head = buf_make(4096);
    Pixels    p    = grey(64, 64, 16);
    assert_true(codec_request_write(&p, "1.2.840.10008.1.2.5", &head, NULL));
    assert_int_equal(head.len, CODEC_REQUEST_BYTES);
    CodecRequest r;
    assert_true(codec_request_read(buf_slice(&head), &r));
    assert_int_equal(r.frame_bytes, 8192);
    assert_string_equal(r.syntax, "1.2.840.10008.1.2.5");
    for (size_t i = 0; i < 32;
         i++) { /* each byte of the numbers changed: read as something consistent, or refused */
        for (int value = 0; value < 256; value += 15) {
            char copy[CODEC_REQUEST_BYTES];
            memcpy(copy, head.at, sizeof copy);
            copy[i] = (char)value;
            if (codec_request_read((Slice) { copy, sizeof copy }, &r))
                assert_true(r.frame_bytes > 0 && r.frame_bytes <= CODEC_FRAME_MAX);
        }
    }
    for (size_t len = 0; len < CODEC_REQUEST_BYTES; len++)
        assert_false(codec_request_read((Slice) { head.at, len }, &r));
}

static void an_answer_of_the_wrong_size_is_refused(void **state)
{
    (void)state;
    CodecAnswer a = {
        .verdict = CODEC_DONE, .photometric = MONOCHROME2, .bits_allocated = 16, .bytes = 8192
    };
    OWNED_BUF head = buf_make(4096);
    codec_answer_write(&a, &head);
    Pixels p = grey(64, 64, 16);
    assert_true(codec_answer_read(buf_slice(&head), 8192, &p, NULL));
    assert_false(p.encapsulated);
    p       = grey(64, 64, 16);
    Err err = { 0 };
    assert_false(codec_answer_read(buf_slice(&head), 8191, &p, &err));
    p = grey(64, 65, 16);
    assert_false(codec_answer_read(buf_slice(&head), 8192, &p, &err));
    p = grey(64, 64, 8);
    assert_false(codec_answer_read(buf_slice(&head), 8192, &p, &err));
    for (int verdict = 1; verdict < 256; verdict++) {
        head.at[4] = (char)verdict;
        p          = grey(64, 64, 16);
        err        = (Err) { 0 };
        assert_false(codec_answer_read(buf_slice(&head), 8192, &p, &err));
        assert_true(p.encapsulated); /* untouched */
        assert_non_null(err.shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worker_runs_behind_a_system_call_filter),
        cmocka_unit_test(every_frame_of_the_corpus_decodes_as_others_decode_it),
        cmocka_unit_test(rubbish_is_refused_by_every_decoder_and_the_worker_lives),
        cmocka_unit_test(a_frame_larger_than_the_limit_is_not_even_asked_for),
        cmocka_unit_test(a_stream_without_end_costs_that_frame),
        cmocka_unit_test(a_request_that_contradicts_itself_is_no_request),
        cmocka_unit_test(an_answer_of_the_wrong_size_is_refused),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
