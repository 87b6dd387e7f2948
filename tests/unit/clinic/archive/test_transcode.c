/*
 * Tests of objects in another transfer syntax: every image of the corpus in every syntax we make, sample for
 * sample; what the head then says; what must be refused.
 *
 * The codec program must stand beside the test; the corpus in ../shared/data, else that part is skipped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <openssl/evp.h>

#include "clinic/archive/frames_internal.h"
#include "clinic/archive/transcode.h"
#include "formats/image/codec_wire.h"

#define DATA SOURCE_ROOT "/../shared/data/dicom/"

static ChildPool *codec;

static int codec_start(void **state)
{
    (void)state;
    char    path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 32);
    if (len <= 0)
        return -1;
    path[len] = '\0';
    (void)snprintf(strrchr(path, '/'), 32, "/beclere-codec");
    codec = child_pool_new(path, (ChildLimits) { .answer_ms = 60000, .workers = 2 }, NULL);
    return codec && access(path, X_OK) == 0 ? 0 : -1;
}

static int codec_stop(void **state)
{
    (void)state;
    child_pool_free(codec);
    return 0;
}

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

/* ---- samples in the codec's one form ---- */

typedef struct View {
    Part10    where;
    Dataset  *ds;
    Pixels    p;
    FrameMap *map;
} View;

static void view_clear(View *v)
{
    frame_map_free(v->map);
    dataset_free(v->ds);
}

static bool view_make(Slice file, View *ret, Err *err)
{
    *ret    = (View) { 0 };
    ret->ds = part10_parse(file, &ret->where, err);
    if (!ret->ds || ret->where.syntax_unknown || !pixels_describe(ret->ds, &ret->p, err))
        return false;
    ret->map = ret->p.encapsulated ? frame_map_new(ret->ds, &ret->p, err) : NULL;
    return ret->map || !ret->p.encapsulated;
}

static bool view_samples(const View *v, uint32_t index, Pixels *p, Buf *ret, Err *err)
{
    OWNED_BUF   frame = buf_make(1 << 29), request = buf_make(4096), answer = buf_make(4096);
    const char *syntax = v->p.encapsulated ? v->where.syntax_uid : UID_EXPLICIT_VR_LITTLE_ENDIAN;
    *p                 = v->p;
    return (v->map ? frame_map_join(v->map, index, &frame, err) : native_frame(&v->p, index, &frame, err)) &&
           codec_request_write(&v->p, syntax, &request, err) &&
           child_ask(codec, buf_slice(&request), buf_slice(&frame), &answer, ret, err) &&
           codec_answer_read(buf_slice(&answer), ret->len, p, err);
}

/* The same in every stored bit; what stands above may be gone only where it is zeros or the sign again. */
static bool same_samples(const Pixels *p, Slice a, Slice b)
{
    if (slice_equal(a, b))
        return true;
    if (a.len != b.len || p->bits_allocated > 16 || p->bits_stored == p->bits_allocated ||
        p->high_bit != p->bits_stored - 1)
        return false;
    unsigned step = p->bits_allocated / 8u, low = (1u << p->bits_stored) - 1;
    unsigned high = ((1u << p->bits_allocated) - 1) & ~low;
    for (size_t i = 0; i < a.len; i += step) {
        unsigned x    = (uint8_t)a.at[i] | (step > 1 ? (unsigned)(uint8_t)a.at[i + 1] << 8 : 0);
        unsigned y    = (uint8_t)b.at[i] | (step > 1 ? (unsigned)(uint8_t)b.at[i + 1] << 8 : 0);
        bool     sign = p->is_signed && (x & high) == high && x >> (p->bits_stored - 1) & 1;
        if ((x & low) != (y & low) || (x & high && !sign))
            return false;
    }
    return true;
}

/* ---- one object in one syntax ---- */

/* Group lengths and offset tables are not kept; all else is. */
static size_t kept_elements(const Dataset *ds)
{
    size_t count = 0;
    for (size_t i = 0; i < dataset_count(ds); i++) {
        uint32_t tag = dataset_at(ds, i)->tag;
        count += TAG_ELEMENT(tag) != 0 && tag != TAG_EXTENDED_OFFSET_TABLE &&
                 tag != TAG_EXTENDED_OFFSET_TABLE_LENGTHS && tag != TAG_LOSSY_IMAGE_COMPRESSION &&
                 tag != TAG_ICON_IMAGE_SEQUENCE && tag != TAG_PLANAR_CONFIGURATION;
    }
    return count;
}

