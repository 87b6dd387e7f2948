/*
 * Dose of a study, from its radiation dose reports or else from image headers. E29; order of 22 September
 * 2006.
 *
 * What an instance says about dose is read once, at ingest, into rows; a study's dose is then arithmetic on
 * rows. Units are read from the object and converted. CTDIvol values are never added; each irradiation event
 * counts once. Source: DICOM PS3.16 TID 10001-10005, 10011-10013.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_DOSE_H
#define CLINIC_ARCHIVE_DOSE_H

#include <jansson.h>

#include "formats/dicom/dataset.h"
#include "platform/db/db.h"

enum { DOSE_EVENTS_MAX = 512 };

/* A value that may be absent. */
typedef struct DoseValue {
    bool   known;
    double value;
} DoseValue;

typedef enum DoseKind { DOSE_NONE, DOSE_REPORT_CT, DOSE_REPORT_PROJECTION, DOSE_HEADER } DoseKind;

/* One irradiation event, or one image. */
typedef struct DoseEvent {
    char      uid[65];   /* irradiation event UID; "" unknown */
    char      label[65]; /* protocol or region, as the machine wrote it */
    DoseValue ctdi_mgy, phantom_cm, dlp_mgycm, dap_mgycm2, agd_mgy, kvp, mas;
} DoseEvent;

/* What one instance says. */
typedef struct DoseFacts {
    DoseKind   kind;
    bool       whole_study;  /* its scope of accumulation is the study */
    char       ended_at[27]; /* DICOM DT, to order reports */
    DoseValue  dlp_mgycm, dap_mgycm2, agd_left_mgy, agd_right_mgy, fluoroscopy_s; /* totals of the report */
    DoseEvent *events; /* freed by dose_facts_clear */
    size_t     event_count;
} DoseFacts;

/* Reads a data set (an RDSR, or an image with dose in its header). kind DOSE_NONE when it says nothing. */
bool dose_from_dataset(const Dataset *ds, DoseFacts *ret, Err *err);
void dose_facts_clear(DoseFacts *f);

/*
 * Dose of a study or of all studies of an act, as docs/api.md report "dose":
 * {"source":"rdsr"|"headers","ctdi":[{"mgy","phantom_cm","label"}],"dlp_mgycm","dap_mgycm2","dlp_by_phantom":[…],
 *  "agd":{"left_mgy","right_mgy"},"fluoroscopy_s","exposures":[{"label","kvp","mas","dap_mgycm2","agd_mgy"}]};
 * members without value are null. JSON null when nothing is known.
 */
bool dose_of_study(Db *db, int64_t study_id, json_t **ret, Err *err);
bool dose_of_act(Db *db, int64_t act_id, json_t **ret, Err *err);

#endif
