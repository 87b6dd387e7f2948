/*
 * A small real archive for the fuzz targets of the DICOM door: two studies, made once, removed at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_FUZZ_DIMSE_WORLD_H
#define TESTS_FUZZ_DIMSE_WORLD_H

#define _GNU_SOURCE /* nftw */

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clinic/archive/ingest.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"
#include "platform/log.h"
#include "schema/schema.h"

typedef struct World {
    char     folder[64];
    DbHost  *db;
    Blobs   *blobs;
    Archive *archive;
} World;
static World world;

static int world_remove(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static void world_end(void)
{
    archive_close(world.archive);
    blobs_close(world.blobs);
    db_close(world.db);
    nftw(world.folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static void world_image(const char *study, const char *name, const char *id, int number)
{
    static const char grey[64] = { 1, 2, 3 };
    Err               err      = { 0 };
    IngestResult      result;
    OWNED_BUF         file  = buf_make(1 << 20);
    OWNED(DicomWriter) *w   = dw_new(1 << 20);
    const IngestSource peer = {
        .via = "dimse", .actor = "peer:FUZZ", .ae_title = "FUZZ", .address = "127.0.0.1"
    };
    dw_text(w, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.7");
    dw_textf(w, TAG_SOP_INSTANCE_UID, "%s.1.%d", study, number);
    dw_text(w, TAG_STUDY_INSTANCE_UID, study);
    dw_textf(w, TAG_SERIES_INSTANCE_UID, "%s.1", study);
    dw_text(w, TAG_MODALITY, "OT");
    dw_text(w, TAG_PATIENT_NAME, name);
    dw_text(w, TAG_PATIENT_ID, id);
    dw_text(w, TAG_STUDY_DATE, "20260302");
    dw_text(w, TAG_STUDY_TIME, "101500");
    dw_code(w, TAG_PROCEDURE_CODE_SEQUENCE, "THX", "99TEST", "Thorax");
    dw_int(w, TAG_INSTANCE_NUMBER, number);
    dw_int(w, TAG_ROWS, 8);
    dw_int(w, TAG_COLUMNS, 8);
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_int(w, TAG_BITS_ALLOCATED, 8);
    dw_int(w, TAG_BITS_STORED, 8);
    dw_int(w, TAG_HIGH_BIT, 7);
    dw_int(w, TAG_PIXEL_REPRESENTATION, 0);
    dw_pixels(w, slice_bytes(grey, sizeof grey), 8);
    if (!dw_finish_file(w, UID_EXPLICIT_VR_LITTLE_ENDIAN, &file, &err) ||
        !ingest_file(world.archive, &peer, buf_slice(&file), &result, &err)) {
        fprintf(stderr, "fuzz world: %s (%s)\n", err.shown, err.detail);
        abort();
    }
}

static void world_begin(void)
{
    char path[128], cache[128];
    Err  err = { 0 };
    if (world.archive)
        return;
    log_set_level(LOG_ERROR + 1);
    (void)snprintf(world.folder, sizeof world.folder, "/tmp/beclere-fuzz-XXXXXX");
    if (!mkdtemp(world.folder))
        abort();
    (void)snprintf(path, sizeof path, "%s/fuzz.db", world.folder);
    world.db = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    (void)snprintf(path, sizeof path, "%s/blobs", world.folder);
    world.blobs = world.db ? blobs_open(path, 0, &err) : NULL;
    (void)snprintf(cache, sizeof cache, "%s/cache", world.folder);
    world.archive = world.blobs
                        ? archive_open(world.db, world.blobs, &(ArchiveOptions) { cache, "BECLERE" }, &err)
                        : NULL;
    if (!world.archive)
        abort();
    (void)atexit(world_end);
    world_image("1.2.826.1", "LÉGER^ZOÉ", "P1", 1);
    world_image("1.2.826.1", "LÉGER^ZOÉ", "P1", 2);
    world_image("1.2.826.2", "DUPONT^JEAN", "", 1);
}

#endif
