/*
 * Tests of single frames: ready multipart files, big endian made little, bits aligned, bulk values, malformed
 * wishes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/frames.h"

static InstanceRow row_of(World *w, const IngestResult *r)
{
    InstanceRow row;
    Err         err = { 0 };
    OWNED(Db) *db   = db_read(w->host, NULL);
    if (!instance_find(db, slice_of(r->study), slice_of(r->series), slice_of(r->sop_instance), &ALL, &row,
                       &err))
        fail_msg("%s", err.shown);
    return row;
}

static void read_cached(World *w, const char *path, Buf *ret)
{
    char full[512];
    snprintf(full, sizeof full, "%s/cache/%s", w->folder, path);
    FILE *f = fopen(full, "rb");
    assert_non_null(f);
    char   block[4096];
    size_t n;
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        buf_add(ret, slice_bytes(block, n));
    fclose(f);
}

static void a_frame_becomes_a_ready_multipart_file(void **state)
{
    World       *w = *state;
    IngestResult r;
    char         path[160], again[160];
    OWNED_BUF    body = buf_make(1 << 20);
    Err          err  = { 0 };
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row = row_of(w, &r);
    assert_true(frame_file(w->archive, &row, 1, path, &err));
    read_cached(w, path, &body);
    Slice rest = buf_slice(&body);
    assert_true(slice_starts(rest, SLICE("--beclere-frame\r\nContent-Type: application/octet-stream; "
                                         "transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n")));
    assert_true(slice_ends(rest, SLICE("\r\n--beclere-frame--\r\n")));
    assert_int_equal(body.len,
                     slice_find(rest, SLICE("\r\n\r\n")) + 4 + 4096 + strlen("\r\n--beclere-frame--\r\n"));
    assert_true(frame_file(w->archive, &row, 1, again, NULL));
    assert_string_equal(path, again);
    /* The cache may be deleted at any time. */
    char full[512];
    snprintf(full, sizeof full, "%s/cache/frames", w->folder);
    nftw(full, world_remove, 16, FTW_DEPTH | FTW_PHYS);
    assert_true(frame_file(w->archive, &row, 1, again, NULL));
    OWNED_BUF made_again = buf_make(1 << 20);
    read_cached(w, again, &made_again);
    assert_true(slice_equal(buf_slice(&body), buf_slice(&made_again)));
}