static void check_head(const char *path, const InstanceRow *row, const View *from, const View *to,
                       const char *target)
{
    Slice uid;
    if (!dataset_uid(to->ds, TAG_SOP_INSTANCE_UID, &uid) || !slice_equal_text(uid, row->uid) ||
        strcmp(to->where.sop_instance, row->uid) != 0 || strcmp(to->where.syntax_uid, target) != 0 ||
        to->where.syntax_guessed)
        fail_msg("%s in %s: the head is wrong", path, target);
    if (to->p.rows != from->p.rows || to->p.columns != from->p.columns || to->p.frames != from->p.frames ||
        to->p.bits_stored != from->p.bits_stored || to->p.is_signed != from->p.is_signed)
        fail_msg("%s in %s: another shape", path, target);
    size_t before = kept_elements(from->ds), after = kept_elements(to->ds);
    if (after != before)
        fail_msg("%s in %s: %zu elements of %zu", path, target, after, before);
}

static void check_frames(const char *path, const View *from, const View *to, const char *target)
{
    uint32_t step = from->p.frames > 6 ? from->p.frames / 5 : 1; /* a few of many */
    for (uint32_t i = 0; i < from->p.frames; i += step) {
        OWNED_BUF a = buf_make(1 << 29), b = buf_make(1 << 29);
        Pixels    pa, pb;
        Err       err = { 0 };
        if (!view_samples(from, i, &pa, &a, &err) || !view_samples(to, i, &pb, &b, &err))
            fail_msg("%s in %s frame %u: %s", path, target, i + 1, err.detail);
        if (!same_samples(&from->p, buf_slice(&a), buf_slice(&b)) || pa.photometric != pb.photometric)
            fail_msg("%s in %s frame %u: other samples", path, target, i + 1);
    }
}

/* True when it was made. */
static bool check_object(World *w, const char *path, const InstanceRow *row, const View *from,
                         const char *target)
{
    Err  err = { 0 };
    View to;
    OWNED(Object) *o = object_open(w->archive, codec, row, target, &err);
    if (!o) {
        if (err.kind != ERR_INPUT || strstr(err.detail, "something else"))
            fail_msg("%s in %s: %s", path, target, err.detail);
        return false;
    }
    if (!view_make(object_file(o), &to, &err))
        fail_msg("%s in %s: %s", path, target, err.detail);
    check_head(path, row, from, &to, target);
    check_frames(path, from, &to, target);
    view_clear(&to);
    return true;
}

/* ---- the corpus ---- */

static bool whole(const char *path, Buf *ret)
{
    char full[1024], block[65536];
    snprintf(full, sizeof full, DATA "%s", path);
    FILE *f = fopen(full, "rb");
    for (size_t n; f && (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(ret, slice_bytes(block, n));
    if (f)
        fclose(f);
    return f && !ret->failed;
}

enum { TARGETS_MAX = 16 };
typedef struct Sum {
    int files, made[TARGETS_MAX], refused[TARGETS_MAX];
} Sum;

static void check_file(World *w, const char *path, Sum *sum)
{
    OWNED_BUF    file = buf_make(1 << 29);
    IngestResult r;
    View         from;
    if (!whole(path, &file) || file.len > 4 << 20 ||
        !ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, NULL) || r.outcome != INGEST_STORED)
        return;
    InstanceRow row = row_of(w, &r);
    OWNED_BUF   one = buf_make(1 << 29);
    Pixels      p;
    if (view_make(buf_slice(&file), &from, NULL) && view_samples(&from, 0, &p, &one, NULL)) {
        sum->files++;
        const char *const *targets = transcode_targets();
        for (int i = 0; targets[i]; i++)
            if (i % 3 == sum->files % 3 && /* a third of the syntaxes each, in turn */
                transcode_offered(slice_of(row.syntax_uid), slice_of(targets[i])) &&
                strcmp(row.syntax_uid, targets[i]) != 0) {
                bool made = check_object(w, path, &row, &from, targets[i]);
                *(made ? &sum->made[i] : &sum->refused[i]) += 1;
            }
    }
    view_clear(&from);
}

static void every_image_of_the_corpus_is_the_same_in_every_syntax_we_make(void **state)
{
    OWNED_BUF hashes      = buf_make(4 << 20);
    char      before[512] = "";
    Sum       sum         = { 0 };
    if (!whole("frame_hashes.tsv", &hashes)) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    for (Slice rest = buf_slice(&hashes); rest.len;) {
        Slice line = slice_cut(&rest, '\n');
        char  path[512];
        slice_copy(slice_cut(&line, '\t'), path, sizeof path);
        if (strcmp(path, before) != 0)
            check_file(*state, path, &sum);
        slice_copy(slice_of(path), before, sizeof before);
    }
    const char *const *targets = transcode_targets();
    for (int i = 0; targets[i]; i++)
        print_message("  %-24s %3d made, %2d cannot hold it\n", targets[i], sum.made[i], sum.refused[i]);
    assert_true(sum.files > 150);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sum.refused[i], 0); /* native always can */
}

