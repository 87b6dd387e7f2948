/*
 * Drugs that an instance tells of: radiopharmaceutical dose reports (RRDSR), and the headers of PET, NM and contrast images. L2, S5.
 *
 * Read once, at ingest, into rows; what the act makes of them is the workflow's (act_agents.h). Activities are in MBq whatever the
 * object's unit: the report says its unit, the header of a classic PET image is in Bq, those of NM and of enhanced PET in MBq.
 * A number that only makes sense in the other unit is not converted: it is told as it was read, and marked.
 *
 * Source: DICOM PS3.16 TID 10021, 10022; PS3.3 C.8.4.10, C.8.9.2, C.8.22.4, C.7.6.4, C.7.6.4b.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_AGENT_H
#define CLINIC_ARCHIVE_AGENT_H

#include <jansson.h>

#include "clinic/archive/dose.h"

enum { AGENTS_MAX = 4 }; /* of one instance */

typedef enum AgentSource { AGENT_REPORT, AGENT_HEADER } AgentSource;

typedef struct Agent {
    AgentSource source;
    bool        radioactive;
    char        product[65], radionuclide[33], batch[65];
    char        route[24]; /* as the workflow's codes: "intravenous"…; "" not said, or not one of them */
    char        started[15]; /* local time YYYYMMDDHHMMSS; "" not said */
    bool        offset_known;
    int         offset_min; /* of 'started', east of UTC */
    char        event_uid[65];
    DoseValue   activity_mbq, volume_ml;
    bool        other_unit; /* the activity makes sense in the other unit alone (Bq for MBq, or the reverse) */
} Agent;

typedef struct AgentFacts {
    Agent  items[AGENTS_MAX];
    size_t count;
} AgentFacts;

/* What a data set tells; nothing when it tells nothing. Pure. */
void agents_from_dataset(const Dataset *ds, AgentFacts *ret);

/* An activity that is given to a patient: 1 to 10 000 MBq. */
bool agent_activity_is_plausible(double mbq);

/*
 * {"source":"report"|"header","radioactive","product","radionuclide","batch","route","started","offset_min","event_uid",
 *  "activity_mbq","volume_ml","other_unit"}; members that are not said are left out. The caller's.
 */
json_t *agent_json(const Agent *a);

/* Rows of an instance; queues ARCHIVE_JOB_AGENT (news.h) when something new is told of its study. */
bool agents_store(Db *db, int64_t instance_id, int64_t study_id, const AgentFacts *facts, Err *err);

/* Queues the same job when anything at all is told of the study: it has come to an act. */
bool agents_tell(Db *db, int64_t study_id, Err *err);

/* Everything told of the studies of an act: [{"agent_id","study_id","wrong_patient", and the members above}]. */
bool agents_of_act(Db *db, int64_t act_id, json_t **ret, Err *err);

#endif
