/*
 * A whole archive in a temporary folder, and small images to fill it with; for the tests of the room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLINIC_ARCHIVE_WORLD_H
#define TESTS_CLINIC_ARCHIVE_WORLD_H

#define _GNU_SOURCE /* nftw */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/news.h"
#include "clinic/archive/study.h"
#include "formats/dicom/writer.h"
#include "formats/json/json_util.h"
#include "schema/schema.h"

#define UNUSED __attribute__((unused))

typedef struct World {
    char     folder[64];
    DbHost  *host;
    Blobs   *blobs;
    Archive *archive;
} World;

static UNUSED int world_remove(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static UNUSED bool world_open(World *w)
{
    char path[128], cache[128];
    Err  err = { 0 };
    snprintf(path, sizeof path, "%s/test.db", w->folder);
    w->host = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    snprintf(path, sizeof path, "%s/blobs", w->folder);
    w->blobs = w->host ? blobs_open(path, 0, &err) : NULL;
    snprintf(cache, sizeof cache, "%s/cache", w->folder);
    w->archive =
        w->blobs ? archive_open(w->host, w->blobs, &(ArchiveOptions) { cache, "BECLERE" }, &err) : NULL;
    ArchiveRepair repair;
    if (w->archive && !archive_own(w->archive, &repair, &err)) {
        archive_close(w->archive);
        w->archive = NULL;
    }
    if (!w->archive)
        print_message("%s: %s\n", err.shown ? err.shown : "?", err.detail);
    return w->archive != NULL;
}

static UNUSED void world_shut(World *w)
{
    archive_close(w->archive);
    blobs_close(w->blobs);
    db_close(w->host);
    w->archive = NULL;
    w->blobs   = NULL;
    w->host    = NULL;
}

static UNUSED int world_new(void **state)
{
    World *w = calloc(1, sizeof *w);
    snprintf(w->folder, sizeof w->folder, "/tmp/beclere-archive-XXXXXX");
    *state = w;
    return mkdtemp(w->folder) && world_open(w) ? 0 : -1;
}

static UNUSED int world_free(void **state)
{
    World *w = *state;
    world_shut(w);
    nftw(w->folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

/* ---- images ---- */

typedef struct Image {
    const char *study, *series, *uid, *class_uid;
    const char *modality, *name, *id, *issuer, *birth, *sex, *accession, *description, *date;
    int         number;
    size_t      pixel_bytes; /* rows of 64 bytes; 0: 64 × 64 */
    int         fill;
} Image;

static const Image UNUSED AN_IMAGE = { .study       = "1.2.826.1.1",
                                       .series      = "1.2.826.1.1.1",
                                       .uid         = "1.2.826.1.1.1.1",
                                       .class_uid   = "1.2.840.10008.5.1.4.1.1.2",
                                       .modality    = "CT",
                                       .name        = "DUPONT^JEANNE",
                                       .id          = "X1",
                                       .issuer      = "",
                                       .birth       = "19700102",
                                       .sex         = "F",
                                       .accession   = "A1",
                                       .description = "CRANE",
                                       .date        = "20260302",
                                       .number      = 1 };

static UNUSED void image_write(const Image *i, DicomWriter *w, char **ret_pixels)
{
    size_t bytes = i->pixel_bytes ? i->pixel_bytes : 64 * 64;
    *ret_pixels  = malloc(bytes);
    memset(*ret_pixels, i->fill, bytes);
    dw_text(w, TAG_SOP_CLASS_UID, i->class_uid);
    dw_text(w, TAG_SOP_INSTANCE_UID, i->uid);
    dw_text(w, TAG_STUDY_INSTANCE_UID, i->study);
    dw_text(w, TAG_SERIES_INSTANCE_UID, i->series);
    dw_text(w, TAG_MODALITY, i->modality);
    dw_text(w, TAG_PATIENT_NAME, i->name);
    dw_text(w, TAG_PATIENT_ID, i->id);
    dw_text(w, TAG_ISSUER_OF_PATIENT_ID, i->issuer);
    dw_text(w, TAG_PATIENT_BIRTH_DATE, i->birth);
    dw_text(w, TAG_PATIENT_SEX, i->sex);
    dw_text(w, TAG_ACCESSION_NUMBER, i->accession);
    dw_text(w, TAG_STUDY_DESCRIPTION, i->description);
    dw_text(w, TAG_SERIES_DESCRIPTION, "Série 1");
    dw_text(w, TAG_STUDY_DATE, i->date);
    dw_text(w, TAG_STUDY_TIME, "101500");
    dw_int(w, TAG_SERIES_NUMBER, 3);
    dw_int(w, TAG_INSTANCE_NUMBER, i->number);
    dw_int(w, TAG_ROWS, (int64_t)(bytes / 64));
    dw_int(w, TAG_COLUMNS, 64);
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_int(w, TAG_BITS_ALLOCATED, 8);
    dw_int(w, TAG_BITS_STORED, 8);
    dw_int(w, TAG_HIGH_BIT, 7);
    dw_int(w, TAG_PIXEL_REPRESENTATION, 0);
    dw_pixels(w, slice_bytes(*ret_pixels, bytes), 8);
}

/* A whole file, or its data set alone. */
static UNUSED void image_bytes(const Image *i, bool whole_file, Buf *ret)
{
    OWNED(DicomWriter) *w   = dw_new(64 << 20);
    OWNED_TEXT char *pixels = NULL;
    Err              err    = { 0 };
    image_write(i, w, &pixels);
    bool ok = whole_file ? dw_finish_file(w, UID_EXPLICIT_VR_LITTLE_ENDIAN, ret, &err)
                         : dw_finish(w, EXPLICIT_LITTLE, ret, &err);
    if (!ok)
        fail_msg("writer: %s %s", err.shown, err.detail);
}

static const IngestSource UNUSED  A_PEER = { .via             = "dimse",
                                             .actor           = "peer:MODALITY1",
                                             .ae_title        = "MODALITY1",
                                             .address         = "127.0.0.1",
                                             .organisation_id = 5 };
static const ArchiveViewer UNUSED ALL    = { .sees_all = true };

static UNUSED bool send_file(World *w, const Image *i, IngestResult *ret, Err *err)
{
    OWNED_BUF file = buf_make(64 << 20);
    image_bytes(i, true, &file);
    return ingest_file(w->archive, &A_PEER, buf_slice(&file), ret, err);
}

static UNUSED void must_send(World *w, const Image *i, IngestOutcome outcome, IngestResult *ret)
{
    Err err = { 0 };
    if (!send_file(w, i, ret, &err))
        fail_msg("%s: %s", err.shown, err.detail);
    assert_int_equal(ret->outcome, outcome);
}

/* A C-STORE in pieces of 1000 bytes. */
static UNUSED bool send_store(World *w, const Image *i, Slice dataset, IngestResult *ret, Err *err)
{
    OWNED(Ingest) *in = ingest_begin(w->archive, &A_PEER, SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN),
                                     slice_of(i->class_uid), slice_of(i->uid), err);
    if (!in)
        return false;
    for (size_t at = 0; at < dataset.len; at += 1000)
        (void)ingest_append(in, slice_part(dataset, at, 1000), NULL);
    return ingest_finish(in, ret, err);
}

/* Files in the blob store, whatever they are. */
static UNUSED bool world_count_one(const char *name, int64_t bytes, int64_t mtime_s, void *count)
{
    (void)name, (void)bytes, (void)mtime_s;
    ++*(int64_t *)count;
    return true;
}

static UNUSED int64_t world_blobs(World *w)
{
    int64_t count = 0;
    assert_true(blobs_walk(w->blobs, world_count_one, &count, NULL));
    return count;
}

/* One number out of the database. */
static UNUSED int64_t world_number(World *w, const char *sql)
{
    OWNED(Db) *db     = db_read(w->host, NULL);
    OWNED(DbQuery) *q = db_query(db, sql);
    assert_int_equal(db_next(q, NULL), DB_ROW);
    return db_int(q, 0);
}

/* ---- a patient ---- */

typedef struct NewPatient {
    const char *birth_name, *first_given, *birth_date, *sex;
    Patient     made;
} NewPatient;

static UNUSED bool world_patient_work(Db *db, void *arg, Err *err)
{
    NewPatient  *n     = arg;
    PatientDraft draft = { .birth_name       = slice_of(n->birth_name),
                           .first_given      = slice_of(n->first_given),
                           .birth_date       = slice_of(n->birth_date),
                           .sex              = slice_of(n->sex),
                           .birth_place_code = SLICE("75056"),
                           .organisation_id  = 5,
                           .confirm_new      = true };
    return patient_create(db, &draft, INS_OIDS_TEST, &(PatientBy) { .actor = "system:test" }, &n->made, NULL,
                          err);
}

static UNUSED Patient world_patient(World *w, const char *birth_name, const char *first_given,
                                    const char *birth_date, const char *sex)
{
    NewPatient n   = { birth_name, first_given, birth_date, sex, { 0 } };
    Err        err = { 0 };
    if (!db_write(w->host, world_patient_work, &n, &err))
        fail_msg("%s: %s", err.shown, err.detail);
    return n.made;
}

static UNUSED bool world_expect_work(Db *db, void *expected, Err *err)
{
    return expected_study_add(db, expected, err);
}

static UNUSED void world_expect(World *w, const ExpectedStudy *expected)
{
    Err err = { 0 };
    if (!db_write(w->host, world_expect_work, (void *)(uintptr_t)expected, &err))
        fail_msg("%s: %s", err.shown, err.detail);
}

/* The bytes that are kept of what came. */
static UNUSED void stored_bytes(World *w, const IngestResult *r, Buf *ret, InstanceRow *ret_row)
{
    OWNED(Db) *db = db_read(w->host, NULL);
    Err err       = { 0 };
    assert_true(instance_find(db, slice_of(r->study), slice_of(r->series), slice_of(r->sop_instance), &ALL,
                              ret_row, &err));
    OWNED(Blob) *blob = blob_open(w->blobs, ret_row->blob, &err);
    assert_non_null(blob);
    buf_add(ret, blob_bytes(blob));
}

#endif
