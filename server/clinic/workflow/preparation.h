/*
 * Preparation sheets: what a patient is told before an exam of this kind, versioned, approved by a second imager, in French and
 * English; filled with the slot and with what the request says of this patient. E3, E10, E11, L9.
 *
 * The content of a version, each list at most 20 lines:
 *     {"fr":{"title":"Scanner avec injection","before":["…"],"day":["…"],"bring":["…"],"after":["…"]},"en":{…}}
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PREPARATION_H
#define CLINIC_WORKFLOW_PREPARATION_H

#include "base/buf.h"
#include "clinic/workflow/act_projection.h"
#include "formats/texts/texts.h"
#include "guard/access/who.h"

typedef struct Preparation {
    int64_t id, root_id, version, imaging_id, site_id, approved_at_ms; /* site_id 0: every site */
    char    modality[8], region[72], contrast[4], child[4];
    json_t *content; /* owned */
} Preparation;
void preparation_clear(Preparation *p);
#define OWNED_PREPARATION __attribute__((cleanup(preparation_clear))) Preparation

/* ---- the library ---- */

/* A draft, or (body "replaces") the next version of one; by an imager of the group. ERR_DENIED, ERR_INPUT. */
bool preparation_create(Db *db, const Who *who, const json_t *body, int64_t *ret_id, Err *err);
/* The turns of every library (library.h). */
bool preparation_rewrite(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool preparation_submit(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool preparation_return(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool preparation_approve(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
bool preparation_retire(Db *db, const Who *who, int64_t id, const json_t *body, Err *err);
/* {"preparations":[…]}: those in force for all ('all': replaced and withdrawn too), drafts for those who write and approve. */
bool preparations_json(Db *db, const Who *who, bool all, json_t **ret, Err *err);
/* {"preparation":…,"versions":[…]}; ERR_NOT_FOUND also a draft of another group. */
bool preparation_whole_json(Db *db, const Who *who, int64_t id, json_t **ret, Err *err);

/* ---- for an act ---- */

/* The sheet in force that says most of this exam; *ret_found false: none is approved. */
bool preparation_for_act(Db *db, const Act *a, Preparation *ret, bool *ret_found, Err *err);

/* What the request says that this patient must hear: English keys of the catalogue. Pure; 'child' and 'fertile' as of the slot. */
enum { PREPARATION_LINES_MAX = 16 };
size_t preparation_lines(const Act *a, bool injected, bool child, bool fertile, const char *ret[PREPARATION_LINES_MAX]);

/*
 * GET /api/acts/{id}/preparation: {"lang","sheet":{id,version,title,…},"patient","exam","arrive_ms","start_ms","room","site","city",
 * "zone","lines":[…],"given"}. ERR_NOT_FOUND; ERR_CONFLICT nothing planned, or no sheet approved for this exam.
 */
bool act_preparation_json(Db *db, const Who *who, int64_t act_id, Lang lang, json_t **ret, Err *err);
/* The same of an act that the caller has loaded and whose reader they have judged. */
bool preparation_sheet_json(Db *db, const Act *a, Lang lang, json_t **ret, Err *err);
/* The same, printed. */
bool act_preparation_pdf(Db *db, const Who *who, int64_t act_id, Lang lang, Buf *ret, Err *err);

#endif
