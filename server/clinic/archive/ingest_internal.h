/*
 * One instance on its way in: what its two halves share (ingest.c receives, ingest_finish.c ends).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_INGEST_INTERNAL_H
#define CLINIC_ARCHIVE_INGEST_INTERNAL_H

#include <openssl/evp.h>

#include "clinic/archive/archive_internal.h"

enum {
    MEMORY_BYTES = 1 << 20, /* an instance up to here is in memory until it is checked; larger ones stream */
    NAMED_BYTES  = 128 << 10, /* from here on a helper may write what comes, if its name is known */
    HEAD_BYTES   = 32 << 20,  /* the four UIDs must stand before this */
    EARLY_BYTES =
        16 << 20, /* larger files are flushed before their rows: few, and slow to compare after a crash */
};

struct Ingest {
    Archive     *a;
    IngestSource source;
    bool         is_file;
    char         class_uid[65], instance_uid[65]; /* of the C-STORE command */
    Buf          head;                            /* the file so far, until it streams */
    size_t       look_at;                         /* when 'head' is that long, look for the UIDs */
    bool         named;                           /* looked for them at NAMED_BYTES already */
    bool         streams;                         /* bytes go to the file alone, no more to 'head' */
    EVP_MD_CTX  *digest;     /* of the data set, kept on the way; NULL: made at the end */
    size_t       dataset_at; /* where that began */
    FourUids     uids;
    BlobWriter  *writer; /* NULL while in memory only; fed from 'head' until 'streams' or the end */
    char         blob[256];
    int64_t      bytes;
    Err          first; /* sticks */
};

/* The file under its final name of today; 'in->uids' are known. */
BlobWriter *ingest_writer(Ingest *in, Err *err);
/* The same once the UIDs can be read from 'head' and agree with the command; false without 'err': not yet. */
bool ingest_named(Ingest *in, Err *err);
bool ingest_command_agrees(const Ingest *in, Err *err);
bool ingest_told(const Ingest *in, Err *err);

#endif
