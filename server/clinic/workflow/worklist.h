/*
 * The modality worklist: one item per planned act, with all that the modality must be told. PS3.4 annex K,
 * E10, E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_WORKLIST_H
#define CLINIC_WORKFLOW_WORKLIST_H

#include "platform/db/db.h"

/* Empty members match everything. Exact here; wild cards and folding of names are the caller's, over what is
 * given. */
typedef struct WorklistFilter {
    int64_t site_id; /* 0: any */
    int64_t act_id;  /* 0: any */
    Slice   ae_title, modality, patient_id, accession, sps_id;
    int64_t from_ms, to_ms; /* start of the slot; 0: open */
} WorklistFilter;

typedef struct WorklistItem {
    int64_t act_id, site_id;
    char    act_number[32];
    /* patient */
    char   patient_name[200]; /* FAMILY^GIVEN, UTF-8 */
    char   patient_id[64], patient_id_issuer[64];
    char   ins[16], ins_oid[40]; /* only when the identity is qualified; else "" */
    char   birth_date[9];        /* YYYYMMDD */
    char   sex[2];               /* M, F, O or "" */
    double weight_kg;            /* 0: unknown */
    char   allergies[256];
    char   alerts[256]; /* implants and the like */
    int    pregnancy;   /* 1 not pregnant, 2 possibly, 3 definitely, 4 unknown; 0: not said */
    /* requested procedure */
    char accession[17];
    char requested_procedure_id[17];
    char requested_procedure[65]; /* description */
    char study_uid[65];
    char priority[8];    /* STAT HIGH ROUTINE */
    char requester[200]; /* FAMILY^GIVEN^^Dr */
    char reason[256];
    /* scheduled step */
    char    sps_id[17];
    char    sps_description[65];
    char    modality[8];
    char    ae_title[17], station_name[17], location[65];
    char    performing_physician[200];       /* the imager: FAMILY^GIVEN^^Dr */
    char    institution[128], time_zone[40]; /* of the site */
    int64_t start_ms;
    char    start_date[9], start_time[7]; /* local to the site: YYYYMMDD, HHMMSS */
    bool    running;                      /* started already */
} WorklistItem;

/* Planned and running acts, by start. 'each' false stops without an error. */
bool worklist_each(Db *db, const WorklistFilter *filter, bool (*each)(const WorklistItem *item, void *arg),
                   void *arg, Err *err);

#endif
