/*
 * Earlier exams that other archives hold: what is asked for, what they answer, and the fetches of a patient's
 * studies with how far each is.
 *
 * The asking itself is a door's affair; here stands what is remembered of it, and how a study that came joins
 * the record: compared with it, as one that came on a disc. E5, E15, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_ELSEWHERE_H
#define CLINIC_ARCHIVE_ELSEWHERE_H

#include <jansson.h>

#include "clinic/archive/study.h"
#include "formats/texts/texts.h"

/* On whose behalf an archive is asked; NULL strings read as "". */
typedef struct RemoteAsker {
    const char *actor, *origin, *factors; /* as AuditLine */
    int64_t     person_id, patient_id, act_id;
} RemoteAsker;

/* Keys of a search, UTF-8; empty ones match all. */
typedef struct RemoteWanted {
    Slice study_uid, patient_id, patient_name, birth_date, accession, study_date, modality;
} RemoteWanted;

/* A study that a peer holds, as it says; "" or -1 what it does not tell. */
typedef struct RemoteStudy {
    char    uid[65], date[19], time[17], accession[65], description[257], modalities[65];
    char    patient_id[257], patient_issuer[65], patient_name[257], patient_birth[11], patient_sex[17];
    int64_t instances;
} RemoteStudy;

enum { REMOTE_STUDIES_MAX = 1000 }; /* then the rest of a search is cancelled */

/* False stops: the rest is cancelled. */
typedef bool RemoteEach(const RemoteStudy *study, void *with);

typedef struct RemoteFetched {
    int64_t held;    /* instances that the peer holds of this study */
    int64_t there;   /* of them, here before */
    int64_t stored;  /* came now */
    int64_t refused; /* came, and could not be kept: another object with that UID, not readable */
} RemoteFetched;

/* What the archive adds to a peer's answer: is it here, and whose is it against this record? */
bool remote_study_json(Db *db, int64_t patient_id, const RemoteStudy *study, json_t **ret, Err *err);

/* ---- fetches ---- */

typedef struct FetchRow {
    int64_t       id, import_id, patient_id, act_id, person_id, turn, changed_at_ms;
    char          ae_title[17], study_uid[65], actor[65], factors[64], origin[64], state[12], reason[256];
    RemoteFetched count;
} FetchRow;

enum { FETCHES_OPEN_MAX = 64 }; /* of one person */

/*
 * Asked for, in the caller's transaction, traced; the caller adds the job. 'from': whose archive, for people.
 * Errors: ERR_NOT_FOUND no such patient for this person; ERR_CONFLICT under way already; ERR_LIMIT too many.
 */
typedef struct FetchWanted {
    int64_t patient_id, act_id;
    Slice   ae_title, study_uid, label, from;
} FetchWanted;
bool fetch_add(Db *db, const FetchWanted *wanted, const PatientBy *by, FetchRow *ret, Err *err);

/* ERR_NOT_FOUND: none, or the patient is not for this person (0: whoever asks, jobs). */
bool fetch_load(Db *db, int64_t id, int64_t person_id, FetchRow *ret, Err *err);
bool fetches_json(Db *db, int64_t patient_id, Lang lang, json_t *ret, Err *err);

/* The steps of the one that fetches. *ret false: not to be done, or not any more (cancelled, another turn).
 */
bool fetch_take(Db *db, int64_t id, int64_t turn, bool *ret, Err *err);
bool fetch_progress(Db *db, const FetchRow *row, bool *ret, Err *err);
/* It ended: 'why' NULL all is here, and joins the record or waits for a word; 'again': it will be tried
 * again. */
bool fetch_end(Db *db, const FetchRow *row, const char *why, bool again, Err *err);

/* The steps of a person, traced. ERR_CONFLICT: not in that state. */
bool fetch_cancel(Db *db, FetchRow *row, const PatientBy *by, Err *err);
bool fetch_resume(Db *db, FetchRow *row, const PatientBy *by,
                  Err *err); /* the caller adds the job of row->turn */
/* It came under another identity: why it belongs here. ERR_INPUT no reason. */
bool fetch_attach(Db *db, FetchRow *row, Slice reason, const PatientBy *by, Err *err);

/* At start: those that a stop cut off wait again, each with a new turn. */
typedef bool FetchAgain(Db *db, const FetchRow *row, void *with, Err *err);
bool         fetches_again(Db *db, FetchAgain *each, void *with, Err *err);

#endif
