/*
 * Phantoms: synthetic exams that look like what the modality makes, and are valid DICOM. Nobody's images.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_PHANTOM_H
#define DEMO_PHANTOM_H

#include "base/buf.h"

/* What is written into the images: UTF-8, "" when not known. UIDs of series and images are made from study_uid. */
typedef struct PhantomOrder {
    char     patient_name[200], patient_id[64], patient_id_issuer[64], birth_date[9] /* YYYYMMDD */, sex[2];
    char     study_uid[65], accession[17], study_id[17], procedure[65], sps_id[17], requested_procedure_id[17];
    char     referring[200], institution[128], station[17];
    char     date[9], time[7]; /* of the study: YYYYMMDD, HHMMSS */
    char     injected[15];     /* of the PET: YYYYMMDDHHMMSS, local; "": an hour before the study */
    double   activity_bq;      /* injected; 0: as much as for most adults */
    unsigned seed;             /* another patient, another noise */
    int      slices;           /* of the CT, over the same length, at most 2000; 0: 128 */
} PhantomOrder;

typedef enum PhantomKind { PHANTOM_CT, PHANTOM_MR, PHANTOM_DX, PHANTOM_CR, PHANTOM_US, PHANTOM_PETCT, PHANTOM_KINDS } PhantomKind;

/* "ct", "mr", "dx", "cr", "us", "petct", or the modality in capitals. PHANTOM_KINDS when unknown. */
PhantomKind phantom_kind(Slice name);

/* One finished Part 10 file, borrowed. False stops. */
typedef bool PhantomEach(Slice file, const char *sop_class, const char *sop_instance, void *with, Err *err);

/* Makes the exam, file by file: CT 128 slices and its dose report, MR 24, X-ray 1, ultrasound clip 1, PET/CT 2 × 48 and its dose report. */
bool phantom_make(PhantomKind kind, const PhantomOrder *order, PhantomEach *each, void *with, Err *err);

/* An order with plausible defaults, for files without an act; 'seed' makes the UIDs. */
void phantom_order_default(unsigned seed, PhantomOrder *ret);

#endif
