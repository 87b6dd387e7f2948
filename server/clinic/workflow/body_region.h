/*
 * Regions of the body as free words name them (a request, a description of a study, a body part examined), and which earlier exams
 * are worth comparing. Pure. E25.
 *
 * Source of the words: DICOM PS3.16 CID 4031 (Common Anatomic Region), PS3.3 annex L, and French use.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_BODY_REGION_H
#define CLINIC_WORKFLOW_BODY_REGION_H

#include <jansson.h>

#include "base/slice.h"

/* One bit each; 0: no region is known. */
typedef enum BodyRegion {
    REGION_HEAD = 1 << 0, REGION_NECK = 1 << 1, REGION_CHEST = 1 << 2, REGION_HEART = 1 << 3, REGION_BREAST = 1 << 4, REGION_ABDOMEN = 1 << 5,
    REGION_PELVIS = 1 << 6, REGION_SPINE = 1 << 7, REGION_UPPER_LIMB = 1 << 8, REGION_LOWER_LIMB = 1 << 9, REGION_WHOLE_BODY = 1 << 10,
} BodyRegion;

/* The region of this code ("chest", "upper-limb", …); 0: none of ours. */
unsigned body_regions_named(Slice code);

/* The regions that these words speak of, whatever their accents and case; none of what is not UTF-8. */
unsigned body_regions_of(Slice words);

/* ["chest","abdomen"]: the codes of these regions. */
json_t *body_regions_json(unsigned regions);

/* Why an earlier exam is worth comparing, the best first. */
typedef enum PriorReason { PRIOR_SAME, PRIOR_REGION, PRIOR_NEAR, PRIOR_MODALITY, PRIOR_OTHER, PRIOR_REASONS } PriorReason;
const char *prior_reason_name(PriorReason r); /* "same", "region", "near", "modality", "other" */

/* 'modalities' as DICOM writes several: "CT\\SR"; those that are no images do not count. A whole body is of every region. */
PriorReason prior_reason(unsigned regions, Slice modalities, unsigned prior_regions, Slice prior_modalities);

#endif
