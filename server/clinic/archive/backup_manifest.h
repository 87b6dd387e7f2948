/*
 * The list of one backup: what it holds, name by name with its digest, signed as a whole.
 *
 * Text, one thing a line, so that it can be read without this program:
 *
 *     beclere-backup 1 <number> <time>
 *     database <sha256> <bytes> beclere.db
 *     key      <sha256> <bytes> <name below keys/>
 *     blob     <digest> <bytes> <data set at> <name below blobs/>
 *     lost     <digest> <bytes> <data set at> <name>   the database names it, but it was missing or altered
 *     end      <lines of blobs> <their bytes>
 *
 * The digest of a blob is the database's: SHA-256 of the bytes before the data set followed by the data set's
 * own SHA-256 (docs/decisions/0011-ingest.md), or the flat one of documents and older images. The signature
 * is Ed25519 over "beclere-backup-1\n" and the SHA-256 of the list in hexadecimal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_BACKUP_MANIFEST_H
#define CLINIC_ARCHIVE_BACKUP_MANIFEST_H

#include "base/buf.h"

typedef enum ManifestKind {
    MANIFEST_BACKUP,
    MANIFEST_DATABASE,
    MANIFEST_KEY,
    MANIFEST_BLOB,
    MANIFEST_LOST,
    MANIFEST_END,
    MANIFEST_KINDS
} ManifestKind;

typedef struct ManifestLine {
    ManifestKind kind;
    int64_t      number;     /* BACKUP: of the backup; END: how many blobs */
    int64_t      bytes;      /* END: of all blobs */
    int64_t      dataset_at; /* BLOB, LOST */
    uint8_t      sha256[32]; /* not of BACKUP and END */
    Slice        name;       /* relative, stays below its folder; BACKUP: the time */
} ManifestLine;

/* One line without its end; 'name' points into it. ERR_INPUT when it is anything else. Pure. */
bool manifest_line_read(Slice line, ManifestLine *ret, Err *err);
bool manifest_line_add(const ManifestLine *line, Buf *ret);

#endif