/* ---- our own ---- */

static void an_object_without_pixels_is_only_written_anew(void **state)
{
    World *w              = *state;
    OWNED(DicomWriter) *d = dw_new(1 << 20);
    OWNED_BUF    file     = buf_make(1 << 20);
    IngestResult r;
    Err          err = { 0 };
    dw_text(d, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.88.11");
    dw_text(d, TAG_SOP_INSTANCE_UID, "1.2.826.7.1");
    dw_text(d, TAG_STUDY_INSTANCE_UID, "1.2.826.7.2");
    dw_text(d, TAG_SERIES_INSTANCE_UID, "1.2.826.7.3");
    dw_text(d, TAG_PATIENT_NAME, "ÉLÈVE^Zoé");
    dw_code(d, TAG_CONCEPT_NAME_CODE_SEQUENCE, "121070", "DCM", "Findings");
    assert_true(dw_finish_file(d, UID_EXPLICIT_VR_LITTLE_ENDIAN, &file, &err));
    assert_true(ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, &err));
    InstanceRow              row       = row_of(w, &r);
    static const char *const WRITTEN[] = { "1.2.840.10008.1.2", "1.2.840.10008.1.2.2",
                                           "1.2.840.10008.1.2.1.99" };
    for (size_t i = 0; i < COUNT(WRITTEN); i++) {
        OWNED(Object) *o = object_open(w->archive, NULL, &row, WRITTEN[i], &err); /* no codec is needed */
        assert_non_null(o);
        assert_string_equal(object_syntax(o), WRITTEN[i]);
        assert_true(slice_ends(object_file(o), object_dataset(o)));
        OWNED(Dataset) *ds = part10_parse(object_file(o), NULL, &err);
        OWNED(Arena) *a    = arena_new(4096);
        assert_non_null(ds);
        assert_true(slice_equal_text(dataset_text(ds, TAG_PATIENT_NAME, a), "ÉLÈVE^Zoé"));
        assert_true(slice_equal_text(
            dataset_code(dataset_item(ds, TAG_CONCEPT_NAME_CODE_SEQUENCE, 0), TAG_CODE_VALUE), "121070"));
    }
    OWNED(Object) *none = object_open(w->archive, codec, &row, "1.2.840.10008.1.2.4.80", &err);
    assert_null(none);
    assert_int_equal(err.kind, ERR_INPUT);
}

