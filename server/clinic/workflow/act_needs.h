/*
 * What must be there before a step: each condition by name, with the requirement that asks for it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_NEEDS_H
#define CLINIC_WORKFLOW_ACT_NEEDS_H

#include "clinic/workflow/act_projection.h"

/* Whose file, or which register, was found wanting: act_fitness.c. */
typedef enum Fitness {
    FIT_REQUESTER,
    FIT_IMAGER,
    FIT_TECHNOLOGIST,
    FIT_LOCAL,
    FIT_NUCLEAR,
    FIT_WORKPLACE,
    FIT_EQUIPMENT,
    FIT_DISPLAY,
    FIT_COUNT
} Fitness;

/* All that a step looks at besides the act: who asks, the moment, the patient, what has come. */
typedef struct ActScene {
    int64_t  now_ms;
    int64_t  person_id;       /* 0: the system */
    unsigned requester_roles; /* the person's roles at each party of the act */
    unsigned site_roles, imaging_roles;
    bool     physician; /* the person's profession */
    char     patient_sex;
    int      patient_age; /* whole years, by the date at the site; < 0 unknown */
    bool     minor;       /* younger than 18 there and then */
    unsigned patient_attributes; /* PATIENT_HOMO | … */
    int64_t  images;      /* received */
    bool     medical;     /* physician, dental surgeon or midwife */
    bool     identified;  /* the patient's identity is validated and not doubtful */
    int64_t  gaps;        /* images missing by numbers, positions or the modality */
    bool     wrong_patient;
    /* of the room, the physician and the clause that 'data' names */
    bool          room_fits;
    bool          local_fits;
    MissingList   slot;         /* what stands against the slot sent */
    bool          sheet_fits;   /* a preparation sheet is approved for this exam */
    int64_t       slot_free_ms; /* a slot within the delay; 0: none */
    bool          experts_fit, images_fit;
    bool          distance_outside; /* the reason of the distance is none of the convention's */
    bool          assignee_fits; /* the person named is on duty there */
    MissingList   unfit[FIT_COUNT];
    bool          priors_fit;       /* the earlier exams ticked are of this patient */
    bool          protocol_known;   /* the protocol named is in force for this act */
    bool          protocol_fits;    /* … and made for the patient's age and weight */
    bool          protocol_newer;   /* a version later than the one ordered is in force */
    char          protocol_contrast[24];
    int64_t       protocol_renal_days;
    bool          document_fits; /* the document named is one of this act */
    MissingList   clause_missing; /* the convention does not cover it: which clause */
    bool          delegate_fits, report_urgent;
    bool          on_duty;             /* an imager of the act's group, on duty now */
    bool          final_by_another;    /* the convention lets another imager sign after a preliminary report */
    bool          addendum_written;    /* the last version is an addendum not signed yet */
    char          report_sha256_preliminary[65];
    int64_t       shown_incomplete; /* images that were shown to the person and never whole */
    bool          report_complete;
    MissingList   report_missing;
    int64_t       report_revision;
    char          report_sha256[65];
    const json_t *data; /* what is sent with the step; NULL: only asked whether it may be taken */
} ActScene;

/* A condition of steps. One on 'data' holds while nothing is sent. */
typedef struct ActNeed {
    const char *code, *why; /* "consent-act", "E3" */
    bool (*there)(const Act *a, const ActScene *scene);
    const char *text; /* English key: what is missing, and what to do */
    /* NULL, or: adds what it knows better than 'text'; nothing added: 'text' is said. */
    void (*explain)(const Act *a, const ActScene *scene, MissingList *ret);
} ActNeed;

/* For 'explain': which clause of the convention, which part of the report is missing. */
void act_explain_clause(const Act *a, const ActScene *scene, MissingList *ret);
void act_explain_report(const Act *a, const ActScene *scene, MissingList *ret);

/* Adds those of 'needs' (ends on NULL; NULL: none) that do not hold. */
void act_missing(const Act *a, const ActScene *scene, const ActNeed *const *needs, MissingList *ret);

/* Women of child-bearing age (10 to 55), and where the sex is not known: the pregnancy status must be said
 * (E11). */
bool pregnancy_matters(char sex, int age);

/* May a person with these roles answer this order: the addressed role, or the one it was escalated to. */
bool order_is_for(const json_t *order, const ActScene *scene);
/* Is it a further clinical examination? chapter_examination.c */
bool order_is_examination(const json_t *order);

#endif
