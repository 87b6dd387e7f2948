/*
 * Documents attached to an act: a signed consent, a letter, a result. E3, E5.
 *
 * Kept as files with their digest, so that a backup and a verification read them as they do reports. Never
 * changed; what refers to one names its id.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_DOCUMENT_H
#define CLINIC_WORKFLOW_ACT_DOCUMENT_H

#include "clinic/workflow/act.h"

enum { ACT_DOCUMENT_BYTES_MAX = 20 << 20, ACT_DOCUMENTS_MAX = 40 /* of one act */ };

typedef struct ActDocument {
    int64_t id, act_id, bytes;
    char    name[160], type[32], blob[96];
} ActDocument;

/* "application/pdf", "image/jpeg", "image/png" by the first bytes; NULL: none of these. Pure. */
const char *act_document_type(Slice bytes);

/*
 * Keeps 'bytes' and writes the row; whether this person may see the act is the caller's. Errors: ERR_INPUT
 * neither PDF nor picture, or no name; ERR_LIMIT too large or too many; ERR_CONFLICT the act is closed.
 */
bool act_document_add(ActHouse *house, const Who *who, int64_t act_id, Slice name, Slice bytes,
                      int64_t *ret_id, Err *err);

/* ERR_NOT_FOUND when it is not of this act. */
bool act_document_load(Db *db, int64_t act_id, int64_t id, ActDocument *ret, Err *err);

/* The whole document, added to 'ret'. */
bool act_document_read(ActHouse *house, const ActDocument *d, Buf *ret, Err *err);

/* [{id,name,type,bytes,sha256,at_ms,by:{id,name}}] of an act, the caller's. */
bool act_documents_json(Db *db, int64_t act_id, json_t **ret, Err *err);

#endif