static void a_frame_that_is_not_there_is_not_found(void **state)
{
    World       *w = *state;
    IngestResult r;
    char         path[160], syntax[65];
    OWNED_BUF    bytes = buf_make(1 << 20);
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row = row_of(w, &r);
    for (uint32_t frame = 0; frame <= 2; frame += 2) {
        Err err = { 0 };
        assert_false(frame_file(w->archive, &row, frame, path, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
        err = (Err) { 0 };
        assert_false(frame_bytes(w->archive, &row, frame, &bytes, syntax, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
    }
}

/* Two frames of 3 × 3 bits: the second does not begin on a byte. */
static void frames_of_single_bits_begin_on_a_byte(void **state)
{
    World     *w         = *state;
    const char pixels[4] = { (char)0xFF, 0x01, 0x02, 0 }; /* frame 1 all ones; frame 2: 0b000000001 << ... */
    IngestResult r;
    char         syntax[65];
    OWNED_BUF    file     = buf_make(1 << 20);
    OWNED_BUF    frame    = buf_make(1 << 20);
    Err          err      = { 0 };
    OWNED(DicomWriter) *d = dw_new(1 << 20);
    OWNED_TEXT char *base = NULL;
    image_write(&AN_IMAGE, d, &base);
    dw_int(d, TAG_ROWS, 3);
    dw_int(d, TAG_COLUMNS, 3);
    dw_int(d, TAG_NUMBER_OF_FRAMES, 2);
    dw_int(d, TAG_BITS_ALLOCATED, 1);
    dw_int(d, TAG_BITS_STORED, 1);
    dw_int(d, TAG_HIGH_BIT, 0);
    dw_pixels(d, slice_bytes(pixels, 4), 1);
    assert_true(dw_finish_file(d, UID_EXPLICIT_VR_LITTLE_ENDIAN, &file, &err));
    if (!ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, &err))
        fail_msg("%s", err.shown);
    InstanceRow row = row_of(w, &r);
    assert_int_equal(row.frames, 2);
    assert_true(frame_bytes(w->archive, &row, 1, &frame, syntax, &err));
    assert_memory_equal(frame.at, "\xFF\x01", 2);
    buf_clear(&frame);
    assert_true(
        frame_bytes(w->archive, &row, 2, &frame, syntax, &err)); /* bits 9 to 17: 0000 0010 0000 0000 >> 1 */
    assert_int_equal(frame.len, 2);
    assert_memory_equal(frame.at, "\x00\x01", 2);
}

static void bulk_values_are_found_by_their_path(void **state)
{
    World       *w = *state;
    IngestResult r;
    OWNED_BUF    bytes = buf_make(1 << 20);
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row = row_of(w, &r);
    assert_true(instance_bulk(w->archive, &row, SLICE("7FE00010"), &bytes, NULL));
    assert_int_equal(bytes.len, 4096);
    static const char *const BAD[] = { "",   "00420011", "7FE00010/1/00100010",
                                       "xx", "0008/1",   "00400275/0/00080100" };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        Err err = { 0 };
        assert_false(instance_bulk(w->archive, &row, slice_of(BAD[i]), &bytes, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
    }
}

static void malformed_windows_and_sizes_are_refused(void **state)
{
    static const char *const WINDOWS[] = {
        "",    "40",           "40,0",    "40,0.5,linear",   "40,0,sigmoid",
        "a,b", "40,400,cubic", "nan,400", "40,400,linear,1", "0x10,4"
    };
    static const char *const REGIONS[] = { "", "0,0,1", "0.5,0,0.5,1", "0,0,1.1,1", "-0.1,0,1,1", "0,0,1,1,1" };
    static const char *const SIZES[] = { "",         "10",      "0,10",        "10,-1",
                                         "10,10,-1", "99999,1", "10,10,1,1,0", "10,10,1,1,1,1,1",
                                         "10,10,x" };
    RenderWanted             wanted  = { 0 };
    (void)state;
    for (size_t i = 0; i < COUNT(WINDOWS); i++)
        assert_false(render_window(slice_of(WINDOWS[i]), &wanted, NULL));
    for (size_t i = 0; i < COUNT(SIZES); i++)
        assert_false(render_viewport(slice_of(SIZES[i]), &wanted, NULL));
    for (size_t i = 0; i < COUNT(REGIONS); i++)
        assert_false(render_region(slice_of(REGIONS[i]), 100, 200, &wanted, NULL));
    assert_true(render_region(SLICE("0.25,0,0.75,1"), 100, 200, &wanted, NULL));
    assert_true(wanted.left == 50 && wanted.top == 0 && wanted.part_width == 100 && wanted.part_height == 100);
    assert_true(render_window(SLICE("40.5,400,sigmoid"), &wanted, NULL));
    assert_true(wanted.has_window && wanted.voi == VOI_SIGMOID && wanted.window_width == 400);
    assert_true(render_viewport(SLICE("512,256"), &wanted, NULL));
    assert_int_equal(wanted.height, 256);
}

static void a_native_frame_becomes_a_picture(void **state)
{
    World       *w = *state;
    IngestResult r;
    Err          err   = { 0 };
    OWNED_BUF    png   = buf_make(1 << 20);
    OWNED_BUF    jpeg  = buf_make(1 << 20);
    RenderWanted small = { .format = RENDER_PNG, .width = 16, .height = 16 };
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row = row_of(w, &r);
    if (!frame_render(w->archive, NULL, &row, 1, &small, &png, &err))
        fail_msg("%s (%s)", err.shown, err.detail);
    assert_true(slice_starts(buf_slice(&png), SLICE("\x89PNG\r\n\x1a\n")));
    assert_memory_equal(png.at + 16, "\0\0\0\x10\0\0\0\x10", 8); /* IHDR: 16 by 16 */
    assert_true(
        frame_render(w->archive, NULL, &row, 1, &(RenderWanted) { .format = RENDER_JPEG }, &jpeg, &err));
    assert_true(slice_starts(buf_slice(&jpeg), SLICE("\xFF\xD8\xFF")));
    assert_false(frame_render(w->archive, NULL, &row, 2, &small, &png, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void a_picture_asked_for_again_lies_ready_and_only_few_do(void **state)
{
    World             *w = *state;
    IngestResult       r;
    char               path[160], again[160];
    bool               kept     = false;
    Err                err      = { 0 };
    OWNED_BUF          made     = buf_make(1 << 20);
    OWNED_BUF          file     = buf_make(1 << 20);
    const RenderWanted plain    = { .format = RENDER_JPEG };
    const RenderWanted OTHERS[] = {
        { .has_window = true, .window_center = 40, .window_width = 400 },
        { .quality = 50 },
        { .width = 100, .height = 100 },
        { .width = 64, .height = 128 },
        { .width = 2048, .height = 2048 },
        { .width = 64, .height = 64, .part_width = 4, .part_height = 4 },
    };
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row = row_of(w, &r);
    assert_true(frame_render(w->archive, NULL, &row, 1, &plain, &made, &err));
    assert_true(frame_render_file(w->archive, NULL, &row, 1, &plain, path, &kept, &err) && kept);
    read_cached(w, path, &file);
    assert_true(slice_equal(buf_slice(&made), buf_slice(&file)));
    assert_true(frame_render_file(w->archive, NULL, &row, 1, &plain, again, &kept, &err) && kept);
    assert_string_equal(path, again);
    assert_true(frame_render_file(w->archive, NULL, &row, 1, &(RenderWanted) { .width = 128, .height = 128 },
                                  again, &kept, &err) &&
                kept);
    assert_string_not_equal(path, again);
    for (size_t i = 0; i < COUNT(OTHERS); i++)
        assert_true(frame_render_file(w->archive, NULL, &row, 1, &OTHERS[i], path, &kept, &err) && !kept);
    assert_false(frame_render_file(w->archive, NULL, &row, 2, &plain, path, &kept, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_frame_becomes_a_ready_multipart_file),
        IN_A_WORLD(a_frame_that_is_not_there_is_not_found),
        IN_A_WORLD(frames_of_single_bits_begin_on_a_byte),
        IN_A_WORLD(bulk_values_are_found_by_their_path),
        IN_A_WORLD(a_native_frame_becomes_a_picture),
        IN_A_WORLD(a_picture_asked_for_again_lies_ready_and_only_few_do),
        cmocka_unit_test(malformed_windows_and_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