static void what_is_stored_comes_as_it_is_and_what_is_made_is_made_once(void **state)
{
    World       *w = *state;
    IngestResult r;
    Err          err = { 0 };
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row     = row_of(w, &r);
    OWNED(Object) *same = object_open(w->archive, NULL, &row, "*", &err);
    assert_non_null(same);
    assert_true(slice_starts(slice_of(object_redirect(same)), SLICE("/_blobs/")));
    assert_int_equal(object_file(same).len, row.bytes);
    OWNED(Object) *made = object_open(w->archive, codec, &row, "1.2.840.10008.1.2.4.202", &err);
    assert_non_null(made);
    assert_true(slice_starts(slice_of(object_redirect(made)), SLICE("/_cache/objects/")));
    OWNED(Object) *again = object_open(w->archive, NULL, &row, "1.2.840.10008.1.2.4.202", &err);
    assert_non_null(again); /* no codec any more: it is there */
    assert_true(slice_equal(object_file(made), object_file(again)));
    Err none = { 0 };
    assert_null(object_open(w->archive, NULL, &row, "1.2.840.10008.1.2.4.80", &none));
    assert_int_equal(none.kind, ERR_INPUT);
    Err lossy = { 0 };
    assert_null(object_open(w->archive, codec, &row, "1.2.840.10008.1.2.4.50", &lossy));
    assert_int_equal(lossy.kind, ERR_INPUT);
}

static void a_frame_is_given_alone_and_as_a_ready_file(void **state)
{
    World       *w = *state;
    IngestResult r;
    Err          err = { 0 }, none = { 0 };
    char         path[160], full[512];
    OWNED_BUF    frame = buf_make(1 << 20);
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    InstanceRow row = row_of(w, &r);
    assert_false(frame_transcode_file(w->archive, NULL, &row, 1, "1.2.840.10008.1.2.4.202", path, &none));
    assert_int_equal(none.kind, ERR_NOT_FOUND);
    assert_true(frame_transcode(w->archive, codec, &row, 1, "1.2.840.10008.1.2.4.202", &frame, &err));
    assert_true(slice_starts(buf_slice(&frame), SLICE("\xFF\x4F\xFF\x51")));
    assert_true(slice_find(buf_slice(&frame), SLICE("\xFF\x55\x00\x08\x00\x40")) != SIZE_MAX); /* TLM */
    assert_true(frame_transcode_file(w->archive, codec, &row, 1, "1.2.840.10008.1.2.4.202", path, &err));
    snprintf(full, sizeof full, "%s/cache/%s", w->folder, path);
    assert_int_equal(access(full, R_OK), 0);
    assert_true(frame_transcode_file(w->archive, NULL, &row, 1, "1.2.840.10008.1.2.4.202", path, &err));
    Err beyond = { 0 };
    assert_false(frame_transcode(w->archive, codec, &row, 2, "1.2.840.10008.1.2.4.202", &frame, &beyond));
    assert_int_equal(beyond.kind, ERR_NOT_FOUND);
}

static void what_was_lossy_or_video_is_offered_only_as_it_can_be(void **state)
{
    (void)state;
    assert_true(transcode_offered(SLICE("1.2.840.10008.1.2.4.50"), SLICE("1.2.840.10008.1.2.1")));
    assert_true(transcode_offered(SLICE("1.2.840.10008.1.2.4.50"), SLICE("1.2.840.10008.1.2.4.50")));
    assert_false(transcode_offered(SLICE("1.2.840.10008.1.2.1"), SLICE("1.2.840.10008.1.2.4.50")));
    assert_false(transcode_offered(SLICE("1.2.840.10008.1.2.4.102"), SLICE("1.2.840.10008.1.2.1")));
    assert_true(transcode_offered(SLICE("1.2.840.10008.1.2.4.102"), SLICE("1.2.840.10008.1.2.4.102")));
    assert_false(transcode_offered(SLICE("1.2.3.4"), SLICE("1.2.840.10008.1.2.1")));
    const char *const *targets = transcode_targets();
    int                count   = 0;
    for (; targets[count]; count++)
        assert_true(transcode_offered(SLICE("1.2.840.10008.1.2.1"), slice_of(targets[count])));
    assert_true(count >= 9 && count <= TARGETS_MAX);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_is_stored_comes_as_it_is_and_what_is_made_is_made_once),
        IN_A_WORLD(a_frame_is_given_alone_and_as_a_ready_file),
        IN_A_WORLD(an_object_without_pixels_is_only_written_anew),
        cmocka_unit_test(what_was_lossy_or_video_is_offered_only_as_it_can_be),
        IN_A_WORLD(every_image_of_the_corpus_is_the_same_in_every_syntax_we_make),
    };
    return cmocka_run_group_tests(tests, codec_start, codec_stop);
}
