/*
 * What must be there before a step: each condition by name, with the requirement that asks for it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_NEEDS_H
#define CLINIC_WORKFLOW_ACT_NEEDS_H

#include "clinic/workflow/act_projection.h"

typedef enum ActNeed {
    NEED_CONVENTION,
    /* the request */
    NEED_REASON,
    NEED_PURPOSE,
    NEED_CIRCUMSTANCES,
    NEED_PREGNANCY,
    NEED_EARLIER_EXAMS,
    NEED_OPTIMISATION,
    NEED_QUESTION,
    NEED_BENEFIT_CODE,
    NEED_BENEFIT_PATIENT,
    NEED_BENEFIT_TEXT,
    NEED_DISTANCE_CODE,
    NEED_DISTANCE_TEXT,
    NEED_RELEVANCE,
    NEED_PATHWAY,
    NEED_TREATING,
    NEED_QUESTION_OPEN,
    /* information and consents */
    NEED_INFORMATION,
    NEED_INFORMED,
    NEED_CONSENT_ACT,
    NEED_CONSENT_DISTANCE,
    NEED_NOT_WITHDRAWN,
    NEED_PHYSICIAN,
    NEED_URGENCY,
    /* the verdict */
    NEED_INDICATION,
    NEED_DISTANCE,
    NEED_BENEFIT_CONFIRMED,
    NEED_PROTOCOL,
    NEED_DOSE_DECISION,
    NEED_CHANGE_KNOWN,
    /* the slot and the site */
    NEED_ROOM,
    NEED_SLOT_AHEAD,
    NEED_SLOT_IN_TIME,
    NEED_LOCAL_PHYSICIAN,
    NEED_LOCAL_REAL,
    NEED_LOCAL_IS_ME,
    NEED_IDENTITY,
    NEED_IMAGER_THERE,
    NEED_PROTOCOL_READ,
    /* the exam */
    NEED_ORDER_OPEN,
    NEED_ORDER_MINE,
    NEED_INCIDENT_OPEN,
    NEED_MARK_OPEN,
    NEED_QUALITY,
    NEED_QUALITY_COMMENT,
    NEED_IMAGES,
    NEED_ACQUISITION_OVER,
    NEED_ALL_IMAGES,
    NEED_NO_GAPS,
    NEED_RIGHT_PATIENT,
    /* reading and after */
    NEED_NOBODY_READS,
    NEED_OTHER_READS,
    NEED_SAME_READER,
    NEED_REPORT_FULL,
    NEED_REPORT_SEEN,
    NEED_PROOF,
    NEED_PATIENT_INFORMED,
    NEED_DMP_DONE,
    NEED_ACKNOWLEDGED,
    NEED_ALTERNATIVE,
    NEED_RECORD_CHECKED,
    NEED_TOLD_WHEN,
    NEED_COUNT
} ActNeed;

#define NEED(n) ((uint64_t)1 << (n))
_Static_assert(NEED_COUNT <= 64, "needs are a mask of 64 bits");

/* All that a step looks at besides the act: who asks, the moment, the patient, what has come. */
typedef struct ActScene {
    int64_t  now_ms;
    int64_t  person_id;       /* 0: the system */
    unsigned requester_roles; /* the person's roles at each party of the act */
    unsigned site_roles, imaging_roles;
    bool     physician; /* the person's profession */
    char     patient_sex;
    int      patient_age; /* whole years; < 0 unknown */
    int64_t  images;      /* received */
    int64_t  gaps;        /* images missing by numbers, positions or the modality */
    bool     wrong_patient;
    /* of the room, the physician and the clause that 'data' names */
    bool          room_fits;
    bool          local_fits;
    MissingList   clause_missing; /* the convention does not cover it: which clause */
    bool          report_complete;
    MissingList   report_missing;
    int64_t       report_revision;
    char          report_sha256[65];
    const json_t *data; /* what is sent with the step; NULL: only asked whether it may be taken */
} ActScene;

/* Which conditions hold. Those on 'data' hold while nothing is sent. */
uint64_t act_present(const Act *a, const ActScene *scene);

/* Adds those of 'needs' that do not hold. */
void act_missing(const Act *a, const ActScene *scene, uint64_t needs, MissingList *ret);

/* Women of child-bearing age (10 to 55), and where the sex is not known: the pregnancy status must be said
 * (E11). */
bool pregnancy_matters(char sex, int age);

/* May a person with these roles answer this order: the addressed role, or the one it was escalated to. */
bool order_is_for(const json_t *order, const ActScene *scene);

#endif
