/*
 * What a holder sees of their own record: acts in plain states, the report once the patient is informed, images, who looked. E34, T7, E27, X3.
 *
 *     Everything here asks OWN_SQL, and answers ERR_NOT_FOUND for what is not the holder's: another patient's act, a guessed id,
 *     a draft, an act that the patient keeps off the page (L8). Report and images open together: after 'inform-patient', never
 *     while a diagnosis waits to be announced; until then one answer for all reasons. docs/decisions/0100-patient-access.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_OWN_RECORD_H
#define CLINIC_WORKFLOW_OWN_RECORD_H

#include "clinic/archive/study.h"
#include "clinic/workflow/act_house.h"

/* Pure: may the patient read report and images now? */
bool own_report_is_open(const Act *a);
/* Pure: how far it is, for the patient: "asked", "planned", "under-way", "reading", "waiting", "ready", "not-done". */
const char *own_state(const Act *a);

/* The act of this holder, for the trace and as the gate of everything else. ERR_NOT_FOUND. */
bool own_act(Db *db, const Who *who, int64_t act_id, Act *ret, Err *err);
/* The same once its report is open; ERR_CONFLICT, in the same words whatever the reason. */
bool own_open_act(Db *db, const Who *who, int64_t act_id, Act *ret, Err *err);

/* {"patient":{…},"holder":{kind,name,since_ms,until_ms},"over":false,"acts":[…],"site":{…}} */
bool own_record_json(Db *db, const Who *who, json_t **ret, Err *err);
/* One act with its parts; "report" and "images" say "open" or "waiting". */
bool own_act_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

/* {"text",…,"versions"?:[{kind,at_ms,addendum?,reason?,changes?|null}]}: what was signed, the oldest first, where there is more than one.
 * ERR_CONFLICT, in the same words whatever the reason: not open yet. The first opening is an event of the act. */
bool own_report_json(ActHouse *house, const Who *who, int64_t act_id, json_t **ret, Err *err);
bool own_report_pdf(ActHouse *house, const Who *who, int64_t act_id, Buf *ret, Err *err);

/* ---- own_images.c ---- */

/*
 * {"series":[{uid,modality,number,description,images:[{uid,frames,rows,columns}]}],"first":[{series,image,frame,words|null,
 * window:{center,width}|null}],"files","bytes"}. "first": what the signed report names, then the key images kept with it.
 */
bool own_series_json(const ActHouse *house, Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);
/* The image with these UIDs, when it is one of this act. */
bool own_instance(Db *db, const Who *who, int64_t act_id, Slice series_uid, Slice instance_uid, InstanceRow *ret, Err *err);
/* The study to export of this act, and the viewer for whom it is exported. ERR_NOT_FOUND: no images. */
bool own_study(Db *db, const Who *who, int64_t act_id, char ret_study_uid[65], ArchiveViewer *ret, Err *err);

/* own_readers.c. {"readers":[{at_ms,kind,name,profession,organisations:[…],purpose,number,times,you}]}, the latest first, at most 300. */
bool own_readers_json(Db *db, const Who *who, json_t **ret, Err *err);

#endif
