/*
 * Tests over the shared corpus of real files: what is valid is kept byte for byte, what must be refused is
 * refused, frames hash as two decoders agreed, doses are those the reports state.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <openssl/evp.h>

#include "clinic/archive/frames.h"
#include "formats/dicom/pixels.h"
#include "formats/json/base64.h"

#define DATA SOURCE_ROOT "/../shared/data/dicom/"

static bool whole(const char *path, Buf *ret)
{
    OWNED_BUF full = buf_make(4096);
    buf_addf(&full, DATA "%s", path);
    FILE  *f = fopen(buf_text(&full), "rb");
    char   block[65536];
    size_t n;
    if (!f)
        return false;
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        buf_add(ret, slice_bytes(block, n));
    fclose(f);
    return !ret->failed;
}

enum { PATH_AT = 0, EXPECTED_AT = 15, UIDS_AT = 16 };
static Slice column(Slice line, int n)
{
    Slice head = SLICE_NONE;
    for (int i = 0; i <= n; i++)
        head = slice_cut(&line, '\t');
    return head;
}

typedef struct Tally {
    int kept, again, aside, refused, files, wrong;
} Tally;

static void keep_and_compare(World *w, Slice file, const char *path, Tally *t)
{
    IngestResult r;
    InstanceRow  row;
    Err          err = { 0 };
    if (!ingest_file(w->archive, &A_PEER, file, &r, &err)) {
        print_message("%s refused: %s (%s)\n", path, err.shown, err.detail);
        t->wrong++;
        return;
    }
    t->kept += r.outcome == INGEST_STORED;
    t->again += r.outcome == INGEST_ALREADY;
    t->aside += r.outcome == INGEST_ASIDE;
    if (r.outcome != INGEST_STORED)
        return; /* the corpus holds some images twice, under one UID */
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(
        instance_find(db, slice_of(r.study), slice_of(r.series), slice_of(r.sop_instance), &ALL, &row, NULL));
    OWNED(Blob) *blob = blob_open(w->blobs, row.blob, NULL);
    assert_non_null(blob);
    if (!slice_equal(blob_bytes(blob), file))
        fail_msg("%s came back with other bytes", path);
    OWNED_BUF json = buf_make(64 << 20);
    assert_true(instances_metadata(db, slice_of(r.study), slice_of(r.series), slice_of(r.sop_instance), &ALL,
                                   &json, NULL));
    OWNED(json_t) *parsed = json_loadb(json.at, json.len, 0, NULL);
    if (json_array_size(parsed) != 1)
        fail_msg("%s: its metadata is not JSON", path);
}

static void must_refuse(World *w, Slice file, const char *path, Tally *t)
{
    IngestResult r;
    Err          err    = { 0 };
    int64_t      before = world_number(w, "SELECT COUNT(*) FROM instance");
    if (ingest_file(w->archive, &A_PEER, file, &r, &err)) {
        print_message("%s was taken\n", path);
        t->wrong++;
        return;
    }
    assert_true(err.kind == ERR_INPUT || err.kind == ERR_LIMIT);
    assert_non_null(err.shown);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM instance"), before);
    t->refused++;
}

static void the_corpus_is_kept_or_refused_as_its_manifest_says(void **state)
{
    World    *w        = *state;
    Tally     t        = { 0 };
    OWNED_BUF manifest = buf_make(4 << 20);
    if (!whole("MANIFEST.tsv", &manifest)) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    Slice rest = buf_slice(&manifest);
    (void)slice_cut(&rest, '\n');
    while (rest.len) {
        Slice line = slice_cut(&rest, '\n'), expected = column(line, EXPECTED_AT);
        bool  uids = slice_equal_text(column(line, UIDS_AT), "yes");
        char  path[512];
        slice_copy(column(line, PATH_AT), path, sizeof path);
        OWNED_BUF file = buf_make(1 << 30);
        if (!line.len || !whole(path, &file))
            continue;
        t.files++;
        if (slice_starts(expected, SLICE("valid")) && uids)
            keep_and_compare(w, buf_slice(&file), path, &t);
        else if (slice_starts(expected, SLICE("must be rejected")) ||
                 (slice_starts(expected, SLICE("valid")) && !uids))
            must_refuse(w, buf_slice(&file), path, &t);
        else { /* either is fine, but nothing half done */
            IngestResult r;
            (void)ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, NULL);
        }
    }
    print_message("%d files: %d kept, %d already there, %d aside, %d refused\n", t.files, t.kept, t.again,
                  t.aside, t.refused);
    assert_true(t.files > 300);
    assert_int_equal(t.wrong, 0);
    assert_int_equal(world_blobs(w), world_number(w, "SELECT (SELECT COUNT(*) FROM instance) + (SELECT "
                                                     "COUNT(*) FROM instance_aside)"));
    ArchiveCheck check;
    assert_true(archive_check(w->archive, NULL, NULL, &check, NULL));
    assert_int_equal(check.missing + check.altered + check.leftovers, 0);
}

/* ---- dose ---- */

typedef struct Expected {
    const char *file;
    double      dlp, dap; /* negative: not stated */
    size_t      ctdi;
} Expected;

static int64_t send_sample(World *w, const char *path)
{
    IngestResult r;
    Err          err  = { 0 };
    OWNED_BUF    file = buf_make(64 << 20);
    assert_true(whole(path, &file));
    if (!ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, &err))
        fail_msg("%s: %s %s", path, err.shown, err.detail);
    return r.study_id;
}

static json_t *dose(World *w, int64_t study_id)
{
    json_t *j     = NULL;
    Err     err   = { 0 };
    OWNED(Db) *db = db_read(w->host, NULL);
    if (!dose_of_study(db, study_id, &j, &err))
        fail_msg("%s %s", err.shown, err.detail);
    return j;
}

