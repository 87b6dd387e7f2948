/*
 * Evidence: documents as they were uploaded, with their digest. S5, O6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_DOCUMENTS_H
#define CLINIC_STAFF_STAFF_DOCUMENTS_H

#include "clinic/staff/staff_kinds.h"
#include "platform/blobs/blobs.h"

enum { STAFF_DOCUMENT_MAX = 16 << 20 }; /* bytes */

typedef struct StaffDocument {
    int64_t id, bytes, uploaded_by;
    char    blob[96], name[128], media_type[32], sha256[65];
} StaffDocument;

/* The type that the bytes themselves show: PDF, PNG, JPEG, clean UTF-8 text; NULL for anything else. */
const char *staff_media_type(Slice bytes);

/*
 * Puts the bytes on disk (before their row, outside a transaction) and fills all but 'id'. 'name' is shown, never a path.
 * ERR_INPUT empty or of a type that is not taken; ERR_LIMIT over STAFF_DOCUMENT_MAX; ERR_FULL.
 */
bool staff_document_keep(Blobs *blobs, Slice bytes, Slice name, int64_t person_id, StaffDocument *ret, Err *err);
bool staff_document_add(Db *db, StaffDocument *d, Err *err);
bool staff_document_load(Db *db, int64_t id, StaffDocument *ret, Err *err);

typedef struct DocumentUse {
    int64_t          person_id, room_id, equipment_id; /* whose item it is the evidence of; all 0: none */
    int64_t          organisation_id;                  /* of the procedure whose text it is; 0: none */
    const StaffKind *kind;
} DocumentUse;

/* Where it is used, so that the caller can decide who may open it. At most 'max'. */
bool staff_document_uses(Db *db, int64_t id, DocumentUse *ret, size_t max, size_t *ret_count, Err *err);

#endif
