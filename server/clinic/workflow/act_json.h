/*
 * Acts as JSON, exactly as docs/api.md §4 says; only what this person may see. Each result is given to the
 * caller.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_JSON_H
#define CLINIC_WORKFLOW_ACT_JSON_H

#include "base/buf.h"
#include "clinic/workflow/act.h"
#include "formats/texts/texts.h"

typedef struct ActsWanted {
    Slice view;  /* "requests", "imaging", "site", "all" */
    Slice state; /* comma separated names; empty: all */
    Slice task;  /* "review-exception": only acts that wait for that; empty: all */
    Slice q;     /* number or name of the patient; empty: all */
    Slice modality;  /* empty: all */
    Slice assistances; /* "only", "none"; empty: with the others */
    int64_t limit;   /* 1 … 500; 0: 500 */
    bool    counts;  /* how many there are in each state, those of other states too */
} ActsWanted;

/* {"acts":[summary…],"more":bool,"counts":{state:n}|null,"assistances":{state:n}|null,"now_ms":…}: nearest deadline first; 500 in a state: as many or more.
 * ERR_INPUT an unknown view or state. */
bool acts_json(Db *db, const Who *who, const ActsWanted *wanted, json_t **ret, Err *err);

/* The whole act: facts, people, images, the steps this person may try with what is missing. ERR_NOT_FOUND. */
bool act_json(Db *db, const Who *who, Lang lang, int64_t act_id, json_t **ret, Err *err);

/* {"id","number","state"}, whoever asks: for the archive's staff, who see which act a study belongs to and no more of it.
 * JSON null: none. */
bool act_label_json(Db *db, int64_t act_id, json_t **ret, Err *err);

/* {"events":[event…]} with seq > after. */
bool act_events_json(Db *db, const Who *who, int64_t act_id, int64_t after, json_t **ret, Err *err);

/* Patient of an act this person may see: for the audit line of a read. ERR_NOT_FOUND. */
bool act_patient(Db *db, const Who *who, int64_t act_id, int64_t *ret_patient_id, Err *err);

/*
 * For the push hub: events of all acts that this person may see, with id > after, oldest first, at most
 * 'limit'. 'each' borrows the JSON; false from it stops. *ret_last: the greatest id looked at, seen or not
 * (ask from there next).
 */
typedef bool ActEventEach(int64_t event_id, const json_t *event, void *arg);
bool act_events_since(Db *db, int64_t person_id, int64_t after, int limit, ActEventEach *each, void *arg,
                      int64_t *ret_last, Err *err);
bool act_events_last_id(Db *db, int64_t *ret, Err *err);

/* [{code,text,why[,count]}] in the language. */
json_t *missing_json(const MissingList *list, Lang lang);

/* The slot as the modality sees it: GET /api/acts/{id}/worklist. ERR_CONFLICT when nothing is planned. */
bool act_worklist_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

/* ---- the report of an act ---- */
/* GET: drafts only for the imagers of the act, those of an addendum for its author; signed ones for every participant.
 * 'revision' 0: the last one; ERR_NOT_FOUND no such version that is signed. */
bool act_report_json(Db *db, const Who *who, Lang lang, int64_t act_id, int64_t revision, json_t **ret, Err *err);
/* PUT {"revision","content"}: the reader of the act, until it is signed. ERR_CONFLICT: *ret_revision is
 * theirs. */
bool act_report_save(ActHouse *house, const Who *who, int64_t act_id, const json_t *body,
                     int64_t *ret_revision, Err *err);
/* PUT {"revision","addendum":{kind,reason,sections,difference,language_reason}}: who opened the addendum, until it is
 * signed. ERR_CONFLICT: *ret_revision is theirs. */
bool act_addendum_save(ActHouse *house, const Who *who, int64_t act_id, const json_t *body, int64_t *ret_revision, Err *err);
/* May this person write into its report, or its addendum, now? As act_report_save and act_addendum_save judge. */
bool act_report_may_write(Db *db, const Who *who, int64_t act_id, Err *err);
/* The signed PDF as kept ('revision' 0: the last), or the draft, watermarked, for the imagers of the act. */
bool act_report_pdf(ActHouse *house, const Who *who, int64_t act_id, int64_t revision, Buf *ret, Err *err);

#endif