static void must_be(const char *file, const char *what, const json_t *j, double expected)
{
    if (expected < 0 ? !json_is_null(j)
                     : !json_is_number(j) || json_number_value(j) < expected * 0.999 - 1e-9 ||
                           json_number_value(j) > expected * 1.001 + 1e-9)
        fail_msg("%s: %s is %f, not %f", file, what, json_number_value(j), expected);
}

static void doses_are_those_the_reports_state(void **state)
{
    static const Expected EXPECTED[] = {
        { "rdsr/CT-RDSR-Siemens-Multi-1.dcm", 7.46, -1, 1 },
        { "rdsr/CT-RDSR-Siemens-Multi-2.dcm", 77.27, -1, 2 },
        { "rdsr/CT-RDSR-Siemens-Multi-3.dcm", 236.09, -1, 3 },
        { "rdsr/CT-RDSR-Toshiba_DoseCheck.dcm", 502.40, -1, 2 },
        { "rdsr/DX-RDSR-Canon_CXDI.dcm", -1, 107, 0 },  /* 1.07e-05 Gy.m2 */
        { "rdsr/RF-RDSR-Siemens-Zee.dcm", -1, 160, 0 }, /* 1.6e-05 Gym2 */
        { "rdsr/Dual-RDSR-RF.dcm", -1, 21.2, 0 },       /* 2.12e-06 Gym2 */
    };
    if (access(DATA "MANIFEST.tsv", R_OK) != 0) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    for (size_t i = 0; i < COUNT(EXPECTED);
         i++) { /* the three of Siemens accumulate in one study, each replacing */
        OWNED(json_t) *j = dose(*state, send_sample(*state, EXPECTED[i].file));
        assert_string_equal(json_string_value(json_object_get(j, "source")), "rdsr");
        must_be(EXPECTED[i].file, "DLP", json_object_get(j, "dlp_mgycm"), EXPECTED[i].dlp);
        must_be(EXPECTED[i].file, "DAP", json_object_get(j, "dap_mgycm2"), EXPECTED[i].dap);
        if (json_array_size(json_object_get(j, "ctdi")) != EXPECTED[i].ctdi)
            fail_msg("%s: %zu CTDIvol", EXPECTED[i].file, json_array_size(json_object_get(j, "ctdi")));
    }
    OWNED(json_t) *breasts = dose(*state, send_sample(*state, "rdsr/MG-RDSR-Hologic_2D.dcm"));
    const json_t *agd      = json_object_get(breasts, "agd");
    must_be("MG", "left", json_object_get(agd, "left_mgy"), 1.30);
    must_be("MG", "right", json_object_get(agd, "right_mgy"), 1.28);
}

/* ---- frames against frame_hashes.tsv, native ones ---- */

static void native_frames_hash_as_two_decoders_agreed(void **state)
{
    OWNED_BUF hashes = buf_make(4 << 20);
    World    *w      = *state;
    int       same   = 0;
    if (!whole("frame_hashes.tsv", &hashes)) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    Slice rest = buf_slice(&hashes), header = slice_cut(&rest, '\n');
    int   path_at = -1, frame_at = -1, hash_at = -1, status_at = -1;
    for (int i = 0; header.len; i++) {
        Slice name = slice_cut(&header, '\t');
        path_at    = slice_equal_text(name, "path") || slice_equal_text(name, "file") ? i : path_at;
        frame_at   = slice_equal_text(name, "frame") ? i : frame_at;
        hash_at    = slice_equal_text(name, "sha256") ? i : hash_at;
        status_at  = slice_equal_text(name, "status") ? i : status_at;
    }
    assert_true(path_at >= 0 && frame_at >= 0 && hash_at >= 0 && status_at >= 0);
    while (rest.len) {
        Slice line = slice_cut(&rest, '\n');
        char  path[512], hex[65], syntax[65];
        if (!slice_equal_text(column(line, status_at), "agree"))
            continue;
        slice_copy(column(line, path_at), path, sizeof path);
        OWNED_BUF    file  = buf_make(1 << 30);
        OWNED_BUF    frame = buf_make(1 << 30);
        IngestResult r;
        InstanceRow  row;
        Pixels       p;
        int64_t      number = 0;
        if (!whole(path, &file) || !ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, NULL) ||
            r.outcome == INGEST_ASIDE || !slice_int(column(line, frame_at), &number))
            continue;
        OWNED(Db) *db = db_read(w->host, NULL);
        if (!instance_find(db, slice_of(r.study), slice_of(r.series), slice_of(r.sop_instance), &ALL, &row,
                           NULL))
            continue;
        OWNED(Dataset) *ds = part10_parse(buf_slice(&file), NULL, NULL);
        if (!ds || !pixels_describe(ds, &p, NULL) || p.encapsulated || p.samples != 1 ||
            p.bits_allocated == 1 || p.frame_bytes % 2)
            continue; /* colour and bits are hashed in another layout than they are stored */
        assert_true(frame_bytes(w->archive, &row, (uint32_t)(number > 0 ? number : 1), &frame, syntax, NULL));
        uint8_t digest[32];
        EVP_Digest(frame.at, frame.len, digest, NULL, EVP_sha256(), NULL);
        hex_encode(slice_bytes(digest, 32), hex);
        if (!slice_equal_text(column(line, hash_at), hex))
            fail_msg("%s frame %lld: %s", path, (long long)number, hex);
        same++;
    }
    print_message("%d native frames hash as agreed\n", same);
    assert_true(same > 20);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(the_corpus_is_kept_or_refused_as_its_manifest_says),
        IN_A_WORLD(doses_are_those_the_reports_state),
        IN_A_WORLD(native_frames_hash_as_two_decoders_agreed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
