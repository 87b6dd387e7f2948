/*
 * Performed steps: what a modality says it does, and which objects it made; told to the act it belongs to.
 *
 * IN PROGRESS, then COMPLETED or DISCONTINUED, both final. Source: DICOM PS3.4 annex F.7; E17, E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PERFORMED_H
#define CLINIC_WORKFLOW_PERFORMED_H

#include "clinic/workflow/act_projection.h"

enum { PERFORMED_OBJECTS_MAX = 50000 };

typedef struct PerformedObject {
    char series_uid[65], class_uid[65], uid[65];
} PerformedObject;

/* As said; an empty text was not said (and, in a change, stays what it was). */
typedef struct Performed {
    char uid[65], state[17];
    char study_uid[65], accession[17], sps_id[17], station_ae[17], station_name[17], modality[17];
    char started[15], ended[15], reason[65];
    char dap_dgycm2[17], fluoroscopy_s[17], exposures[13];

    bool             has_objects; /* they replace those said before */
    PerformedObject *objects;     /* owned by who fills it */
    size_t           object_count;

    char    peer[17];
    int64_t site_id; /* of the peer; 0 unknown */
} Performed;

typedef enum PerformedVerdict {
    PERFORMED_TAKEN,
    PERFORMED_DUPLICATE, /* created already */
    PERFORMED_UNKNOWN,   /* changed without being created */
    PERFORMED_FINAL,     /* completed or discontinued: may no longer be changed */
    PERFORMED_NOT_YOURS, /* said by a machine of another site */
} PerformedVerdict;

/* True: look at *ret; when taken it is durable. Errors: ERR_UNAVAILABLE. */
bool performed_create(ActHouse *house, const Performed *p, PerformedVerdict *ret, Err *err);
bool performed_change(ActHouse *house, const Performed *p, PerformedVerdict *ret, Err *err);

/* Of the objects that the act's steps name: how many by all, and those not here, by series. False stops. */
typedef struct PerformedMissing {
    char    series_uid[65], description[65];
    int64_t series; /* its number; INT32_MIN when unknown */
    int64_t count;
} PerformedMissing;
typedef bool PerformedMissingEach(const PerformedMissing *one, void *with);
bool         performed_missing_each(Db *db, int64_t act_id, PerformedMissingEach *each, void *with, Err *err);
bool         performed_count(Db *db, int64_t act_id, int64_t *ret, Err *err);

#endif
